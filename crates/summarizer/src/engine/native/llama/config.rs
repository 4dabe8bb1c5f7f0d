//! What the metadata of a GGUF file say of a network's shape, checked before anything is computed
//! with it.

mod metadata;
mod places;
mod scales;

use self::metadata::Metadata;
pub use self::{
    places::{Angles, Place, Turn},
    scales::Scales,
};
use super::{architecture::Architecture, cache};
use crate::engine::{EngineError, native::gguf::Gguf};

/// Sizes and constants of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub architecture: Architecture,
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
    /// The angles of rotary positions.
    pub angles: Angles,
    /// The same in layers with a window, where they are others.
    pub near_angles: Option<Angles>,
    /// How many numbers of a head are turned.
    pub rope_size: usize,
    /// How each layer knows places, and how far it sees.
    pub places: Vec<Place>,
    /// What numbers are multiplied by on their way.
    pub scales: Scales,
}

impl Config {
    /// The configuration in `gguf`.
    ///
    /// # Errors
    /// [`EngineError`] naming the key that is missing, or whose number cannot be.
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
        let (architecture, metadata) = (*architecture, Metadata::new(gguf, name));
        let width = metadata.count("embedding_length", 1)?;
        let heads = metadata.count("attention.head_count", 1)?;
        let size = metadata.count_or("attention.key_length", width / heads)?;
        let layers = metadata.count("block_count", 1)?;
        let places = places::of_layers(&metadata, architecture, layers)?;
        let config = Self {
            architecture,
            width,
            inner: metadata.count("feed_forward_length", 1)?,
            heads,
            shared: metadata.count_or("attention.head_count_kv", heads)?,
            size,
            context: metadata.count("context_length", 2)?,
            epsilon: metadata.number("attention.layer_norm_rms_epsilon")?,
            angles: Angles::of_all(&metadata)?,
            near_angles: Angles::of_windows(&metadata, architecture)?,
            rope_size: metadata.count_or("rope.dimension_count", size)?,
            scales: Scales::new(&metadata, architecture, [width, heads, size], layers)?,
            places,
        };
        config.check(&metadata)?;
        Ok(config)
    }

    fn check(&self, metadata: &Metadata<'_>) -> Result<(), EngineError> {
        if !self.heads.is_multiple_of(self.shared) {
            let allowed = "a divisor of the heads of queries";
            return metadata.wrong("attention.head_count_kv", self.shared, allowed);
        }
        if !self.size.is_multiple_of(16) || !(16..=1_024).contains(&self.size) {
            let allowed = "a multiple of 16 from 16 to 1,024";
            return metadata.wrong("attention.key_length", self.size, allowed);
        }
        if !self.rope_size.is_multiple_of(2) || self.rope_size > self.size {
            let allowed = "even, and no more than a head has";
            return metadata.wrong("rope.dimension_count", self.rope_size, allowed);
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            let allowed = "above 0 and below 1";
            return metadata.wrong("attention.layer_norm_rms_epsilon", self.epsilon, allowed);
        }
        Ok(())
    }

    /// How many layers there are.
    pub fn layers(&self) -> usize {
        self.places.len()
    }

    /// The shape of keys and values.
    pub fn cache_shape(&self) -> cache::Shape {
        cache::Shape { layers: self.layers(), heads: self.shared, size: self.size }
    }
}
