//! Selections of a few of an article's best sentences, and what choosing among them by chance risks.

use ndarray::{Array1, Array2};

use super::{Recipe, gain::Gain};
use crate::extractive::{by_score, salience::head};

/// The selections of one article.
pub(super) struct Candidates {
    /// Each as sentence indices.
    sets: Vec<Vec<usize>>,
    /// What its pairs sum up to: likeness, neighbours, likeness above the limit.
    pairs: Vec<[f32; 3]>,
    /// How good each is, less the mean, in hundredths.
    gains: Vec<f32>,
}

impl Candidates {
    /// All selections of the best sentences by `scores`.
    pub(super) fn new(
        gain: &Gain,
        embeddings: &Array2<f32>,
        scores: &Array1<f32>,
        recipe: &Recipe,
    ) -> Self {
        let wide: Vec<f64> = scores.iter().map(|&score| f64::from(score)).collect();
        let mut best: Vec<usize> = by_score(&wide).into_iter().take(recipe.candidates).collect();
        best.sort_unstable();
        let sets = subsets(&best, recipe.sentences.min(best.len()));
        let gains: Vec<f32> = sets.iter().map(|set| 100.0 * gain.of(set, recipe.pairs)).collect();
        let mean = gains.iter().sum::<f32>() / gains.len().max(1) as f32;
        Self {
            pairs: sets.iter().map(|set| pairs(set, embeddings)).collect(),
            gains: gains.into_iter().map(|gain| gain - mean).collect(),
            sets,
        }
    }

    /// With which odds each selection is drawn.
    fn odds(&self, scores: &Array1<f32>, prices: &Array1<f32>) -> Array1<f32> {
        let value = |(set, pairs): (&Vec<usize>, &[f32; 3])| {
            let alone: f32 = set.iter().map(|&i| scores[i]).sum();
            alone + pairs.iter().zip(prices).map(|(pair, price)| pair * price).sum::<f32>()
        };
        super::softmax(&self.sets.iter().zip(&self.pairs).map(value).collect())
    }

    /// The expected loss itself, for tests.
    #[cfg(test)]
    pub(super) fn loss(&self, scores: &Array1<f32>, prices: &Array1<f32>) -> f32 {
        let odds = self.odds(scores, prices);
        -odds.iter().zip(&self.gains).map(|(odds, gain)| odds * gain).sum::<f32>()
    }

    /// Change of the expected loss with each score, and with each price of a pair, when a selection is
    /// drawn with odds that grow with its score.
    pub(super) fn risk(
        &self,
        scores: &Array1<f32>,
        prices: &Array1<f32>,
    ) -> (Array1<f32>, Array1<f32>) {
        let odds = self.odds(scores, prices);
        let expected: f32 = odds.iter().zip(&self.gains).map(|(odds, gain)| odds * gain).sum();
        let (mut slope, mut pair) = (Array1::zeros(scores.len()), Array1::zeros(prices.len()));
        for (k, set) in self.sets.iter().enumerate() {
            let blame = odds[k] * (expected - self.gains[k]);
            for &i in set {
                slope[i] += blame;
            }
            pair.iter_mut().zip(self.pairs[k]).for_each(|(sum, x)| *sum += blame * x);
        }
        (slope, pair)
    }
}

/// All selections of `size` of `from`, in the order of a dictionary.
fn subsets(from: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut sets = Vec::new();
    for (at, &first) in from.iter().enumerate() {
        for mut rest in subsets(&from[at + 1..], size - 1) {
            rest.insert(0, first);
            sets.push(rest);
        }
    }
    sets
}

fn pairs(set: &[usize], embeddings: &Array2<f32>) -> [f32; 3] {
    let mut sum = [0.0; 3];
    for (at, &i) in set.iter().enumerate() {
        for &j in &set[at + 1..] {
            let like = embeddings.row(i).dot(&embeddings.row(j));
            sum[0] += like;
            sum[1] += f32::from(u8::from(i.abs_diff(j) == 1));
            sum[2] += (like - head::ALIKE).max(0.0);
        }
    }
    sum
}
