//! Where the layers of an encoder get their numbers: by BERT's names, whatever the network's own file calls them,
//! and with an adapter's low-rank products added (Hu et al. 2021, `LoRA`).

use super::config::{Config, Kind};
use crate::engine::{EngineError, native::weights::Weights};

/// Ranks of adapters are below this; more would be no less than the matrix itself.
const MAX_RANK: usize = 1_024;
/// What `MPNet` calls the parts of a layer that it does not call as BERT does.
const MPNET: [(&str, &str); 5] = [
    ("attention.self.query", "attention.attn.q"),
    ("attention.self.key", "attention.attn.k"),
    ("attention.self.value", "attention.attn.v"),
    ("attention.output.dense", "attention.attn.o"),
    ("attention.output.LayerNorm", "attention.LayerNorm"),
];

/// What `DeBERTa` calls them.
const DEBERTA: [(&str, &str); 3] = [
    ("attention.self.query", "attention.self.query_proj"),
    ("attention.self.key", "attention.self.key_proj"),
    ("attention.self.value", "attention.self.value_proj"),
];

/// The name in `names` for what BERT calls `name`.
fn called(names: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    names.iter().find(|(bert, _)| *bert == name).map(|(_, own)| *own)
}

/// An open network, and what was learnt beside it.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What kind of network it is.
    pub config: &'a Config,
    /// Its own numbers.
    pub weights: &'a Weights,
    /// A file with matrices `NAME.lora_A.weight` (rank × columns) and `NAME.lora_B.weight` (rows × rank), whose
    /// product is added to the matrix `NAME.weight` as it is: a scale is part of the second.
    pub adapter: Option<&'a Weights>,
}

impl Source<'_> {
    /// The matrix of the part `name` of a layer, row by row.
    ///
    /// # Errors
    /// [`EngineError::MissingTensor`], [`EngineError::Shape`] and the like for the network and for its adapter.
    pub fn matrix(
        &self,
        layer: usize,
        name: &str,
        [rows, columns]: [usize; 2],
    ) -> Result<Vec<f32>, EngineError> {
        let name = self.named(layer, name);
        let mut numbers = self.weights.numbers(&format!("{name}.weight"), &[rows, columns])?;
        if let Some(adapter) = self.adapter {
            adapt(&mut numbers, adapter, &name, [rows, columns])?;
        }
        Ok(numbers)
    }

    /// So many numbers of the part `name` of a layer: `bias`, or the scale of a norm, which is called `weight`, too.
    ///
    /// # Errors
    /// As [`Source::matrix`].
    pub fn row(
        &self,
        layer: usize,
        name: &str,
        part: &str,
        count: usize,
    ) -> Result<Vec<f32>, EngineError> {
        self.weights.numbers(&format!("{}.{part}", self.named(layer, name)), &[count])
    }

    /// What the file calls the part that BERT calls `name`.
    fn named(&self, layer: usize, name: &str) -> String {
        let own = match self.config.kind() {
            Kind::Bert | Kind::Roberta => None,
            Kind::Mpnet => called(&MPNET, name),
            Kind::Deberta => called(&DEBERTA, name),
        };
        format!("encoder.layer.{layer}.{}", own.unwrap_or(name))
    }
}

/// Adds what `adapter` has beside the matrix `name`, if anything.
fn adapt(
    numbers: &mut [f32],
    adapter: &Weights,
    name: &str,
    [rows, columns]: [usize; 2],
) -> Result<(), EngineError> {
    let (first, second) = (format!("{name}.lora_A.weight"), format!("{name}.lora_B.weight"));
    let Some(shape) = adapter.shape(&first) else { return Ok(()) };
    let rank = shape.first().copied().unwrap_or(0);
    if rank == 0 || rank > MAX_RANK {
        let (path, expected) = (adapter.path().to_owned(), vec![MAX_RANK, columns]);
        return Err(EngineError::Shape { path, name: first, found: shape, expected });
    }
    let first = adapter.numbers(&first, &[rank, columns])?;
    let second = adapter.numbers(&second, &[rows, rank])?;
    for (row, factors) in numbers.chunks_exact_mut(columns).zip(second.chunks_exact(rank)) {
        for (factor, beside) in factors.iter().zip(first.chunks_exact(columns)) {
            row.iter_mut().zip(beside).for_each(|(x, beside)| *x = factor.mul_add(*beside, *x));
        }
    }
    Ok(())
}
