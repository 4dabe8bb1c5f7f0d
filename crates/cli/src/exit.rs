//! How a run ended, as the shell sees it.

use std::{io, process::ExitCode};

use standfirst_core::run::Totals;

use crate::{messages, output::BrokeOff};

/// How a command that could start ended, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Everything went well.
    Fine,
    /// Something was skipped, failed or was interrupted, or a check failed; the rest was done.
    Skipped,
    /// There were inputs, and none of them could be read.
    NothingRead,
}

/// Status of a command that had nothing to work on: it could not start, or no input could be read.
const COULD_NOT_START: u8 = 2;

impl Outcome {
    /// The worse of both.
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// The outcome of a run over articles; says so if none of them could be read.
    pub fn of(totals: Totals) -> Self {
        let Totals { articles, failed, unread, interrupted } = totals;
        if unread == 0 || unread < articles || interrupted {
            return Self::skipped_if(failed > 0 || interrupted || articles == 0);
        }
        if articles > 1 {
            messages::notice(&format!("none of {articles} articles could be read"));
        }
        Self::NothingRead
    }

    /// The same of a run that reads and asks no model, by how many articles could be `read` and how many could not.
    pub fn of_reading(read: usize, unread: usize, interrupted: bool) -> Self {
        let (articles, unread) = ((read + unread) as u64, unread as u64);
        Self::of(Totals { articles, failed: unread, unread, interrupted })
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
        Ok(Outcome::NothingRead) => return ExitCode::from(COULD_NOT_START),
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
