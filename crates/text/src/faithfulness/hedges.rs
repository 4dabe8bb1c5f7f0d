//! Negations and hedges that were dropped or put in.

use std::ops::Range;

use super::{
    edits::{Comparison, Edit},
    index::Token,
};
use crate::lexicon::{Role, english};

/// So many words after a negation are looked at for what it negates.
const REACH: usize = 3;

/// Words that change what is said and have no counterpart: on our side, on theirs, or on both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flip {
    /// Where the sentence differs; the words around the gap, if something was dropped.
    pub ours: Range<usize>,
    /// What the passage has there; empty if something was put in.
    pub theirs: Range<usize>,
}

/// What is denied or left open on one side only.
pub(super) fn flips(ours: &[Token], theirs: &[Token], comparison: &Comparison) -> Vec<Flip> {
    let forward = &comparison.anchors;
    let backward: Vec<(usize, usize)> = forward.iter().map(|&(a, b)| (b, a)).collect();
    let put_in = lone_negations(ours, theirs, forward)
        .map(|(at, near)| Flip { ours: at..at + 1, theirs: near..near });
    let dropped = lone_negations(theirs, ours, &backward)
        .map(|(at, near)| Flip { ours: near..near + 1, theirs: at..at + 1 });
    let unsure = comparison.edits.iter().filter(|edit| is_hedged(ours, theirs, edit));
    let unsure = unsure.map(|edit| Flip { ours: edit.ours.clone(), theirs: edit.theirs.clone() });
    put_in.chain(dropped).chain(unsure).collect()
}

/// Where `here` denies what `there` says: negators without counterpart, before words that have one; each
/// with the place of that one.
fn lone_negations(
    here: &[Token],
    there: &[Token],
    anchors: &[(usize, usize)],
) -> impl Iterator<Item = (usize, usize)> {
    let partner = |at: usize| anchors.iter().find(|(a, _)| *a == at).map(|&(_, b)| b);
    let negates = |token: &Token| english().is(&token.word, Role::Negator);
    (0..here.len()).filter(move |&at| negates(&here[at]) && partner(at).is_none()).filter_map(
        move |at| {
            let after = (at + 1..here.len()).filter(|&next| !here[next].stop).take(1);
            let near = after.filter(|&next| next <= at + REACH).find_map(partner)?;
            let before = &there[near.saturating_sub(REACH + 2)..near];
            (!before.iter().any(negates)).then_some((at, near))
        },
    )
}

/// Whether a hedge of one side has a firm word in its place on the other.
fn is_hedged(ours: &[Token], theirs: &[Token], edit: &Edit) -> bool {
    let (ours, theirs) = (&ours[edit.ours.clone()], &theirs[edit.theirs.clone()]);
    let short = ours.len() <= REACH && theirs.len() <= REACH;
    let hedged = |side: &[Token]| side.iter().any(|token| english().is(&token.word, Role::Hedge));
    let firm = |side: &[Token]| side.iter().any(|token| english().is(&token.word, Role::Firm));
    short
        && ((hedged(theirs) && !hedged(ours) && firm(ours))
            || (hedged(ours) && !hedged(theirs) && firm(theirs)))
}
