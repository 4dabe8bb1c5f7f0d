//! Which blocks of a page are the article, and why the others are not: gradient-boosted trees, trained on pages
//! whose article people marked (`models/extract`), weigh every block.

use std::{ops::Range, sync::LazyLock};

use standfirst_core::article::Reason;

mod aside;
mod clues;
mod features;
#[cfg(test)]
mod fit;
mod page;
mod reason;
mod trees;
mod words;

pub(super) use clues::Clues;
use features::Reader;
pub(super) use page::Page;
use trees::Trees;

use super::blocks::Kind;

static BLOCKS: LazyLock<Trees> =
    LazyLock::new(|| Trees::parse(standfirst_models::EXTRACT, &features::names()));

/// A page on which more than this share of the text could as well be decided otherwise was a close call.
const CLOSE: f64 = 0.2;
/// Likelihoods that are about even.
const EVEN: Range<f32> = 0.25..0.65;

/// What became of the blocks of a page.
pub(super) struct Choice {
    /// Of each block, why it is left out and how sure that is, 0–1; `None` if it is the article's.
    pub left: Vec<Option<(Reason, f64)>>,
    /// Whether much of the text could as well have been decided otherwise.
    pub close: bool,
}

/// Chooses the blocks that are the article. Some are always chosen where there are any.
pub(super) fn choose(page: &Page, clues: &Clues) -> Choice {
    let likely = likelihoods(page, clues);
    // A caption is the article's only where there is nothing else.
    let captions = page.blocks.iter().all(|block| block.kind == Kind::Caption);
    let may_be = |at: usize| captions || page.blocks[at].kind != Kind::Caption;
    let blocks = (0..likely.len()).filter(|&at| may_be(at));
    let least =
        least(blocks.map(|at| (page.blocks[at].text.len() as f64, likely[at].into())).collect());
    let kept: Vec<bool> =
        likely.iter().enumerate().map(|(at, &p)| f64::from(p) >= least && may_be(at)).collect();
    let reasons = reason::of(page, &kept);
    let left = likely
        .iter()
        .zip(reasons)
        .map(|(&p, reason)| reason.map(|reason| (reason, f64::from((1.0 - p).clamp(0.0, 1.0)))));
    Choice { left: left.collect(), close: is_close(page, &likely, &kept) }
}

/// The least likelihood of a block that is kept: the one with which the F1 of the text, in bytes, is expected to be
/// best. For the blocks from a likelihood on that is twice their likely bytes, divided by their bytes and the likely
/// bytes of the whole page, and another block adds to it if it is likelier than half of it. So this is about a half
/// on a page whose article is plain, and lower where little is sure, since there more is lost by what is left out
/// (Lewis 1995, "Evaluating and optimizing autonomous text classification systems"). Takes bytes and likelihoods.
fn least(mut blocks: Vec<(f64, f64)>) -> f64 {
    blocks.sort_by(|a, b| b.1.total_cmp(&a.1));
    let expected: f64 = blocks.iter().map(|(length, p)| length * p).sum();
    let (mut right, mut kept, mut best) = (0.0, 0.0, 0.0_f64);
    for (length, p) in blocks {
        right += length * p;
        kept += length;
        best = best.max(2.0 * right / (kept + expected));
    }
    best / 2.0
}

/// How likely each block is the article's, 0–1.
fn likelihoods(page: &Page, clues: &Clues) -> Vec<f32> {
    let off = aside::of(page, clues);
    if !off.contains(&true) {
        return weighed(page, clues);
    }
    let mut rest = weighed(&page.without(&off), clues).into_iter();
    off.iter().map(|&off| if off { 0.0 } else { rest.next().unwrap_or(0.0) }).collect()
}

fn weighed(page: &Page, clues: &Clues) -> Vec<f32> {
    let reader = Reader::new(page, clues);
    (0..page.blocks.len()).map(|at| BLOCKS.probability(&reader.row(at))).collect()
}

/// Whether the share of the text whose likelihood is about even is large.
fn is_close(page: &Page, likely: &[f32], kept: &[bool]) -> bool {
    let (mut even, mut all) = (0.0, 0.0);
    for ((block, &p), &kept) in page.blocks.iter().zip(likely).zip(kept) {
        let length = block.text.len() as f64;
        even += if EVEN.contains(&p) { length } else { 0.0 };
        all += if kept { length } else { 0.0 };
    }
    even > CLOSE * all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The F1 to be expected of some blocks, by all ways in which the page may turn out.
    fn expected(blocks: &[(f64, f64)], kept: &[bool]) -> f64 {
        let likely: f64 = blocks.iter().map(|(length, p)| length * p).sum();
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| -> f64 {
            blocks.iter().zip(kept).filter(|(_, kept)| **kept).map(|(block, _)| of(block)).sum()
        };
        2.0 * sum(&|(length, p)| length * p) / (sum(&|(length, _)| *length) + likely)
    }

    #[test]
    fn no_other_choice_of_blocks_is_expected_to_be_better() {
        let mut random = standfirst_core::random::SplitMix64::new(7);
        for _ in 0..200 {
            let blocks: Vec<(f64, f64)> =
                (0..8).map(|_| (1.0 + 500.0 * random.fraction(), random.fraction())).collect();
            let least = least(blocks.clone());
            let kept: Vec<bool> = blocks.iter().map(|(_, p)| *p >= least).collect();
            let chosen = expected(&blocks, &kept);
            for choice in 1..256_u32 {
                let other: Vec<bool> = (0..8).map(|at| choice >> at & 1 == 1).collect();
                assert!(expected(&blocks, &other) <= chosen + 1e-9, "{blocks:?} {choice:b}");
            }
        }
    }
}
