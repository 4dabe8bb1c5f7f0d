//! Which blocks of a page are the article, and why the others are not: gradient-boosted trees, trained on pages
//! whose article people marked (`models/extract`), weigh every block.

use std::sync::LazyLock;

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

/// A block is the article's from this probability on: what served best on pages that were not trained on.
const KEEP: f32 = 0.45;
/// A page on which more than this share of the text could as well be decided otherwise was a close call.
const CLOSE: f64 = 0.2;

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
    let best = page.blocks.iter().zip(&likely).filter(|(block, _)| block.kind != Kind::Caption);
    let best = best.map(|(_, &p)| p).fold(0.0, f32::max);
    // Where nothing looks like an article, the likeliest there is.
    let least = if best < KEEP { best / 2.0 } else { KEEP };
    let kept: Vec<bool> = page
        .blocks
        .iter()
        .zip(&likely)
        .map(|(block, &p)| p >= least && (block.kind != Kind::Caption || best == 0.0))
        .collect();
    let reasons = reason::of(page, &kept);
    let left = likely
        .iter()
        .zip(reasons)
        .map(|(&p, reason)| reason.map(|reason| (reason, f64::from((1.0 - p).clamp(0.0, 1.0)))));
    Choice { left: left.collect(), close: is_close(page, &likely, &kept) }
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
        even += if (KEEP - 0.2..KEEP + 0.2).contains(&p) { length } else { 0.0 };
        all += if kept { length } else { 0.0 };
    }
    even > CLOSE * all
}
