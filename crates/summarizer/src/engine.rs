//! The networks behind the models, and the boundary they honour: text in, numbers out. Nothing on
//! this side of it knows a tensor library.

use std::path::PathBuf;

use ndarray::Array2;

pub mod candle;

/// A loaded sentence encoder, shared by threads. A forward pass runs on the thread that asks.
pub trait Encoder: Send + Sync {
    /// Length of an embedding.
    fn dimensions(&self) -> usize;

    /// One row per input, in order: `inputs.len()` × [`dimensions`](Self::dimensions), each of
    /// Euclidean length 1 ± 1e-5. A row depends on its own input only.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`], [`EngineError::Forward`], [`EngineError::NotFinite`].
    fn encode(&self, inputs: &[&str]) -> Result<Array2<f32>, EngineError>;

    /// How many bytes from the start of `input` the network is shown; all of it if it is short
    /// enough. On a character boundary.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    fn bytes_read(&self, input: &str) -> Result<usize, EngineError>;
}

/// Why a network could not be loaded, or gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A file of the model cannot be read.
    #[error("cannot read {}; `standfirst models fetch` brings the files of a model back", path.display())]
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
    /// The configuration is not the JSON that is expected.
    #[error("{} is not the configuration of a BERT", path.display())]
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
    /// The weights are cut short, or not safetensors at all.
    #[error("{} is not a whole safetensors file; `standfirst models verify` tells which files are damaged", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: candle_core::Error,
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
    /// The tokenizer failed on a text.
    #[error("the tokenizer failed")]
    Tokenize(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The tensor library failed.
    #[error("the forward pass failed")]
    Forward(#[from] candle_core::Error),
    /// The network answered with NaN or infinity, or with nothing but zeros.
    #[error("the embedding of input {input} is not a finite vector; the weights are damaged")]
    NotFinite {
        /// 0-based index of the input.
        input: usize,
    },
}
