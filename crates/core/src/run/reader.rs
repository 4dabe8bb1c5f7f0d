//! The thread that walks the input and stays a bounded number of articles ahead.

use std::{io, sync::mpsc, thread};

use super::Event;
use crate::input::InputError;

/// The right to read on: one permit for every article that has left the run.
pub(super) struct Permits(mpsc::Sender<()>);

impl Permits {
    /// Lets the reader take one more input.
    pub(super) fn release(&self) {
        // Fails only when the reader has come to the end.
        let _ = self.0.send(());
    }
}

/// Sends the inputs as events, at most `ahead` more than permits have been released.
///
/// The thread is not joined: it may be blocked on a terminal or a pipe when the run is stopped.
pub(super) fn spawn<I: Send + 'static>(
    inputs: impl Iterator<Item = Result<I, InputError>> + Send + 'static,
    ahead: usize,
    events: mpsc::Sender<Event<I>>,
) -> io::Result<Permits> {
    let (release, permits) = mpsc::channel();
    for _ in 0..ahead {
        let _ = release.send(());
    }
    thread::Builder::new().name("reader".into()).spawn(move || {
        // The end is told however the loop ends, a panic of the walk included: without it the run
        // would wait for ever.
        let _end = EndOnDrop(events.clone());
        let mut inputs = inputs;
        while permits.recv().is_ok() {
            let Some(input) = inputs.next() else { return };
            if events.send(Event::Input(input)).is_err() {
                return;
            }
        }
    })?;
    Ok(Permits(release))
}

struct EndOnDrop<I>(mpsc::Sender<Event<I>>);

impl<I> Drop for EndOnDrop<I> {
    fn drop(&mut self) {
        let _ = self.0.send(Event::End);
    }
}
