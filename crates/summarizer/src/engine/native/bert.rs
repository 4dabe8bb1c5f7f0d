//! Sentence embeddings by BERT (Devlin et al. 2019): mean over the last layer's tokens, scaled to
//! length 1 (Reimers & Gurevych 2019).
//!
//! The forward pass is our own, because that of `candle-transformers` leaves the thread that calls it
//! (see [`super`]) and pads. Here sequences stand one after another: the products run over all tokens
//! of a batch at once, attention over each sequence alone, so nothing is computed for padding and
//! nothing has to be masked.

pub(super) mod config;
mod disentangled;
mod full;
mod int8;
mod memory;
mod need;
pub(super) mod network;
pub(super) mod source;

use std::{ops::Range, path::PathBuf, sync::OnceLock};

use ndarray::{Array1, Array2, ArrayViewMut1};
use standfirst_core::card::Precision;
use standfirst_eval::metric::embedding::Embedder;

use self::{config::Config, memory::Memory, network::Network, source::Source};
use super::{one_thread_per_pass, weights::Weights, wordpiece::Wordpiece};
use crate::engine::{Encoder, EngineError, Tokens};

/// Tokens in one forward pass: some 16 MB of intermediate results for a network of 384 dimensions,
/// and rows enough for the products to run at full speed.
const BATCH_TOKENS: usize = 1_024;

/// Where the files of a model are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BertFiles {
    /// `config.json`.
    pub config: PathBuf,
    /// `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// `model.safetensors`.
    pub weights: PathBuf,
    /// What was learnt beside the weights, if anything: low-rank products that are added to them.
    pub adapter: Option<PathBuf>,
}

/// A BERT that turns sentences into vectors.
pub struct BertEncoder {
    pub(super) wordpiece: Wordpiece,
    pub(super) config: Config,
    pub(super) network: Network,
    memory: OnceLock<Memory>,
}

/// For measures, which compare texts token by token: without `[CLS]` and `[SEP]`, which stand for no
/// word, and cut off where the network's reading ends.
impl Embedder for BertEncoder {
    fn tokens(&self, text: &str) -> Option<Vec<Vec<f32>>> {
        let ids = self.tokenize(text).ok()?.ids;
        let words = ids.len().saturating_sub(2);
        let hidden = self.network.lower(&[ids], self.network.depth()).ok()?;
        let rows = hidden.chunks_exact(self.dimensions()).skip(1).take(words);
        rows.map(|row| {
            let mut unit = Array1::zeros(row.len());
            mean_direction(unit.view_mut(), std::iter::once(row))?;
            Some(unit.to_vec())
        })
        .collect()
    }

    fn text(&self, text: &str) -> Option<Vec<f32>> {
        Some(self.encode(&[text]).ok()?.row(0).to_vec())
    }
}

impl BertEncoder {
    /// Loads the files, to compute in `f32`. A text is read up to `max_tokens`, the two special
    /// tokens included.
    ///
    /// # Errors
    /// Everything of [`EngineError`] but what it says of running: a file that is missing, too large
    /// or damaged, numbers out of range, tensors that are missing or of another shape.
    pub fn load(files: &BertFiles, max_tokens: usize) -> Result<Self, EngineError> {
        Self::load_as(files, max_tokens, Precision::F32)
    }

    /// The same, to compute as `precision` says.
    ///
    /// # Errors
    /// As there.
    pub fn load_as(
        files: &BertFiles,
        max_tokens: usize,
        precision: Precision,
    ) -> Result<Self, EngineError> {
        one_thread_per_pass();
        let config = Config::open(&files.config)?;
        config.admits(&files.config, max_tokens)?;
        config.admits_precision(&files.config, precision)?;
        let wordpiece = Wordpiece::open(&files.tokenizer, max_tokens)?;
        let (tokens, vocabulary) = (wordpiece.vocabulary(), config.vocab_size);
        if tokens > vocabulary {
            let path = files.tokenizer.clone();
            return Err(EngineError::Vocabulary { path, tokens, vocabulary });
        }
        let weights = Weights::open(&files.weights)?;
        let adapter = files.adapter.as_deref().map(Weights::open).transpose()?;
        let source = Source { config: &config, weights: &weights, adapter: adapter.as_ref() };
        let network = Network::load(&source, precision)?;
        Ok(Self { wordpiece, config, network, memory: OnceLock::new() })
    }

    /// Keeps what the first `depth` layers make of a text, for whoever asks about the same text next.
    /// The first call counts: a network that branches off at another depth computes for itself.
    pub(super) fn remember(&self, depth: usize) {
        self.memory.get_or_init(|| Memory::new(depth));
    }

    /// What the first `depth` layers make of a batch of packed sequences: tokens × width.
    pub(super) fn lower(&self, batch: &[Vec<u32>], depth: usize) -> Result<Vec<f32>, EngineError> {
        match self.memory.get().filter(|memory| memory.depth() == depth) {
            Some(memory) => memory.recall(batch, || self.network.lower(batch, depth)),
            None => self.network.lower(batch, depth),
        }
    }

    fn forward(&self, ids: &[Vec<u32>]) -> Result<Vec<f32>, EngineError> {
        let depth = self.memory.get().map_or(self.network.depth(), Memory::depth);
        self.network.upper(self.lower(ids, depth)?, depth, ids)
    }
}

impl Encoder for BertEncoder {
    fn dimensions(&self) -> usize {
        self.network.width
    }

    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
        self.wordpiece.tokenize(text)
    }

    fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError> {
        let ids: Vec<Vec<u32>> = inputs.iter().map(|tokens| tokens.ids.clone()).collect();
        let mut rows = Array2::zeros((inputs.len(), self.dimensions()));
        for batch in batches(&ids) {
            let hidden = self.forward(&ids[batch.clone()])?;
            let mut tokens = hidden.chunks_exact(self.dimensions());
            for input in batch {
                mean_direction(rows.row_mut(input), tokens.by_ref().take(ids[input].len()))
                    .ok_or(EngineError::NotFinite { input })?;
            }
        }
        Ok(rows)
    }
}

/// The sequences of each forward pass: as many as fit, at least one.
pub(super) fn batches(ids: &[Vec<u32>]) -> impl Iterator<Item = Range<usize>> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let mut tokens = 0;
        let fitting = ids[first..].iter().take_while(|ids| {
            tokens += ids.len();
            tokens <= BATCH_TOKENS
        });
        let end = (first + fitting.count().max(1)).min(ids.len());
        let batch = first..end;
        first = end;
        (!batch.is_empty()).then_some(batch)
    })
}

/// Writes the mean of `tokens`, scaled to length 1, to `row`; `None` if it has no direction.
fn mean_direction<'a>(
    mut row: ArrayViewMut1<'_, f32>,
    tokens: impl Iterator<Item = &'a [f32]>,
) -> Option<()> {
    for token in tokens {
        row.iter_mut().zip(token).for_each(|(sum, x)| *sum += x);
    }
    let length = row.dot(&row).sqrt();
    if !length.is_normal() {
        return None;
    }
    row /= length;
    Some(())
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<BertEncoder>();
};
