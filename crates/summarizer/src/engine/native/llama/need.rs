//! Memory that a decoder takes, by the header of its file.

use std::{num::NonZeroUsize, path::Path};

use standfirst_core::card::Decoding;

use super::{
    BATCH, CACHE_BYTES, DRAFTED, LlamaGenerator, PASS_TOKENS, config::Config, longest_input,
};
use crate::engine::{
    EngineError,
    native::{gguf::Gguf, quant::Matrix},
    need::{Need, numbers, tokenizer},
};

impl LlamaGenerator {
    /// Bytes that the network in the GGUF file at `path` takes, with a card's `decoding` and `max_input_tokens`.
    ///
    /// # Errors
    /// [`EngineError`] if the file cannot be read, or its header is damaged or of a network that this engine does
    /// not know.
    pub fn need(
        path: &Path,
        decoding: &Decoding,
        max_input_tokens: Option<NonZeroUsize>,
    ) -> Result<Need, EngineError> {
        let gguf = Gguf::outline(path)?;
        let config = Config::from_gguf(&gguf)?;
        let input = longest_input(config.context, decoding, max_input_tokens);
        Ok(Need {
            weights: gguf.shapes().map(|(_, shape)| bytes(shape)).sum(),
            cache: cache(&config, input.saturating_add(decoding.max_new_tokens.get())),
            working: working(&config, vocabulary(&gguf)),
            file: std::fs::metadata(path).map_or(0, |file| file.len()),
            guessed: false,
        })
    }

    /// Keys and values of a network whose file is not here: what answers are kept within.
    pub fn usual_cache() -> u64 {
        CACHE_BYTES as u64
    }
}

/// Bytes of a tensor once it is loaded: a matrix for products, or a row of numbers.
fn bytes(shape: &[usize]) -> u64 {
    match *shape {
        [rows, columns] => Matrix::bytes(rows, columns) as u64,
        _ => numbers(shape.iter().map(|&n| n as u64).product()),
    }
}

/// Keys and values of as many answers as are written together, each of `tokens` with its prompt.
fn cache(config: &Config, tokens: usize) -> u64 {
    let answer = tokens.saturating_mul(config.cache_shape().bytes_per_token());
    let count = (CACHE_BYTES / answer.max(1)).clamp(1, BATCH.get());
    answer.saturating_mul(count) as u64
}

/// Intermediate results of a pass, logits of all tokens that are asked together, and the table of tokens.
fn working(config: &Config, vocabulary: u64) -> u64 {
    let (wide, narrow) = (config.heads * config.size, config.shared * config.size);
    // In the order of the room: hidden, normed and sum; queries and attended; keys and values; gate and up. Beside
    // them the rounded rows, at most as long as the longest.
    let row = 3 * config.width + 2 * wide + 2 * narrow + 3 * config.inner;
    let logits = vocabulary.saturating_mul((DRAFTED + BATCH.get()) as u64);
    numbers((PASS_TOKENS * row) as u64)
        .saturating_add(numbers(logits))
        .saturating_add(tokenizer(vocabulary))
}

/// How many tokens the network knows.
fn vocabulary(gguf: &Gguf) -> u64 {
    let table = gguf.shapes().find(|(name, _)| *name == "token_embd.weight");
    table.and_then(|(_, shape)| shape.first()).map_or(0, |&rows| rows as u64)
}
