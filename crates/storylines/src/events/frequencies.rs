//! In how many articles a word stands.

use std::collections::HashMap;

use super::Features;
use crate::sparse::{Sparse, unit};

/// Articles' worth of what was known beforehand, beside those that were counted.
const PRIOR: f32 = 60.0;
/// Share of articles that a word or a name of which nothing is known stands in.
const RARE: f32 = 0.004;
/// Most words that are counted; what comes after is taken for rare.
const MAX_WORDS: usize = 4_000_000;

/// In how many of the articles seen so far each word and each name stands.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    articles: u32,
    counts: HashMap<u32, u32>,
}

impl Frequencies {
    /// Counts one article more.
    pub fn observe(&mut self, article: &Features) {
        self.articles += 1;
        for (hash, _) in article.terms.iter().chain(&article.names) {
            if self.counts.len() < MAX_WORDS || self.counts.contains_key(hash) {
                *self.counts.entry(*hash).or_default() += 1;
            }
        }
    }

    /// Inverse document frequency: the logarithm of how many articles there are for one that has it. Nothing for what
    /// more than two fifths of them have.
    pub fn rarity(&self, hash: u32) -> f32 {
        let count = self.counts.get(&hash).copied().unwrap_or(0) as f32;
        let share = (count + PRIOR * RARE) / (self.articles as f32 + PRIOR);
        (0.4 / share).ln().max(0.0)
    }

    /// The same words by count and rarity, scaled to length 1; empty without any that is rare.
    pub fn weigh(&self, counts: &[(u32, f32)]) -> Sparse {
        let weighed = counts.iter().map(|(hash, count)| (*hash, count * self.rarity(*hash)));
        unit(weighed.filter(|(_, weight)| *weight > 0.0).collect())
    }
}
