//! The articles of one request, through the pool and back in their order.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, OptionFuture},
    stream::FuturesOrdered,
};
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
    /// The next one; `None` after the last. May be dropped and called again without losing any.
    fn next(&mut self) -> impl Future<Output = Option<Result<Pending, IngestError>>> + Send;
}

/// Where the answers of a request go, in the order of its articles.
pub trait Outputs: Send {
    /// Takes the next one.
    ///
    /// # Errors
    /// If whoever asked has gone.
    fn emit(&mut self, answer: Answer) -> impl Future<Output = Result<(), Refusal>> + Send;
}

impl Outputs for Vec<Answer> {
    async fn emit(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.push(answer);
        Ok(())
    }
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
pub async fn drive(
    service: &Service,
    job: &Arc<Job>,
    (hand, first): (Hand, Result<Pending, IngestError>),
    inputs: &mut impl Inputs,
    outputs: &mut impl Outputs,
) -> Result<(), Refusal> {
    let halt = HaltOnDrop::default();
    let submit = |hand, input| {
        let job = Arc::clone(job);
        let work = move |limits| {
            let answer = job.answer(input, limits);
            // Before whoever waits goes on: a comparison is finished by the last who holds it.
            drop(job);
            answer
        };
        let told = service.submit(hand, Arc::clone(&halt.0), work);
        told.map(|answer| answer.map_err(|_| lost()))
    };
    let mut at_work = FuturesOrdered::new();
    at_work.push_back(submit(hand, first));
    let window = service.settings().jobs.get().saturating_mul(WINDOW);
    let mut ended = false;
    let mut next: Option<Result<Pending, IngestError>> = None;
    // Kept from turn to turn, so that it does not lose its place in the queue.
    let mut coming: OptionFuture<BoxFuture<'_, Hand>> = None.into();
    loop {
        tokio::select! {
            biased;
            Some(answer) = at_work.next() => outputs.emit(answer?).await?,
            Some(hand) = &mut coming, if next.is_some() => {
                coming = None.into();
                at_work.extend(next.take().map(|input| submit(hand, input)));
            }
            input = inputs.next(), if next.is_none() && !ended && at_work.len() < window => {
                ended = input.is_none();
                next = input;
                coming = next.as_ref().map(|_| service.queue().next().boxed()).into();
            }
            else => return Ok(()),
        }
    }
}

/// That work was given up, or panicked where nobody expected it.
pub(crate) fn lost() -> Refusal {
    Refusal::new(RefusalKind::Internal, "the work was not done; this is a bug, please report it")
}
