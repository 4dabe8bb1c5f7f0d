//! What the metadata of a GGUF file say of a network's shape, checked before anything is computed
//! with it.

use super::cache;
use crate::engine::{EngineError, native::gguf::Gguf};

/// Largest of any count in a configuration: no network of a machine without a GPU comes near, and
/// products of two stay far from overflow.
const MAX: usize = 1 << 20;

/// The decoders that differ little enough from `LLaMA` (Touvron et al. 2023) to share its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// `LLaMA`, Mistral, `SmolLM2`.
    Llama,
    /// Qwen 2 and 2.5: biases on queries, keys and values.
    Qwen2,
    /// Qwen 3: queries and keys are normalised head by head.
    Qwen3,
}

impl Architecture {
    /// All of them, as GGUF calls them.
    pub const NAMES: [(&'static str, Self); 3] =
        [("llama", Self::Llama), ("qwen2", Self::Qwen2), ("qwen3", Self::Qwen3)];
}

/// Sizes and constants of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub architecture: Architecture,
    pub layers: usize,
    /// Numbers per token between layers.
    pub width: usize,
    /// Numbers per token inside a feed-forward part.
    pub inner: usize,
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values.
    pub shared: usize,
    /// Numbers per head.
    pub size: usize,
    /// Positions that it was trained with.
    pub context: usize,
    /// Added to the mean square in normalisations.
    pub epsilon: f32,
    /// Base of the rotary positions' wavelengths.
    pub rope_base: f32,
    /// How many numbers of a head are turned.
    pub rope_size: usize,
}

impl Config {
    /// The configuration in `gguf`.
    ///
    /// # Errors
    /// [`EngineError`] naming the key that is missing, or whose number cannot be.
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what networks compute with")]
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, EngineError> {
        let name = gguf.text("general.architecture")?;
        let Some((_, architecture)) = Architecture::NAMES.iter().find(|known| known.0 == name)
        else {
            return Err(EngineError::Architecture {
                path: gguf.path().into(),
                found: name.to_owned(),
                known: Architecture::NAMES.map(|known| known.0).join(", "),
            });
        };
        let key = |rest: &str| format!("{name}.{rest}");
        let count = |rest: &str, least: usize| counted(gguf, &key(rest), least);
        let or = |rest: &str, default: usize| match gguf.value(&key(rest)) {
            Some(_) => counted(gguf, &key(rest), 1),
            None => Ok(default),
        };
        let (width, heads) = (count("embedding_length", 1)?, count("attention.head_count", 1)?);
        let size = or("attention.key_length", width / heads)?;
        let config = Self {
            architecture: *architecture,
            layers: count("block_count", 1)?,
            width,
            inner: count("feed_forward_length", 1)?,
            heads,
            shared: or("attention.head_count_kv", heads)?,
            size,
            context: count("context_length", 2)?,
            epsilon: gguf.number(&key("attention.layer_norm_rms_epsilon"))? as f32,
            rope_base: match gguf.value(&key("rope.freq_base")) {
                Some(_) => gguf.number(&key("rope.freq_base"))? as f32,
                None => 10_000.0,
            },
            rope_size: or("rope.dimension_count", size)?,
        };
        config.check(gguf, name)?;
        Ok(config)
    }

    fn check(&self, gguf: &Gguf, name: &str) -> Result<(), EngineError> {
        let wrong = |key: &str, value: String, allowed: &str| {
            Err(EngineError::Metadata {
                path: gguf.path().into(),
                key: format!("{name}.{key}"),
                value,
                allowed: allowed.to_owned(),
            })
        };
        if !self.heads.is_multiple_of(self.shared) {
            return wrong(
                "attention.head_count_kv",
                self.shared.to_string(),
                "a divisor of the heads of queries",
            );
        }
        if !self.size.is_multiple_of(16) || self.size > 1_024 {
            return wrong(
                "attention.key_length",
                self.size.to_string(),
                "a multiple of 16 up to 1,024",
            );
        }
        if !self.rope_size.is_multiple_of(2) || self.rope_size > self.size {
            return wrong(
                "rope.dimension_count",
                self.rope_size.to_string(),
                "even, and no more than a head has",
            );
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return wrong(
                "attention.layer_norm_rms_epsilon",
                self.epsilon.to_string(),
                "above 0 and below 1",
            );
        }
        if !(self.rope_base >= 1.0 && self.rope_base.is_finite()) {
            return wrong("rope.freq_base", self.rope_base.to_string(), "a finite number from 1");
        }
        let scaling = gguf.value(&format!("{name}.rope.scaling.type")).is_some();
        match gguf.text(&format!("{name}.rope.scaling.type")) {
            Ok(kind) if kind != "none" => {
                wrong("rope.scaling.type", kind.to_owned(), "only \"none\" by this engine")
            }
            Err(error) if scaling => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The shape of keys and values.
    pub fn cache_shape(&self) -> cache::Shape {
        cache::Shape { layers: self.layers, heads: self.shared, size: self.size }
    }
}

/// The count under `key`, which is at least `least`.
fn counted(gguf: &Gguf, key: &str, least: usize) -> Result<usize, EngineError> {
    let count = gguf.count(key)?;
    if (least..=MAX).contains(&count) {
        return Ok(count);
    }
    Err(EngineError::Metadata {
        path: gguf.path().into(),
        key: key.to_owned(),
        value: count.to_string(),
        allowed: format!("from {least} to {MAX}"),
    })
}
