//! What becomes a task of the pool: to open an input, to ask models about an article, to put its report
//! together.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
};

use rayon::Scope;

use super::{
    Event, Plan, assemble,
    cell::{self, Cell},
    open,
};
use crate::{
    article::Article,
    ingest::{IngestError, Pending},
    plugin::Threading,
};

/// What threads share about one model.
#[derive(Default)]
pub(super) struct Column {
    /// Held by the one call at a time that some models allow.
    turn: Mutex<()>,
    /// Articles that nobody has taken up yet, by index.
    waiting: Mutex<VecDeque<(usize, Arc<Article>)>>,
}

impl Column {
    /// The first articles that wait, at most `limit`, and a fair share for each of `jobs` threads.
    fn take(&self, limit: usize, jobs: usize) -> Vec<(usize, Arc<Article>)> {
        let mut waiting = unpoisoned(&self.waiting);
        let count = limit.min(waiting.len().div_ceil(jobs));
        waiting.drain(..count).collect()
    }
}

/// Locks data that a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts tasks into the pool.
pub(super) struct Spawner<'a> {
    pub(super) plan: &'a Plan,
    pub(super) columns: &'a [Column],
    /// Columns that are asked together.
    pub(super) groups: &'a [Vec<usize>],
    pub(super) events: mpsc::Sender<Event>,
}

impl<'a> Spawner<'a> {
    /// Has an input read and repaired.
    pub(super) fn open(
        &self,
        scope: &Scope<'_>,
        index: usize,
        input: Result<Pending, IngestError>,
    ) {
        let events = self.events.clone();
        let include_text = self.plan.include_text;
        scope.spawn(move |_| {
            // A send fails only when the run is over and nobody wants the answer.
            let _ = events.send(Event::Opened(index, open(input, include_text)));
        });
    }

    /// Has every model asked about an article.
    pub(super) fn answer<'s>(&self, scope: &Scope<'s>, index: usize, article: &Arc<Article>)
    where
        'a: 's,
    {
        for group in self.groups {
            match &group[..] {
                [column] => self.alone(scope, index, *column, article),
                _ => self.together(scope, index, group, article),
            }
        }
    }

    /// Several models on one article, one after another.
    fn together<'s>(
        &self,
        scope: &Scope<'s>,
        index: usize,
        group: &'a [usize],
        article: &Arc<Article>,
    ) where
        'a: 's,
    {
        let (plan, article, events) = (self.plan, Arc::clone(article), self.events.clone());
        scope.spawn(move |_| {
            for &column in group {
                let answers = cell::compute(plan, column, std::slice::from_ref(&article));
                for answer in answers {
                    let _ = events.send(Event::Answered(index, column, answer));
                }
            }
        });
    }

    /// One model on one article, and on those that wait for it, too.
    fn alone<'s>(&self, scope: &Scope<'s>, index: usize, column: usize, article: &Arc<Article>)
    where
        'a: 's,
    {
        let (plan, shared, events) = (self.plan, &self.columns[column], self.events.clone());
        unpoisoned(&shared.waiting).push_back((index, Arc::clone(article)));
        // As many tasks as articles: one that comes to find that an earlier one has taken its
        // article into a batch has nothing to do.
        scope.spawn(move |_| {
            let own_pool = plan.info(column).threading == Threading::OwnPool;
            let _turn = own_pool.then(|| unpoisoned(&shared.turn));
            let (indices, articles): (Vec<_>, Vec<_>) =
                shared.take(plan.batch(column), plan.jobs.get()).into_iter().unzip();
            for (index, answer) in indices.into_iter().zip(cell::compute(plan, column, &articles)) {
                let _ = events.send(Event::Answered(index, column, answer));
            }
        });
    }

    /// Has a report made: checking the sentences takes longer than the thread that keeps order has
    /// time for.
    pub(super) fn report<'s>(
        &self,
        scope: &Scope<'s>,
        index: usize,
        article: Arc<Article>,
        cells: Vec<Cell>,
    ) where
        'a: 's,
    {
        let (plan, events) = (self.plan, self.events.clone());
        scope.spawn(move |_| {
            let report = Box::new(assemble::report(&article, cells, plan));
            let _ = events.send(Event::Reported(index, report));
        });
    }
}
