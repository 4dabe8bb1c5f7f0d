//! How much work an article may be, for whoever works on it.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

/// What a run allows for each article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Sentences that a network reads; it says of the rest that it is unread.
    pub sentences: NonZeroUsize,
    /// How long a model may work on an article; `None` for as long as it takes.
    pub time: Option<Duration>,
}

impl Default for Allowance {
    /// 3,000 sentences, which is a short book, and all the time that it takes.
    fn default() -> Self {
        Self { sentences: Self::SENTENCES, time: None }
    }
}

impl Allowance {
    /// Sentences that a network reads if nobody says otherwise.
    pub const SENTENCES: NonZeroUsize = NonZeroUsize::new(3_000).unwrap();
    /// How long a model may work on an article in a run of the program, if nobody says otherwise.
    pub const TIME: Duration = Duration::from_mins(2);
}

/// Why whoever works on an article was asked to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Halt {
    /// It took too long.
    #[error("not done with it after {} s", limit.as_secs_f64())]
    TooSlow {
        /// How long it may take.
        limit: Duration,
    },
    /// The run was stopped.
    #[error("the run was stopped before that was done")]
    Stopped,
}

/// The limits of an article, and who is at work on it since when.
///
/// Whoever works on an article in steps asks [`check`](Self::check) before each of them, so that a model
/// that takes too long, or whose run was stopped, gives up soon.
#[derive(Clone, Default)]
pub struct Limits(Arc<Inner>);

#[derive(Default)]
struct Inner {
    allowance: Allowance,
    halt: Arc<AtomicBool>,
    calls: Mutex<Vec<Call>>,
}

/// A model at work.
#[derive(Clone, Copy)]
struct Call {
    thread: ThreadId,
    since: Instant,
    /// Articles that it works on at once, which share the time.
    company: u32,
}

impl Limits {
    /// These, for one article; all who work on it give up as soon as `halt` is set.
    pub fn new(allowance: Allowance, halt: Arc<AtomicBool>) -> Self {
        Self(Arc::new(Inner { allowance, halt, calls: Mutex::default() }))
    }

    /// Sentences of the article that a network reads.
    pub fn sentences(&self) -> usize {
        self.0.allowance.sentences.get()
    }

    /// Counts the time from now on for the calling thread, which is at work on so many articles at once,
    /// until the guard is dropped.
    pub fn work(&self, articles: usize) -> AtWork<'_> {
        let company = u32::try_from(articles.max(1)).unwrap_or(u32::MAX);
        let thread = thread::current().id();
        self.calls().push(Call { thread, since: Instant::now(), company });
        AtWork(self)
    }

    /// Counts for the calling thread, which helps the thread `other`, the time of that one, until the
    /// guard is dropped.
    pub fn help(&self, other: ThreadId) -> AtWork<'_> {
        let thread = thread::current().id();
        let call = self.call_of(other);
        let call = call.unwrap_or(Call { thread, since: Instant::now(), company: 1 });
        self.calls().push(Call { thread, ..call });
        AtWork(self)
    }

    /// Whether the calling thread may go on.
    ///
    /// # Errors
    /// [`Halt`] if it is to give up.
    pub fn check(&self) -> Result<(), Halt> {
        self.left().map(drop)
    }

    /// How long the calling thread may go on; `None` for as long as it takes.
    ///
    /// # Errors
    /// [`Halt`] if it is to give up.
    pub fn left(&self) -> Result<Option<Duration>, Halt> {
        if self.0.halt.load(Ordering::Relaxed) {
            return Err(Halt::Stopped);
        }
        let Some(limit) = self.0.allowance.time else { return Ok(None) };
        let Some(call) = self.call_of(thread::current().id()) else { return Ok(None) };
        let left = limit.saturating_mul(call.company).checked_sub(call.since.elapsed());
        left.map(Some).ok_or(Halt::TooSlow { limit })
    }

    fn call_of(&self, thread: ThreadId) -> Option<Call> {
        self.calls().iter().rev().find(|call| call.thread == thread).copied()
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread at work on an article.
pub struct AtWork<'a>(&'a Limits);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let thread = thread::current().id();
        let mut calls = self.0.calls();
        if let Some(last) = calls.iter().rposition(|call| call.thread == thread) {
            calls.remove(last);
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Limits").field(&self.0.allowance).finish()
    }
}

/// How long an article may be worked on says nothing about what it is.
impl PartialEq for Limits {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(time: Duration) -> (Limits, Arc<AtomicBool>) {
        let halt = Arc::<AtomicBool>::default();
        let allowance = Allowance { time: Some(time), ..Allowance::default() };
        (Limits::new(allowance, Arc::clone(&halt)), halt)
    }

    #[test]
    fn time_counts_for_the_thread_that_works() {
        let (limits, _) = limits(Duration::from_millis(20));
        let at_work = limits.work(1);
        thread::sleep(Duration::from_millis(40));
        assert!(matches!(limits.check(), Err(Halt::TooSlow { .. })));
        thread::scope(|scope| {
            scope.spawn(|| {
                let _at_work = limits.work(1);
                assert_eq!(limits.check(), Ok(()), "another model has just begun");
            });
        });
        drop(at_work);
        assert_eq!(limits.check(), Ok(()), "nobody is at work");
        let _again = limits.work(1);
        assert_eq!(limits.check(), Ok(()), "the next model has its own time");
    }

    #[test]
    fn those_who_are_read_together_share_the_time() {
        let (limits, _) = limits(Duration::from_millis(100));
        let _at_work = limits.work(1_000);
        thread::sleep(Duration::from_millis(150));
        assert_eq!(limits.check(), Ok(()));
    }

    #[test]
    fn who_helps_has_the_time_of_whom_he_helps() {
        let (limits, _) = limits(Duration::from_secs(1_000));
        let _at_work = limits.work(3);
        thread::sleep(Duration::from_millis(40));
        let (boss, left) = (thread::current().id(), limits.left().unwrap().unwrap());
        assert!(left <= Duration::from_millis(3_000_000 - 40) && left > Duration::from_secs(2_000));
        thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!(limits.left(), Ok(None), "nobody is at work on this thread");
                let _helping = limits.help(boss);
                assert!(limits.left().unwrap().unwrap() <= left);
            });
        });
    }

    #[test]
    fn a_halt_is_for_everybody() {
        let (limits, halt) = limits(Duration::MAX);
        let _at_work = limits.work(1);
        assert_eq!(limits.check(), Ok(()));
        halt.store(true, Ordering::Relaxed);
        assert_eq!(limits.check(), Err(Halt::Stopped));
    }
}
