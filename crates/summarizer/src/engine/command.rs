//! Programs of the user's as models: JSON lines in, JSON lines out (`docs/plugins/README.md` is the
//! protocol).
//!
//! A process answers one question at a time and is kept for the next; as many run as threads ask at
//! once. One that dies, hangs, or says what is no answer is put away with all its children, and costs
//! its article only: a process that died in mid-answer is replaced and asked once more, since it may
//! have died of an earlier article.

#[cfg(any(test, fuzzing))]
pub mod door;
mod entailment;
mod protocol;
mod sandbox;
mod tag;
mod watchdog;
mod worker;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use standfirst_core::{
    article::{Article, Halt, Limits},
    card::{CommandLine, ModelCard},
    plugin::{
        Budget, Form, Passage, PluginError, PluginInfo, Sentiment, SentimentModel, Style,
        Summarizer, Summary,
    },
};

use self::{sandbox::Sandbox, worker::Worker};

pub use self::sandbox::Keeps;

/// The variable of the environment that programs do not get: it holds the word that opens our own server.
pub const TOKEN_VARIABLE: &str = "STANDFIRST_TOKEN";

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// It cannot be started.
    #[error("cannot start {program}; check `command.program` in the card")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// Its memory cannot be limited.
    #[error("this system cannot keep `command.memory_mb`; take it out of the card")]
    Memory(#[source] std::io::Error),
    /// It cannot be kept from what its card says that it must be.
    #[error(
        "this system cannot keep `command.sandbox = true`; take it out of the card to do without"
    )]
    Sandbox(#[source] std::io::Error),
    /// Where it is to be let write, there is nothing.
    #[error("`command.write` in the card names {}, which is not there; make it", path.display())]
    Write {
        /// The place.
        path: PathBuf,
    },
    /// There is no place for its temporary folder.
    #[error("cannot make a temporary folder for the program; set TMPDIR to a folder of yours")]
    Scratch(#[source] std::io::Error),
    /// It took too long.
    #[error("{program} gave no answer within {} s; `command.timeout_seconds` in the card sets the limit{said}", limit.as_secs())]
    Timeout {
        /// The program.
        program: String,
        /// The limit.
        limit: Duration,
        /// The end of what it said on standard error.
        said: Said,
    },
    /// It ended.
    #[error("{program} ended without an answer ({how}){said}")]
    Ended {
        /// The program.
        program: String,
        /// Exit status or signal.
        how: String,
        /// The end of what it said on standard error.
        said: Said,
    },
    /// It wrote what nobody asked for.
    #[error(
        "{program} wrote a line before it was asked for one; it is to answer each line with one"
    )]
    Unasked {
        /// The program.
        program: String,
    },
    /// Its answer is not wanted any more.
    #[error(transparent)]
    Halted(Halt),
    /// Its answer is longer than any.
    #[error("{program} answered with more than {limit} bytes in a line")]
    TooLong {
        /// The program.
        program: String,
        /// The limit.
        limit: usize,
    },
    /// Its answer is none.
    #[error("{program} answered {found:?}, which {what}")]
    Answer {
        /// The program.
        program: String,
        /// The start of the answer.
        found: String,
        /// What is wrong with it.
        what: String,
    },
    /// It answered that it failed.
    #[error("{program} says: {what}{hint}")]
    Failed {
        /// The program.
        program: String,
        /// Its words.
        what: String,
        /// A way out, should it have run against the walls of its sandbox; may be empty.
        hint: &'static str,
    },
}

/// The end of what a program said on standard error, for the end of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    words: String,
    hint: &'static str,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { words, hint } = self;
        if words.is_empty() { Ok(()) } else { write!(f, "; its last words: {words}{hint}") }
    }
}

/// What is started.
#[derive(Clone, Debug)]
struct Launch {
    /// Program and arguments.
    words: Vec<String>,
    timeout: Duration,
    memory_mb: Option<u64>,
    sandbox: Option<Sandbox>,
}

impl Launch {
    /// What to add to what the program said of its failure.
    fn hint(&self, said: &str) -> &'static str {
        let kept_out = self.sandbox.is_some() && sandbox::sounds_kept_out(said);
        if kept_out { sandbox::HINT } else { "" }
    }
}

/// A program as a summariser or a sentiment model.
pub struct Program {
    info: PluginInfo,
    launch: Launch,
    style: Style,
    /// Processes that wait for a question.
    idle: Mutex<Vec<Worker>>,
}

impl Program {
    /// The program that `line` of `card` names. Nothing is started yet.
    pub fn new(info: PluginInfo, card: &ModelCard, line: &CommandLine) -> Self {
        let launch = Launch {
            words: located(line, card.folder.as_deref()),
            timeout: line.timeout(),
            memory_mb: line.memory_mb.map(std::num::NonZeroU64::get),
            sandbox: Sandbox::of(line, card.folder.as_deref()),
        };
        Self { info, launch, style: Style::Standfirst, idle: Mutex::default() }
    }

    /// The same, asked for `style`.
    #[must_use]
    pub fn with_style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// Asks one process, and keeps it if it answered. The answer is to this question, and no failure.
    fn ask(&self, question: &Value, limits: &Limits) -> Result<Value, CommandError> {
        let line = question.to_string();
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let fresh = kept.is_none();
        let worker = kept.map_or_else(|| Worker::start(&self.launch), Ok)?;
        let answer = match self.ask_worker(worker, &line, limits) {
            // It may have died between two questions, or of the one before.
            Err(CommandError::Ended { .. }) if !fresh => {
                self.ask_worker(Worker::start(&self.launch)?, &line, limits)
            }
            answered => answered,
        }?;
        protocol::check(&self.launch, question, &answer)?;
        Ok(answer)
    }

    fn ask_worker(
        &self,
        mut worker: Worker,
        line: &str,
        limits: &Limits,
    ) -> Result<Value, CommandError> {
        let answer = worker.ask(line, limits)?;
        let value = protocol::parse(&self.launch.words[0], &answer)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(value)
    }
}

impl Summarizer for Program {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn style(&self) -> Style {
        self.style
    }

    fn summarize(&self, article: &Article, budget: Budget) -> Result<Summary, PluginError> {
        let form = Form { style: self.style, budget };
        let question = protocol::article(article, form);
        let answer = self.ask(&question, article.limits()).map_err(failed)?;
        protocol::summary(&self.launch.words[0], &answer, form)
    }
}

impl SentimentModel for Program {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        self.score_within(passages, &Limits::default())
    }

    fn score_of(
        &self,
        article: &Article,
        passages: &[Passage<'_>],
    ) -> Result<Vec<Sentiment>, PluginError> {
        self.score_within(passages, article.limits())
    }
}

impl Program {
    fn score_within(
        &self,
        passages: &[Passage<'_>],
        limits: &Limits,
    ) -> Result<Vec<Sentiment>, PluginError> {
        if passages.is_empty() {
            return Ok(Vec::new());
        }
        let question = protocol::passages(passages);
        let answer = self.ask(&question, limits).map_err(failed)?;
        protocol::tones(&self.launch.words[0], &answer, passages.len()).map_err(failed)
    }
}

fn failed(error: CommandError) -> PluginError {
    match error {
        CommandError::Halted(halt) => PluginError::Halted(halt),
        error => PluginError::Engine(Box::new(error)),
    }
}

/// The words of `line`, paths of the card's folder made whole.
fn located(line: &CommandLine, folder: Option<&Path>) -> Vec<String> {
    let whole =
        |word: &str| folder.unwrap_or(Path::new("")).join(word).to_string_lossy().into_owned();
    let locate = |(i, word): (usize, &String)| {
        let here = word.starts_with("./") || (i == 0 && word.contains('/'));
        if here && !PathBuf::from(word).is_absolute() { whole(word) } else { word.clone() }
    };
    line.program.iter().enumerate().map(locate).collect()
}

#[cfg(all(test, unix))]
mod tests;
