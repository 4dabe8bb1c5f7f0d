//! Tensors out of a safetensors file, each of the shape that is asked for.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor, safetensors::BufferedSafetensors};

use super::{EngineError, read_at_most};

/// Largest file of weights that is read: the largest BERT there is has 1.4 GB.
const MAX_BYTES: u64 = 4 << 30;

/// An open file of weights. The header was checked: it is whole, and every tensor lies within the file.
pub struct Weights {
    path: PathBuf,
    tensors: BufferedSafetensors,
    prefix: &'static str,
}

impl Weights {
    /// Opens a file whose tensors are named as BERT's are, with or without `bert.` before them.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let tensors = BufferedSafetensors::new(read_at_most(path, MAX_BYTES)?)
            .map_err(|error| EngineError::Weights { path: path.into(), source: error.into() })?;
        let inside = tensors.get("bert.embeddings.LayerNorm.weight").is_ok();
        Ok(Self { path: path.into(), tensors, prefix: if inside { "bert." } else { "" } })
    }

    /// Whether there is a tensor `name`.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.get(&self.named(name)).is_ok()
    }

    /// What the file calls the tensor `name`. Heads stand outside of the network that they belong to.
    fn named(&self, name: &str) -> String {
        let inside = format!("{}{name}", self.prefix);
        let outside = self.tensors.get(&inside).is_err() && self.tensors.get(name).is_ok();
        if outside { name.to_owned() } else { inside }
    }

    /// Whether a whole network lies in the file, embeddings and all, and not its upper part alone.
    pub fn is_whole(&self) -> bool {
        self.has("embeddings.LayerNorm.weight")
    }

    /// The lowest encoder layer that there is below `total`; `total` if there is none.
    pub fn first_layer(&self, total: usize) -> usize {
        let has = |index: &usize| self.has(&format!("encoder.layer.{index}.output.dense.weight"));
        (0..total).find(has).unwrap_or(total)
    }

    /// The tensor `name` as f32, if it has this shape.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, EngineError> {
        let (name, _) = self.view(name, shape)?;
        let tensor = self.tensors.load(&name, &Device::Cpu);
        tensor.and_then(|tensor| tensor.to_dtype(DType::F32)).map_err(EngineError::forward)
    }

    /// The numbers of the tensor `name`, row by row, if it has this shape.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EngineError> {
        let (_, view) = self.view(name, shape)?;
        if view.dtype() == safetensors::Dtype::F32 {
            // As they lie in the file: nothing to convert, and half of the file is one table of words.
            let numbers = view.data().as_chunks::<4>().0;
            return Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect());
        }
        let flat = self.get(name, shape)?.flatten_all();
        flat.and_then(|flat| flat.to_vec1()).map_err(EngineError::forward)
    }

    /// What the file calls the tensor `name`, and where it lies, if it has this shape.
    fn view(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Result<(String, safetensors::tensor::TensorView<'_>), EngineError> {
        let name = self.named(name);
        let Ok(view) = self.tensors.get(&name) else {
            return Err(EngineError::MissingTensor { path: self.path.clone(), name });
        };
        if view.shape() != shape {
            let (found, expected) = (view.shape().to_vec(), shape.to_vec());
            return Err(EngineError::Shape { path: self.path.clone(), name, found, expected });
        }
        Ok((name, view))
    }
}
