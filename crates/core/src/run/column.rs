//! One model of a plan, and what threads share about it.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError},
};

use super::{
    Plan,
    sync::{Mutex, MutexGuard},
};
use crate::{
    article::Article,
    card::Sha256,
    plugin::{PluginInfo, SentimentModel, Style, Summarizer, Threading},
};

/// A column of the grid: a model and the articles that wait for it.
pub(super) struct Column {
    pub(super) model: Model,
    /// Held by the one call at a time that some models allow.
    turn: Mutex<()>,
    /// Articles that nobody has taken up yet, by index.
    waiting: Mutex<VecDeque<(usize, Arc<Article>)>>,
}

/// Who answers in a column.
pub(super) enum Model {
    Summarizer(Arc<dyn Summarizer>),
    Sentiment(Arc<dyn SentimentModel>),
}

impl Model {
    pub(super) fn info(&self) -> &PluginInfo {
        match self {
            Self::Summarizer(model) => model.info(),
            Self::Sentiment(model) => model.info(),
        }
    }

    /// How many articles it likes at once.
    pub(super) fn batch(&self) -> usize {
        match self {
            Self::Summarizer(model) => model.batch().get(),
            Self::Sentiment(_) => 1,
        }
    }

    /// The form of what it gives.
    pub(super) fn style(&self) -> Style {
        match self {
            Self::Summarizer(model) => model.style(),
            Self::Sentiment(_) => Style::Standfirst,
        }
    }

    /// The weights whose work it shares with others, if it can be asked together with them.
    fn shares(&self) -> Option<Sha256> {
        let alone = self.batch() > 1 || self.info().threading == Threading::OwnPool;
        let shared = match self {
            Self::Summarizer(model) => model.shares(),
            Self::Sentiment(model) => model.shares(),
        };
        shared.filter(|_| !alone)
    }
}

impl Column {
    fn new(model: Model) -> Self {
        Self { model, turn: Mutex::default(), waiting: Mutex::default() }
    }

    /// The columns of a plan: summarisers first, then sentiment models, each in the plan's order.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        let summarizers = plan.summarizers.iter().cloned().map(Model::Summarizer);
        let sentiment = plan.sentiment.iter().cloned().map(Model::Sentiment);
        summarizers.chain(sentiment).map(Self::new).collect()
    }

    /// Has an article wait for the model.
    pub(super) fn wait(&self, index: usize, article: Arc<Article>) {
        unpoisoned(&self.waiting).push_back((index, article));
    }

    /// The first articles that wait: at most as many as the model likes, and a fair share for each of
    /// `jobs` threads.
    pub(super) fn take(&self, jobs: usize) -> Vec<(usize, Arc<Article>)> {
        let mut waiting = unpoisoned(&self.waiting);
        let count = self.model.batch().min(waiting.len().div_ceil(jobs));
        waiting.drain(..count).collect()
    }

    /// The right to call a model that allows one call at a time; `None` for one that allows many.
    pub(super) fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        let own_pool = self.model.info().threading == Threading::OwnPool;
        own_pool.then(|| unpoisoned(&self.turn))
    }
}

/// The columns that are asked about an article together, in the order of their first ones.
pub(super) fn groups(columns: &[Column]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Option<Sha256>, Vec<usize>)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let shared = column.model.shares();
        match groups.iter_mut().find(|(sum, _)| shared.is_some() && *sum == shared) {
            Some((_, members)) => members.push(index),
            None => groups.push((shared, vec![index])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// Locks data that a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every order in which the threads may run, as far as chance finds them: `just shuttle`.
#[cfg(all(test, shuttle))]
mod tests {
    use std::{
        num::NonZeroUsize,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use shuttle::{check_random, thread};

    use super::*;
    use crate::{
        article::Document,
        plugin::{Budget, PluginError, Summary},
    };

    /// Likes company, and allows one call at a time.
    struct Sociable(PluginInfo);

    impl Summarizer for Sociable {
        fn info(&self) -> &PluginInfo {
            &self.0
        }

        fn batch(&self) -> NonZeroUsize {
            NonZeroUsize::new(3).unwrap()
        }

        fn summarize(&self, _: &Article, _: Budget) -> Result<Summary, PluginError> {
            unreachable!("it is only asked what it likes")
        }
    }

    /// Articles come as tasks do in a run: each waits, and then a thread takes what waits.
    fn run(articles: usize) {
        let info = PluginInfo {
            id: "sociable".to_owned(),
            about: String::new(),
            threading: Threading::OwnPool,
            languages: Vec::new(),
            card: None,
        };
        let column = Arc::new(Column::new(Model::Summarizer(Arc::new(Sociable(info)))));
        let calls = Arc::<AtomicUsize>::default();
        let article = Arc::new(article());
        let threads: Vec<_> = (0..articles)
            .map(|index| {
                column.wait(index, Arc::clone(&article));
                let (column, calls) = (Arc::clone(&column), Arc::clone(&calls));
                thread::spawn(move || {
                    let _turn = column.turn();
                    assert_eq!(calls.fetch_add(1, Ordering::SeqCst), 0, "two calls at a time");
                    let taken = column.take(2);
                    thread::yield_now();
                    calls.fetch_sub(1, Ordering::SeqCst);
                    taken.into_iter().map(|(index, _)| index).collect::<Vec<_>>()
                })
            })
            .collect();
        let mut taken: Vec<usize> =
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        taken.sort_unstable();
        assert_eq!(
            taken,
            (0..articles).collect::<Vec<_>>(),
            "each is taken once, and none is left"
        );
    }

    fn article() -> Article {
        let document = Document::from_text("a", "Rain fell.");
        let span = crate::article::Span::new(0, 10);
        Article::from_spans(document, Vec::new(), Vec::new(), vec![vec![span]]).unwrap()
    }

    #[test]
    fn every_article_is_taken_once_and_one_call_runs_at_a_time() {
        check_random(|| run(6), 20_000);
    }
}
