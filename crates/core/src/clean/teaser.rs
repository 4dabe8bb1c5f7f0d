//! Beginnings of other stories that were glued to the end of the article.
//!
//! The last paragraphs are compared with everything before them by a logistic model over the
//! [`Features`] of each; see [`model`] for what it was fitted on. A tail is cut from its first surely
//! foreign paragraph on. The features are made for English, and other languages are left alone.

mod features;
#[cfg(test)]
mod fit;
mod frequency;
mod model;

use crate::article::Reason;

use super::{block::Block, draft::Mark};
use features::Vocabulary;

/// So many blocks at the end are looked at.
const MAX_TAIL: usize = 8;
/// Fewer words than this before the tail are no article to compare with.
const MIN_BODY_WORDS: usize = 40;
/// The first block of a tail is foreign with at least this probability,
const SURE: f64 = 0.9;
/// the ones after it with at least this.
const LIKELY: f64 = 0.3;

/// The teasers at the end.
pub(super) fn find(blocks: &[Block]) -> Vec<Mark> {
    let Some(vocabulary) = Vocabulary::new(blocks) else { return Vec::new() };
    let mut tail = Vec::new();
    let mut start = blocks.len();
    for index in (1..blocks.len()).rev().take(MAX_TAIL) {
        if vocabulary.words_before(index) < MIN_BODY_WORDS {
            break;
        }
        let foreign = model::probability(&vocabulary.features(index));
        if foreign < LIKELY {
            break;
        }
        tail.push(Mark::whole(index, &blocks[index], Reason::Teaser, foreign));
        if foreign >= SURE {
            start = index;
        }
    }
    tail.retain(|mark| mark.block >= start);
    tail
}
