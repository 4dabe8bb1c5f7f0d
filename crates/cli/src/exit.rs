//! How a run ended, as the shell sees it.

use std::{io, process::ExitCode};

use crate::messages;

/// How a command that could start ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything went well.
    Fine,
    /// Something was skipped, failed or was interrupted, or a check failed; the rest was done.
    Skipped,
}

/// Status of a command that could not start.
const COULD_NOT_START: u8 = 2;

impl Outcome {
    /// [`Outcome::Skipped`] if something was.
    pub fn skipped_if(skipped: bool) -> Self {
        if skipped { Self::Skipped } else { Self::Fine }
    }
}

/// The exit status; an error is told on standard error, but a closed pipe only means that the
/// reader has seen enough.
pub fn status(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Skipped) => ExitCode::FAILURE,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            messages::notice(&messages::words(error.as_ref()));
            ExitCode::from(COULD_NOT_START)
        }
    }
}

/// Whether writing results failed because nobody reads them. Errors of a library, which may speak
/// of pipes of its own, do not count: they are wrapped in its error type.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
