//! A linear layer to few numbers, for the ends of networks.

use super::weights::Weights;
use crate::engine::{CLASSES, EngineError};

/// Weights and bias.
pub struct Head {
    /// outputs × inputs.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Head {
    /// The layer `name` of `weights`.
    pub fn load(
        weights: &Weights,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Self, EngineError> {
        let get = |part: &str, shape: &[usize]| weights.numbers(&format!("{name}.{part}"), shape);
        Ok(Self { weight: get("weight", &[outputs, inputs])?, bias: get("bias", &[outputs])? })
    }

    /// What it makes of the parts of an input, one after another.
    pub fn apply(&self, parts: &[&[f32]]) -> Vec<f32> {
        let inputs = self.weight.len() / self.bias.len().max(1);
        let rows = self.weight.chunks_exact(inputs.max(1)).zip(&self.bias);
        rows.map(|(row, bias)| {
            let input = parts.iter().flat_map(|part| part.iter());
            bias + row.iter().zip(input).map(|(w, x)| w * x).sum::<f32>()
        })
        .collect()
    }

    /// The same for a layer to the logits of the classes.
    pub fn logits<const N: usize>(&self, parts: [&[f32]; N]) -> [f32; CLASSES] {
        let outputs = self.apply(&parts);
        std::array::from_fn(|class| outputs[class])
    }
}
