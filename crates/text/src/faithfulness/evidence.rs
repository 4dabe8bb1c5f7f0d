//! The part of an article that a sentence is held against by a model of entailment: runs of one to three
//! sentences, chosen greedily by how much of the sentence's words they hold, rare ones counting more, as
//! long as there is room. `models/entail/README.md` describes it, and `windows.py` beside it does the
//! same: the network was trained on evidence of this very choice.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::LazyLock,
};

use regex::Regex;
use standfirst_core::article::Article;

/// Most words of all evidence together.
const LIMIT: usize = 70;
/// Most sentences of one run.
const RUN: usize = 3;
/// What a word of a run costs, in shares of the sentence.
const LENGTH_PRICE: f64 = 0.002;
/// What a further run has to add, after its price.
const LEAST_GAIN: f64 = 0.03;
/// Letters of a word that are compared.
const STEM: usize = 5;

/// Words that tell nothing of what a text is about, sorted. Not the lexicon's: the network was trained on
/// evidence chosen by these.
const STOP: [&str; 86] = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been",
    "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he",
    "her", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "more",
    "most", "my", "no", "not", "of", "on", "one", "or", "our", "out", "over", "own", "s", "said",
    "says", "she", "so", "some", "such", "t", "than", "that", "the", "their", "them", "then",
    "there", "they", "this", "those", "to", "up", "us", "was", "we", "were", "what", "when",
    "where", "which", "who", "will", "with", "would", "you", "your",
];

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d(?:[\d.,]*\d)?|[\w&&[^\d_]]+").expect("the expression is sound")
});

/// The sentences of an article by their terms.
pub(super) struct Evidence {
    /// Numbers of the terms, in the order of the terms themselves.
    numbers: BTreeMap<String, usize>,
    /// Weight of each.
    weights: Vec<f64>,
    /// Of each sentence, its terms, rising and once each, and how many words it has.
    sentences: Vec<(Vec<usize>, usize)>,
}

/// What two texts are compared by: numbers whole without commas, words by their first letters in lower
/// case, without those of [`STOP`].
fn terms(text: &str) -> impl Iterator<Item = String> {
    WORD.find_iter(text).filter_map(|word| {
        let word = word.as_str();
        if word.starts_with(|first: char| first.is_numeric()) {
            return Some(word.replace(',', ""));
        }
        let word = word.to_lowercase();
        (STOP.binary_search(&word.as_str()).is_err()).then(|| word.chars().take(STEM).collect())
    })
}

impl Evidence {
    /// Those of `article`. Linear in its length.
    pub fn new(article: &Article) -> Self {
        let split: Vec<BTreeSet<String>> =
            article.sentences().iter().map(|sentence| terms(&sentence.text).collect()).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for term in split.iter().flatten() {
            *counts.entry(term).or_default() += 1;
        }
        let weight = |count: &usize| (1.0 + split.len() as f64 / *count as f64).ln();
        let weights = counts.values().map(weight).collect();
        let numbers: BTreeMap<String, usize> =
            counts.keys().zip(0..).map(|(term, number)| ((*term).to_owned(), number)).collect();
        let lengths =
            article.sentences().iter().map(|sentence| WORD.find_iter(&sentence.text).count());
        let known = |own: &BTreeSet<String>| own.iter().map(|term| numbers[term]).collect();
        let sentences = split.iter().map(known).zip(lengths).collect();
        Self { numbers, weights, sentences }
    }

    /// Indices of the sentences that are the evidence for `hypothesis`, rising; at least one.
    pub fn sentences_for(&self, hypothesis: &str) -> Vec<usize> {
        let mut open: BTreeSet<usize> =
            terms(hypothesis).filter_map(|term| self.numbers.get(&term).copied()).collect();
        let whole: f64 = open.iter().map(|&term| self.weights[term]).sum();
        let whole = if whole > 0.0 { whole } else { 1.0 };
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut left = LIMIT;
        while let Some((run, score)) = self.best(&open, whole, &taken, left) {
            if !taken.is_empty() && score < LEAST_GAIN {
                break;
            }
            for sentence in run {
                let (terms, words) = &self.sentences[sentence];
                open.retain(|term| terms.binary_search(term).is_err());
                left = left.saturating_sub(*words);
                taken.insert(sentence);
            }
            if left == 0 || open.is_empty() {
                break;
            }
        }
        taken.into_iter().collect()
    }

    /// The run that holds most of `open`, its price taken off; the first of equals. Beside what is taken
    /// only one that fits.
    fn best(
        &self,
        open: &BTreeSet<usize>,
        whole: f64,
        taken: &BTreeSet<usize>,
        left: usize,
    ) -> Option<(Range<usize>, f64)> {
        let mut best: Option<(Range<usize>, f64)> = None;
        for run in self.runs() {
            let words: usize = self.sentences[run.clone()].iter().map(|(_, words)| words).sum();
            if !taken.is_empty() && (words > left || taken.range(run.clone()).next().is_some()) {
                continue;
            }
            let score = self.held(&run, open) / whole - LENGTH_PRICE * words as f64;
            if best.as_ref().is_none_or(|(_, highest)| score > *highest) {
                best = Some((run, score));
            }
        }
        best
    }

    /// Weight of those of `open` that a run holds.
    fn held(&self, run: &Range<usize>, open: &BTreeSet<usize>) -> f64 {
        let has = |term: &usize| {
            self.sentences[run.clone()].iter().any(|(own, _)| own.binary_search(term).is_ok())
        };
        open.iter().filter(|term| has(term)).map(|&term| self.weights[term]).sum()
    }

    /// Neighbouring sentences of at most [`LIMIT`] words; a long sentence stands alone.
    fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let count = self.sentences.len();
        (0..count).flat_map(move |first| {
            let ends = first + 1..=(first + RUN).min(count);
            ends.map(move |end| first..end).filter(|run| {
                let words = || self.sentences[run.clone()].iter().map(|(_, words)| words);
                run.len() == 1 || words().sum::<usize>() <= LIMIT
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::sentence::from_sentences;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP.is_sorted());
    }

    /// An article of our own, and what `models/entail/windows.py` chose: made by `tests/golden/evidence.py`.
    #[derive(Deserialize)]
    struct Golden {
        sentences: Vec<String>,
        chosen: Vec<(String, Vec<usize>)>,
    }

    #[test]
    fn it_is_what_the_network_was_trained_on() {
        let goldens = include_str!("../../tests/fixtures/evidence.json");
        let goldens: Vec<Golden> = serde_json::from_str(goldens).unwrap();
        assert!(goldens.iter().map(|golden| golden.chosen.len()).sum::<usize>() > 150);
        for golden in goldens {
            let sentences: Vec<&str> = golden.sentences.iter().map(String::as_str).collect();
            let evidence = Evidence::new(&from_sentences("t", &sentences).unwrap());
            for (hypothesis, chosen) in golden.chosen {
                assert_eq!(evidence.sentences_for(&hypothesis), chosen, "{hypothesis}");
            }
        }
    }
}
