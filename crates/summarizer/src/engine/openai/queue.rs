//! Many questions at once, as many as the card allows, and their answers in order.

use std::{
    num::NonZeroUsize,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use serde_json::Value;
use standfirst_core::{
    article::{Halt, Limits},
    card::Endpoint,
};

use super::{EndpointError, LOOK, exchange::Exchange};
use crate::engine::EngineError;

/// A server, and those who wait to ask it.
pub(super) struct Queue {
    exchange: Exchange,
    concurrency: NonZeroUsize,
    slots: Slots,
}

impl Queue {
    /// Before the server of `endpoint`, which is not asked anything yet.
    pub(super) fn new(endpoint: &Endpoint, offline: bool) -> Result<Self, EndpointError> {
        let (exchange, concurrency) = (Exchange::new(endpoint, offline)?, endpoint.concurrency());
        Ok(Self { exchange, concurrency, slots: Slots::new(concurrency) })
    }

    pub(super) fn url(&self) -> &str {
        self.exchange.url()
    }

    /// Most requests that are on their way at once.
    pub(super) fn concurrency(&self) -> NonZeroUsize {
        self.concurrency
    }

    /// The body of the answer to `question`, when its turn has come.
    pub(super) fn ask(&self, question: &Value, limits: &Limits) -> Result<Vec<u8>, EngineError> {
        let _slot = self.slots.take(limits)?;
        self.exchange.ask(question, limits)
    }

    /// What `answer` gives for each of `asked`, each within its limits, in order. They are begun in this
    /// order, and what is on its way when the run is stopped is cut off.
    pub(super) fn all<T: Sync, A: Send>(
        &self,
        asked: &[(T, &Limits)],
        answer: impl Fn(&T, &Limits) -> Result<A, EngineError> + Sync,
    ) -> Vec<Result<A, EngineError>> {
        let boss = thread::current().id();
        let next = AtomicUsize::new(0);
        let take_turns = || {
            let mut answers = Vec::new();
            while let Some((index, (question, limits))) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, asked.get(i)?)))
            {
                let limits = Limits::clone(limits);
                let _helping = limits.help(boss);
                answers.push((index, answer(question, &limits)));
            }
            answers
        };
        let answers = thread::scope(|scope| {
            let (at_work, all_done) = mpsc::channel::<()>();
            let begin = |_| {
                let (at_work, take_turns) = (at_work.clone(), &take_turns);
                scope.spawn(move || {
                    let _until_the_end = at_work;
                    take_turns()
                })
            };
            let workers = self.concurrency.get().min(asked.len());
            let workers: Vec<_> = (0..workers).map(begin).collect();
            drop(at_work);
            let stopped = || asked.iter().any(|(_, limits)| limits.check() == Err(Halt::Stopped));
            while all_done.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Timeout) {
                if stopped() {
                    self.exchange.cut();
                }
            }
            workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
        });
        in_order(answers, asked.len())
    }
}

/// Answers by the number of their question; who died has given none.
fn in_order<A>(
    answers: Vec<(usize, Result<A, EngineError>)>,
    count: usize,
) -> Vec<Result<A, EngineError>> {
    let mut all: Vec<_> = (0..count).map(|_| Err(EngineError::Silent)).collect();
    for (index, answer) in answers {
        all[index] = answer;
    }
    all
}

/// Requests that may be on their way at once, whoever makes them.
struct Slots {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    fn new(all: NonZeroUsize) -> Self {
        Self { free: Mutex::new(all.get()), freed: Condvar::new() }
    }

    /// Waits for one, as long as `limits` allow; it is free again when what is returned is dropped.
    fn take(&self, limits: &Limits) -> Result<Slot<'_>, Halt> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            limits.check()?;
            (free, _) = self.freed.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Ok(Slot(self))
    }
}

struct Slot<'a>(&'a Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
