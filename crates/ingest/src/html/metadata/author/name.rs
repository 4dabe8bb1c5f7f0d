//! What in a line about authors is a name.

use std::sync::LazyLock;

use regex::Regex;

use crate::html::{facts::folded, metadata::bare};

/// What stands in the place of a name and is none.
const NOBODY: [&str; 16] = [
    "admin",
    "administrator",
    "editor",
    "webmaster",
    "guest",
    "author",
    "authors",
    "contributors",
    "theauthor",
    "abouttheauthor",
    "experts",
    "staff",
    "none",
    "null",
    "user",
    "viewmoreposts",
];
/// Lines after which somebody is named, letters only.
const INTRODUCTIONS: [&str; 12] = [
    "by",
    "author",
    "authors",
    "writer",
    "writtenby",
    "postedby",
    "publishedby",
    "articleby",
    "storyby",
    "wordsby",
    "interviewby",
    "contributors",
];
/// Longest author line, in characters and in words.
const MAX_LENGTH: usize = 80;
const MAX_WORDS: usize = 12;
/// Words of a person's name, titles and particles among them.
const PERSON: std::ops::RangeInclusive<usize> = 2..=6;

/// Whether a line says that a name is to follow: "Written by", "Author(s)".
pub(super) fn introduces(line: &str) -> bool {
    INTRODUCTIONS.contains(&bare(line).as_str())
}

/// A name without what is said around it; `None` if it is none.
pub(super) fn clean(text: &str) -> Option<String> {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:view all posts by|(?:(?:written |posted |reviewed |edited |words )?(?:by|von|par|por)\b:?)|author:?)(?:\s+|$)",
        )
        .expect("the pattern is valid")
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\s*(?:\||•|·|–|—|/|\bon (?:\w+ \d|behalf of\b)|\b(?:Published|Updated|Posted|Last)\b|\d{4}",
            r"|\b(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? )?",
            r"(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d)",
        ))
        .expect("the pattern is valid")
    });
    let text = folded(text);
    if text.contains("://") || text.contains('@') || text.contains("www.") {
        return None;
    }
    let name = BEFORE.replace(&text, "");
    let name = AFTER.split(&name).next().unwrap_or("").trim_matches([' ', ',', ';', ':', '-']);
    let short = name.chars().count() <= MAX_LENGTH && name.split(' ').count() <= MAX_WORDS;
    let letters = bare(name);
    let somebody = name.contains(char::is_alphabetic) && !NOBODY.contains(&letters.as_str());
    (short && somebody && !introduces(name)).then(|| name.to_owned())
}

/// Whether something is called as a person is: some words that begin with capitals, with particles between
/// and degrees after them.
pub(super) fn is_of_a_person(name: &str) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\p{Lu}[\p{L}.’'-]*|de|del|van|von|der|den|la|le|bin|al|el|da|di|dos|y)$")
            .expect("the pattern is valid")
    });
    name.split(", ").flat_map(|some| some.split(" and ")).any(|one| {
        let words: Vec<&str> = one.split(' ').collect();
        PERSON.contains(&words.len())
            && words.iter().all(|word| WORD.is_match(word))
            && words.iter().any(|word| word.chars().any(char::is_lowercase))
    })
}

/// The first name in the texts of an element, with those joined to it by "and" or a comma.
pub(super) fn first(pieces: &[String]) -> Option<String> {
    let at = pieces.iter().position(|piece| is_name(piece))?;
    let mut names = vec![clean(&pieces[at])?];
    let mut rest = pieces[at + 1..].iter().map(String::as_str);
    while let Some(piece) = rest.next() {
        let joins = matches!(piece.trim_matches([' ', ',']), "" | "and" | "&");
        let (next, joined) = match piece.strip_prefix("and ") {
            Some(next) => (Some(next), true),
            None if joins => (rest.next(), true),
            None => (Some(piece), false),
        };
        let Some(name) = next.filter(|next| is_name(next)).and_then(clean) else { break };
        let last = names.len() - 1;
        if joined {
            names.push(name);
        } else if !names[last].contains(' ') && !name.contains(' ') {
            // A first name and a last name, each in an element of its own.
            names[last] = format!("{} {name}", names[last]);
        } else {
            break;
        }
    }
    Some(names.join(", "))
}

/// Whether a text by itself names somebody: it begins with a capital and has no figures.
fn is_name(piece: &str) -> bool {
    clean(piece).is_some_and(|name| {
        name.starts_with(char::is_uppercase) && !name.contains(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_name_is_told_from_other_lines() {
        for name in
            ["Ada Quill", "Ada van der Quill", "Ada Quill, MD", "Ada Quill, Ben Roe", "A. J. Quill"]
        {
            assert!(is_of_a_person(name), "{name}");
        }
        for other in [
            "adaq7",
            "Newsdesk",
            "USE CASE",
            "What we know so far about the slip",
            "Terms & Conditions",
            "July 22",
        ] {
            assert!(!is_of_a_person(other), "{other}");
        }
    }

    #[test]
    fn a_name_ends_where_the_date_begins() {
        for line in [
            "By Ada Quill | 3 May",
            "Ada Quill May 4",
            "Ada Quill Sat, 4 May 2024",
            "View all posts by Ada Quill",
            "Ada Quill on behalf of",
        ] {
            assert_eq!(clean(line).as_deref(), Some("Ada Quill"), "{line}");
        }
        for nobody in ["By", "Author(s)", "https://x.example/ada", "Sat, 20 Dec 2024", "July 22"] {
            assert_eq!(clean(nobody), None, "{nobody}");
        }
        assert_eq!(clean("June May").as_deref(), Some("June May"), "whom a month is called after");
    }
}
