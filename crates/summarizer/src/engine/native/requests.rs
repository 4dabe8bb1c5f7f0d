//! The way of requests through a network that answers some of them together.

use standfirst_core::article::Limits;

use crate::engine::{EngineError, Generation, Request};

/// What became of a request, by its index.
pub(super) type Answered = (usize, Result<Generation, EngineError>);

/// Whether the answer to request `index` is still wanted; `limits` are those of the requests, or none.
pub(super) fn allowed(limits: &[&Limits], index: usize) -> Result<(), EngineError> {
    limits.get(index).map_or(Ok(()), |limits| Ok(limits.check()?))
}

/// Prepares `requests` and answers them, each time as many as `some` takes out of those that are left, the first
/// of them. Both work on `work`.
pub(super) fn answer<'a, P, W>(
    requests: &'a [Request<'a>],
    limits: &[&Limits],
    work: &mut W,
    prepare: impl Fn(&'a Request<'a>, &mut W) -> Result<P, EngineError>,
    some: impl Fn(&mut Vec<(usize, P)>, &mut W) -> Vec<Answered>,
) -> Vec<Result<Generation, EngineError>> {
    let mut answers: Vec<_> = requests.iter().map(|_| None).collect();
    let mut prepared = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        match allowed(limits, index).and_then(|()| prepare(request, work)) {
            Ok(ready) => prepared.push((index, ready)),
            Err(error) => answers[index] = Some(Err(error)),
        }
    }
    while !prepared.is_empty() {
        for (index, answer) in some(&mut prepared, work) {
            answers[index] = Some(answer);
        }
    }
    answers.into_iter().map(|answer| answer.unwrap_or(Err(EngineError::Silent))).collect()
}
