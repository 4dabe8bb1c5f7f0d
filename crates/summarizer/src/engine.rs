//! The networks behind the models, and the boundary they honour: text in, numbers out. Nothing on
//! this side of it knows a tensor library.

use std::{num::NonZeroUsize, path::PathBuf};

use ndarray::Array2;
use standfirst_core::{
    article::{Halt, Limits, Span},
    card::{Asking, Sha256},
    plugin::{Form, PluginError, PluginInfo, Style},
    usage::Usage,
};

pub mod command;
pub mod encoded;
pub mod native;
mod need;
pub mod openai;
mod plain;
mod rejected;
#[cfg(feature = "rust-bert")]
pub mod rust_bert;
mod seq2seq;
mod styled;
mod tokens;

pub use self::{
    need::Need, rejected::Rejected, seq2seq::Seq2SeqFiles, styled::InStyle, tokens::Tokens,
};

/// The number of sentences whose prompt is taken for the longest.
const MANY_SENTENCES: usize = 999;

/// A loaded sentence encoder, shared by threads. A forward pass runs on the thread that asks.
pub trait Encoder: Send + Sync {
    /// Length of an embedding.
    fn dimensions(&self) -> usize;

    /// The tokens of `text`, as far as the network reads.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError>;

    /// One row per input, in order: `inputs.len()` × [`dimensions`](Self::dimensions), each of
    /// Euclidean length 1 ± 1e-5. A row depends on its own input only.
    ///
    /// # Errors
    /// [`EngineError::Forward`], [`EngineError::NotFinite`].
    fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError>;

    /// The same from the texts.
    ///
    /// # Errors
    /// Those of both.
    fn encode(&self, inputs: &[&str]) -> Result<Array2<f32>, EngineError> {
        let tokens =
            inputs.iter().map(|text| self.tokenize(text)).collect::<Result<Vec<_>, _>>()?;
        self.encode_tokens(&tokens.iter().collect::<Vec<_>>())
    }
}

/// A loaded network that writes text, shared by threads, with its card's prompt and decoding. A call
/// returns when all is written; what is computed is computed on the thread that makes it.
pub trait Generator: Send + Sync {
    /// Longest article that one call reads, in this network's tokens: what its context leaves beside
    /// the prompt and the longest answer.
    fn window(&self) -> usize;

    /// The same where an abstract in `style` is asked for, whose question may be longer.
    fn window_in(&self, style: Style) -> usize {
        let _ = style;
        self.window()
    }

    /// Length of `text` in this network's tokens, as part of an article. Never less for a longer
    /// text that starts with it, give or take one token at the seam.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    fn count_tokens(&self, text: &str) -> Result<usize, EngineError>;

    /// How many requests it likes at once; 1 if it gains nothing from company.
    fn batch(&self) -> NonZeroUsize;

    /// Whether it is shown [`Request::rejected`]; if not, nothing is asked for once more.
    fn is_told_why(&self) -> bool {
        false
    }

    /// What a server has charged for since it was loaded, where it asks one that says so.
    fn spent(&self) -> Option<Usage> {
        None
    }

    /// One answer per request, in order; each depends on its own request only, whatever the company
    /// and the thread. Control tokens written out in an article are plain text to the network.
    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>>;

    /// The same, each request as long as the limits of its article allow: `limits` has as many as there
    /// are requests. An engine that works in steps asks them between these.
    fn generate_within(
        &self,
        requests: &[Request<'_>],
        limits: &[&Limits],
    ) -> Vec<Result<Generation, EngineError>> {
        match limits.iter().find_map(|limits| limits.check().err()) {
            Some(halt) => requests.iter().map(|_| Err(halt.into())).collect(),
            None => self.generate(requests),
        }
    }
}

/// What the models that are built on the same encoder have in common: the checksum of its weights.
/// `None` without a card, or with one that does not fix them.
pub fn encoder_sum(info: &PluginInfo) -> Option<Sha256> {
    info.card.as_ref()?.file("weights").map(|file| file.sha256)
}

/// How many classes networks tell apart, in this order: of tone negative, neutral and positive; of
/// entailment entailment, neutral and contradiction.
pub const CLASSES: usize = 3;

/// A loaded network that reads two texts at once and says whether the second follows from the first, shared
/// by threads. A forward pass runs on the thread that asks.
pub trait PairNetwork: Send + Sync {
    /// Logits of the classes for each pair of a premise and a hypothesis, in order; each depends on its own
    /// pair only. A premise that is too long is read as far as there is room beside the hypothesis.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`], [`EngineError::Forward`], [`EngineError::NotFinite`].
    fn judge(&self, pairs: &[(&str, &str)]) -> Result<Vec<[f32; CLASSES]>, EngineError>;
}

/// A loaded network that judges the tone of texts and towards whom they name, shared by threads. A
/// forward pass runs on the thread that asks.
pub trait ToneNetwork: Send + Sync {
    /// The tokens of `text`, as far as the network reads.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError>;

    /// One answer per input, in order; each depends on its own input only.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`], [`EngineError::Forward`], [`EngineError::NotFinite`].
    fn judge(&self, inputs: &[Marked<'_>]) -> Result<Vec<Judged>, EngineError>;
}

/// A text and those of its words that name somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked<'a> {
    /// The text.
    pub text: &'a str,
    /// What [`ToneNetwork::tokenize`] makes of it, where that is known.
    pub tokens: Option<&'a Tokens>,
    /// Byte ranges into it.
    pub targets: Vec<Span>,
}

/// Logits of the classes; the softmax of them is calibrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Of the text as a whole.
    pub text: [f32; CLASSES],
    /// Of the tone towards each target; `None` where the network does not read as far, or there is no
    /// word.
    pub targets: Vec<Option<[f32; CLASSES]>>,
}

impl Judged {
    fn is_finite(&self) -> bool {
        let logits = self.targets.iter().flatten().chain([&self.text]);
        logits.flatten().all(|logit| logit.is_finite())
    }
}

/// What a generator is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The article or a part of it, at most [`Generator::window`] tokens long.
    pub text: &'a str,
    /// How many sentences are wanted, where the prompt says so.
    pub sentences: usize,
    /// Whether `text` is a few sentences that were picked from an article to be rewritten: the card
    /// may have a prompt for that, and an engine that can holds the answer to what they name, count
    /// and quote.
    pub picked: bool,
    /// Sentences of an earlier answer that are to be written anew out of `text`; an engine that is not told
    /// why answers as if there were none.
    pub rejected: &'a [Rejected],
    /// In which form the answer is wanted, where the prompt says so.
    pub form: Form,
}

impl Request<'_> {
    /// What its question is filled with.
    pub(crate) fn asking(&self) -> Asking {
        // The usual questions know no length beside the number of sentences.
        let form = if self.form.style.is_usual() { Form::default() } else { self.form };
        Asking { sentences: self.sentences, picked: self.picked, form }
    }
}

/// What a generator answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// The answer without control tokens; may be empty.
    pub text: String,
    /// Whether the network ended it; otherwise it ran into the limit of its card, and the last
    /// sentence may be unfinished.
    pub ended: bool,
    /// What a server charged for it, where one was asked and says so.
    pub usage: Option<Usage>,
}

/// Why a network could not be loaded, or gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A file of the model cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is larger than any that belongs to a model of this kind.
    #[error("{} has {bytes} bytes, and at most {limit} are read into memory", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// There is no memory to hold a file or what it is unpacked to, as far as the allocator says so.
    #[error("{} needs {bytes} bytes, and there is no memory for them; free some, or take a smaller model", path.display())]
    NoMemory {
        /// The file.
        path: PathBuf,
        /// What was asked for, in bytes.
        bytes: u64,
    },
    /// The configuration is not the JSON that is expected.
    #[error("{} is not a configuration that this engine can use", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A number of the configuration is out of range.
    #[error("{}: {field} is {value}, and {allowed} is allowed", path.display())]
    ConfigRange {
        /// The file.
        path: PathBuf,
        /// Name of the number.
        field: &'static str,
        /// What the file says.
        value: String,
        /// What it may say.
        allowed: String,
    },
    /// The tokenizer cannot be made from its file.
    #[error("{} is not a tokenizer that can be used", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The tokenizer has words that the network has no embedding for.
    #[error("{} has {tokens} tokens, and the network knows {vocabulary}: the files are of two models", path.display())]
    Vocabulary {
        /// The tokenizer.
        path: PathBuf,
        /// How many tokens it has.
        tokens: usize,
        /// How many the network has.
        vocabulary: usize,
    },
    /// The weights are cut short, or in no format that is read.
    #[error("{} is not a whole safetensors file, nor a checkpoint of PyTorch that holds tensors alone", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A tensor that the network needs is not in the file.
    #[error("{} has no tensor {name}", path.display())]
    MissingTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A tensor has not the shape that the configuration asks for.
    #[error("{}: tensor {name} is {found:?}, and the configuration asks for {expected:?}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The shape it should have.
        expected: Vec<usize>,
    },
    /// A GGUF file cannot be used.
    #[error(transparent)]
    Gguf(#[from] native::GgufError),
    /// The network is of a kind that this engine has no code for.
    #[error("{} holds a network of the architecture {found:?}, and this engine knows {known}", path.display())]
    Architecture {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: String,
        /// What there is.
        known: String,
    },
    /// A value of the metadata is out of range.
    #[error("{}: {key} is {value}, and must be {allowed}", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// Which value.
        key: String,
        /// What it is.
        value: String,
        /// What it may be.
        allowed: String,
    },
    /// Prompt and answer leave no room for an article.
    #[error(
        "prompt and answer fill all {context} tokens that {} reads; shorten `prompt` or `max_new_tokens` in its card, or raise `max_input_tokens`",
        path.display()
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// What the network reads.
        context: usize,
    },
    /// Prompt and answer leave no room for an article in what a server is taken to read.
    #[error(
        "prompt and answer fill all {context} tokens that the server is taken to read; shorten `prompt` or `max_new_tokens` in the card, or raise `max_input_tokens`"
    )]
    Crowded {
        /// What the server is taken to read.
        context: usize,
    },
    /// A server gave no answer.
    #[error(transparent)]
    Endpoint(#[from] openai::EndpointError),
    /// What goes wrong only with libtorch.
    #[cfg(feature = "rust-bert")]
    #[error(transparent)]
    Libtorch(#[from] rust_bert::LibtorchError),
    /// The chat template in a model's file cannot be used.
    #[error("the chat template of the model cannot be used")]
    Template(#[source] minijinja::Error),
    /// The engine gave fewer answers than it was asked for.
    #[error("the engine gave no answer; this is a bug in it")]
    Silent,
    /// The card asks for a way of choosing tokens that the engine does not know.
    #[error("this engine does not know `decoding.{key}`; take it out of the card")]
    Setting {
        /// Which setting.
        key: &'static str,
    },
    /// The card tells the model its part, and this engine has no place for that.
    #[error("networks of this engine take no `prompt.system`; take it out of the card")]
    System,
    /// A setting is out of the range of what the engine can do.
    #[error("`decoding.{key}` is {found}, and this engine takes {allowed}; change it in the card")]
    SettingRange {
        /// Which setting.
        key: &'static str,
        /// What the card says.
        found: String,
        /// What it may say.
        allowed: &'static str,
    },
    /// The network gave no number for any token.
    #[error("after {after} tokens the network gives NaN for the next; the weights are damaged")]
    NoToken {
        /// Tokens before.
        after: usize,
    },
    /// A request is longer than the network reads.
    #[error("the text has {tokens} tokens, and the model reads at most {limit} of an article")]
    TooLong {
        /// Its length.
        tokens: usize,
        /// The most that fits.
        limit: usize,
    },
    /// The network was asked to give up.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// The tokenizer failed on a text.
    #[error("the tokenizer failed")]
    Tokenize(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The tensor library failed.
    #[error("the forward pass failed")]
    Forward(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The network answered with NaN or infinity, or with nothing but zeros.
    #[error("the embedding of input {input} is not a finite vector; the weights are damaged")]
    NotFinite {
        /// 0-based index of the input.
        input: usize,
    },
}

impl EngineError {
    /// What a tensor library says, whichever it is.
    fn forward(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Forward(error.into())
    }
}

/// What a plugin says of an engine that gave no answer.
impl From<EngineError> for PluginError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Halted(halt) => Self::Halted(halt),
            error => Self::Engine(Box::new(error)),
        }
    }
}
