//! The sentences that a head of our own finds worth reading: a small network over sentence embeddings
//! and plain features, trained on articles with summaries that people wrote (see
//! [`train`](crate::train)), and a selection that pays for every pair that says the same.

mod event;
pub mod features;
pub mod head;
mod same;
mod statement;

use std::{num::NonZeroUsize, sync::Arc};

use ndarray::{Array2, ArrayView1};
use standfirst_core::{
    article::Article,
    card::Sha256,
    plugin::{Budget, PluginError, PluginInfo, Summarizer, Summary},
};
use standfirst_text::reading;

use self::{features::Line, head::Head, same::Same};
use super::{by_score, mend, ranking::Ranker};
use crate::engine::{
    Encoder,
    encoded::{self, EncoderKey, Sentences},
    encoder_sum,
};

/// What the `method` of a card calls it.
pub const METHOD: &str = "salience";
/// The shortest abstract.
const ONE: Budget = Budget::Sentences(NonZeroUsize::MIN);
/// The cosine of two sentences from which on they say one thing, and only one of them is taken while there are others.
const ALIKE: f32 = 0.75;
/// Sentences that are weighed against one another; those after them are in order of their score alone.
const MAX_WEIGHED: usize = 64;

/// Picks sentences by a trained head. Shares its encoder with other models.
pub struct Salience {
    info: PluginInfo,
    encoder: Arc<dyn Encoder>,
    head: Head,
    ranker: Ranker,
}

/// An article's sentences, best first.
struct Ranked {
    ranking: Vec<usize>,
    /// How many of them come before the first that is no statement.
    strong: usize,
    /// What they were ranked by.
    sentences: Arc<Sentences>,
}

impl Salience {
    /// Under the name and for the languages of `info`.
    pub fn new(info: PluginInfo, encoder: Arc<dyn Encoder>, head: Head) -> Self {
        Self { info, encoder, head, ranker: Ranker::new() }
    }

    /// All sentences of `article` that the network reads, best first: the first `n` are the best selection of `n` that a
    /// greedy choice finds.
    ///
    /// # Errors
    /// [`PluginError::Language`] for an article in a language that it does not know,
    /// [`PluginError::Engine`] if the network fails.
    pub fn rank(&self, article: &Article) -> Result<Vec<usize>, PluginError> {
        Ok(self.read(article)?.ranking.clone())
    }

    /// The ranking, and what it was made from.
    fn read(&self, article: &Article) -> Result<Arc<Ranked>, PluginError> {
        self.info.check_language(article.language())?;
        self.ranker.ranking(article, || self.ranked(article))
    }

    /// The same, computed.
    fn ranked(&self, article: &Article) -> Result<Ranked, PluginError> {
        let (encoder, key) = (&*self.encoder, EncoderKey::of(&self.info));
        let sentences = encoded::sentences(article, encoder, key)?;
        let title = encoded::title(article, encoder, key)?;
        let title = title.vector.as_ref().map(|title| title.view());
        let lines = Line::all(&reading::of(article));
        let features = features::of_lines(article, &lines, &sentences.vectors, title);
        let lines = &lines[..features.nrows()];
        let manner = Manner { weak: statement::are_none(article, lines), same: Same::new(lines) };
        let ranking = order(&self.head, &features, &sentences.vectors, &manner);
        let strong = ranking.iter().take_while(|&&index| !manner.weak[index]).count();
        Ok(Ranked { ranking, strong, sentences })
    }
}

impl Summarizer for Salience {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn shares(&self) -> Option<Sha256> {
        encoder_sum(&self.info)
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let read = self.read(article)?;
        let unread = read.sentences.unread.clone();
        let mut ranking = read.ranking.clone();
        if budget == ONE {
            event::first(article, &mut ranking[..read.strong]);
        }
        Ok(Summary { unread, ..mend::summarize(article, &ranking, budget) })
    }
}

/// What a head that was trained on hard news hardly knows of an article's sentences. By default nothing is known.
#[derive(Default)]
pub struct Manner<'a> {
    /// Those that are no statements.
    weak: Vec<bool>,
    /// Which say one thing in the same words.
    same: Same<'a>,
}

/// Every sentence, best first: by the head's score, to which each pair with one that is already taken
/// adds its price. Those that are weak come after all others, and so does what says again what was taken: the price of
/// a pair, learnt from hard news, hardly tells.
pub fn order(
    head: &Head,
    features: &Array2<f32>,
    embeddings: &Array2<f32>,
    manner: &Manner<'_>,
) -> Vec<usize> {
    let is_weak = |i: usize| manner.weak.get(i) == Some(&true);
    let scores = head.scores(features);
    let mut values = scores.clone();
    // The strong ones first, each in their order, so that one of either kind is the best of its own.
    let (strong, behind): (Vec<usize>, Vec<usize>) = (0..scores.len()).partition(|&i| !is_weak(i));
    let mut left = strong;
    let mut behind = Some(behind);
    let mut order = Vec::with_capacity(scores.len());
    while order.len() < MAX_WEIGHED {
        if left.is_empty() {
            left = behind.take().unwrap_or_default();
        }
        if left.is_empty() {
            break;
        }
        let of_left: Vec<f64> = left.iter().map(|&i| values[i]).collect();
        let taken = left.remove(by_score(&of_left)[0]);
        let row: ArrayView1<'_, f32> = embeddings.row(taken);
        let likeness = |i: usize| row.dot(&embeddings.row(i));
        for &i in left.iter().chain(behind.iter().flatten()) {
            values[i] += head.together(likeness(i), i.abs_diff(taken) == 1);
        }
        if let Some(behind) = &mut behind {
            let again = |i: &mut usize| likeness(*i) >= ALIKE || manner.same.of(*i, taken);
            behind.extend(left.extract_if(.., again));
            behind.sort_unstable();
        }
        order.push(taken);
    }
    let of_left: Vec<f64> = left.iter().map(|&i| scores[i]).collect();
    order.extend(by_score(&of_left).into_iter().map(|at| left[at]));
    let behind = behind.unwrap_or_default();
    let of_behind: Vec<f64> = behind.iter().map(|&i| scores[i]).collect();
    order.extend(by_score(&of_behind).into_iter().map(|at| behind[at]));
    order
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Salience>();
};

#[cfg(test)]
mod tests;
