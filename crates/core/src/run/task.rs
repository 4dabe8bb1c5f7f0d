//! What becomes a task of the pool: to open an input, to ask models about an article, to put its report
//! together.

use std::sync::{Arc, mpsc};

use rayon::Scope;

use super::{
    Event, Plan, assemble,
    cell::{self, Cell},
    column::Column,
    open,
};
use crate::{
    article::Article,
    input::{Input, InputError},
};

/// Puts tasks into the pool.
pub(super) struct Spawner<'a, I> {
    pub(super) plan: &'a Plan,
    pub(super) columns: &'a [Column],
    /// Columns that are asked together.
    pub(super) groups: &'a [Vec<usize>],
    pub(super) events: mpsc::Sender<Event<I>>,
}

impl<'a, I: Input> Spawner<'a, I> {
    /// Has an input read and repaired.
    pub(super) fn open<'s>(&self, scope: &Scope<'s>, index: usize, input: Result<I, InputError>)
    where
        'a: 's,
    {
        let (plan, events) = (self.plan, self.events.clone());
        scope.spawn(move |_| {
            let opened = open(input, &*plan.analyzer, plan.include_text, plan.words);
            // A send fails only when the run is over and nobody wants the answer.
            let _ = events.send(Event::Opened(index, opened));
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
        let (plan, columns, events) = (self.plan, self.columns, self.events.clone());
        let article = Arc::clone(article);
        scope.spawn(move |_| {
            for &column in group {
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
        cells: Vec<Cell>,
    ) where
        'a: 's,
    {
        let (plan, columns, events) = (self.plan, self.columns, self.events.clone());
        scope.spawn(move |_| {
            let report = Box::new(assemble::report(&article, cells, plan, columns));
            let _ = events.send(Event::Reported(index, report));
        });
    }
}
