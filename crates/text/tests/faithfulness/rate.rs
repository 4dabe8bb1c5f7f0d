//! Shares with intervals.

use std::fmt;

use crate::edits::Dice;

/// So many of so many, article by article.
#[derive(Default)]
pub struct Rate {
    /// Of each article: how many there are, and how many of them are counted.
    articles: Vec<(u32, u32)>,
}

impl Rate {
    /// What follows is of another article.
    pub fn next_article(&mut self) {
        self.articles.push((0, 0));
    }

    /// One more of the same article.
    pub fn add(&mut self, counted: bool) {
        let (all, part) = self.articles.last_mut().expect("an article has begun");
        *all += 1;
        *part += u32::from(counted);
    }

    /// How many there are.
    pub fn all(&self) -> u32 {
        self.articles.iter().map(|(all, _)| all).sum()
    }

    /// The share of those counted, 0–1.
    pub fn share(&self) -> f64 {
        share(self.articles.iter())
    }

    /// Percentile bootstrap over articles, 95 %.
    pub fn interval(&self) -> (f64, f64) {
        let mut dice = Dice(20_261_127);
        let articles = &self.articles;
        let mut resampled: Vec<f64> = (0..1_000)
            .map(|_| share(articles.iter().map(|_| &articles[dice.below(articles.len())])))
            .collect();
        resampled.sort_by(f64::total_cmp);
        (resampled[25], resampled[974])
    }
}

fn share<'a>(articles: impl Iterator<Item = &'a (u32, u32)>) -> f64 {
    let (all, part) = articles.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    f64::from(part) / f64::from(all.max(1))
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        write!(f, "{:.3} [{low:.3}, {high:.3}]", self.share())
    }
}
