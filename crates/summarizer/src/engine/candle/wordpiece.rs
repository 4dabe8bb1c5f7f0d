//! Text to token numbers, with the limits of our choice rather than those of the file.

use std::path::Path;

use standfirst_core::article::Span;
use tokenizers::{EncodeInput, Encoding, Tokenizer, TruncationParams};

use super::{EngineError, read_at_most};

/// Largest `tokenizer.json` that is read; vocabularies of 250,000 words take some 20 MB.
const MAX_BYTES: u64 = 64 << 20;
/// More of one text than this is not looked at, in bytes: no run of tokens that a network reads is
/// as long, unless its words are nonsense.
const MAX_TEXT: usize = 64 << 10;

/// A tokenizer that cuts at the network's limit and never pads.
pub struct Wordpiece {
    tokenizer: Tokenizer,
    max_tokens: usize,
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
        Ok(Self { tokenizer, max_tokens })
    }

    /// How many tokens there are, special ones included.
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Token numbers of `text` with the special tokens around, at most as many as the limit.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let encoding = self.tokenizer.encode_fast(clipped(text), true);
        Ok(encoding.map_err(EngineError::Tokenize)?.get_ids().to_vec())
    }

    /// The same, and which bytes of `text` each stands for: none for the special ones.
    pub fn ids_and_places(&self, text: &str) -> Result<(Vec<u32>, Vec<Span>), EngineError> {
        let encoding = self.encode(clipped(text))?;
        let places = encoding.get_offsets().iter().map(|&(start, end)| Span::new(start, end));
        Ok((encoding.get_ids().to_vec(), places.collect()))
    }

    /// Bytes from the start of `text` that [`ids`](Self::ids) stands for.
    pub fn bytes_read(&self, text: &str) -> Result<usize, EngineError> {
        // A token is a byte long at least, so a short text needs no second look.
        if text.len() + 2 <= self.max_tokens {
            return Ok(text.len());
        }
        let seen = clipped(text);
        let encoding = self.encode(seen)?;
        if encoding.get_overflowing().is_empty() && seen.len() == text.len() {
            return Ok(text.len());
        }
        Ok(encoding.get_offsets().iter().map(|&(_, end)| end).max().unwrap_or(0))
    }

    fn encode<'a>(&self, text: impl Into<EncodeInput<'a>>) -> Result<Encoding, EngineError> {
        self.tokenizer.encode(text, true).map_err(EngineError::Tokenize)
    }
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}
