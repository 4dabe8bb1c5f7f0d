//! Layers in `f32`, by candle's products.

use candle_core::{Device, Tensor};

use super::{config::Config, network::Pass};
use crate::engine::{
    EngineError,
    native::{
        ops::{AddAndNorm, Attention, Gelu},
        weights::Weights,
    },
};

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

/// What `layers` make of `hidden`, tokens × `width`.
pub fn forward(
    layers: &[Layer],
    hidden: Vec<f32>,
    width: usize,
    pass: &Pass<'_>,
) -> candle_core::Result<Vec<f32>> {
    let attention = Attention { lengths: pass.lengths, heads: pass.heads };
    let shape = (hidden.len() / width, width);
    let mut hidden = Tensor::from_vec(hidden, shape, &Device::Cpu)?;
    for layer in layers {
        hidden = layer.forward(&hidden, &attention, pass.epsilon)?;
    }
    hidden.flatten_all()?.to_vec1()
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
