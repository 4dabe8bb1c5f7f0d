//! How many articles, and how much memory of theirs, may be between the reader and the output.

use std::sync::{Arc, PoisonError};

use super::sync::{Condvar, Mutex, MutexGuard};

/// How much may be between the reader and the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Articles.
    pub(super) articles: usize,
    /// Bytes of memory; `None` for as many as it takes.
    pub(super) memory: Option<u64>,
}

/// What is in flight: the reader waits while it is too much.
pub(super) struct Permits(Arc<Flight>);

/// What the reader and whoever hands on share.
pub(super) struct Flight {
    bounds: Bounds,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    articles: usize,
    memory: u64,
    /// Nobody takes what is read any more.
    over: bool,
}

impl Flight {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits until one more article may be taken; `false` once nobody wants it.
    pub(super) fn take_article(&self) -> bool {
        let full = |state: &mut State| !state.over && state.articles >= self.bounds.articles;
        let mut state = self.wait_while(full);
        state.articles += 1;
        !state.over
    }

    /// Waits until so much more memory may be taken; `false` once nobody wants it. More than all that may
    /// be in flight is taken when nothing else is.
    pub(super) fn take_memory(&self, memory: u64) -> bool {
        let bound = self.bounds.memory.unwrap_or(u64::MAX);
        let heavy = |state: &mut State| {
            !state.over && state.memory > 0 && state.memory.saturating_add(memory) > bound
        };
        let mut state = self.wait_while(heavy);
        state.memory = state.memory.saturating_add(memory);
        !state.over
    }

    fn wait_while(&self, condition: impl Fn(&mut State) -> bool) -> MutexGuard<'_, State> {
        self.changed.wait_while(self.state(), condition).unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permits {
    pub(super) fn of(flight: &Arc<Flight>) -> Self {
        Self(Arc::clone(flight))
    }

    /// Lets the reader take more in the place of an article of weight `memory`.
    pub(super) fn release(&self, memory: u64) {
        let mut state = self.0.state();
        state.articles = state.articles.saturating_sub(1);
        state.memory = state.memory.saturating_sub(memory);
        drop(state);
        self.0.changed.notify_one();
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        self.0.state().over = true;
        self.0.changed.notify_one();
    }
}

/// Every order in which the threads may run, as far as chance finds them: `just shuttle`.
#[cfg(all(test, shuttle))]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use shuttle::{check_random, sync::mpsc, thread};

    use super::*;

    const BOUNDS: Bounds = Bounds { articles: 3, memory: Some(100) };
    const WEIGHTS: [u64; 7] = [10, 80, 200, 20, 0, 100, 1];

    /// What is in flight now.
    #[derive(Default)]
    struct Load {
        articles: AtomicUsize,
        memory: AtomicU64,
    }

    /// Reads articles of [`WEIGHTS`], hands them to `workers` threads, and those on.
    fn run(workers: usize, wanted: usize) {
        let flight = Arc::new(Flight::new(BOUNDS));
        let permits = Arc::new(Permits::of(&flight));
        let load = Arc::<Load>::default();
        let (send, inbox) = mpsc::channel();
        let reader = {
            let load = Arc::clone(&load);
            thread::spawn(move || {
                for (index, weight) in WEIGHTS.into_iter().enumerate() {
                    if !flight.take_article() || !flight.take_memory(weight) {
                        return index;
                    }
                    let articles = load.articles.fetch_add(1, Ordering::SeqCst) + 1;
                    let memory = load.memory.fetch_add(weight, Ordering::SeqCst) + weight;
                    assert!(articles <= BOUNDS.articles, "{articles} articles in flight");
                    assert!(memory <= 100 || memory == weight, "{memory} bytes in flight");
                    let _ = send.send((index, weight));
                }
                WEIGHTS.len()
            })
        };
        let inbox = Arc::new(Mutex::new(inbox));
        let threads: Vec<_> = (0..workers)
            .map(|_| {
                let (inbox, permits, load) =
                    (Arc::clone(&inbox), Arc::clone(&permits), Arc::clone(&load));
                thread::spawn(move || {
                    let mut seen = Vec::new();
                    loop {
                        let next = inbox.lock().unwrap().recv();
                        let Ok((index, weight)) = next else { return seen };
                        if index >= wanted {
                            return seen;
                        }
                        seen.push(index);
                        load.articles.fetch_sub(1, Ordering::SeqCst);
                        load.memory.fetch_sub(weight, Ordering::SeqCst);
                        permits.release(weight);
                    }
                })
            })
            .collect();
        drop(permits);
        let mut seen: Vec<usize> =
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        let read = reader.join().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (0..wanted.min(WEIGHTS.len())).collect::<Vec<_>>());
        assert!(read >= seen.len());
    }

    #[test]
    fn all_is_read_within_the_bounds_and_nobody_waits_for_ever() {
        check_random(|| run(2, WEIGHTS.len()), 20_000);
    }

    #[test]
    fn a_reader_whose_articles_nobody_wants_any_more_ends() {
        check_random(|| run(1, 3), 20_000);
    }
}
