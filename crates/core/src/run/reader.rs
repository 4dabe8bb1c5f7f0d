//! The thread that walks the input and stays a bounded number of articles, and of bytes, ahead.

use std::{
    io,
    sync::{Arc, mpsc},
    thread,
};

use super::{
    Event,
    flight::{Bounds, Flight, Permits},
};
use crate::input::{Input, InputError};

/// Memory that an input takes while it is worked on, at most, in bytes.
pub(super) fn weight<I: Input>(input: &Result<I, InputError>) -> u64 {
    input.as_ref().map_or(0, Input::memory)
}

/// Sends the inputs as events, at most so many more than have been released as `bounds` say.
///
/// The thread is not joined: it may be blocked on a terminal or a pipe when the run is stopped.
pub(super) fn spawn<I: Input>(
    inputs: impl Iterator<Item = Result<I, InputError>> + Send + 'static,
    bounds: Bounds,
    events: mpsc::Sender<Event<I>>,
) -> io::Result<Permits> {
    let flight = Arc::new(Flight::new(bounds));
    let permits = Permits::of(&flight);
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
    use crate::{article::Document, input::PER_BYTE};

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
