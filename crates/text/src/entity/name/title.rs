//! The titles and offices before a name, which are no part of it.

use std::ops::Range;

use super::super::{
    gazetteer::{
        country, is_body, is_demonym, is_given, is_organisation_word, is_place, is_thing, is_title,
    },
    token::{Shape, Token},
};
use crate::lexicon::{Role, SPEECH, english};

/// One past the last title at the start of the run, if a name is left after it.
pub(super) fn after_titles(tokens: &[Token<'_>], run: Range<usize>) -> Option<usize> {
    let words = &tokens[run.clone()];
    let last = words.iter().rposition(|t| is_title(t.word) && !is_given(t.word))?;
    // "Mr. King" has a name that is a title, too.
    let called = last + 1 == words.len() && last > 0 && is_courtesy(&words[last - 1]);
    let last = last - usize::from(called);
    let mut after = run.start + last + 1;
    // "Martin Luther King Jr." has no title; "Austin Mayor Ann Cole" is nobody called Austin.
    let given = words[..last].iter().any(|t| is_given(t.word) && !is_place(t.word));
    if given && !tokens.get(after).is_some_and(|t| is_given(t.word)) {
        return None;
    }
    if tokens.get(after).is_some_and(|t| english().is(t.word, Role::Link)) {
        // "Secretary of State John Kerry": what the office is of ends where two words are left.
        after = run.end.saturating_sub(2).max(after + 2);
    }
    let rest = tokens.get(after..run.end).filter(|rest| !rest.is_empty())?;
    // "General Hale City" is a place.
    let place = rest.len() > 1
        && !rest.iter().any(|t| is_given(t.word))
        && rest.last().is_some_and(|t| english().is(t.word, Role::Settlement) || is_thing(t.word));
    // "President Bank" would be an organisation; "Captain Cook University" is one.
    (!place && !rest.iter().any(|t| is_organisation_word(t.word))).then_some(after)
}

/// The words that an office written small before a name may have before it, at most.
const MAX_MODIFIERS: usize = 3;

/// A title written small right before the name at token `first`, with the words that say which office it is:
/// "former director James Comey", "Norway health minister Ola Berg".
pub(super) fn small_title(tokens: &[Token<'_>], first: usize) -> Vec<String> {
    let small = |at: &usize| tokens[*at].shape == Shape::Lower && tokens[at + 1].follows_closely();
    let Some(office) = first.checked_sub(1).filter(small).filter(|&at| is_title(tokens[at].word))
    else {
        return Vec::new();
    };
    let modifies = |&at: &usize| {
        tokens[at + 1].follows_closely() && !tokens[at].possessive && is_modifier(&tokens[at])
    };
    let from = (office.saturating_sub(MAX_MODIFIERS)..office).rev().take_while(modifies).last();
    tokens[from.unwrap_or(office)..=office].iter().map(|t| t.word.to_lowercase()).collect()
}

/// Whether the word may say which office is meant: no verb of speech, and no small word of every sentence.
fn is_modifier(token: &Token<'_>) -> bool {
    let small = Role::NoEdge | Role::Determiner | Role::Auxiliary | Role::Irregular;
    token.shape != Shape::Number
        && !english().is(token.word, small | SPEECH)
        && !english().is_stop_word(token.word)
}

pub(super) fn is_courtesy(token: &Token<'_>) -> bool {
    english().is(token.word.trim_end_matches('.'), Role::Courtesy)
}

/// Whether an office may be named by it: a place, a country or a body. "Prime" is none.
pub(super) fn is_seat(words: &[&str]) -> bool {
    let name = words.join(" ");
    is_place(&name) || country(&name).is_some() || words.iter().any(|w| is_organisation_word(w))
}

/// The end of the run without the offices that end it: "Maryland Gov.". "Larry King" has none.
pub(super) fn without_offices(tokens: &[Token<'_>], run: &Range<usize>) -> usize {
    let member = |t: &Token<'_>| is_body(t.word) && is_demonym(t.word);
    let office = |t: &&Token<'_>| {
        (is_title(t.word) && !is_given(t.word) || member(t) && run.len() > 1) && !t.possessive
    };
    let offices = tokens[run.clone()].iter().rev().take_while(office).count();
    let given = |t: &Token<'_>| is_given(t.word) && !is_place(t.word);
    let named = tokens[run.clone()].iter().any(given);
    if offices == run.len() || named { run.end } else { run.end - offices }
}
