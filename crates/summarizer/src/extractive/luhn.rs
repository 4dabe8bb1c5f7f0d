//! Luhn: a sentence is as good as its densest cluster of frequent words (Luhn 1958, "The Automatic
//! Creation of Literature Abstracts").
//!
//! As in the Python package sumy, every stem that stands twice in the article is significant.

use std::sync::Arc;

use standfirst_core::{article::Article, plugin::Summarizer};

use super::{Extractor, by_score, terms::Terms};

/// What it is called by.
pub const ID: &str = "luhn";

/// Insignificant words in a row that end a cluster: the paper's "four or five", taken strictly.
const GAP: usize = 4;
/// Times that a stem must stand in the article to be significant.
const SIGNIFICANT: usize = 2;

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    Arc::new(Extractor::new(ID, "densest cluster of frequent words (Luhn 1958)", rank))
}

/// All sentences, the densest first.
pub fn rank(article: &Article) -> Vec<usize> {
    by_score(&scores(&Terms::of(article, usize::MAX)))
}

/// Significance of each sentence, 0 or more: the highest of its clusters.
pub fn scores(terms: &Terms) -> Vec<f64> {
    let totals = terms.totals();
    (0..terms.len())
        .map(|sentence| {
            let words = terms.words(sentence).iter().enumerate();
            densest(words.filter_map(|(at, word)| {
                word.is_some_and(|stem| totals[stem] >= SIGNIFICANT).then_some(at)
            }))
        })
        .collect()
}

/// The highest value of a cluster, given the positions of the significant words.
fn densest(positions: impl Iterator<Item = usize>) -> f64 {
    let mut clusters: Vec<Cluster> = Vec::new();
    for at in positions {
        match clusters.last_mut() {
            Some(cluster) if at - cluster.last <= GAP => {
                cluster.last = at;
                cluster.words += 1;
            }
            _ => clusters.push(Cluster { first: at, last: at, words: 1 }),
        }
    }
    clusters.iter().map(Cluster::value).fold(0.0, f64::max)
}

/// A stretch of a sentence that begins and ends with a significant word.
struct Cluster {
    first: usize,
    last: usize,
    words: usize,
}

impl Cluster {
    /// Significant words squared over all words; 0 for a single one.
    fn value(&self) -> f64 {
        if self.words < 2 {
            return 0.0;
        }
        (self.words * self.words) as f64 / (self.last - self.first + 1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_end_after_four_insignificant_words() {
        let cases: [(&[usize], f64); 5] = [
            (&[0, 4], 0.8),    // three between
            (&[0, 5], 0.0),    // four between
            (&[0, 5, 6], 2.0), // the second cluster is denser
            (&[0, 1, 4], 1.8), // whole clusters only, not their best part
            (&[], 0.0),
        ];
        for (positions, value) in cases {
            let found = densest(positions.iter().copied());
            assert!((found - value).abs() < 1e-12, "{positions:?}: {found}");
        }
    }
}
