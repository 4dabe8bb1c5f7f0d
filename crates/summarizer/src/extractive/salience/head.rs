//! The network that weighs a sentence: one hidden layer beside a straight line, and a price for pairs
//! of sentences that say the same. Several trainings from different seeds are one wider layer.
//!
//! ```text
//! features ─▶ (x − mean) / scale ─┬▶ tanh(W x + b) · v ─┐
//!                                 └▶ u · x ─────────────┴▶ score
//! ```

use std::{collections::HashMap, path::Path};

use ndarray::{Array1, Array2, ArrayView1};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::features::NAMES;

/// What a file of this kind says of itself.
const FORMAT: &str = "standfirst-salience/1";
/// Where it says so, with the names of the features behind it.
const KEY: &str = "head";
/// Largest file that is read, in bytes: a head has some ten thousand numbers.
pub const MAX_BYTES: u64 = 2 << 20;
/// Widest hidden layer.
const MAX_HIDDEN: usize = 8_192;
/// Features are cut off this many deviations from the mean, so that an odd article cannot drive the
/// network where it was never trained.
pub const LIMIT: f32 = 4.0;
/// Likeness from which two sentences count as saying the same.
pub const ALIKE: f32 = 0.5;

/// A trained head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Means of the features in training.
    pub mean: Array1<f32>,
    /// Their standard deviations, above 0.
    pub scale: Array1<f32>,
    /// Weights of the hidden layer, a row per unit.
    pub hidden: Array2<f32>,
    /// Biases of the hidden layer.
    pub bias: Array1<f32>,
    /// What each unit adds to the score.
    pub output: Array1<f32>,
    /// What each feature adds to the score by itself.
    pub linear: Array1<f32>,
    /// What a pair of sentences adds to the score of a selection: for each unit of likeness, for being
    /// neighbours, for each unit of likeness above [`ALIKE`].
    pub pair: [f32; 3],
}

/// Why a file is no head.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is longer than any head.
    #[error("the head has {bytes} bytes, and at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It is not safetensors.
    #[error("the head is not a whole safetensors file")]
    Form(#[from] safetensors::SafeTensorError),
    /// It is a file of another kind.
    #[error("the head says to be {found:?}, and {FORMAT:?} is read; train it with this version")]
    Format {
        /// What it says.
        found: String,
    },
    /// It was trained for other features.
    #[error("the head was trained for other features than this version computes; train it again")]
    Features,
    /// A tensor is missing or has another shape.
    #[error("the head's tensor {name} is missing, is not f32 or has another shape")]
    Tensor {
        /// Which.
        name: &'static str,
    },
    /// A number is not finite, or a scale is not above 0.
    #[error("the head's tensor {name} has numbers that no training gives; it is damaged")]
    Numbers {
        /// Which tensor.
        name: &'static str,
    },
}

impl Head {
    /// Reads the head at `path`.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn open(path: &Path) -> Result<Self, HeadError> {
        let read = |source| HeadError::Read { path: path.display().to_string(), source };
        let bytes = std::fs::metadata(path).map_err(read)?.len();
        if bytes > MAX_BYTES {
            return Err(HeadError::TooLarge { bytes });
        }
        Self::from_bytes(&std::fs::read(path).map_err(read)?)
    }

    /// Reads a head from the bytes of its file.
    ///
    /// # Errors
    /// All of [`HeadError`] but what concerns the file system.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeadError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let said = header.metadata().as_ref().and_then(|said| said.get(KEY)).cloned();
        let said = said.unwrap_or_default();
        let (format, features) = said.split_once(' ').unwrap_or((&said, ""));
        if format != FORMAT {
            return Err(HeadError::Format { found: format.chars().take(40).collect() });
        }
        if features != NAMES.join(" ") {
            return Err(HeadError::Features);
        }
        let file = SafeTensors::deserialize(bytes)?;
        let units = file.tensor("output").ok().and_then(|t| t.shape().first().copied());
        let units = units
            .filter(|&units| (1..=MAX_HIDDEN).contains(&units))
            .ok_or(HeadError::Tensor { name: "output" })?;
        let columns = NAMES.len();
        let row = |name, length| numbers(&file, name, &[length]).map(Array1::from_vec);
        let hidden = numbers(&file, "hidden", &[units, columns])?;
        let pair = numbers(&file, "pair", &[3])?;
        let head = Self {
            mean: row("mean", columns)?,
            scale: row("scale", columns)?,
            hidden: Array2::from_shape_vec((units, columns), hidden)
                .map_err(|_| HeadError::Tensor { name: "hidden" })?,
            bias: row("bias", units)?,
            output: row("output", units)?,
            linear: row("linear", columns)?,
            pair: [pair[0], pair[1], pair[2]],
        };
        let positive = head.scale.iter().all(|&scale| scale > 0.0);
        positive.then_some(head).ok_or(HeadError::Numbers { name: "scale" })
    }

    /// A head that finds all sentences alike, with one idle unit.
    pub fn blank(mean: Array1<f32>, scale: Array1<f32>) -> Self {
        let columns = mean.len();
        Self {
            mean,
            scale,
            hidden: Array2::zeros((1, columns)),
            bias: Array1::zeros(1),
            output: Array1::zeros(1),
            linear: Array1::zeros(columns),
            pair: [0.0; 3],
        }
    }

    /// The bytes of its file: the same for the same head.
    ///
    /// # Errors
    /// [`HeadError::Form`] if the library refuses, which it has no reason to.
    pub fn to_bytes(&self) -> Result<Vec<u8>, HeadError> {
        let tensors: [(&str, Vec<usize>, Vec<u8>); 7] = [
            ("mean", vec![self.mean.len()], bytes(self.mean.iter())),
            ("scale", vec![self.scale.len()], bytes(self.scale.iter())),
            ("hidden", self.hidden.shape().to_vec(), bytes(self.hidden.iter())),
            ("bias", vec![self.bias.len()], bytes(self.bias.iter())),
            ("output", vec![self.output.len()], bytes(self.output.iter())),
            ("linear", vec![self.linear.len()], bytes(self.linear.iter())),
            ("pair", vec![3], bytes(self.pair.iter())),
        ];
        let views = tensors
            .iter()
            .map(|(name, shape, data)| {
                Ok((*name, TensorView::new(Dtype::F32, shape.clone(), data)?))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
        // One key, because a hash map of several has no fixed order and the file would have none.
        let said = HashMap::from([(KEY.to_owned(), format!("{FORMAT} {}", NAMES.join(" ")))]);
        Ok(safetensors::serialize(views, Some(said))?)
    }

    /// The features in units of their deviation from the mean.
    pub fn scaled(&self, features: &Array2<f32>) -> Array2<f32> {
        let mut scaled = (features - &self.mean) / &self.scale;
        scaled.mapv_inplace(|x| if x.is_finite() { x.clamp(-LIMIT, LIMIT) } else { 0.0 });
        scaled
    }

    /// How much each sentence deserves to be picked: a number per row of `features`, larger is better.
    pub fn scores(&self, features: &Array2<f32>) -> Vec<f64> {
        self.scaled(features).rows().into_iter().map(|row| self.score(&row)).collect()
    }

    fn score(&self, row: &ArrayView1<'_, f32>) -> f64 {
        let units = self.hidden.rows().into_iter().zip(&self.bias).zip(&self.output);
        let hidden: f32 = units.map(|((w, b), v)| (w.dot(row) + b).tanh() * v).sum();
        f64::from(hidden + self.linear.dot(row))
    }

    /// What two sentences of this likeness add to the score of a selection that has both.
    pub fn together(&self, likeness: f32, neighbours: bool) -> f64 {
        let [like, next, same] = self.pair;
        let next = if neighbours { next } else { 0.0 };
        f64::from(like * likeness + next + same * (likeness - ALIKE).max(0.0))
    }
}

/// The numbers of a tensor of this shape.
fn numbers(
    file: &SafeTensors<'_>,
    name: &'static str,
    shape: &[usize],
) -> Result<Vec<f32>, HeadError> {
    let tensor = file
        .tensor(name)
        .ok()
        .filter(|tensor| tensor.dtype() == Dtype::F32 && tensor.shape() == shape)
        .ok_or(HeadError::Tensor { name })?;
    let (words, _) = tensor.data().as_chunks::<4>();
    let numbers: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
    let finite = numbers.iter().all(|number| number.is_finite());
    finite.then_some(numbers).ok_or(HeadError::Numbers { name })
}

fn bytes<'a>(numbers: impl Iterator<Item = &'a f32>) -> Vec<u8> {
    numbers.flat_map(|number| number.to_le_bytes()).collect()
}
