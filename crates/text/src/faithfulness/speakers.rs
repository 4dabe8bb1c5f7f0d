//! Who says it: the name beside a verb of saying.

use std::ops::Range;

use super::{
    index::{Index, Token},
    names,
};
use crate::lexicon::{Role, SPEECH, english};

/// So far from the verb the name may be where nothing divides them.
const NEAR: usize = 4;
/// So far before the verb the name may be where a remark in commas divides them.
const FAR: usize = 12;

/// The names, as ranges of `tokens`, that `tokens` gives as speakers; `quoted` says which words are
/// inside quotation marks.
pub(super) fn find(index: &Index, tokens: &[Token], quoted: &[bool]) -> Vec<Range<usize>> {
    let names = names::mentions(index, tokens);
    let free = |at: usize| !quoted.get(at).copied().unwrap_or_default();
    let names: Vec<Range<usize>> = names.into_iter().filter(|name| free(name.start)).collect();
    let mut speakers: Vec<Range<usize>> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let according = matches!(&*token.word, "accord" | "according");
        if free(at) && (according || gives_words(&token.word)) {
            speakers.extend(beside(&names, tokens, at, according));
        }
    }
    speakers.dedup();
    speakers
}

/// Whether a verb gives words to the name beside it. One that judges may do so without giving any.
fn gives_words(verb: &str) -> bool {
    let roles = english().roles(verb);
    roles.meets(SPEECH | Role::Participle) && !roles.meets(Role::Judging)
}

/// The name beside the verb at `at`: before it, else after it.
fn beside(
    names: &[Range<usize>],
    tokens: &[Token],
    at: usize,
    according: bool,
) -> Option<Range<usize>> {
    let before = names.iter().rev().find(|name| name.end <= at);
    let after = names.iter().find(|name| name.start > at);
    let divided = |from: usize, to: usize| tokens[from..=to].iter().skip(1).any(Token::after_break);
    let near_after = after.filter(|name| name.start - at <= NEAR && !divided(at, name.start));
    let near_before = before.filter(|name| at - name.end < NEAR && !divided(name.end - 1, at));
    // "Ayre, the mayor of Velden, said": the name at the start of the clause.
    let far_before = names.iter().find(|name| {
        name.end <= at
            && at - name.end < FAR
            && tokens[at].after_break()
            && !tokens[at - 1].after_break()
    });
    let chosen = if according { near_after } else { near_before.or(near_after).or(far_before) };
    chosen.cloned()
}
