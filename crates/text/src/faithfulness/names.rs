//! Names: which words are names, and whether the article knows them.

use std::ops::Range;

use super::{
    alignment::Alignment,
    edits::{Comparison, Edit},
    index::{Index, Token},
};
use crate::lexicon::{Role, english};

/// Of two forms of a name so many letters at the front are the same: "Russia", "Russian".
const SAME_FRONT: usize = 4;

/// Whether a word is a day or a month, not a verb or a walk.
pub(super) fn is_date(token: &Token) -> bool {
    english().calendar().is_full_name(&token.word)
        && (token.capital() || !matches!(&*token.word, "may" | "march"))
}

/// Whether a word is a name, or part of one.
pub(super) fn is_name(index: &Index, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.stop
        || token.number()
        || token.word.chars().count() < 2
        || english().is(&token.word, Role::Unnamed)
        || english().calendar().is_full_name(&token.word)
    {
        return false;
    }
    // The first word of a sentence has its capital anyway.
    let opens = at == 0 || (token.after_break() && !tokens[at - 1].capital());
    let in_name =
        tokens.get(at + 1).is_some_and(|next| next.capital() && !next.after_break() && !next.stop);
    index.is_name(token) || (token.capital() && (!opens || (in_name && at == 0)))
}

/// The names of a sentence: runs of words that are names.
pub(super) fn mentions(index: &Index, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in (0..tokens.len()).filter(|&at| is_name(index, tokens, at)) {
        match found.last_mut() {
            Some(last) if last.end == at && !tokens[at].after_break() => last.end = at + 1,
            _ => found.push(at..at + 1),
        }
    }
    found
}

/// Words of names that the article does not have in any form.
pub(super) fn absent(index: &Index, tokens: &[Token]) -> Vec<usize> {
    let unknown = |at: &usize| {
        let token = &tokens[*at];
        !index.has(token.stem) && !is_kin(index, token) && is_name(index, tokens, *at)
    };
    (0..tokens.len()).filter(unknown).collect()
}

/// Whether the article has another form of the name: the people of a country, or the words that an
/// abbreviation is made of.
fn is_kin(index: &Index, token: &Token) -> bool {
    let front: Vec<char> = token.word.chars().take(SAME_FRONT + 1).collect();
    if front.len() <= SAME_FRONT {
        return index.has_initials(&token.word);
    }
    index.words_with_front(&front.iter().take(SAME_FRONT).collect::<String>()).any(|word| {
        let shared = word.chars().zip(token.word.chars()).take_while(|(a, b)| a == b).count();
        let shorter = word.chars().count().min(token.word.chars().count());
        shared >= SAME_FRONT && shared + 2 >= shorter
    })
}

/// Names of the article in places where the passage they rest on has another name: "the mayor, Ann
/// Ayre" for "the mayor, Bo Quill". Indices of words.
pub(super) fn swapped(
    index: &Index,
    tokens: &[Token],
    alignment: &Alignment,
    comparison: &Comparison,
) -> Vec<usize> {
    let Some(&best) = alignment.passages.first() else { return Vec::new() };
    let theirs = index.tokens(best);
    let mut found = Vec::new();
    for edit in &comparison.edits {
        let ours: Vec<usize> = edit.ours.clone().filter(|&at| is_name(index, tokens, at)).collect();
        let other: Vec<usize> =
            edit.theirs.clone().filter(|&at| is_name(index, theirs, at)).collect();
        if ours.is_empty() || other.is_empty() || shares(tokens, edit, theirs) {
            continue;
        }
        found.extend(ours);
    }
    found
}

/// Whether the two sides of an edit have a word in common that neighbouring common words hide: a longer
/// form of the same name.
fn shares(tokens: &[Token], edit: &Edit, theirs: &[Token]) -> bool {
    let ours = &tokens[edit.ours.clone()];
    let near = edit.theirs.start.saturating_sub(1)..(edit.theirs.end + 1).min(theirs.len());
    ours.iter()
        .any(|one| !one.stop && theirs[near.clone()].iter().any(|other| other.stem == one.stem))
}
