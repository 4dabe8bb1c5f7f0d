//! Which sentences of the article a sentence of a summary rests on.
//!
//! Greedy: the passage that shares most with the sentence, words weighted by their rarity and pairs of
//! neighbours counted on top, then the one that adds most to it, three at the most.

use std::collections::BTreeMap;

use super::index::{Id, Index, Token};

/// So many passages at the most bear witness to one sentence.
pub(super) const MAX_EVIDENCE: usize = 3;
/// So many passages are looked at closely.
const CANDIDATES: usize = 16;
/// So many places of a word are looked at: one that is in more of them tells little.
const MAX_PLACES: usize = 2_000;
/// A further passage must add this share of what the sentence holds.
const MIN_GAIN: f64 = 0.08;
/// What a stop word counts.
const STOP_WEIGHT: f64 = 0.15;

/// The passages that bear witness, and how much of the sentence each combination holds.
pub(super) struct Alignment {
    /// Indices of passages, best first.
    pub passages: Vec<usize>,
    /// Share of the sentence's content that the first one, two, three passages hold.
    pub held: [f64; MAX_EVIDENCE],
    /// The same for pairs of neighbouring words.
    pub pairs: [f64; MAX_EVIDENCE],
}

impl Alignment {
    /// The words of the best passage; none if there is none.
    pub fn best<'a>(&self, index: &'a Index) -> &'a [Token] {
        self.passages.first().map_or(&[], |&best| index.tokens(best))
    }
}

/// What a passage holds of a sentence.
struct Hold {
    passage: usize,
    words: Vec<bool>,
    pairs: Vec<bool>,
}

/// The evidence for `tokens`.
pub(super) fn align(index: &Index, tokens: &[Token]) -> Alignment {
    let mut holds: Vec<Hold> = candidates(index, tokens)
        .into_iter()
        .map(|passage| hold(passage, index.tokens(passage), tokens))
        .collect();
    let words: Vec<f64> = tokens.iter().map(|token| token.weight.max(STOP_WEIGHT)).collect();
    let pairs: Vec<f64> = words.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
    let whole = words.iter().sum::<f64>() + pairs.iter().sum::<f64>();
    let (mut has_word, mut has_pair) = (vec![false; words.len()], vec![false; pairs.len()]);
    let mut alignment =
        Alignment { passages: Vec::new(), held: [0.0; MAX_EVIDENCE], pairs: [0.0; MAX_EVIDENCE] };
    for round in 0..MAX_EVIDENCE {
        let gain = |hold: &Hold| {
            fresh(&words, &hold.words, &has_word) + fresh(&pairs, &hold.pairs, &has_pair)
        };
        let best = (0..holds.len()).max_by(|&one, &other| {
            gain(&holds[one])
                .total_cmp(&gain(&holds[other]))
                .then(holds[other].passage.cmp(&holds[one].passage))
        });
        if let Some(best) = best
            && gain(&holds[best]) >= MIN_GAIN * whole
        {
            let hold = holds.swap_remove(best);
            has_word.iter_mut().zip(&hold.words).for_each(|(has, &holds)| *has |= holds);
            has_pair.iter_mut().zip(&hold.pairs).for_each(|(has, &holds)| *has |= holds);
            alignment.passages.push(hold.passage);
        }
        alignment.held[round] = share(&words, &has_word);
        alignment.pairs[round] = share(&pairs, &has_pair);
    }
    alignment
}

/// What `more` adds to `has`.
fn fresh(weights: &[f64], more: &[bool], has: &[bool]) -> f64 {
    let added = weights.iter().zip(more).zip(has).filter(|((_, more), has)| **more && !**has);
    added.map(|((weight, _), _)| weight).sum()
}

/// The part of `weights` that is had.
fn share(weights: &[f64], has: &[bool]) -> f64 {
    let whole: f64 = weights.iter().sum();
    let part: f64 =
        weights.iter().zip(has).filter(|(_, has)| **has).map(|(weight, _)| weight).sum();
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The passages that share most words with the sentence, in reading order.
fn candidates(index: &Index, tokens: &[Token]) -> Vec<usize> {
    let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
    let content = tokens.iter().any(Token::is_content);
    for (at, token) in tokens.iter().enumerate() {
        let again = tokens[..at].iter().any(|before| before.stem == token.stem);
        if again || (content && token.stop) {
            continue;
        }
        let mut last = None;
        for place in index.places(token.stem).iter().take(MAX_PLACES) {
            let passage = place.passage as usize;
            if last.replace(passage) != Some(passage) {
                *scores.entry(passage).or_default() += token.weight.max(STOP_WEIGHT);
            }
        }
    }
    let mut ranked: Vec<(usize, f64)> = scores.into_iter().collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    ranked.truncate(CANDIDATES);
    let mut passages: Vec<usize> = ranked.into_iter().map(|(passage, _)| passage).collect();
    passages.sort_unstable();
    passages
}

fn hold(number: usize, theirs: &[Token], tokens: &[Token]) -> Hold {
    let mut stems: Vec<Id> = theirs.iter().map(|token| token.stem).collect();
    let mut pairs: Vec<(Id, Id)> = stems.windows(2).map(|pair| (pair[0], pair[1])).collect();
    stems.sort_unstable();
    pairs.sort_unstable();
    Hold {
        passage: number,
        words: tokens.iter().map(|token| stems.binary_search(&token.stem).is_ok()).collect(),
        pairs: tokens
            .windows(2)
            .map(|pair| pairs.binary_search(&(pair[0].stem, pair[1].stem)).is_ok())
            .collect(),
    }
}
