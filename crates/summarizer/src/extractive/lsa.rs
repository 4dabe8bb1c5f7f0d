//! LSA: a sentence is as good as its share in the article's main topics, which a singular value
//! decomposition finds (Steinberger & Ježek 2004, "Using Latent Semantic Analysis in Text
//! Summarization and Summary Evaluation").
//!
//! The topics kept are the paper's: those whose singular value is at least half of the largest. The
//! Python package sumy keeps all of them, and so ranks by the length of the sentence's own vector; it
//! also gives 0.4 to every word that a sentence lacks. We follow the paper in both.

mod eigen;

use std::sync::Arc;

use standfirst_core::{article::Article, plugin::Summarizer};

use self::eigen::Eigen;
use super::{
    Extractor, by_score,
    terms::{Terms, Weights, products},
};

/// What it is called by.
pub const ID: &str = "lsa";

/// The most sentences that are decomposed: the time grows with the third power of their number.
pub const MAX_SENTENCES: usize = 600;

/// Topics whose singular value is at least this share of the largest are kept.
const KEPT: f64 = 0.5;
/// Least weight of a word that stands in a sentence, where the most frequent one has 1.
const FLOOR: f64 = 0.4;

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    let about = "share in the main topics, by singular values (Steinberger & Ježek 2004)";
    Arc::new(Extractor::new(ID, about, rank))
}

/// The first [`MAX_SENTENCES`] sentences, those with the largest share in the main topics first.
pub fn rank(article: &Article) -> Vec<usize> {
    by_score(&scores(&Terms::of(article, MAX_SENTENCES)))
}

/// Length of each sentence's vector in the space of the kept topics, 0 or more.
///
/// The matrix of words by sentences is tall and its products are few, so the decomposition is that
/// of the products: its eigenvalues are the squares of the singular values.
pub fn scores(terms: &Terms) -> Vec<f64> {
    let Eigen { values, vectors } = Eigen::of(products(&weights(terms), terms.vocabulary()));
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let kept: Vec<usize> =
        (0..terms.len()).filter(|&topic| values[topic] >= KEPT * KEPT * largest).collect();
    let share =
        |sentence: usize, topic: usize| values[topic].max(0.0) * vectors[(topic, sentence)].powi(2);
    (0..terms.len())
        .map(|sentence| kept.iter().map(|&topic| share(sentence, topic)).sum::<f64>().sqrt())
        .collect()
}

/// Frequency relative to the sentence's most frequent word, raised to the floor.
fn weights(terms: &Terms) -> Vec<Weights> {
    (0..terms.len())
        .map(|row| {
            let counts = terms.counts(row);
            let most = counts.iter().map(|&(_, n)| n).max().unwrap_or(1) as f64;
            let weight = |n: usize| FLOOR + (1.0 - FLOOR) * n as f64 / most;
            counts.iter().map(|&(stem, n)| (stem, weight(n))).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    #[test]
    fn a_minor_topic_counts_for_nothing() {
        let sentences = ["kelp reef storm", "kelp reef storm", "kelp reef storm", "quarry"];
        let article = from_sentences("t", &sentences).unwrap();
        let scores = scores(&Terms::of(&article, 9));
        // Three equal vectors of length √3 are one topic of singular value 3; the other has 1.
        assert!((scores[0] - 3.0_f64.sqrt()).abs() < 1e-9 && scores[3].abs() < 1e-9, "{scores:?}");
    }
}
