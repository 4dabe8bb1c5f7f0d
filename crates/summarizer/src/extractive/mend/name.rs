//! Whom "he" or "she" means, where only one person can be meant.

use std::ops::Range;

use standfirst_core::article::Span;
use standfirst_text::{
    lexicon::{Gender, PRONOUN, Role, Roles, english},
    reading::Reading,
};

/// Sentences before the pronoun in which its name is looked for.
const BACK: usize = 2;

/// Sentence and byte range of the name of the one person whom `pronoun` can mean.
///
/// It has to be the only name in the nearest sentence that has any, a person's by its title or by what
/// it does, and no other pronoun may come between.
pub(super) fn antecedent(
    reading: &Reading<'_>,
    index: usize,
    pronoun: &str,
) -> Option<(usize, Range<usize>)> {
    let asked = english().roles(pronoun);
    let gender = asked.gender().filter(|_| asked.meets(Role::Subject))?;
    for at in (index.saturating_sub(BACK)..index).rev() {
        let lower: Vec<String> = reading.words(at).map(str::to_lowercase).collect();
        if lower.iter().any(|word| is_others(english().roles(word), gender)) {
            return None;
        }
        let words: Vec<Span> = reading.spans(at).collect();
        let names = names(&reading.article().sentences()[at].text, &words);
        if names.is_empty() {
            // A sentence that goes on about the same person leads further back; any other does not.
            if lower.first().is_some_and(|word| is_own(english().roles(word), gender)) {
                continue;
            }
            return None;
        }
        let [name] = &names[..] else { return None };
        let fits = name.gender.is_none_or(|known| known == gender);
        return (fits && name.is_person()).then(|| (at, name.range.clone()));
    }
    None
}

/// What a pronoun is where it stands for a person, or before what is that person's.
fn cases() -> Roles {
    Role::Subject | Role::Object | Role::Possessive
}

/// Whether it is a pronoun of this gender.
fn is_own(roles: Roles, gender: Gender) -> bool {
    roles.meets(cases()) && roles.gender() == Some(gender)
}

/// Whether it is a pronoun of the other gender, or of several. *Them* may be whatever is spoken of.
fn is_others(roles: Roles, gender: Gender) -> bool {
    let several = roles.meets(Role::Plural) && !roles.meets(Role::Object);
    roles.meets(cases()) && (several || roles.gender().is_some_and(|other| other != gender))
}

/// A run of words with capitals.
#[derive(Debug)]
struct Name {
    range: Range<usize>,
    titled: bool,
    acts: bool,
    gender: Option<Gender>,
}

impl Name {
    /// Whether it is somebody's, by title or by deed.
    fn is_person(&self) -> bool {
        self.titled || self.acts || self.gender.is_some()
    }
}

/// Every run of capitalised words of a sentence that can be a name. A single capital at the beginning is one only if
/// a deed follows.
fn names(text: &str, spans: &[Span]) -> Vec<Name> {
    let words: Vec<(usize, &str)> =
        spans.iter().map(|span| (span.start, &text[span.range()])).collect();
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let start = at;
        while at < words.len()
            && is_capital(words[at].1)
            && (at == start || joined(text, &words, at))
        {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        names.extend(name(text, &words, start, at));
    }
    names
}

fn is_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word != "I"
        && !english().is(&word.to_lowercase(), PRONOUN)
}

/// Whether only a blank, a hyphen or the dot of an initial stands before the word `at`.
fn joined(text: &str, words: &[(usize, &str)], at: usize) -> bool {
    let (start, word) = words[at - 1];
    matches!(&text[start + word.len()..words[at].0], " " | "-" | ". " | "'" | "’")
}

/// The name in `words[start..end]`, without the title before it.
fn name(text: &str, words: &[(usize, &str)], start: usize, end: usize) -> Option<Name> {
    let lower = |at: usize| words[at].1.to_lowercase();
    let is_title = |at: usize| english().is(&lower(at), Role::Title);
    let mut first = start;
    while first < end && is_title(first) {
        first += 1;
    }
    // A capital at the beginning of a sentence tells nothing of itself.
    if start == 0 && first == start && end - start == 1 && !acts(words, end) {
        return None;
    }
    if first == end {
        return None;
    }
    let title = if first > start { Some(first - 1) } else { start.checked_sub(1) };
    let title = title.filter(|&at| is_title(at)).map(lower);
    let gender = title.as_deref().and_then(|title| english().gender(title));
    let (last, word) = words[end - 1];
    let name = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    let possessive = name.len() < word.len();
    Some(Name {
        range: words[first].0..last + name.len(),
        titled: title.is_some() && !possessive,
        acts: !possessive && (acts(words, end) || aged(text, last + word.len())),
        gender: gender.filter(|_| !possessive),
    })
}

/// Whether the word `at` is what only a person does.
fn acts(words: &[(usize, &str)], at: usize) -> bool {
    words.get(at).is_some_and(|(_, word)| english().is(word, Role::Clausal | Role::Personal))
}

/// Whether an age follows: `, 43,`.
fn aged(text: &str, at: usize) -> bool {
    let Some(rest) = text[at..].strip_prefix(", ") else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && rest[digits..].starts_with(',')
}
