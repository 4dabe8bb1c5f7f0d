//! Layers in `f32`, by candle's products.

use candle_core::{Device, Tensor};

use super::{
    disentangled::{self, Distant},
    network::Pass,
    source::Source,
};
use crate::engine::{
    EngineError,
    native::ops::{AddAndNorm, Attention, Gelu},
};

/// One block of attention and feed-forward.
pub struct Layer {
    /// width × 3·width: queries, keys and values in one product.
    project: Tensor,
    project_bias: Tensor,
    /// In networks that keep distances apart.
    distant: Option<Distant>,
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

/// What `layers` make of `hidden`, tokens × `width`.
pub fn forward(
    layers: &[Layer],
    hidden: Vec<f32>,
    width: usize,
    pass: &Pass<'_>,
) -> candle_core::Result<Vec<f32>> {
    let shape = (hidden.len() / width, width);
    let mut hidden = Tensor::from_vec(hidden, shape, &Device::Cpu)?;
    for layer in layers {
        hidden = layer.forward(&hidden, pass)?;
    }
    hidden.flatten_all()?.to_vec1()
}

impl Layer {
    /// The layer `index` of `source`.
    pub fn load(source: &Source<'_>, index: usize) -> Result<Self, EngineError> {
        let (width, inner) = (source.config.hidden_size, source.config.intermediate_size);
        let get = |name: &str, rows, columns| {
            tensor(source.matrix(index, name, [rows, columns])?, &[rows, columns])
        };
        let matrix = |name: &str, rows, columns| transposed(&get(name, rows, columns)?);
        let row =
            |name: &str, part: &str, count| tensor(source.row(index, name, part, count)?, &[count]);
        let rows = |block: &str| {
            let (product, norm) = (format!("{block}.dense"), format!("{block}.LayerNorm"));
            let parts = [(&product, "bias"), (&norm, "weight"), (&norm, "bias")];
            joined(parts.into_iter().map(|(name, part)| row(name, part, width)))
        };
        let parts = ["query", "key", "value"].map(|part| format!("attention.self.{part}"));
        let projections = parts.iter().map(|part| get(part, width, width));
        let projections = projections.collect::<Result<Vec<_>, _>>()?;
        let biases = parts.iter().map(|part| row(part, "bias", width));
        let biases = biases.collect::<Result<Vec<_>, _>>()?;
        let shared = [(&projections[0], &biases[0]), (&projections[1], &biases[1])];
        Ok(Self {
            distant: distant(source, shared)?,
            project: transposed(&joined(projections.into_iter().map(Ok))?)?,
            project_bias: joined(biases.into_iter().map(Ok))?,
            output: matrix("attention.output.dense", width, width)?,
            output_rows: rows("attention.output")?,
            widen: matrix("intermediate.dense", inner, width)?,
            widen_bias: row("intermediate.dense", "bias", inner)?,
            narrow: matrix("output.dense", width, inner)?,
            narrow_rows: rows("output")?,
        })
    }

    fn forward(&self, hidden: &Tensor, pass: &Pass<'_>) -> candle_core::Result<Tensor> {
        let (norm, sequences) = (AddAndNorm { epsilon: pass.epsilon }, pass.sequences());
        let projected = hidden.matmul(&self.project)?;
        let context = match &self.distant {
            None => projected.apply_op2_no_bwd(&self.project_bias, &Attention(sequences))?,
            Some(distant) => {
                let attention = disentangled::Attention { sequences, distant };
                projected.apply_op2_no_bwd(&self.project_bias, &attention)?
            }
        };
        let attended = context.matmul(&self.output)?;
        attended.inplace_op3(hidden, &self.output_rows, &norm)?;
        let widened = attended.matmul(&self.widen)?;
        widened.inplace_op2(&self.widen_bias, &Gelu)?;
        let narrowed = widened.matmul(&self.narrow)?;
        narrowed.inplace_op3(&attended, &self.narrow_rows, &norm)?;
        Ok(narrowed)
    }
}

/// What a layer knows of distances by the matrices and biases of its queries and keys, in networks that keep them apart.
fn distant(
    source: &Source<'_>,
    shared: [(&Tensor, &Tensor); 2],
) -> Result<Option<Distant>, EngineError> {
    let (config, weights) = (source.config, source.weights);
    let Some(classes) = config.disentangled(weights.path())? else { return Ok(None) };
    let (width, heads) = (config.hidden_size, config.num_attention_heads);
    let embeddings = disentangled::embeddings(weights, classes, width, config.layer_norm_eps)?;
    let distant = Distant::new(classes, &embeddings, heads, shared);
    distant.map(Some).map_err(EngineError::forward)
}

fn tensor(numbers: Vec<f32>, shape: &[usize]) -> Result<Tensor, EngineError> {
    Tensor::from_vec(numbers, shape, &Device::Cpu).map_err(EngineError::forward)
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
