//! What numbers are multiplied by on their way through a network.

use super::metadata::Metadata;
use crate::engine::{EngineError, native::llama::architecture::Architecture};

/// Layers of the one Gemma 3 (27B) whose scores are not scaled by the size of a head.
const GEMMA_27B_LAYERS: usize = 62;

/// Factors, 1 where an architecture has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Of embeddings.
    pub embedding: f32,
    /// Of scores in attention.
    pub attention: f32,
    /// Of what a part of a layer answers, before it is added.
    pub residual: f32,
    /// Of logits.
    pub logits: f32,
}

impl Scales {
    /// As the `architecture` has them for its width, heads and size of heads.
    ///
    /// # Errors
    /// [`EngineError`] if one is no number above 0.
    pub fn new(
        metadata: &Metadata<'_>,
        architecture: Architecture,
        [width, heads, size]: [usize; 3],
        layers: usize,
    ) -> Result<Self, EngineError> {
        let plain = Self {
            embedding: 1.0,
            attention: 1.0 / (size as f32).sqrt(),
            residual: 1.0,
            logits: 1.0,
        };
        match architecture {
            Architecture::Gemma3 => {
                const CAP: &str = "final_logit_softcapping";
                let cap = metadata.positive_or(CAP, f32::INFINITY)?;
                if cap.is_finite() {
                    return metadata.wrong(CAP, cap, "0: this engine does not cap logits");
                }
                let shared = if layers == GEMMA_27B_LAYERS { width / heads } else { size };
                let attention = 1.0 / (shared as f32).sqrt();
                Ok(Self { embedding: (width as f32).sqrt(), attention, ..plain })
            }
            Architecture::Granite => Ok(Self {
                embedding: metadata.positive_or("embedding_scale", 1.0)?,
                attention: metadata.positive_or("attention.scale", plain.attention)?,
                residual: metadata.positive_or("residual_scale", 1.0)?,
                logits: 1.0 / metadata.positive_or("logit_scale", 1.0)?,
            }),
            _ => Ok(plain),
        }
    }
}
