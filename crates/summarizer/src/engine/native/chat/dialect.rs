//! What templates expect of `transformers` beyond Jinja: the date, and marks of what is trained on.

use std::{borrow::Cow, sync::LazyLock};

use minijinja::{Error, ErrorKind};
use regex::Regex;

/// The day that templates are told it is: an answer must not depend on the day it is asked for. It is
/// the one that the templates of Llama 3 fall back on.
const YEAR: &str = "2024";
const MONTH: [&str; 3] = ["07", "Jul", "July"];
const DAY: [&str; 3] = ["26", "Fri", "Friday"];
/// Longest form of a date that is filled in, in bytes.
const MAX_FORM: usize = 200;

/// The date in the `form` that C's `strftime` has, midnight to the second; what is no part of a date stays.
///
/// # Errors
/// [`Error`] if the form is longer than any.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands functions their arguments so")]
pub(super) fn date(form: String) -> Result<String, Error> {
    if form.len() > MAX_FORM {
        return Err(Error::new(ErrorKind::InvalidOperation, "its form of a date is too long"));
    }
    let (mut date, mut rest) = (String::new(), form.chars());
    while let Some(c) = rest.next() {
        if c != '%' {
            date.push(c);
            continue;
        }
        match rest.next() {
            Some('Y') => date.push_str(YEAR),
            Some('y') => date.push_str(&YEAR[2..]),
            Some('m') => date.push_str(MONTH[0]),
            Some('b' | 'h') => date.push_str(MONTH[1]),
            Some('B') => date.push_str(MONTH[2]),
            Some('d' | 'e') => date.push_str(DAY[0]),
            Some('a') => date.push_str(DAY[1]),
            Some('A') => date.push_str(DAY[2]),
            Some('H' | 'M' | 'S') => date.push_str("00"),
            Some('%') => date.push('%'),
            other => date.extend(['%'].into_iter().chain(other)),
        }
    }
    Ok(date)
}

/// `source` without the marks round what an assistant says, which matter in training only: a block
/// that is always there takes their place.
pub(super) fn without_marks(source: &str) -> Cow<'_, str> {
    static MARKS: LazyLock<[(Regex, &str); 2]> = LazyLock::new(|| {
        let mark = |name| {
            let pattern = format!(r"(\{{%[-+]?)\s*{name}\s*([-+]?%\}})");
            Regex::new(&pattern).expect("a pattern of our own")
        };
        [(mark("generation"), "$1 if true $2"), (mark("endgeneration"), "$1 endif $2")]
    });
    let [(opening, condition), (closing, over)] = &*MARKS;
    match opening.replace_all(source, *condition) {
        Cow::Borrowed(_) => Cow::Borrowed(source),
        Cow::Owned(opened) => Cow::Owned(closing.replace_all(&opened, *over).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_the_form_that_is_asked_for() {
        let date = |form: &str| date(form.to_owned()).unwrap();
        assert_eq!(date("%d %b %Y"), "26 Jul 2024");
        assert_eq!(date("%A, %B %d, %Y %H:%M"), "Friday, July 26, 2024 00:00");
        assert_eq!(date("%y-%m 100%% %q %"), "24-07 100% %q %");
        assert!(super::date("%Y".repeat(MAX_FORM)).is_err());
    }

    #[test]
    fn marks_of_what_is_trained_on_become_blocks_that_are_always_there() {
        let marked = "a{%- generation -%}b{% endgeneration %}c";
        assert_eq!(without_marks(marked), "a{%- if true -%}b{% endif %}c");
        assert_eq!(without_marks("add_generation_prompt"), "add_generation_prompt");
    }
}
