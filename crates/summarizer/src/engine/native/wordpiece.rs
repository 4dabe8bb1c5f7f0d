//! Text to token numbers, with the limits of our choice rather than those of the file.

use std::path::Path;

use standfirst_core::article::Span;
use tokenizers::{Tokenizer, TruncationParams};

use super::read_at_most;
use crate::engine::{EngineError, Tokens};

/// Largest `tokenizer.json` that is read; vocabularies of 250,000 words take some 20 MB.
const MAX_BYTES: u64 = 64 << 20;
/// More of one text than this is not looked at, in bytes: no run of tokens that a network reads is
/// as long, unless its words are nonsense.
const MAX_TEXT: usize = 64 << 10;

/// A tokenizer that cuts at the network's limit and never pads.
pub struct Wordpiece {
    tokenizer: Tokenizer,
}

impl Wordpiece {
    /// `max_tokens` counts the special tokens too.
    pub fn open(path: &Path, max_tokens: usize) -> Result<Self, EngineError> {
        let bytes = read_at_most(path, MAX_BYTES)?;
        let broken = |source| EngineError::Tokenizer { path: path.into(), source };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(broken)?;
        let truncation = TruncationParams { max_length: max_tokens, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(broken)?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer })
    }

    /// How many tokens there are, special ones included.
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// The tokens of `text` with the special ones around, at most as many as the limit.
    pub fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
        let seen = clipped(text);
        let encoding = self.tokenizer.encode(seen, true).map_err(EngineError::Tokenize)?;
        let offsets = encoding.get_offsets();
        let is_whole = encoding.get_overflowing().is_empty() && seen.len() == text.len();
        let last = offsets.iter().map(|&(_, end)| end).max().unwrap_or(0);
        Ok(Tokens {
            ids: encoding.get_ids().to_vec(),
            places: offsets.iter().map(|&(start, end)| Span::new(start, end)).collect(),
            bytes_read: if is_whole { text.len() } else { last },
        })
    }
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}
