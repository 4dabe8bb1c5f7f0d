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

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d(?:[\d.,]*\d)?|[\w&&[^\d_]]+").expect("the expression is sound")
});

/// The sentences of an article by their terms.
pub(super) struct Sentences {
    /// Numbers of the terms, in the order of the terms themselves.
    numbers: BTreeMap<String, usize>,
    /// Weight of each.
    weights: Vec<f64>,
    /// Of each sentence, its terms, rising and once each, and how many words it has.
    sentences: Vec<(Vec<usize>, usize)>,
}

/// What two texts are compared by: numbers whole without commas, words by their first letters in lower
/// case.
fn terms(text: &str) -> impl Iterator<Item = String> {
    WORD.find_iter(text).map(|word| {
        let word = word.as_str();
        if word.starts_with(|first: char| first.is_numeric()) {
            word.replace(',', "")
        } else {
            word.to_lowercase().chars().take(STEM).collect()
        }
    })
}

impl Sentences {
    /// Those of `article`. Linear in its length.
    pub fn new(article: &Article) -> Self {
        let split: Vec<Vec<String>> =
            article.sentences().iter().map(|sentence| terms(&sentence.text).collect()).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for own in &split {
            let own: BTreeSet<&str> = own.iter().map(String::as_str).collect();
            own.into_iter().for_each(|term| *counts.entry(term).or_default() += 1);
        }
        let weight = |count: &usize| (1.0 + split.len() as f64 / *count as f64).ln();
        let weights = counts.values().map(weight).collect();
        let numbers: BTreeMap<String, usize> =
            counts.keys().zip(0..).map(|(term, number)| ((*term).to_owned(), number)).collect();
        let sentence = |own: &Vec<String>| {
            let known: BTreeSet<usize> = own.iter().map(|term| numbers[term]).collect();
            (known.into_iter().collect(), own.len())
        };
        let sentences = split.iter().map(sentence).collect();
        Self { numbers, weights, sentences }
    }

    /// Indices of the sentences that are the evidence for `hypothesis`, rising; at least one.
    pub fn evidence(&self, hypothesis: &str) -> Vec<usize> {
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
                terms.iter().for_each(|term| _ = open.remove(term));
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
