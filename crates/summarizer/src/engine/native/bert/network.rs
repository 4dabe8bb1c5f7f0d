//! The forward pass: sequences stand one after another, so that nothing is computed for padding.

use candle_core::{Device, Tensor};

use super::config::Config;
use crate::engine::{
    EngineError,
    native::{
        kernels::{self, Norm},
        ops::{AddAndNorm, Attention, Gelu},
        weights::Weights,
    },
};

/// The weights in the shape that the forward pass wants.
pub struct Network {
    /// Numbers per token.
    pub width: usize,
    heads: usize,
    epsilon: f32,
    /// vocabulary × width.
    words: Vec<f32>,
    /// positions × width, the embedding of segment 0 added: most inputs have one segment only.
    positions: Vec<f32>,
    /// What the embedding of segment 1 has more than that of segment 0; zeros for a network of one segment.
    second: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    layers: Vec<Layer>,
}

/// One block of attention and feed-forward.
pub struct Layer {
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
    /// All layers of `weights`.
    pub fn load(weights: &Weights, config: &Config) -> Result<Self, EngineError> {
        let width = config.hidden_size;
        let table = |name: &str, rows| {
            weights.numbers(&format!("embeddings.{name}_embeddings.weight"), &[rows, width])
        };
        let segment = table("token_type", config.type_vocab_size)?;
        let mut positions = table("position", config.max_position_embeddings)?;
        for position in positions.chunks_exact_mut(width) {
            position.iter_mut().zip(&segment).for_each(|(x, segment)| *x += segment);
        }
        let (zero, one) = segment.split_at(width.min(segment.len()));
        let second = match one.get(..width) {
            Some(one) => one.iter().zip(zero).map(|(one, zero)| one - zero).collect(),
            None => vec![0.0; width],
        };
        let norm = |part: &str| weights.numbers(&format!("embeddings.LayerNorm.{part}"), &[width]);
        Ok(Self {
            width,
            heads: config.num_attention_heads,
            epsilon: config.layer_norm_eps,
            words: table("word", config.vocab_size)?,
            positions,
            second,
            scale: norm("weight")?,
            shift: norm("bias")?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(weights, config, index))
                .collect::<Result<_, _>>()?,
        })
    }

    /// How many layers there are.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// What the first `depth` layers make of the packed sequences: tokens × width.
    pub fn lower(&self, sequences: &[Vec<u32>], depth: usize) -> Result<Vec<f32>, EngineError> {
        self.first(depth, self.embed(sequences), &lengths(sequences))
    }

    /// What the first `depth` layers make of what was embedded, sequences of these lengths.
    pub fn first(
        &self,
        depth: usize,
        embedded: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        self.through(&self.layers[..depth], embedded, lengths)
    }

    /// What the layers above `depth` make of what those below have made of the same sequences.
    pub fn upper(
        &self,
        hidden: Vec<f32>,
        depth: usize,
        sequences: &[Vec<u32>],
    ) -> Result<Vec<f32>, EngineError> {
        self.through(&self.layers[depth..], hidden, &lengths(sequences))
    }

    /// What `layers`, of this network or of another with its width and heads, make of packed
    /// sequences of these lengths.
    pub fn through(
        &self,
        layers: &[Layer],
        hidden: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        let attention = Attention { lengths, heads: self.heads };
        self.pass(layers, hidden, &attention).map_err(EngineError::forward)
    }

    fn pass(
        &self,
        layers: &[Layer],
        hidden: Vec<f32>,
        attention: &Attention<'_>,
    ) -> candle_core::Result<Vec<f32>> {
        let shape = (hidden.len() / self.width, self.width);
        let mut hidden = Tensor::from_vec(hidden, shape, &Device::Cpu)?;
        for layer in layers {
            hidden = layer.forward(&hidden, attention, self.epsilon)?;
        }
        hidden.flatten_all()?.to_vec1()
    }

    /// The embeddings of packed sequences of one text each: tokens × width.
    fn embed(&self, sequences: &[Vec<u32>]) -> Vec<f32> {
        let whole: Vec<usize> = lengths(sequences);
        self.embed_pairs(sequences, &whole)
    }

    /// The embeddings of packed sequences of two texts each, of which the second begins at the token that
    /// `seconds` says: tokens × width.
    pub fn embed_pairs(&self, sequences: &[Vec<u32>], seconds: &[usize]) -> Vec<f32> {
        let tokens = sequences.iter().map(Vec::len).sum::<usize>();
        let (mut words, mut positions) = (Vec::new(), Vec::new());
        words.reserve_exact(tokens * self.width);
        positions.reserve_exact(tokens * self.width);
        for (ids, &second) in sequences.iter().zip(seconds) {
            for &id in ids {
                let at = id as usize * self.width;
                words.extend_from_slice(&self.words[at..at + self.width]);
            }
            let start = positions.len();
            positions.extend_from_slice(&self.positions[..ids.len() * self.width]);
            for token in positions[start..].chunks_exact_mut(self.width).skip(second) {
                token.iter_mut().zip(&self.second).for_each(|(x, more)| *x += more);
            }
        }
        let norm = Norm { scale: &self.scale, shift: &self.shift, epsilon: self.epsilon };
        kernels::add_and_norm(&mut words, &positions, &vec![0.0; self.width], norm);
        words
    }
}

impl Layer {
    /// The layer `index` of `weights`.
    pub fn load(weights: &Weights, config: &Config, index: usize) -> Result<Self, EngineError> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let get = |name: &str, shape: &[usize]| {
            weights.get(&format!("encoder.layer.{index}.{name}"), shape)
        };
        let matrix = |name: &str, rows, columns| {
            transposed(&get(&format!("{name}.weight"), &[rows, columns])?)
        };
        let rows = |block: &str| {
            let names = ["dense.bias", "LayerNorm.weight", "LayerNorm.bias"];
            joined(names.iter().map(|name| get(&format!("{block}.{name}"), &[width])))
        };
        let parts = ["query", "key", "value"].map(|part| format!("attention.self.{part}"));
        let projections = parts.iter().map(|part| get(&format!("{part}.weight"), &[width, width]));
        let biases = parts.iter().map(|part| get(&format!("{part}.bias"), &[width]));
        Ok(Self {
            project: transposed(&joined(projections)?)?,
            project_bias: joined(biases)?,
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
    ) -> candle_core::Result<Tensor> {
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

fn transposed(matrix: &Tensor) -> Result<Tensor, EngineError> {
    matrix.t().map_err(EngineError::forward)
}

/// The tensors one after another, along their first dimension.
fn joined(
    tensors: impl Iterator<Item = Result<Tensor, EngineError>>,
) -> Result<Tensor, EngineError> {
    Tensor::cat(&tensors.collect::<Result<Vec<_>, _>>()?, 0).map_err(EngineError::forward)
}

fn lengths(sequences: &[Vec<u32>]) -> Vec<usize> {
    sequences.iter().map(Vec::len).collect()
}
