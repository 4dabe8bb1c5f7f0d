//! A whole network: embeddings, encoder, decoder.

use std::{path::Path, sync::Arc};

use standfirst_core::card::Precision;

use super::{
    config::Config,
    decoder::{Decoder, State, Work},
    encoder::Encoder,
    layers::{Linear, Source, Table},
};
use crate::engine::{EngineError, native::weights::Weights};

/// An encoder-decoder, ready to run.
pub struct Network {
    embedding: Arc<Table>,
    scale: f32,
    encoder: Encoder,
    pub decoder: Decoder,
}

/// What files may call the vectors of tokens, of which several may share one tensor.
const EMBEDDINGS: [&str; 4] = ["shared", "encoder.embed_tokens", "decoder.embed_tokens", "lm_head"];

impl Network {
    /// Loads the weights at `path`.
    ///
    /// # Errors
    /// [`EngineError`] if the file cannot be read or is damaged, or a tensor is missing or of another shape than
    /// `config` asks for.
    pub fn load(path: &Path, config: &Config, precision: Precision) -> Result<Self, EngineError> {
        let weights = Weights::open_network(path, &["model."], &EMBEDDINGS)?;
        let source = Source { weights: &weights, config, precision };
        let (vocabulary, width) = (config.vocabulary, config.width);
        let there = |name: &&str| weights.has(&format!("{name}.weight"));
        let name = EMBEDDINGS.into_iter().find(there).unwrap_or(EMBEDDINGS[0]);
        let rows = weights.numbers(&format!("{name}.weight"), &[vocabulary, width])?;
        let head = if config.tied {
            Linear::plain(&rows, width, precision)
        } else {
            let rows = weights.numbers("lm_head.weight", &[vocabulary, width])?;
            Linear::plain(&rows, width, precision)
        };
        let bias = "final_logits_bias";
        let bias =
            if weights.has(bias) { weights.numbers(bias, &[1, vocabulary])? } else { Vec::new() };
        let embedding = Arc::new(Table::new(rows, width, precision));
        let encoder = Encoder::load(&source)?;
        let decoder = Decoder::load(&source, Arc::clone(&embedding), head, bias)?;
        Ok(Self { embedding, scale: config.scale, encoder, decoder })
    }

    /// Reads the `tokens` of an article. `between` is asked before every layer, and may say that the answer is
    /// not wanted any more.
    ///
    /// # Errors
    /// What `between` says.
    pub fn read(
        &self,
        tokens: &[u32],
        work: &mut Work,
        between: impl FnMut() -> Result<(), EngineError>,
    ) -> Result<State, EngineError> {
        let mut hidden = Vec::new();
        for token in tokens {
            self.embedding.take(*token as usize, self.scale, &mut hidden);
        }
        Ok(self.decoder.begin(&self.encoder.forward(hidden, between)?, work))
    }
}
