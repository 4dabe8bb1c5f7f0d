//! ROUGE (Lin 2004) as Google's `rouge-score` 0.1.2 computes it, through the crate `rougers`, whose
//! scores a golden test compares with that package.

use rougers::{RougeScorer, RougeType};
use serde::Serialize;

/// Precision, recall and their harmonic mean, each 0–1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Share of the summary's units that the reference has.
    pub precision: f64,
    /// Share of the reference's units that the summary has.
    pub recall: f64,
    /// Harmonic mean of the two; 0 if both are.
    pub f: f64,
}

/// The four variants in use for summaries of several sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// ROUGE-1: words.
    pub rouge1: Score,
    /// ROUGE-2: pairs of neighbouring words.
    pub rouge2: Score,
    /// ROUGE-L: longest common subsequence of the whole texts.
    #[serde(rename = "rougeL")]
    pub rouge_l: Score,
    /// ROUGE-Lsum: union of the longest common subsequences by sentence, one sentence a line.
    #[serde(rename = "rougeLsum")]
    pub rouge_lsum: Score,
}

/// A ROUGE scorer; make one and use it for many pairs.
pub struct Rouge(RougeScorer);

impl Rouge {
    /// With or without the Porter stemmer that `rouge-score` uses.
    ///
    /// # Panics
    /// Never: the four variants are known to the crate.
    pub fn new(stem: bool) -> Self {
        let variants = ["rouge1", "rouge2", "rougeL", "rougeLsum"];
        Self(RougeScorer::new(variants, stem).expect("the four variants exist"))
    }

    /// Scores `summary` against `reference`. One sentence a line in both, which only ROUGE-Lsum
    /// minds.
    pub fn score(&self, reference: &str, summary: &str) -> Scores {
        let scores = self.0.score(reference, summary);
        let get = |variant| {
            let score = scores.get(variant).unwrap_or_default();
            Score { precision: score.precision, recall: score.recall, f: score.fmeasure }
        };
        Scores {
            rouge1: get(RougeType::N(1)),
            rouge2: get(RougeType::N(2)),
            rouge_l: get(RougeType::L),
            rouge_lsum: get(RougeType::LSum),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_hand() {
        let scores = Rouge::new(false).score("the old bridge fell", "the bridge fell down");
        let expected = Score { precision: 0.75, recall: 0.75, f: 0.75 };
        assert_eq!(scores.rouge1, expected);
        assert_eq!(scores.rouge_l, expected);
        assert!((scores.rouge2.f - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(Rouge::new(true).score("", "word"), Scores::default());
    }
}
