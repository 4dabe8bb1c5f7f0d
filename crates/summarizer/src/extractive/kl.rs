//! KL: add the sentence that brings the words of the summary closest to the words of the article
//! (Haghighi & Vanderwende 2009, "Exploring Content Models for Multi-Document Summarization").
//!
//! Closeness is the Kullback-Leibler divergence of the article from the summary. As in the Python
//! package sumy it is summed over the words of the summary alone: over all words it is infinite as
//! long as the summary lacks one.

use std::sync::Arc;

use standfirst_core::{article::Article, plugin::Summarizer};

use super::{Extractor, graph::MAX_SENTENCES, terms::Terms};

/// What it is called by.
pub const ID: &str = "kl";

/// Divergences closer than this are equal; they are of the size of 1.
const ROUNDING: f64 = 1e-12;

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    let about = "closest to the article's words, greedily (Haghighi & Vanderwende 2009)";
    Arc::new(Extractor::new(ID, about, rank))
}

/// The first [`MAX_SENTENCES`] sentences in the order in which they are taken.
pub fn rank(article: &Article) -> Vec<usize> {
    order(&Terms::of(article, MAX_SENTENCES))
}

/// Sentences in the order in which they are taken.
pub fn order(terms: &Terms) -> Vec<usize> {
    let counts: Vec<_> = (0..terms.len()).map(|sentence| terms.counts(sentence)).collect();
    let mut growing = Growing::new(terms);
    let mut left: Vec<usize> = (0..terms.len()).collect();
    let mut order = Vec::with_capacity(terms.len());
    while !left.is_empty() {
        let taken = left.remove(growing.closest(&left, &counts));
        growing.add(&counts[taken]);
        order.push(taken);
    }
    order
}

/// A summary that grows, and the parts of its divergence
/// Σ p ln(p / (n / N)) = Σ p ln p + ln N · Σ p − Σ p ln n
/// over its words, where p is a word's share of the article, n its count in the summary, and N the
/// length of the summary.
struct Growing {
    shares: Vec<f64>,
    /// ln n for every count that can come up.
    logs: Vec<f64>,
    counts: Vec<usize>,
    parts: Parts,
}

#[derive(Clone, Copy, Default)]
struct Parts {
    length: usize,
    entropy: f64,
    covered: f64,
    counted: f64,
}

impl Growing {
    fn new(terms: &Terms) -> Self {
        let totals = terms.totals();
        let all: usize = totals.iter().sum();
        Self {
            shares: totals.iter().map(|&n| n as f64 / all as f64).collect(),
            logs: (0..=all).map(|n| (n.max(1) as f64).ln()).collect(),
            counts: vec![0; totals.len()],
            parts: Parts::default(),
        }
    }

    /// Position of the candidate that leaves the smallest divergence; of equals the first.
    fn closest(&self, candidates: &[usize], counts: &[Vec<(usize, usize)>]) -> usize {
        let mut best = (0, f64::INFINITY);
        for (at, &sentence) in candidates.iter().enumerate() {
            let divergence = self.divergence(self.with(&counts[sentence]));
            if divergence < best.1 - ROUNDING {
                best = (at, divergence);
            }
        }
        best.0
    }

    fn divergence(&self, parts: Parts) -> f64 {
        parts.entropy + self.logs[parts.length] * parts.covered - parts.counted
    }

    /// The parts once a sentence is added.
    fn with(&self, sentence: &[(usize, usize)]) -> Parts {
        let mut parts = self.parts;
        for &(stem, added) in sentence {
            let (share, before) = (self.shares[stem], self.counts[stem]);
            if before == 0 {
                parts.entropy += share * share.ln();
                parts.covered += share;
            }
            parts.counted += share * (self.logs[before + added] - self.logs[before]);
            parts.length += added;
        }
        parts
    }

    fn add(&mut self, sentence: &[(usize, usize)]) {
        self.parts = self.with(sentence);
        for &(stem, added) in sentence {
            self.counts[stem] += added;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    /// The definition, word for word.
    fn divergence(terms: &Terms, summary: &[usize]) -> f64 {
        let share = |sentences: &[usize], stem| {
            let all: Vec<usize> = sentences.iter().flat_map(|&s| terms.content(s)).collect();
            all.iter().filter(|&&other| other == stem).count() as f64 / all.len() as f64
        };
        let article: Vec<usize> = (0..terms.len()).collect();
        let mut stems: Vec<usize> = summary.iter().flat_map(|&s| terms.content(s)).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
            .iter()
            .map(|&w| share(&article, w) * (share(&article, w) / share(summary, w)).ln())
            .sum()
    }

    #[test]
    fn every_step_is_the_best_by_the_definition() {
        let sentences = ["kelp reef", "kelp reef kelp storm", "storm quarry", "storm tram", "mill"];
        let article = from_sentences("t", &sentences).unwrap();
        let terms = Terms::of(&article, 9);
        let order = order(&terms);
        for step in 0..order.len() {
            let with = |next| divergence(&terms, &[&order[..step], &[next]].concat());
            let least = order[step..].iter().map(|&next| with(next)).fold(f64::INFINITY, f64::min);
            assert!((with(order[step]) - least).abs() < 1e-9, "step {step} of {order:?}");
        }
    }
}
