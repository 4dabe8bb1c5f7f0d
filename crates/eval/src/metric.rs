//! Measures of an abstract, with and without a reference, and how sure a mean of them is.
//!
//! [`METRICS`] is the one list: a measure is a name, a direction and a function from a
//! [`Case`] to a number. What cannot be told is `None`, never 0.

pub mod bootstrap;
pub mod case;
pub mod classes;
pub mod embedding;
pub mod kendall;
pub mod rouge;
pub mod significance;
pub mod source;
pub mod wording;

use serde::Serialize;

use case::Case;

/// One measure of an abstract.
pub struct Metric {
    /// Key in JSON and CSV.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What it says, in which unit, after whom.
    pub about: &'static str,
    /// Which way is better.
    pub better: Better,
    /// Decimals that mean something.
    pub decimals: usize,
    /// Whether short tables show it, or only JSON, CSV and the page.
    pub headline: bool,
    /// The value; `None` where it cannot be told.
    pub score: fn(&Case<'_>) -> Option<f64>,
}

/// Which way a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// It describes and does not judge.
    Neither,
}

/// Every measure, in the order in which it is shown.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of `Case<'a>` is not general enough for the table, a closure is"
)]
pub const METRICS: &[Metric] = &[
    reference(
        "rouge1",
        "ROUGE-1 F",
        "words shared with the reference, 0–100 (Lin 2004)",
        true,
        |c| Some(100.0 * c.rouge?.rouge1.f),
    ),
    reference("rouge2", "ROUGE-2 F", "word pairs shared with the reference, 0–100", true, |c| {
        Some(100.0 * c.rouge?.rouge2.f)
    }),
    reference("rougeL", "ROUGE-L F", "longest common subsequence, 0–100", false, |c| {
        Some(100.0 * c.rouge?.rouge_l.f)
    }),
    reference("rougeLsum", "ROUGE-Lsum F", "the same by sentence, 0–100", true, |c| {
        Some(100.0 * c.rouge?.rouge_lsum.f)
    }),
    part("rouge1_precision", "ROUGE-1 P", |c| Some(100.0 * c.rouge?.rouge1.precision)),
    part("rouge1_recall", "ROUGE-1 R", |c| Some(100.0 * c.rouge?.rouge1.recall)),
    part("rouge2_precision", "ROUGE-2 P", |c| Some(100.0 * c.rouge?.rouge2.precision)),
    part("rouge2_recall", "ROUGE-2 R", |c| Some(100.0 * c.rouge?.rouge2.recall)),
    part("rougeL_precision", "ROUGE-L P", |c| Some(100.0 * c.rouge?.rouge_l.precision)),
    part("rougeL_recall", "ROUGE-L R", |c| Some(100.0 * c.rouge?.rouge_l.recall)),
    part("rougeLsum_precision", "ROUGE-Lsum P", |c| Some(100.0 * c.rouge?.rouge_lsum.precision)),
    part("rougeLsum_recall", "ROUGE-Lsum R", |c| Some(100.0 * c.rouge?.rouge_lsum.recall)),
    reference(
        "token_match",
        "token match F",
        "greedy matching of token embeddings with the reference, 0–100: BERTScore's method \
         (Zhang et al. 2020) on MiniLM, so not its published scale",
        true,
        |c| Some(100.0 * c.tokens?.f),
    ),
    part("token_match_precision", "token match P", |c| Some(100.0 * c.tokens?.precision)),
    part("token_match_recall", "token match R", |c| Some(100.0 * c.tokens?.recall)),
    judged(
        "support",
        "support",
        "how well the article supports its sentences, 0–1, by the check",
        Better::Higher,
        2,
        |c| c.support(),
    ),
    judged(
        "supported",
        "supported",
        "share of its sentences that are copied or supported, by the check",
        Better::Higher,
        2,
        |c| c.supported(),
    ),
    judged("flags", "flags", "what the check finds wrong in an abstract", Better::Lower, 2, |c| {
        c.flags()
    }),
    judged(
        "length_kept",
        "length kept",
        "share of the abstracts that are as long as was asked for",
        Better::Higher,
        2,
        |c| c.length_kept(),
    ),
    judged(
        "redundancy",
        "redundancy",
        "words of a sentence that an earlier one has, 0–1",
        Better::Lower,
        2,
        |c| wording::redundancy(&c.sentences()),
    ),
    judged(
        "tone_drift",
        "tone drift",
        "distance of its tone from the article's, 0–2",
        Better::Lower,
        2,
        |c| c.drift.whole,
    ),
    judged(
        "target_drift",
        "target drift",
        "distance of its tone towards each whom it names from the article's tone towards them, 0–2",
        Better::Lower,
        2,
        |c| c.drift.targets,
    ),
    judged(
        "unread",
        "unread",
        "share of the body that the model did not read",
        Better::Lower,
        2,
        |c| c.unread(),
    ),
    described("words", "words", "words of an abstract", 1, true, |c| Some(c.words() as f64)),
    described(
        "compression",
        "compression",
        "words of the body for each word of the abstract (Grusky et al. 2018)",
        1,
        true,
        |c| c.against_source(wording::compression),
    ),
    described(
        "coverage",
        "coverage",
        "share of its words that stand in stretches of the body (Grusky et al. 2018)",
        2,
        false,
        |c| c.against_source(wording::coverage),
    ),
    described(
        "density",
        "density",
        "length of the stretch that a word stands in (Grusky et al. 2018)",
        1,
        false,
        |c| c.against_source(wording::density),
    ),
    described("novel1", "novel words", "share of its words that the body lacks", 2, false, |c| {
        c.against_source(|source, words| wording::novelty(source, words, 1))
    }),
    described(
        "novel2",
        "novel pairs",
        "the same for pairs of words (See et al. 2017)",
        2,
        true,
        |c| c.against_source(|source, words| wording::novelty(source, words, 2)),
    ),
    described("novel3", "novel triples", "the same for three words", 2, false, |c| {
        c.against_source(|source, words| wording::novelty(source, words, 3))
    }),
    described("novel4", "novel fours", "the same for four words", 2, false, |c| {
        c.against_source(|source, words| wording::novelty(source, words, 4))
    }),
    described(
        "readability",
        "grade",
        "school grade that reads it with ease (Coleman & Liau 1975); English only",
        1,
        false,
        |c| c.readability(),
    ),
    described(
        "position",
        "position",
        "where in the body its evidence begins: 0 at the start, 1 at the end",
        2,
        true,
        |c| c.position(),
    ),
    described(
        "consensus",
        "consensus",
        "share of the other models that rest on the same sentences",
        2,
        true,
        |c| c.consensus(),
    ),
    Metric {
        name: "millis",
        title: "milliseconds",
        about: "wall-clock time for an article; articles run side by side",
        better: Better::Lower,
        decimals: 1,
        headline: true,
        score: |c| c.cell.millis,
    },
];

/// The measure of this name.
pub fn named(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

type Scorer = fn(&Case<'_>) -> Option<f64>;

/// Closeness to what a person wrote.
const fn reference(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    headline: bool,
    score: Scorer,
) -> Metric {
    Metric { name, title, about, better: Better::Higher, decimals: 1, headline, score }
}

/// Precision or recall behind an F.
const fn part(name: &'static str, title: &'static str, score: Scorer) -> Metric {
    let about = "precision (P): of the abstract; recall (R): of the reference; 0–100";
    Metric { name, title, about, better: Better::Neither, decimals: 1, headline: false, score }
}

/// A fault or a virtue that needs no reference.
const fn judged(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    better: Better,
    decimals: usize,
    score: Scorer,
) -> Metric {
    Metric { name, title, about, better, decimals, headline: true, score }
}

/// What the abstract is like, without a verdict.
const fn described(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    decimals: usize,
    headline: bool,
    score: Scorer,
) -> Metric {
    Metric { name, title, about, better: Better::Neither, decimals, headline, score }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let names: HashSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
        assert_eq!(named("density").map(|metric| metric.title), Some("density"));
        assert!(named("beauty").is_none());
    }
}
