//! What becomes a task of the pool: to open an input, to ask models about an article, to put its report
//! together.

use std::sync::{Arc, atomic::AtomicBool, mpsc};

use rayon::Scope;

use super::{
    Archive, Event, Found, Key, Plan, assemble,
    cell::{self, Cell},
    column::Column,
    open,
};
use crate::{
    article::{Article, Limits},
    input::{Input, InputError},
};

/// Puts tasks into the pool.
pub(super) struct Spawner<'a, I> {
    pub(super) plan: &'a Plan,
    /// What earlier runs have found.
    pub(super) archive: Option<&'a dyn Archive>,
    pub(super) columns: &'a [Column],
    /// Columns that are asked together.
    pub(super) groups: &'a [Vec<usize>],
    pub(super) events: mpsc::Sender<Event<I>>,
    /// Set once models are to give up.
    pub(super) halt: Arc<AtomicBool>,
}

impl<'a, I: Input> Spawner<'a, I> {
    /// Has an input read and repaired.
    pub(super) fn open<'s>(&self, scope: &Scope<'s>, index: usize, input: Result<I, InputError>)
    where
        'a: 's,
    {
        let (plan, archive, events) = (self.plan, self.archive, self.events.clone());
        let limits = Limits::new(plan.allowance, Arc::clone(&self.halt));
        scope.spawn(move |_| {
            let opened = open(input, plan, archive, limits);
            // A send fails only when the run is over and nobody wants the answer.
            let _ = events.send(Event::Opened(index, opened));
        });
    }

    /// Has every model asked about an article whose answer is not known.
    pub(super) fn answer<'s>(
        &self,
        scope: &Scope<'s>,
        index: usize,
        article: &Arc<Article>,
        found: &Found,
    ) where
        'a: 's,
    {
        let summarizers = self.plan.summarizers.len();
        let is_known = |column: usize| match column.checked_sub(summarizers) {
            None => found.abstracts.get(column).is_some_and(Option::is_some),
            Some(column) => found.sentiment.get(column).is_some_and(Option::is_some),
        };
        for group in self.groups {
            let asked: Vec<usize> =
                group.iter().copied().filter(|column| !is_known(*column)).collect();
            if let ([column], true) = (&asked[..], group.len() == 1) {
                self.alone(scope, index, *column, article);
            } else if !asked.is_empty() {
                self.together(scope, index, asked, article);
            }
        }
    }

    /// Several models on one article, one after another.
    fn together<'s>(
        &self,
        scope: &Scope<'s>,
        index: usize,
        group: Vec<usize>,
        article: &Arc<Article>,
    ) where
        'a: 's,
    {
        let (plan, columns, events) = (self.plan, self.columns, self.events.clone());
        let article = Arc::clone(article);
        scope.spawn(move |_| {
            for column in group {
                let model = &columns[column].model;
                let answers = cell::compute(plan, model, std::slice::from_ref(&article));
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
        let (plan, waited_for, events) = (self.plan, &self.columns[column], self.events.clone());
        waited_for.wait(index, Arc::clone(article));
        // As many tasks as articles: one that comes to find that an earlier one has taken its
        // article into a batch has nothing to do.
        scope.spawn(move |_| {
            let _turn = waited_for.turn();
            let (indices, articles): (Vec<_>, Vec<_>) =
                waited_for.take(plan.jobs.get()).into_iter().unzip();
            let answers = cell::compute(plan, &waited_for.model, &articles);
            for (index, answer) in indices.into_iter().zip(answers) {
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
        keys: Vec<Key>,
        cells: Vec<Cell>,
    ) where
        'a: 's,
    {
        let (plan, archive, columns) = (self.plan, self.archive, self.columns);
        let events = self.events.clone();
        scope.spawn(move |_| {
            let mut report = Box::new(assemble::report(&article, cells, plan, columns));
            if let Some(archive) = archive {
                archive.keep(&keys, &report);
            }
            assemble::hide_times(&mut report, plan);
            let _ = events.send(Event::Reported(index, report));
        });
    }
}
