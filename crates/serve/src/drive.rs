//! The articles of one request, through the pool and back in their order.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, OptionFuture},
    stream::FuturesOrdered,
};
use standfirst_core::input::Input;
use standfirst_ingest::{IngestError, Pending};

use crate::{
    Refusal, RefusalKind,
    queue::Hand,
    service::{Answer, Job, Service},
};

/// Articles of a request that may be between its input and its output, for every thread, so that a slow one
/// does not leave the pool idle behind it.
const WINDOW: usize = 8;

/// One after another, the articles of a request.
pub trait Inputs: Send {
    /// What is kept of an article until its answer is gone: its part of a limit.
    type Share: Send + 'static;

    /// The next one; `None` after the last. May be dropped and called again without losing any.
    fn next(
        &mut self,
    ) -> impl Future<Output = Option<(Result<Pending, IngestError>, Self::Share)>> + Send;
}

/// Where the answers of a request go, in the order of its articles.
pub trait Outputs<S>: Send {
    /// Takes the next one, and what was kept of its article.
    ///
    /// # Errors
    /// If whoever asked has gone.
    fn emit(
        &mut self,
        answer: Answer,
        share: S,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;
}

impl<S: Send> Outputs<S> for Vec<Answer> {
    async fn emit(&mut self, answer: Answer, _share: S) -> Result<(), Refusal> {
        self.push(answer);
        Ok(())
    }
}

/// The article that a request begins with, and the hand that it has got for it.
#[derive(Debug)]
pub struct First<S> {
    /// Leave to have it worked on.
    pub hand: Hand,
    /// The article.
    pub input: Result<Pending, IngestError>,
    /// What is kept of it until its answer is gone.
    pub share: S,
}

/// Memory that an article takes while it is worked on, in bytes.
pub fn memory(input: &Result<Pending, IngestError>) -> u64 {
    input.as_ref().map_or(0, Input::memory)
}

/// Sets a flag when it is dropped: whoever asked has gone, or has all that there is.
#[derive(Debug, Default)]
pub struct HaltOnDrop(pub Arc<AtomicBool>);

impl Drop for HaltOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Has `inputs` worked on, `first` with the hand that the request has got, and gives their answers to `outputs`
/// in their order, each as soon as all before it are there. Dropped before it is done, it stops the work.
///
/// # Errors
/// What `outputs` returns, at once; or that the work was not done.
pub async fn drive<I: Inputs>(
    service: &Service,
    job: &Arc<Job>,
    first: First<I::Share>,
    inputs: &mut I,
    outputs: &mut impl Outputs<I::Share>,
) -> Result<(), Refusal> {
    let halt = HaltOnDrop::default();
    let submit = |hand, (input, share)| {
        let job = Arc::clone(job);
        let work = move |limits| {
            let answer = job.answer(input, limits);
            // Before whoever waits goes on: a comparison is finished by the last who holds it.
            drop(job);
            answer
        };
        let told = service.submit(hand, Arc::clone(&halt.0), work);
        told.map(|answer| answer.map(|answer| (answer, share)).map_err(|_| lost()))
    };
    let mut at_work = FuturesOrdered::new();
    at_work.push_back(submit(first.hand, (first.input, first.share)));
    let window = service.settings().jobs.get().saturating_mul(WINDOW);
    let mut ended = false;
    let mut next = None;
    // Kept from turn to turn, so that it does not lose its place in the queue.
    let mut coming: OptionFuture<BoxFuture<'_, Hand>> = None.into();
    loop {
        tokio::select! {
            biased;
            Some(answer) = at_work.next() => {
                let (answer, share) = answer?;
                let mut emitted = pin!(outputs.emit(answer, share));
                // A hand that comes meanwhile is taken, or nobody had it while the client takes its time.
                loop {
                    tokio::select! {
                        biased;
                        done = &mut emitted => break done?,
                        Some(hand) = &mut coming, if next.is_some() => {
                            coming = None.into();
                            at_work.extend(next.take().map(|input| submit(hand, input)));
                        }
                    }
                }
            }
            Some(hand) = &mut coming, if next.is_some() => {
                coming = None.into();
                at_work.extend(next.take().map(|input| submit(hand, input)));
            }
            input = inputs.next(), if next.is_none() && !ended && at_work.len() < window => {
                ended = input.is_none();
                coming = input
                    .as_ref()
                    .map(|(input, _)| service.queue().next(memory(input)).boxed())
                    .into();
                next = input;
            }
            else => return Ok(()),
        }
    }
}

/// That work was given up, or panicked where nobody expected it.
pub(crate) fn lost() -> Refusal {
    Refusal::new(RefusalKind::Internal, "the work was not done; this is a bug, please report it")
}
