//! Figures in which articles differ: *10 interceptors* here and *12* there.

use standfirst_core::article::Span;
use standfirst_text::lexicon::english;

/// A number and the words behind it that say of what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    /// Bytes of the text, the number alone.
    pub span: Span,
    /// Its value.
    pub value: f64,
    /// Stems of the nouns behind it, in small letters, with the word that shows them.
    pub nouns: Vec<(String, String)>,
}

/// Words behind a number that may be what it counts.
const NOUNS: usize = 2;

/// The figures of `text`, days and years of `dates` left out.
pub(crate) fn figures(text: &str, dates: &[Span]) -> Vec<Figure> {
    let words: Vec<(usize, &str)> = words(text);
    let mut found = Vec::new();
    for (at, (start, word)) in words.iter().enumerate() {
        let span = Span::new(*start, start + word.len());
        if dates.iter().any(|date| date.overlaps(span)) {
            continue;
        }
        let Some(value) = value(word) else { continue };
        let (value, taken) = scaled(value, words.get(at + 1).map(|(_, word)| *word));
        let nouns = nouns(text, &words[at + taken..], span.end);
        if !nouns.is_empty() {
            found.push(Figure { span, value, nouns });
        }
    }
    found
}

/// What two figures are both of, if they are of the same and differ.
pub(crate) fn disputed(one: &Figure, other: &Figure) -> Option<String> {
    let differ = (one.value - other.value).abs() > 1e-9 * one.value.abs().max(other.value.abs());
    let same = one.nouns.iter().find(|(stem, _)| other.nouns.iter().any(|(own, _)| own == stem));
    same.filter(|_| differ).map(|(_, word)| word.clone())
}

fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let trimmed = text.split_inclusive(char::is_whitespace).map(|piece| {
        let from = at;
        at += piece.len();
        let front = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = from + piece.len() - front.len();
        (start, front.trim_end_matches(|c: char| !c.is_alphanumeric()))
    });
    trimmed.filter(|(_, word)| !word.is_empty()).collect()
}

fn value(word: &str) -> Option<f64> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let plain = word.replace(',', "");
        return plain.parse().ok().filter(|value: &f64| value.is_finite());
    }
    let small = english().numbers().value(&word.to_lowercase())?;
    (small > 1).then_some(small as f64)
}

/// The value with a word for its size behind it, and how many words it takes.
fn scaled(value: f64, next: Option<&str>) -> (f64, usize) {
    let factor = match next {
        Some("hundred") => 1e2,
        Some("thousand") => 1e3,
        Some("million") => 1e6,
        Some("billion") => 1e9,
        Some("trillion") => 1e12,
        _ => return (value, 1),
    };
    (value * factor, 2)
}

/// The nouns behind a number, up to a mark or a small word.
fn nouns(text: &str, words: &[(usize, &str)], mut end: usize) -> Vec<(String, String)> {
    let mut nouns = Vec::new();
    for (start, word) in words {
        let marked = text[end..*start].contains([',', '.', ';', ':', '(', ')', '"', '”']);
        let noun =
            word.starts_with(char::is_lowercase) && word.len() > 2 && !english().is_stop_word(word);
        if marked || !noun || nouns.len() == NOUNS {
            break;
        }
        nouns.push((english().stem(word), (*word).to_owned()));
        end = start + word.len();
    }
    nouns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_same_thing_that_differ_are_told() {
        let pair = |one: &str, other: &str| {
            let (one, other) = (figures(one, &[]), figures(other, &[]));
            one.iter().find_map(|one| other.iter().find_map(|other| disputed(one, other)))
        };
        assert_eq!(
            pair(
                "It would put 10 interceptor missiles into Poland.",
                "It wants twelve interceptors there."
            )
            .as_deref(),
            Some("interceptor")
        );
        assert_eq!(
            pair("At least 31 people died in the flood.", "The flood killed 45 people.").as_deref(),
            Some("people")
        );
        assert_eq!(pair("It costs 4 million pounds.", "It costs 4,000,000 pounds."), None);
        assert_eq!(pair("It took 3 hours.", "It killed 4 people."), None);
    }

    #[test]
    fn days_are_no_figures() {
        assert!(figures("On 11 November talks began.", &[Span::new(3, 14)]).is_empty());
    }
}
