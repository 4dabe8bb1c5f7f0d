//! Numbers and dates: whether the article has them, and of the same thing.

use super::{
    alignment::Alignment,
    edits::Comparison,
    index::{Index, Place, Token},
    names,
};
use crate::lexicon::{Role, english};

/// So many words before and after a number say what it counts.
const REACH: usize = 5;
/// In the article they may be this far from it.
const FAR: usize = 12;
/// Of what surrounds a number in the sentence, this share must surround it in the article.
const MIN_SHARED: f64 = 0.2;
/// A number that stands in the place of another one is none the less right if this share of what
/// surrounds it does so in the article.
const MOSTLY: f64 = 0.6;
/// Little else was changed in a sentence that has this share of its words from one passage.
const NEARLY_ALL: f64 = 0.8;
/// A rounded number is at most this far off.
const ROUNDING: f64 = 0.1;

/// Numbers and dates that are nowhere in the article. Indices of words.
pub(super) fn absent(index: &Index, tokens: &[Token]) -> Vec<usize> {
    let unknown = |at: &usize| {
        let token = &tokens[*at];
        let counts = token.number() || names::is_date(token);
        counts && !index.has(token.stem) && !is_rounded(index, tokens, *at)
    };
    (0..tokens.len()).filter(unknown).collect()
}

/// Whether the number is a round one for a number of the article: "about 300" for 297.
fn is_rounded(index: &Index, tokens: &[Token], at: usize) -> bool {
    let Ok(value) = tokens[at].word.parse::<f64>() else { return false };
    let rounds =
        tokens[..at].iter().rev().take(2).any(|token| english().is(&token.word, Role::Round));
    rounds && index.numbers().any(|number| (number - value).abs() <= ROUNDING * value.abs())
}

/// Numbers of the article that stand in the place of another one, or that the article says of
/// something else. Indices of words.
pub(super) fn misplaced(
    index: &Index,
    tokens: &[Token],
    alignment: &Alignment,
    comparison: &Comparison,
) -> Vec<usize> {
    let Some(&best) = alignment.passages.first() else { return Vec::new() };
    let theirs = index.tokens(best);
    let figure = |token: &Token| token.number() || names::is_date(token);
    // Where little else was changed, the other number is a fault and not another sentence's.
    let alone = comparison.common as f64 >= NEARLY_ALL * tokens.len() as f64;
    let mut found: Vec<usize> = Vec::new();
    for edit in &comparison.edits {
        if theirs[edit.theirs.clone()].iter().any(figure) {
            let kind = |at: &usize| {
                theirs[edit.theirs.clone()]
                    .iter()
                    .any(|token| figure(token) && token.number() == tokens[*at].number())
            };
            let elsewhere =
                |at: &usize| alone || !tokens[*at].number() || shared(index, tokens, *at) < MOSTLY;
            let ours = edit.ours.clone().filter(|&at| figure(&tokens[at]));
            found.extend(ours.filter(kind).filter(elsewhere));
        }
    }
    found.extend(
        (0..tokens.len())
            .filter(|&at| tokens[at].number() && index.has(tokens[at].stem))
            .filter(|&at| shared(index, tokens, at) < MIN_SHARED),
    );
    found.sort_unstable();
    found.dedup();
    found
}

/// How much of what surrounds a number in the sentence also surrounds it in the article, at best.
pub(super) fn shared(index: &Index, tokens: &[Token], at: usize) -> f64 {
    let around = &tokens[at.saturating_sub(REACH)..(at + REACH + 1).min(tokens.len())];
    let around: Vec<&Token> =
        around.iter().filter(|token| token.is_content() && token.stem != tokens[at].stem).collect();
    let whole: f64 = around.iter().map(|token| token.weight).sum();
    if whole == 0.0 {
        return 1.0;
    }
    let at_place = |place: &Place| {
        let there = index.tokens(place.passage as usize);
        let place = place.token as usize;
        let there = &there[place.saturating_sub(FAR)..(place + FAR + 1).min(there.len())];
        let has = |token: &&&Token| there.iter().any(|other| other.stem == token.stem);
        around.iter().filter(has).map(|token| token.weight).sum::<f64>() / whole
    };
    index.places(tokens[at].stem).iter().take(64).map(at_place).fold(0.0, f64::max)
}
