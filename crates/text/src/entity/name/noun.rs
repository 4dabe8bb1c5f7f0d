//! What is written with capitals and is no name: common nouns that are acronyms, calls, headings.

use std::ops::Range;

use super::super::{
    capital,
    gazetteer::{country, is_body, is_front, is_given, is_organisation_word, is_thing, is_title},
    token::{Shape, Token},
};
use super::run::is_ampersand;
use crate::lexicon::{Role, SPEECH, english, lowered};

/// Whether the run is one word with a capital that stands by itself: no *the* before it, no name beside it.
pub(super) fn is_alone(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let before = run.start.checked_sub(1).map(|at| tokens[at].word.to_lowercase());
    let beside = |token: &Token<'_>| token.follows_closely() && token.is_capital();
    run.len() == 1
        && tokens[run.start].shape == Shape::Capital
        && !before.is_some_and(|word| english().is(&word, Role::Determiner))
        && !(run.start > 0 && beside(&tokens[run.start]) && tokens[run.start - 1].is_capital())
        && !tokens.get(run.end).is_some_and(beside)
}

/// Whether the word is called out: *Oh, the price*.
pub(super) fn is_called_out(tokens: &[Token<'_>], at: usize) -> bool {
    (at == 0 || capital::opens(&tokens[at]))
        && english().is(&lowered(tokens[at].word), Role::Interjection)
}

/// Words of a heading, at least.
const MIN_HEADING: usize = 4;

/// Whether the run is a heading that lost its line: many words that open a text and run on with a preposition,
/// and nothing in them that names are made of.
pub(super) fn is_heading(tokens: &[Token<'_>], run: Range<usize>) -> bool {
    let known = |t: &Token<'_>| {
        is_given(t.word)
            || is_organisation_word(t.word)
            || is_thing(t.word)
            || is_title(t.word)
            || is_front(t.word)
            || t.shape == Shape::Acronym
            || is_ampersand(t)
            || t.possessive
    };
    run.start == 0
        && run.len() >= MIN_HEADING
        && tokens.get(run.end).is_some_and(|t| {
            t.follows_closely() && english().is(t.word, Role::NoEdge) && t.word != "and"
        })
        && tokens[run.clone()].iter().all(|t| t.word.starts_with(char::is_uppercase))
        && !tokens[run].iter().any(known)
}

/// Whether the acronym at a token stands as a common noun does: known to be one, unless it does what bodies do;
/// in the plural; or after *a*, *her* and the like with no noun behind that it could go with.
pub(super) fn is_common_noun(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let next = tokens.get(at + 1).filter(|t| t.follows_closely());
    if english().is(token.word, Role::Generic) && !is_body(token.word) {
        return !next.is_some_and(|t| english().is(t.word, SPEECH) || t.word == "news");
    }
    let letters = token.word.strip_suffix('s').filter(|stem| stem.len() > 1);
    if letters.is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return true;
    }
    let before = at.checked_sub(1).filter(|_| token.follows_closely()).map(|at| &tokens[at]);
    let counted = before.is_some_and(|t| {
        t.possessive || matches!(t.word, "a" | "an" | "her" | "his" | "my" | "your" | "another")
    });
    token.shape == Shape::Acronym
        && !is_body(token.word)
        && country(token.word).is_none()
        && (counted && next.is_none_or(|t| english().is_stop_word(t.word))
            || is_shortened(tokens, at))
}

/// Whether an acronym in brackets is short for the small words before it: *gross value added (GVA)*.
fn is_shortened(tokens: &[Token<'_>], at: usize) -> bool {
    let letters = tokens[at].word;
    let initial = |t: &Token<'_>| t.word.bytes().next().map(|byte| byte.to_ascii_uppercase());
    let parts = |t: &Token<'_>| t.word.matches('-').count() + 1;
    let words = &tokens[..at];
    let (mut taken, mut first) = (0, at);
    while first > 0 && taken < letters.len() {
        first -= 1;
        taken += parts(&words[first]);
    }
    tokens[at].gap.ends_with('(')
        && tokens[at].shape == Shape::Acronym
        && taken == letters.len()
        && words[first..].iter().all(|t| t.shape == Shape::Lower)
        && words.get(first).and_then(initial) == letters.bytes().next()
}
