//! Memory that an encoder takes, by its configuration.

use std::fs;

use standfirst_core::card::Precision;

use super::{BATCH_TOKENS, BertEncoder, BertFiles, config::Config};
use crate::engine::{
    EngineError,
    need::{Need, numbers, product, tokenizer},
};

impl BertEncoder {
    /// Bytes that the encoder in `files` takes, computed in `precision`.
    ///
    /// # Errors
    /// [`EngineError`] if its configuration cannot be read.
    pub fn need(files: &BertFiles, precision: Precision) -> Result<Need, EngineError> {
        let config = Config::open(&files.config)?;
        Ok(Need {
            weights: weights(&config, precision),
            cache: 0,
            working: working(&config),
            file: fs::metadata(&files.weights).map_or(0, |file| file.len()),
            guessed: false,
        })
    }
}

/// Tables of tokens and of positions, and the products of the layers.
fn weights(config: &Config, precision: Precision) -> u64 {
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let product = |rows, columns| product(rows, columns, precision);
    let layer = 4 * product(width, width) + product(inner, width) + product(width, inner);
    let rows = config.vocab_size + config.positions().0;
    numbers((rows * width) as u64) + config.num_hidden_layers as u64 * layer
}

/// Intermediate results of a pass, and the table of tokens.
fn working(config: &Config) -> u64 {
    // Hidden, context and what is attended; queries, keys and values; what is between the two products.
    let row = 6 * config.hidden_size + config.intermediate_size;
    numbers((BATCH_TOKENS * row) as u64) + tokenizer(config.vocab_size as u64)
}
