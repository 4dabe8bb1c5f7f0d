//! Model cards: what `models/*.toml` may say, and how a card is told that it says something wrong.
//!
//! A card is read in two steps. The file's own form comes first: TOML in which every key is known.
//! Then each value is checked against what it means, and the result holds only values that are safe
//! to use: a [`CardPath`] cannot leave its folder, a [`Source`] cannot smuggle an option into a
//! program's arguments, a [`Sha256`] is one. `models/README.md` describes every field for people.

mod check;
mod command;
mod decoding;
mod endpoint;
mod source;

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io::Read,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub use self::{
    command::CommandLine,
    decoding::{Asking, Decoding, Prompt},
    endpoint::{Endpoint, EndpointChange, TokenLimit},
    source::{CardPath, Sha256, Source, WheelPart},
};
use crate::{entailment::Weighing, language::Language};

/// A card file longer than this is no card, in bytes.
pub const MAX_CARD_BYTES: u64 = 64 * 1024;
/// Files of a model are smaller than this, in bytes.
pub const MAX_FILE_BYTES: u64 = 64_000_000_000;

/// One model, as its card describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// What it is called by; equals the stem of the file's name.
    pub id: String,
    /// What it is for.
    pub task: Task,
    /// What runs it; nothing else is tried in its place.
    pub engine: Engine,
    /// How the network's output becomes an answer, where the engine knows several ways.
    pub method: Option<String>,
    /// Languages it may be asked about; empty for any.
    pub languages: Vec<Language>,
    /// Licence of the weights, an SPDX expression where there is one.
    pub license: String,
    /// What whoever fetches the files agrees to, and where that is to be read, in a line; `None` where the licence says
    /// all.
    pub terms: Option<String>,
    /// One line for listings.
    pub about: String,
    /// Where the weights come from.
    pub origin: Option<String>,
    /// What they were trained on.
    pub trained_on: Option<String>,
    /// What they were measured to score, and on what.
    pub scores: Option<String>,
    /// Longest input in the model's own tokens, special tokens included.
    pub max_input_tokens: Option<NonZeroUsize>,
    /// What the products of an encoder or an encoder-decoder are computed in; `None` for what is the default.
    pub precision: Option<Precision>,
    /// How text is generated; only where the model generates any.
    pub decoding: Option<Decoding>,
    /// What a generator is asked.
    pub prompt: Option<Prompt>,
    /// The program that answers; only with [`Engine::Command`], and always there.
    pub command: Option<CommandLine>,
    /// The server that answers; only with [`Engine::Openai`], and always there.
    pub endpoint: Option<Endpoint>,
    /// How favourable each class of a classifier is, −1 to 1; empty for models without classes.
    pub polarity: BTreeMap<String, f64>,
    /// How a model of entailment is weighed against the words; only with [`Task::Entail`].
    pub weighing: Option<Weighing>,
    /// The folder of the card's file; `None` for a card that was not read from one.
    pub folder: Option<PathBuf>,
    /// The files it is loaded from; roles and paths are unique, among these and the unpinned.
    pub files: Vec<CardFile>,
    /// Files of which the card does not say size and sum: whoever first fetches them writes both down,
    /// and they count from then on.
    pub unpinned: Vec<UnpinnedFile>,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Shortens an article.
    Summarize,
    /// Judges its tone.
    Sentiment,
    /// Turns sentences into vectors for other models.
    Encode,
    /// Says whether one text follows from another.
    Entail,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Summarize, Self::Sentiment, Self::Encode, Self::Entail];

    /// The word used in cards and listings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summarize => "summarize",
            Self::Sentiment => "sentiment",
            Self::Encode => "encode",
            Self::Entail => "entail",
        }
    }
}

/// What the products of an encoder are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Numbers of 32 bits, as the network was trained.
    #[default]
    F32,
    /// Integers of 8 bits, rounded a block at a time: some twice as fast by AVX2, and the same bits on every
    /// processor.
    Int8,
}

impl Precision {
    /// The word used in cards.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }
}

/// What runs a model. A card may name any of these; whether this build can run it is the
/// registry's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// Networks in pure Rust. Cards say `candle`, after the tensor library that the engine began on.
    #[serde(rename = "candle")]
    Native,
    /// Encoder-decoder networks through libtorch.
    RustBert,
    /// A program of the user's.
    Command,
    /// A server that speaks the `OpenAI` protocol.
    Openai,
}

impl Engine {
    /// The word used in cards and listings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "candle",
            Self::RustBert => "rust-bert",
            Self::Command => "command",
            Self::Openai => "openai",
        }
    }

    /// Whether a card for it is nothing without files.
    fn needs_files(self) -> bool {
        matches!(self, Self::Native | Self::RustBert)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFile {
    /// What the engine knows it as: `weights`, `tokenizer`, `config`.
    pub role: String,
    /// Its name in the model, for people and for its extension; not where it is stored.
    pub path: CardPath,
    /// Its size in bytes; above 0 and below [`MAX_FILE_BYTES`].
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Sha256,
    /// Where to get it, in the order to try; never empty.
    pub sources: Vec<Source>,
}

/// A file of a model whose size and sum the card does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpinnedFile {
    /// As [`CardFile::role`].
    pub role: String,
    /// As [`CardFile::path`].
    pub path: CardPath,
    /// The one place where it is: a hub at one commit, or the card's folder.
    pub source: Source,
}

impl UnpinnedFile {
    /// The file, now that its size and sum are known.
    pub fn pinned(self, bytes: u64, sha256: Sha256) -> CardFile {
        let Self { role, path, source } = self;
        CardFile { role, path, bytes, sha256, sources: vec![source] }
    }
}

impl ModelCard {
    /// Reads the card `text`; `file` is the name to show in errors and the one that `id` must match.
    ///
    /// # Errors
    /// [`CardError`] naming the file, the key and what it should be.
    pub fn parse(file: &str, text: &str) -> Result<Self, CardError> {
        check::parse(file, text)
            .map_err(|problem| CardError { file: file.to_owned(), problem: Box::new(problem) })
    }

    /// Reads the card at `path`, and no more than [`MAX_CARD_BYTES`] of it.
    ///
    /// # Errors
    /// [`CardError`] if the file cannot be read or is no card.
    pub fn read(path: &Path) -> Result<Self, CardError> {
        let file = path.display().to_string();
        match read_limited(path) {
            Ok(text) => {
                let folder = path.parent().map(Path::to_owned);
                Self::parse(&file, &text).map(|card| Self { folder, ..card })
            }
            Err(problem) => Err(CardError { file, problem: Box::new(problem) }),
        }
    }

    /// The file that plays `role`.
    pub fn file(&self, role: &str) -> Option<&CardFile> {
        self.files.iter().find(|file| file.role == role)
    }

    /// Size of all its files, in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// The text of a card file, refused one byte past the limit.
fn read_limited(path: &Path) -> Result<String, CardProblem> {
    // Whoever opens a pipe waits for somebody to write into it.
    if !fs::metadata(path).map_err(CardProblem::Read)?.is_file() {
        return Err(CardProblem::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_CARD_BYTES + 1).read_to_end(&mut bytes))
        .map_err(CardProblem::Read)?;
    check::length(bytes.len())?;
    String::from_utf8(bytes).map_err(|_| CardProblem::NotText)
}

/// A card that cannot be used, and which one.
#[derive(Debug, thiserror::Error)]
#[error("model card {file} cannot be used")]
pub struct CardError {
    /// Path or name of the card's file.
    pub file: String,
    /// What is wrong with it. Boxed, because an error should not outgrow the answer.
    #[source]
    pub problem: Box<CardProblem>,
}

/// What is wrong with a card.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardProblem {
    /// The file cannot be read.
    #[error("the file cannot be read; check that it exists and its permissions")]
    Read(#[source] std::io::Error),
    /// It is a pipe, a folder or a device.
    #[error("it is no regular file; a card is a text file")]
    NotAFile,
    /// It is not UTF-8.
    #[error("the file is not UTF-8 text; save it as UTF-8")]
    NotText,
    /// It is too long to be one.
    #[error(
        "the file is longer than {MAX_CARD_BYTES} bytes; a card holds no data, only where it is"
    )]
    TooLong,
    /// It is not TOML, or has a key or a word that no card has.
    #[error("not a card; models/README.md lists every key and the words it takes")]
    Form(#[from] toml::de::Error),
    /// A value that its key does not take.
    #[error("`{key}` is {found:?}, and must be {expected}")]
    Value {
        /// Which key, with the index for lists of tables: `files[1].sha256`.
        key: String,
        /// What stands there, shortened.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// Something else than the name of a variable, perhaps the key itself, which is not shown.
    #[error(
        "`{key}` must be the name of an environment variable (letters, digits and `_`), and what stands there (not shown, since it may be a key) is none; put the key into a variable, and name that"
    )]
    Key {
        /// Which key of the card.
        key: &'static str,
    },
    /// The id is not the name of the file.
    #[error("`id` is {id:?}, and the file is called {stem:?}; rename one of the two")]
    Name {
        /// As the card says.
        id: String,
        /// As the file's name says.
        stem: String,
    },
    /// Two files with one role or one path.
    #[error("`{key}` is {found:?}, which an earlier file has already; each may stand once")]
    Twice {
        /// Which key.
        key: String,
        /// What stands there twice.
        found: String,
    },
    /// A table that belongs to another engine, or is missing.
    #[error("engine {engine} {} the table [{table}]", if *needs { "needs" } else { "does not read" })]
    Table {
        /// What the card names.
        engine: Engine,
        /// Which table.
        table: &'static str,
        /// Whether it is missing.
        needs: bool,
    },
    /// An engine that loads files, and none named.
    #[error("engine {0} loads files, and the card has none; add a [[files]] table")]
    NoFiles(Engine),
    /// Weights in a format that can run code.
    #[error(
        "`{key}` names the pickle {found:?}, and loading a pickle can run any code; name safetensors or GGUF weights, or a `.bin` with the engine candle, which runs nothing"
    )]
    Pickle {
        /// Which key.
        key: String,
        /// The file.
        found: String,
    },
}
