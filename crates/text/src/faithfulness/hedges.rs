//! Negations and hedges that were dropped or put in.

use super::{edits::Comparison, index::Token};
use crate::lexicon::{Role, english};

/// So many words after a negation are looked at for what it negates.
const REACH: usize = 3;

/// A word of either side that has no counterpart and changes what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Flips {
    /// Negations on one side only.
    pub negation: bool,
    /// Hedges on one side only, with a firm word in their place.
    pub hedge: bool,
}

/// What is denied or left open on one side only.
pub(super) fn flips(ours: &[Token], theirs: &[Token], comparison: &Comparison) -> Flips {
    let forward = comparison.anchors.clone();
    let backward: Vec<(usize, usize)> = forward.iter().map(|&(a, b)| (b, a)).collect();
    Flips {
        negation: lone_negation(ours, theirs, &forward) || lone_negation(theirs, ours, &backward),
        hedge: hedge_for_firm(ours, theirs, comparison),
    }
}

/// Whether `here` denies what `there` says: a negator without counterpart, before words that have one.
fn lone_negation(here: &[Token], there: &[Token], anchors: &[(usize, usize)]) -> bool {
    let partner = |at: usize| anchors.iter().find(|(a, _)| *a == at).map(|&(_, b)| b);
    let negates = |token: &Token| english().is(&token.word, Role::Negator);
    (0..here.len()).filter(|&at| negates(&here[at]) && partner(at).is_none()).any(|at| {
        let after = (at + 1..here.len()).filter(|&next| !here[next].stop).take(1);
        let near = after.filter(|&next| next <= at + REACH).find_map(partner);
        near.is_some_and(|near| {
            let before = &there[near.saturating_sub(REACH + 2)..near];
            !before.iter().any(negates)
        })
    })
}

/// Whether a hedge of one side has a firm word, or nothing, in its place on the other.
fn hedge_for_firm(ours: &[Token], theirs: &[Token], comparison: &Comparison) -> bool {
    comparison.edits.iter().any(|edit| {
        let (ours, theirs) = (&ours[edit.ours.clone()], &theirs[edit.theirs.clone()]);
        let short = ours.len() <= REACH && theirs.len() <= REACH;
        let hedged =
            |side: &[Token]| side.iter().any(|token| english().is(&token.word, Role::Hedge));
        let firm = |side: &[Token]| side.iter().any(|token| english().is(&token.word, Role::Firm));
        short
            && ((hedged(theirs) && !hedged(ours) && firm(ours))
                || (hedged(ours) && !hedged(theirs) && firm(theirs)))
    })
}
