//! SumBasic: take the sentence with the most probable words, make its words less probable, and again
//! (Nenkova & Vanderwende 2005, "The Impact of Frequency on Summarization").
//!
//! The update is what keeps the summary from saying a thing twice. As in the Python package sumy, the
//! next sentence is the best of all, not the best of those with the single most probable word.

use std::sync::Arc;

use standfirst_core::{article::Article, plugin::Summarizer};

use super::{Extractor, graph::MAX_SENTENCES, terms::Terms};

/// What it is called by.
pub const ID: &str = "sumbasic";

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    let about = "most probable words, each taken once (Nenkova & Vanderwende 2005)";
    Arc::new(Extractor::new(ID, about, rank))
}

/// The first [`MAX_SENTENCES`] sentences in the order in which they are taken.
pub fn rank(article: &Article) -> Vec<usize> {
    order(&Terms::of(article, MAX_SENTENCES))
}

/// Sentences in the order in which they are taken.
pub fn order(terms: &Terms) -> Vec<usize> {
    let totals = terms.totals();
    let all = totals.iter().sum::<usize>() as f64;
    let mut probabilities: Vec<f64> = totals.iter().map(|&n| n as f64 / all).collect();
    let mut left: Vec<usize> = (0..terms.len()).collect();
    let mut order = Vec::with_capacity(terms.len());
    while !left.is_empty() {
        let taken = left.remove(best(terms, &left, &probabilities));
        for stem in terms.content(taken) {
            probabilities[stem] *= probabilities[stem];
        }
        order.push(taken);
    }
    order
}

/// Position of the candidate with the highest mean probability of a word; of equals the first.
fn best(terms: &Terms, candidates: &[usize], probabilities: &[f64]) -> usize {
    let mut best = (0, -1.0);
    for (at, &sentence) in candidates.iter().enumerate() {
        let mean = mean(terms.content(sentence).map(|stem| probabilities[stem]));
        if mean > best.1 {
            best = (at, mean);
        }
    }
    best.0
}

/// 0 for none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_text::sentence::from_sentences;

    #[test]
    fn what_was_said_is_not_said_again() {
        let sentences = ["kelp reef", "kelp reef kelp", "storm quarry", "storm tram"];
        let article = from_sentences("t", &sentences).unwrap();
        assert_eq!(rank(&article), [1, 2, 3, 0], "kelp, then storm, then what is left");
    }
}
