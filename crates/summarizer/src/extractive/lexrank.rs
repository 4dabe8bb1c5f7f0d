//! LexRank: sentences vote for those that are similar enough, and a vote counts more if it comes
//! from a sentence with votes of its own (Erkan & Radev 2004, "LexRank: Graph-based Lexical Centrality
//! as Salience in Text Summarization").
//!
//! The similarity is the paper's idf-modified cosine, with term frequency relative to the sentence's
//! most frequent word, and idf taken from the article itself, as in the Python package sumy. Unlike
//! there, the walk is damped, as the paper has it, and goes on until it has settled; sumy's stops at
//! a change of 0.1, most often after its first step. And from a sentence of nothing but stop words,
//! which has no links, the reader goes on anywhere; in sumy the reader is lost there.

use std::sync::Arc;

use ndarray::Array2;
use standfirst_core::{article::Article, plugin::Summarizer};

use super::{
    Extractor, by_score, graph,
    terms::{Terms, Weights, products},
};

/// What it is called by.
pub const ID: &str = "lexrank";

/// Chance of following a link: the paper's d = 0.15, said the other way round.
pub const DAMPING: f64 = 0.85;

/// Sentences more similar than this are linked; the best of the paper's thresholds.
const THRESHOLD: f64 = 0.1;

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    let about = "centrality in a graph of similar sentences (Erkan & Radev 2004)";
    Arc::new(Extractor::new(ID, about, rank))
}

/// The first [`graph::MAX_SENTENCES`] sentences, most central first.
pub fn rank(article: &Article) -> Vec<usize> {
    by_score(&scores(&Terms::of(article, graph::MAX_SENTENCES), DAMPING))
}

/// Centrality of each sentence, 0–1, sum 1. `damping` is 0–1; with 1 the walk never jumps, and the
/// score of a sentence is its share of all links.
pub fn scores(terms: &Terms, damping: f64) -> Vec<f64> {
    graph::centrality(&links(terms), damping)
}

/// 1 between sentences whose cosine is above the threshold, a sentence and itself included.
fn links(terms: &Terms) -> Array2<f64> {
    let dots = products(&weights(terms), terms.vocabulary());
    let lengths = dots.diag().mapv(f64::sqrt);
    Array2::from_shape_fn(dots.raw_dim(), |(row, column)| {
        f64::from(dots[(row, column)] > THRESHOLD * lengths[row] * lengths[column])
    })
}

/// tf · idf of each sentence's stems.
fn weights(terms: &Terms) -> Vec<Weights> {
    let counts: Vec<_> = (0..terms.len()).map(|row| terms.counts(row)).collect();
    let idf = idf(&counts, terms.vocabulary());
    counts
        .iter()
        .map(|counts| {
            let most = counts.iter().map(|&(_, n)| n).max().unwrap_or(1) as f64;
            counts.iter().map(|&(stem, n)| (stem, n as f64 / most * idf[stem])).collect()
        })
        .collect()
}

/// ln(sentences / (1 + sentences with the stem)).
fn idf(counts: &[Vec<(usize, usize)>], vocabulary: usize) -> Vec<f64> {
    let mut holders = vec![0_usize; vocabulary];
    for &(stem, _) in counts.iter().flatten() {
        holders[stem] += 1;
    }
    holders.iter().map(|&holders| (counts.len() as f64 / (1 + holders) as f64).ln()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    #[test]
    fn similar_sentences_are_linked_and_others_are_not() {
        let sentences = ["kelp reef", "kelp storm", "quarry dust", "tram line", "mill roof"];
        let article = from_sentences("t", &sentences).unwrap();
        let links = links(&Terms::of(&article, 9));
        assert_eq!((links[(0, 1)], links[(0, 2)], links[(2, 2)]), (1.0, 0.0, 1.0));
        assert_eq!(&rank(&article)[..2], &[0, 1]);
    }
}
