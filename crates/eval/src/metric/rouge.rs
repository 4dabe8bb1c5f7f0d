//! ROUGE (Lin 2004) as Google's `rouge-score` 0.1.2 computes it, through the crate `rougers`, whose
//! scores a golden test compares with that package.

use rougers::{RougeScorer, RougeType};
use serde::Serialize;

/// Words of a text that are compared, from its beginning: the longest common subsequence of two sentences takes a table of
/// all words of the one by all of the other.
const MAX_WORDS: usize = 5_000;

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
    /// minds. Of a text of more than 5,000 words those are scored that come first.
    pub fn score(&self, reference: &str, summary: &str) -> Scores {
        let scores = self.0.score(clipped(reference), clipped(summary));
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

    /// Scores `summary` against the nearest of `references`, by each variant the one of the highest F, as
    /// `score_multi` of `rouge-score` does; `None` without one.
    pub fn score_nearest(&self, references: &[&str], summary: &str) -> Option<Scores> {
        let scores = references.iter().map(|reference| self.score(reference, summary));
        scores.reduce(|best, other| Scores {
            rouge1: best.rouge1.or(other.rouge1),
            rouge2: best.rouge2.or(other.rouge2),
            rouge_l: best.rouge_l.or(other.rouge_l),
            rouge_lsum: best.rouge_lsum.or(other.rouge_lsum),
        })
    }
}

impl Score {
    /// The one of the higher F; of equals the first.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if other.f > self.f { other } else { self }
    }
}

/// Which ROUGE it is, for reports.
pub fn variant(stem: bool) -> String {
    let variant = if stem { "with" } else { "without" };
    format!("as rouge-score 0.1.2, {variant} stemming")
}

/// Whether `text` is one that ROUGE can see: it knows the letters a to z and digits alone, and scores a text of other
/// letters 0, even beside itself. That is one of which these are at least half of all letters and digits, if there are any.
pub fn sees(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let (known, all) = letters.fold((0_usize, 0_usize), |(known, all), c| {
        (known + usize::from(c.is_ascii_alphanumeric()), all + 1)
    });
    known * 2 >= all
}

/// The beginning of `text` with as many words, as `rouge-score` counts them, as are compared.
fn clipped(text: &str) -> &str {
    let mut inside = false;
    let mut words = text.char_indices().filter(|(_, c)| {
        let starts = c.is_ascii_alphanumeric() && !inside;
        inside = c.is_ascii_alphanumeric();
        starts
    });
    words.nth(MAX_WORDS).map_or(text, |(next, _)| &text[..next])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_end_take_no_table_without_end() {
        let long = "rain fell on 12 boats, ".repeat(60_000);
        assert_eq!(clipped(&long), "rain fell on 12 boats, ".repeat(1_000));
        for whole in ["", "Rain.", "¡Zoë!", &"é ".repeat(9_000)] {
            assert_eq!(clipped(whole), whole);
        }
        let scores = Rouge::new(false).score(&long, &long);
        assert_eq!((scores.rouge1.f, scores.rouge_lsum.f), (1.0, 1.0));
    }

    #[test]
    fn of_several_references_each_variant_takes_its_nearest() {
        let (rouge, summary) = (Rouge::new(false), "rain fell on boats");
        // The one has all words and no pair of them, the other two pairs of its three.
        let references = ["boats on fell rain", "rain fell on"];
        let [words, pairs] = references.map(|reference| rouge.score(reference, summary));
        let nearest = rouge.score_nearest(&references, summary).unwrap();
        assert_eq!((nearest.rouge1, nearest.rouge2), (words.rouge1, pairs.rouge2));
        assert_eq!((nearest.rouge1.f, nearest.rouge2.precision), (1.0, 2.0 / 3.0));
        assert_eq!(rouge.score_nearest(&references[..1], summary), Some(words));
        assert_eq!(rouge.score_nearest(&[], summary), None);
    }

    #[test]
    fn a_text_of_other_letters_is_not_seen() {
        for seen in ["", "—", "The slip is shut.", "Le café a fermé à Évry.", "3 из 12"] {
            assert!(sees(seen), "{seen}");
        }
        for unseen in ["Причал закрыт.", "桟橋は2日に閉じた。", "Причал HZ-3 закрыт навсегда."]
        {
            assert!(!sees(unseen), "{unseen}");
        }
    }

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
