//! Sentence embeddings by BERT (Devlin et al. 2019): mean over the last layer's tokens, scaled to
//! length 1 (Reimers & Gurevych 2019).
//!
//! The forward pass is our own, because that of `candle-transformers` leaves the thread that calls it
//! (see [`super`]) and pads. Here sequences stand one after another: the products run over all tokens
//! of a batch at once, attention over each sequence alone, so nothing is computed for padding and
//! nothing has to be masked.

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use ndarray::{Array1, Array2, ArrayViewMut1};
use serde::Deserialize;
use standfirst_core::metric::embedding::Embedder;

use super::{
    kernels::{self, Norm},
    one_thread_per_pass,
    ops::{AddAndNorm, Attention, Gelu},
    read_at_most,
    weights::Weights,
    wordpiece::Wordpiece,
};
use crate::engine::{Encoder, EngineError};

/// Largest `config.json` that is read.
const MAX_CONFIG_BYTES: u64 = 1 << 20;
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
}

/// A BERT that turns sentences into vectors.
pub struct BertEncoder {
    wordpiece: Wordpiece,
    network: Network,
}

/// For measures, which compare texts token by token: without `[CLS]` and `[SEP]`, which stand for no
/// word, and cut off where the network's reading ends.
impl Embedder for BertEncoder {
    fn tokens(&self, text: &str) -> Option<Vec<Vec<f32>>> {
        let ids = self.wordpiece.ids(text).ok()?;
        let words = ids.len().saturating_sub(2);
        let hidden = self.network.forward(&[ids]).ok()?;
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
    /// Loads the three files. A text is read up to `max_tokens`, the two special tokens included.
    ///
    /// # Errors
    /// Everything of [`EngineError`] but what it says of running: a file that is missing, too large
    /// or damaged, numbers out of range, tensors that are missing or of another shape.
    pub fn load(files: &BertFiles, max_tokens: usize) -> Result<Self, EngineError> {
        one_thread_per_pass();
        let config = Config::open(&files.config)?;
        config.admits(&files.config, max_tokens)?;
        let wordpiece = Wordpiece::open(&files.tokenizer, max_tokens)?;
        let (tokens, vocabulary) = (wordpiece.vocabulary(), config.vocab_size);
        if tokens > vocabulary {
            let path = files.tokenizer.clone();
            return Err(EngineError::Vocabulary { path, tokens, vocabulary });
        }
        let network = Network::load(&Weights::open(&files.weights)?, &config)?;
        Ok(Self { wordpiece, network })
    }
}

impl Encoder for BertEncoder {
    fn dimensions(&self) -> usize {
        self.network.width
    }

    fn encode(&self, inputs: &[&str]) -> Result<Array2<f32>, EngineError> {
        let ids = inputs.iter().map(|text| self.wordpiece.ids(text));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let mut rows = Array2::zeros((inputs.len(), self.dimensions()));
        let mut first = 0;
        while first < ids.len() {
            let batch = &ids[first..batch_end(&ids, first)];
            let hidden = self.network.forward(batch)?;
            let mut tokens = hidden.chunks_exact(self.dimensions());
            for (sequence, ids) in batch.iter().enumerate() {
                let input = first + sequence;
                mean_direction(rows.row_mut(input), tokens.by_ref().take(ids.len()))
                    .ok_or(EngineError::NotFinite { input })?;
            }
            first += batch.len();
        }
        Ok(rows)
    }

    fn bytes_read(&self, input: &str) -> Result<usize, EngineError> {
        self.wordpiece.bytes_read(input)
    }
}

/// One past the last sequence of the batch that begins with `first`: as many as fit, at least one.
fn batch_end(ids: &[Vec<u32>], first: usize) -> usize {
    let mut tokens = 0;
    let fitting = ids[first..].iter().take_while(|ids| {
        tokens += ids.len();
        tokens <= BATCH_TOKENS
    });
    first + fitting.count().max(1)
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

/// What of `config.json` matters. Other keys are the business of training.
#[derive(Debug, Deserialize)]
struct Config {
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: Activation,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    #[serde(default)]
    position_embedding_type: Positions,
}

/// The one activation that is built; any other is an error of the configuration.
#[derive(Debug, Deserialize)]
enum Activation {
    #[serde(rename = "gelu")]
    ExactGelu,
}

/// The one kind of positions that is built.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Positions {
    #[default]
    Absolute,
}

impl Config {
    fn open(path: &Path) -> Result<Self, EngineError> {
        let bytes = read_at_most(path, MAX_CONFIG_BYTES)?;
        let config: Self = serde_json::from_slice(&bytes)
            .map_err(|source| EngineError::Config { path: path.into(), source })?;
        config.check(path)?;
        Ok(config)
    }

    /// Refuses numbers that no BERT has, before anything is allocated by them.
    fn check(&self, path: &Path) -> Result<(), EngineError> {
        // The matches keep the fields in use: each has the one value that is built.
        let (Activation::ExactGelu, Positions::Absolute) =
            (&self.hidden_act, &self.position_embedding_type);
        within(path, "vocab_size", self.vocab_size, 1, 2_000_000)?;
        within(path, "hidden_size", self.hidden_size, 1, 16_384)?;
        within(path, "num_hidden_layers", self.num_hidden_layers, 1, 256)?;
        within(path, "num_attention_heads", self.num_attention_heads, 1, self.hidden_size)?;
        within(path, "intermediate_size", self.intermediate_size, 1, 131_072)?;
        within(path, "max_position_embeddings", self.max_position_embeddings, 3, 131_072)?;
        within(path, "type_vocab_size", self.type_vocab_size, 1, 1_024)?;
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let allowed = format!("a multiple of {} heads", self.num_attention_heads);
            return Err(out_of_range(path, "hidden_size", &self.hidden_size, allowed));
        }
        if !(0.0..=0.1).contains(&self.layer_norm_eps) {
            let allowed = "0 to 0.1".to_owned();
            return Err(out_of_range(path, "layer_norm_eps", &self.layer_norm_eps, allowed));
        }
        Ok(())
    }

    fn admits(&self, path: &Path, max_tokens: usize) -> Result<(), EngineError> {
        within(path, "the number of tokens to read", max_tokens, 3, self.max_position_embeddings)
    }
}

fn within(
    path: &Path,
    field: &'static str,
    value: usize,
    low: usize,
    high: usize,
) -> Result<(), EngineError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(out_of_range(path, field, &value, format!("{low} to {high}")))
    }
}

fn out_of_range(
    path: &Path,
    field: &'static str,
    value: &impl ToString,
    allowed: String,
) -> EngineError {
    EngineError::ConfigRange { path: path.into(), field, value: value.to_string(), allowed }
}

/// The weights in the shape that the forward pass wants.
struct Network {
    width: usize,
    heads: usize,
    epsilon: f32,
    /// vocabulary × width.
    words: Vec<f32>,
    /// positions × width, the embedding of segment 0 added: there is one segment only.
    positions: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    layers: Vec<Layer>,
}

struct Layer {
    /// width × 3·width: queries, keys and values in one product.
    project: Tensor,
    project_bias: Tensor,
    /// width × width.
    output: Tensor,
    /// Bias, scale and shift.
    output_rows: Tensor,
    /// width × intermediate.
    widen: Tensor,
    widen_bias: Tensor,
    /// intermediate × width.
    narrow: Tensor,
    /// Bias, scale and shift.
    narrow_rows: Tensor,
}

impl Network {
    fn load(weights: &Weights, config: &Config) -> Result<Self, EngineError> {
        let width = config.hidden_size;
        let table = |name: &str, rows| {
            weights.get(&format!("embeddings.{name}_embeddings.weight"), &[rows, width])
        };
        let segment = table("token_type", config.type_vocab_size)?.narrow(0, 0, 1)?;
        let positions =
            table("position", config.max_position_embeddings)?.broadcast_add(&segment)?;
        let norm = |part: &str| weights.get(&format!("embeddings.LayerNorm.{part}"), &[width]);
        Ok(Self {
            width,
            heads: config.num_attention_heads,
            epsilon: config.layer_norm_eps,
            words: table("word", config.vocab_size)?.flatten_all()?.to_vec1()?,
            positions: positions.flatten_all()?.to_vec1()?,
            scale: norm("weight")?.to_vec1()?,
            shift: norm("bias")?.to_vec1()?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(weights, config, index))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Last layer of the packed sequences: tokens × width.
    fn forward(&self, sequences: &[Vec<u32>]) -> Result<Vec<f32>, EngineError> {
        let lengths: Vec<usize> = sequences.iter().map(Vec::len).collect();
        let embedded = self.embed(sequences);
        let shape = (embedded.len() / self.width, self.width);
        let mut hidden = Tensor::from_vec(embedded, shape, &Device::Cpu)?;
        let attention = Attention { lengths: &lengths, heads: self.heads };
        for layer in &self.layers {
            hidden = layer.forward(&hidden, &attention, self.epsilon)?;
        }
        Ok(hidden.flatten_all()?.to_vec1()?)
    }

    fn embed(&self, sequences: &[Vec<u32>]) -> Vec<f32> {
        let tokens = sequences.iter().map(Vec::len).sum::<usize>();
        let (mut words, mut positions) = (Vec::new(), Vec::new());
        words.reserve_exact(tokens * self.width);
        positions.reserve_exact(tokens * self.width);
        for ids in sequences {
            for &id in ids {
                let at = id as usize * self.width;
                words.extend_from_slice(&self.words[at..at + self.width]);
            }
            positions.extend_from_slice(&self.positions[..ids.len() * self.width]);
        }
        let norm = Norm { scale: &self.scale, shift: &self.shift, epsilon: self.epsilon };
        kernels::add_and_norm(&mut words, &positions, &vec![0.0; self.width], norm);
        words
    }
}

impl Layer {
    fn load(weights: &Weights, config: &Config, index: usize) -> Result<Self, EngineError> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let get = |name: &str, shape: &[usize]| {
            weights.get(&format!("encoder.layer.{index}.{name}"), shape)
        };
        let matrix = |name: &str, rows, columns| {
            Ok::<_, EngineError>(get(&format!("{name}.weight"), &[rows, columns])?.t()?)
        };
        let rows = |block: &str| {
            let names = ["dense.bias", "LayerNorm.weight", "LayerNorm.bias"];
            let rows = names.map(|name| get(&format!("{block}.{name}"), &[width]));
            Ok::<_, EngineError>(Tensor::stack(
                &rows.into_iter().collect::<Result<Vec<_>, _>>()?,
                0,
            )?)
        };
        let parts = ["query", "key", "value"].map(|part| format!("attention.self.{part}"));
        let projections = parts.iter().map(|part| get(&format!("{part}.weight"), &[width, width]));
        let biases = parts.iter().map(|part| get(&format!("{part}.bias"), &[width]));
        Ok(Self {
            project: Tensor::cat(&projections.collect::<Result<Vec<_>, _>>()?, 0)?.t()?,
            project_bias: Tensor::cat(&biases.collect::<Result<Vec<_>, _>>()?, 0)?,
            output: matrix("attention.output.dense", width, width)?,
            output_rows: rows("attention.output")?,
            widen: matrix("intermediate.dense", inner, width)?,
            widen_bias: get("intermediate.dense.bias", &[inner])?,
            narrow: matrix("output.dense", width, inner)?,
            narrow_rows: rows("output")?,
        })
    }

    fn forward(
        &self,
        hidden: &Tensor,
        attention: &Attention<'_>,
        epsilon: f32,
    ) -> Result<Tensor, candle_core::Error> {
        let norm = AddAndNorm { epsilon };
        let projected = hidden.matmul(&self.project)?;
        let context = projected.apply_op2_no_bwd(&self.project_bias, attention)?;
        let attended = context.matmul(&self.output)?;
        attended.inplace_op3(hidden, &self.output_rows, &norm)?;
        let widened = attended.matmul(&self.widen)?;
        widened.inplace_op2(&self.widen_bias, &Gelu)?;
        let narrowed = widened.matmul(&self.narrow)?;
        narrowed.inplace_op3(&attended, &self.narrow_rows, &norm)?;
        Ok(narrowed)
    }
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<BertEncoder>();
};
