//! The thread that walks the input and stays a bounded number of articles, and of bytes, ahead.

use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use super::Event;
use crate::input::{Input, InputError};

/// Memory that an article takes while it is worked on, at most, for each byte of it.
const PER_BYTE: u64 = 20;

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

struct Flight {
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
    /// Waits until one more article may be taken; `false` once nobody wants it.
    fn take_article(&self) -> bool {
        let full = |state: &mut State| !state.over && state.articles >= self.bounds.articles;
        let mut state = self.wait_while(full);
        state.articles += 1;
        !state.over
    }

    /// Waits until so much more memory may be taken; `false` once nobody wants it. More than all that may
    /// be in flight is taken when nothing else is.
    fn take_memory(&self, memory: u64) -> bool {
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
    /// Lets the reader take more in the place of an article of [`weight`] `memory`.
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

/// Memory that an input takes while it is worked on, at most, in bytes.
pub(super) fn weight<I: Input>(input: &Result<I, InputError>) -> u64 {
    input.as_ref().map_or(0, |input| input.bytes().saturating_mul(PER_BYTE))
}

/// Sends the inputs as events, at most so many more than have been released as `bounds` say.
///
/// The thread is not joined: it may be blocked on a terminal or a pipe when the run is stopped.
pub(super) fn spawn<I: Input>(
    inputs: impl Iterator<Item = Result<I, InputError>> + Send + 'static,
    bounds: Bounds,
    events: mpsc::Sender<Event<I>>,
) -> io::Result<Permits> {
    let flight = Arc::new(Flight { bounds, state: Mutex::default(), changed: Condvar::new() });
    let permits = Permits(Arc::clone(&flight));
    thread::Builder::new().name("reader".into()).spawn(move || {
        // The end is told however the loop ends, a panic of the walk included: without it the run
        // would wait for ever.
        let _end = EndOnDrop(events.clone());
        let mut inputs = inputs;
        while flight.take_article() {
            let Some(input) = inputs.next() else { return };
            if !flight.take_memory(weight(&input)) || events.send(Event::Input(input)).is_err() {
                return;
            }
        }
    })?;
    Ok(permits)
}

struct EndOnDrop<I>(mpsc::Sender<Event<I>>);

impl<I> Drop for EndOnDrop<I> {
    fn drop(&mut self) {
        let _ = self.0.send(Event::End);
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, time::Duration};

    use super::*;
    use crate::article::Document;

    /// Sizes of the articles that come before any is released.
    fn ahead(
        sizes: &[usize],
        memory: Option<u64>,
    ) -> (Vec<u64>, mpsc::Receiver<Event<Document>>, Permits) {
        let documents: Vec<Result<Document, InputError>> = sizes
            .iter()
            .map(|&size| Ok::<_, Infallible>(Document::from_text("a", "x".repeat(size))))
            .map(|document| document.map_err(Into::into))
            .collect();
        let (events, inbox) = mpsc::channel();
        let permits = spawn(documents.into_iter(), Bounds { articles: 3, memory }, events).unwrap();
        let come = come(&inbox);
        (come, inbox, permits)
    }

    fn come(inbox: &mpsc::Receiver<Event<Document>>) -> Vec<u64> {
        let next = || inbox.recv_timeout(Duration::from_millis(300)).ok();
        std::iter::from_fn(next)
            .filter_map(|event| match event {
                Event::Input(input) => Some(weight(&input) / PER_BYTE),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn so_many_articles_are_in_flight_and_no_more() {
        let (first, inbox, permits) = ahead(&[1, 2, 3, 4, 5], None);
        assert_eq!(first, [1, 2, 3]);
        permits.release(PER_BYTE);
        assert_eq!(come(&inbox), [4]);
    }

    #[test]
    fn so_much_memory_is_in_flight_and_large_ones_come_alone() {
        let (first, inbox, permits) = ahead(&[10, 80, 200, 20], Some(100 * PER_BYTE));
        assert_eq!(first, [10, 80]);
        permits.release(10 * PER_BYTE);
        assert_eq!(come(&inbox), [0; 0], "the large one has to wait for all others");
        permits.release(80 * PER_BYTE);
        assert_eq!(come(&inbox), [200]);
        permits.release(200 * PER_BYTE);
        assert_eq!(come(&inbox), [20]);
    }
}
