//! Memory that an encoder-decoder takes, by its configuration.

use std::{fs, num::NonZeroUsize};

use standfirst_core::card::{Decoding, Precision};

use super::{
    BATCH, CACHE_BYTES, Kind, Seq2SeqGenerator,
    attention::{Article, Heads},
    config::{Config, Positions, Sizes},
    context,
};
use crate::engine::{
    EngineError,
    need::{Need, numbers, product, tokenizer},
    seq2seq::Seq2SeqFiles,
};

impl Seq2SeqGenerator {
    /// Bytes that the network of `kind` in `files` takes, with a card's settings.
    ///
    /// # Errors
    /// [`EngineError`] if its configuration cannot be read.
    pub fn need(
        kind: Kind,
        files: &Seq2SeqFiles,
        decoding: &Decoding,
        max_input_tokens: Option<NonZeroUsize>,
        precision: Precision,
    ) -> Result<Need, EngineError> {
        let config = Config::open(kind, &files.config, files.generation_config.as_deref())?;
        let input = context(&config, max_input_tokens);
        Ok(Need {
            weights: weights(&config, precision),
            cache: cache(&config, input, decoding, precision),
            working: working(&config, input),
            file: fs::metadata(&files.weights).map_or(0, |file| file.len()),
            guessed: false,
        })
    }
}

/// Products, and tables of tokens and of positions.
fn weights(config: &Config, precision: Precision) -> u64 {
    let Config { vocabulary, width, size, encoder, decoder, .. } = *config;
    let product = |rows, columns| product(rows, columns, precision);
    let attention = |heads: usize| 4 * product(heads * size, width);
    let feed = |inner: usize| {
        (1 + u64::from(config.gated)) * product(inner, width) + product(width, inner)
    };
    let stack = |sizes: Sizes, attentions: u64| {
        sizes.layers as u64 * (attentions * attention(sizes.heads) + feed(sizes.inner))
    };
    let tokens = numbers((vocabulary * width) as u64);
    let tokens = if precision == Precision::Int8 { tokens / 2 } else { tokens };
    // The head is laid out for products even where it has the numbers of that table.
    let places = match config.positions {
        Positions::Learned { count } | Positions::Sinusoidal { count } => {
            2 * numbers((count * width) as u64)
        }
        Positions::Relative { .. } => 0,
    };
    tokens + product(vocabulary, width) + places + stack(encoder, 1) + stack(decoder, 2)
}

/// Keys and values of as many articles as are answered together, each as long as the network reads.
fn cache(config: &Config, input: usize, decoding: &Decoding, precision: Precision) -> u64 {
    let heads = Heads { count: config.decoder.heads, size: config.size, scale: 1.0 };
    let beams = decoding.beams.map_or(1, NonZeroUsize::get);
    let written = beams.saturating_mul(decoding.max_new_tokens.get());
    let past = written.saturating_mul(2 * heads.width() * size_of::<f32>());
    let layer = Article::bytes(input, heads, precision).saturating_add(past);
    let answer = layer.saturating_mul(config.decoder.layers);
    let count = (CACHE_BYTES / answer.max(1)).clamp(1, BATCH.get());
    answer.saturating_mul(count) as u64
}

/// What the encoder makes of the longest article on its way, and the table of tokens.
fn working(config: &Config, input: usize) -> u64 {
    let wide = config.encoder.heads * config.size;
    // Hidden, normed, context and sum; queries, keys and values twice, as attention lays them out; what is between
    // the two products of the feed-forward part, twice where it is gated, and their rounded rows.
    let row = 4 * config.width + 6 * wide + (2 + usize::from(config.gated)) * config.encoder.inner;
    numbers(input.saturating_mul(row) as u64).saturating_add(tokenizer(config.vocabulary as u64))
}
