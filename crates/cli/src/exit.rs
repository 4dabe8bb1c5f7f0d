//! How a run ended, as the shell sees it.

use std::{io, process::ExitCode};

use crate::{messages, output::BrokeOff};

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
    /// [`Outcome::Skipped`] if either is.
    pub fn and(self, other: Self) -> Self {
        if self == Self::Fine { other } else { self }
    }

    /// [`Outcome::Skipped`] if something was.
    pub fn skipped_if(skipped: bool) -> Self {
        if skipped { Self::Skipped } else { Self::Fine }
    }
}

/// The exit status; an error is told on standard error, but a closed pipe only means that the
/// reader has seen enough. Results that could not be written are results that are missing: the command
/// had started.
pub fn status(result: anyhow::Result<Outcome>) -> ExitCode {
    let error = match result {
        Ok(Outcome::Fine) => return ExitCode::SUCCESS,
        Ok(Outcome::Skipped) => return ExitCode::FAILURE,
        Err(error) => error,
    };
    match broke_off(&error) {
        Some(io::ErrorKind::BrokenPipe) => ExitCode::SUCCESS,
        broke_off => {
            messages::notice(&messages::words(error.as_ref()));
            if broke_off.is_some() { ExitCode::FAILURE } else { ExitCode::from(COULD_NOT_START) }
        }
    }
}

/// The status of a command line that asks for help, or that is wrong; some of it may be `from` elsewhere.
pub fn help(asked: &clap::Error, from: Option<&str>) -> ExitCode {
    let printed = asked.print();
    if let Some(from) = from {
        messages::notice(from);
    }
    match (asked.use_stderr(), printed) {
        (true, _) => ExitCode::from(COULD_NOT_START),
        (false, Ok(())) => ExitCode::SUCCESS,
        (false, Err(error)) => status(Err(crate::output::broke_off_stdout(error).into())),
    }
}

/// How writing results failed, if it did. Errors of a library, which may speak of pipes of its own, do
/// not count.
fn broke_off(error: &anyhow::Error) -> Option<io::ErrorKind> {
    let error = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>())?;
    error.get_ref()?.is::<BrokeOff>().then(|| error.kind())
}
