//! Beginnings of other stories that were glued to the end of the article.
//!
//! The last paragraphs are compared with everything before them by a logistic model over the
//! [`features`] of each; see [`model`] for what it was fitted on. A tail is cut from its first surely
//! foreign paragraph on. The features are made for English, and other languages are left alone.

mod features;
#[cfg(test)]
mod fit;
mod form;
mod glued;
mod model;

use standfirst_core::article::Reason;

use super::{block::Block, draft::Mark};
use features::Vocabulary;

/// So many blocks at the end are looked at.
const MAX_TAIL: usize = 8;
/// Fewer words than this before the tail are no article to compare with.
const MIN_BODY_WORDS: usize = 40;
/// The first block of a tail is foreign with at least this probability.
const SURE: f64 = 0.75;
/// The log-odds of all blocks of a tail add up to at least this.
const MIN_EVIDENCE: f64 = 1.9;
/// One block adds or takes away at most this much evidence.
const MAX_EVIDENCE: f64 = 3.0;

/// The teasers at the end: of all tails that start with a surely foreign block, the one with the most
/// evidence for it; and what is glued to the last block before it.
pub(super) fn find(blocks: &[Block]) -> Vec<Mark> {
    let Some(vocabulary) = Vocabulary::new(blocks.iter().map(Block::text).collect()) else {
        return Vec::new();
    };
    let (mut evidence, mut most, mut start) = (0.0, MIN_EVIDENCE, blocks.len());
    let mut tail = Vec::new();
    for index in (1..blocks.len()).rev().take(MAX_TAIL) {
        if vocabulary.words_before(index) < MIN_BODY_WORDS {
            break;
        }
        let unit = index..index + 1;
        let prose =
            vocabulary.is_prose(unit.clone()) && !form::is_listed(blocks, index, MAX_TAIL);
        let foreign = if prose { model::probability(&vocabulary.features(unit)) } else { 0.0 };
        evidence += (foreign / (1.0 - foreign)).ln().clamp(-MAX_EVIDENCE, MAX_EVIDENCE);
        tail.push(Mark::whole(index, &blocks[index], Reason::Teaser, foreign));
        if foreign >= SURE && evidence >= most {
            (most, start) = (evidence, index);
        }
    }
    tail.retain(|mark| mark.block >= start);
    tail.extend(glued::find(blocks, start));
    tail
}
