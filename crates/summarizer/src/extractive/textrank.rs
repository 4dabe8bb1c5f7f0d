//! TextRank: sentences recommend those that they share words with (Mihalcea & Tarau 2004,
//! "TextRank: Bringing Order into Texts").
//!
//! As in the Python package sumy, a sentence also links to itself, and a word that stands `a` times
//! in one sentence and `b` times in the other counts `a · b` times. Unlike there, the walk goes on
//! until it has settled, and scores belong to sentences, not to their texts, so that two equal
//! sentences are two.

use std::sync::Arc;

use ndarray::Array2;
use standfirst_core::{article::Article, plugin::Summarizer};

use super::{
    Extractor, by_score, graph,
    terms::{Terms, products},
};

/// What it is called by.
pub const ID: &str = "textrank";

/// The paper's chance of following a link.
const DAMPING: f64 = 0.85;

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    let about = "centrality in a graph of shared words (Mihalcea & Tarau 2004)";
    Arc::new(Extractor::new(ID, about, rank))
}

/// The first [`graph::MAX_SENTENCES`] sentences, most central first.
pub fn rank(article: &Article) -> Vec<usize> {
    by_score(&scores(&Terms::of(article, graph::MAX_SENTENCES)))
}

/// Centrality of each sentence, 0–1, sum 1.
pub fn scores(terms: &Terms) -> Vec<f64> {
    graph::centrality(&links(terms), DAMPING)
}

/// Shared words over the sum of the logarithms of both lengths.
fn links(terms: &Terms) -> Array2<f64> {
    let rows: Vec<_> = (0..terms.len())
        .map(|row| terms.counts(row).into_iter().map(|(stem, n)| (stem, n as f64)).collect())
        .collect();
    let logs: Vec<f64> =
        (0..terms.len()).map(|row| (terms.content(row).count().max(1) as f64).ln()).collect();
    let mut links = products(&rows, terms.vocabulary());
    for ((row, column), link) in links.indexed_iter_mut() {
        let norm = logs[row] + logs[column];
        // Two sentences of one word each share it or not: there is nothing to divide by.
        if norm > 0.0 {
            *link /= norm;
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    #[test]
    fn links_are_the_papers_measure() {
        let sentences = ["kelp reef storm", "kelp reef", "quarry"];
        let article = from_sentences("t", &sentences).unwrap();
        let links = links(&Terms::of(&article, 9));
        assert!((links[(0, 1)] - 2.0 / (3.0_f64.ln() + 2.0_f64.ln())).abs() < 1e-12);
        assert_eq!((links[(0, 2)], links[(2, 2)]), (0.0, 1.0));
    }
}
