//! Why a model cannot be had. What to do about it stands there too, but where it is something that the
//! caller asks this library for, such as fetching: how that is asked for only the caller knows.

use std::{error::Error, io, path::PathBuf, sync::Arc};

use standfirst_core::card::{CardError, Engine, Task};

use crate::files::{FileProblem, NoCache};

/// Names that are shown for one that was misspelt.
const MAX_NEAR: usize = 3;
/// Likeness, 0–1, from which a name counts as misspelt.
const NEAR: f64 = 0.7;

/// Why a model cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No model has this id.
    #[error("no model is called {id:?}; {}", instead(near, known))]
    Unknown {
        /// As asked for.
        id: String,
        /// Ids that are spelt alike, the likest first.
        near: Vec<String>,
        /// All ids that would have done.
        known: Vec<String>,
    },
    /// No card that names a server has this id.
    #[error("no card with the engine openai is called {id:?}; {}", instead(near, known))]
    NoServer {
        /// As asked for.
        id: String,
        /// Ids that are spelt alike, the likest first.
        near: Vec<String>,
        /// All ids that would have done.
        known: Vec<String>,
    },
    /// Somebody who may not say where the server of the card is does.
    #[error("where the server of {card} is stands in {}, which was not named", by.display())]
    Misled {
        /// The model.
        card: String,
        /// The file that says so.
        by: PathBuf,
    },
    /// The model is for something else.
    #[error("{id} is for the task {}, not {}; take one of {}", is.name(), asked.name(), known.join(", "))]
    Task {
        /// The model.
        id: String,
        /// What it is for.
        is: Task,
        /// What it was asked for.
        asked: Task,
        /// Ids that would have done.
        known: Vec<String>,
    },
    /// Files of the model are not on this machine.
    #[error(
        "{card} needs {missing} {} not on this machine{}",
        if *missing == 1 { "file that is" } else { "files that are" }, size(*bytes)
    )]
    MissingFiles {
        /// The model.
        card: String,
        /// How many.
        missing: usize,
        /// Their size, in bytes, as far as their card says it.
        bytes: u64,
    },
    /// A file of the model is not what the card says.
    #[error("a file of {card} is not what its card says")]
    Checksum {
        /// The model.
        card: String,
        /// Which file, and how it differs.
        source: FileProblem,
    },
    /// A file of the model cannot be read.
    #[error("a file of {card} cannot be read; check its permissions")]
    Unreadable {
        /// The model.
        card: String,
        /// Which file, and why.
        source: FileProblem,
    },
    /// This build cannot run the model.
    #[error("{card} needs the engine {engine}, which this build does not have")]
    EngineNotBuilt {
        /// The model.
        card: String,
        /// What its card names, and what the feature is called.
        engine: Engine,
    },
    /// The engine does not know what to do with the network.
    #[error(
        "`method` of {card} is {found:?}, and engine {engine} knows {} for this task", known.join(", ")
    )]
    Method {
        /// The model.
        card: String,
        /// As its card says; empty if it says nothing.
        found: String,
        /// Which engine.
        engine: Engine,
        /// What it knows.
        known: Vec<&'static str>,
    },
    /// The card lacks a table that its engine reads.
    #[error("{card} has no [{table}], which its engine needs; models/README.md says what it holds")]
    Table {
        /// The model.
        card: String,
        /// What is lacking.
        table: &'static str,
    },
    /// The card lacks a file that the engine loads.
    #[error("{card} has no file of the role {role:?}, which its engine loads; add it to the card")]
    Role {
        /// The model.
        card: String,
        /// What is lacking.
        role: &'static str,
    },
    /// A card is wrong.
    #[error(transparent)]
    Card(#[from] CardError),
    /// Two models with one id.
    #[error("{file} describes a model {id}, and there is one already; give it another id")]
    Taken {
        /// The id.
        id: String,
        /// The card that came second.
        file: String,
    },
    /// The card of the model was left out.
    #[error(transparent)]
    LeftOut(Arc<LoadError>),
    /// A folder of cards cannot be read.
    #[error("the folder of model cards {} cannot be read", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no place for the files of models.
    #[error(transparent)]
    NoCache(#[from] NoCache),
    /// What picks the sentences that the model is to rewrite cannot be had. [`Mode::Generate`] does
    /// without.
    ///
    /// [`Mode::Generate`]: crate::abstractive::Mode::Generate
    #[error("{card} works with the sentences that {picker} picks")]
    Picker {
        /// The model.
        card: String,
        /// What picks.
        picker: &'static str,
        /// Why it cannot be had.
        source: Box<LoadError>,
    },
    /// The engine could not make a model of the files.
    #[error("engine {engine} cannot load {card}")]
    Engine {
        /// The model.
        card: String,
        /// Which engine.
        engine: Engine,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl LoadError {
    /// The error for an id that is not among `known`.
    pub(super) fn unknown(id: &str, known: Vec<String>) -> Self {
        Self::Unknown { id: id.to_owned(), near: near(id, &known), known }
    }

    /// The error for an id that is not among those of cards with servers, which are `known`.
    pub(super) fn no_server(id: &str, known: Vec<String>) -> Self {
        Self::NoServer { id: id.to_owned(), near: near(id, &known), known }
    }

    /// Whether fetching the model's files is what is needed.
    pub fn is_missing_files(&self) -> bool {
        match self {
            Self::Picker { source, .. } => source.is_missing_files(),
            _ => matches!(self, Self::MissingFiles { .. } | Self::Checksum { .. }),
        }
    }
}

/// Those of `known` that are spelt much as `id`, the likest first.
fn near(id: &str, known: &[String]) -> Vec<String> {
    let mut near: Vec<(f64, &String)> = known
        .iter()
        .map(|name| (strsim::jaro_winkler(id, name), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(MAX_NEAR).map(|(_, name)| name.clone()).collect()
}

/// What to ask for instead.
fn instead(near: &[String], known: &[String]) -> String {
    if known.is_empty() {
        "there is none".to_owned()
    } else if near.is_empty() {
        format!("there are {}", known.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    }
}

/// A size for people, in parentheses: whole megabytes, kilobytes where that is more telling; nothing if it is not known.
fn size(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        1..1_000_000 => format!(" ({} kB)", bytes.div_ceil(1_000)),
        _ => format!(" ({} MB)", bytes.div_ceil(1_000_000)),
    }
}
