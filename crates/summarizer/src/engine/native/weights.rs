//! Tensors out of a file of weights, each of the shape that is asked for: safetensors, or a checkpoint of `PyTorch`,
//! whose pickle is read and not run.

mod pickle;
mod torch;

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, safetensors::BufferedSafetensors};

use self::torch::Checkpoint;
use super::{EngineError, read_at_most};

/// Largest file of weights that is read: the largest PEGASUS has 2.3 GB.
const MAX_BYTES: u64 = 4 << 30;

/// What every encoder has, and no part of one.
const FIRST_NORM: &str = "embeddings.LayerNorm";

/// An open file of weights. The header was checked: it is whole, and every tensor lies within the file.
pub struct Weights {
    path: PathBuf,
    tensors: Tensors,
    prefix: &'static str,
}

/// The formats of files.
enum Tensors {
    Safetensors(BufferedSafetensors),
    Torch(Checkpoint),
}

impl Tensors {
    fn open(path: &Path) -> Result<Self, EngineError> {
        let bytes = read_at_most(path, MAX_BYTES)?;
        let broken = |source| EngineError::Weights { path: path.into(), source };
        if torch::is_checkpoint(&bytes) {
            return Checkpoint::new(bytes).map(Self::Torch).map_err(|error| broken(error.into()));
        }
        BufferedSafetensors::new(bytes).map(Self::Safetensors).map_err(|error| broken(error.into()))
    }

    /// The shape of the tensor `name`, if there is one.
    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        match self {
            Self::Safetensors(tensors) => tensors.get(name).ok().map(|view| view.shape().to_vec()),
            Self::Torch(checkpoint) => checkpoint.shape(name).map(<[usize]>::to_vec),
        }
    }

    /// Appends the numbers of the tensor `name`, which there is, row by row.
    fn numbers(
        &self,
        name: &str,
        numbers: &mut Vec<f32>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let tensors = match self {
            Self::Safetensors(tensors) => tensors,
            Self::Torch(checkpoint) => return Ok(checkpoint.numbers(name, numbers)?),
        };
        let view = tensors.get(name)?;
        if view.dtype() == safetensors::Dtype::F32 {
            // As they lie in the file: nothing to convert, and half of the file is one table of words.
            let chunks = view.data().as_chunks().0;
            numbers.extend(chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)));
            return Ok(());
        }
        let tensor = tensors.load(name, &Device::Cpu)?.to_dtype(DType::F32)?;
        numbers.extend(tensor.flatten_all()?.to_vec1::<f32>()?);
        Ok(())
    }
}

impl Weights {
    /// Opens a file whose tensors are named as BERT's are, with or without the network's name before them.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        Self::open_network(path, &["bert.", "mpnet.", "roberta.", "deberta."], &[FIRST_NORM])
    }

    /// The file that these come from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a file whose tensors may have one of `prefixes` before their names, which one of the weights of
    /// `layers` shows.
    pub fn open_network(
        path: &Path,
        prefixes: &[&'static str],
        layers: &[&str],
    ) -> Result<Self, EngineError> {
        let tensors = Tensors::open(path)?;
        let inside = |prefix: &&&str| {
            let named = |layer: &&str| tensors.shape(&format!("{prefix}{layer}.weight")).is_some();
            layers.iter().any(named)
        };
        let prefix = prefixes.iter().find(inside).copied().unwrap_or("");
        Ok(Self { path: path.into(), tensors, prefix })
    }

    /// The shape of the tensor `name`, if there is one.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.tensors.shape(&self.named(name))
    }

    /// Whether there is a tensor `name`.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.shape(&self.named(name)).is_some()
    }

    /// What the file calls the tensor `name`. Heads stand outside of the network that they belong to.
    fn named(&self, name: &str) -> String {
        let inside = format!("{}{name}", self.prefix);
        let outside = self.tensors.shape(&inside).is_none() && self.tensors.shape(name).is_some();
        if outside { name.to_owned() } else { inside }
    }

    /// Whether a whole network lies in the file, embeddings and all, and not its upper part alone.
    pub fn is_whole(&self) -> bool {
        self.has(&format!("{FIRST_NORM}.weight"))
    }

    /// The lowest encoder layer that there is below `total`; `total` if there is none.
    pub fn first_layer(&self, total: usize) -> usize {
        let has = |index: &usize| self.has(&format!("encoder.layer.{index}.output.dense.weight"));
        (0..total).find(has).unwrap_or(total)
    }

    /// The numbers of the tensor `name`, row by row, if it has this shape.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EngineError> {
        let name = self.named(name);
        let Some(found) = self.tensors.shape(&name) else {
            return Err(EngineError::MissingTensor { path: self.path.clone(), name });
        };
        if found != shape {
            let expected = shape.to_vec();
            return Err(EngineError::Shape { path: self.path.clone(), name, found, expected });
        }
        let broken = |source| EngineError::Weights { path: self.path.clone(), source };
        let mut numbers = Vec::new();
        self.make_room(&mut numbers, shape.iter().product())?;
        self.tensors.numbers(&name, &mut numbers).map_err(broken)?;
        Ok(numbers)
    }

    /// Makes room in `numbers` for `count` in all, of which there may be some.
    pub fn make_room(&self, numbers: &mut Vec<f32>, count: usize) -> Result<(), EngineError> {
        let more = count.saturating_sub(numbers.len());
        numbers.try_reserve_exact(more).map_err(|_| EngineError::NoMemory {
            path: self.path.clone(),
            bytes: (count as u64).saturating_mul(size_of::<f32>() as u64),
        })
    }
}

#[cfg(test)]
mod tests;
