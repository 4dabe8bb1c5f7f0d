//! Text to token numbers by a `tokenizer.json`, whatever its kind (`WordPiece`, byte-level BPE, unigram), with the limits
//! of our choice rather than those of the file.

mod growth;

use std::path::Path;

use standfirst_core::article::Span;
use tokenizers::{Tokenizer, TruncationParams, TruncationStrategy};

use super::read_at_most;
use crate::engine::{EngineError, Tokens};

/// Largest `tokenizer.json` that is read; vocabularies of 250,000 words take some 20 MB.
const MAX_BYTES: u64 = 64 << 20;
/// More of one text than this is not looked at, in bytes: no run of tokens that a network reads is
/// as long, unless its words are nonsense.
const MAX_TEXT: usize = 64 << 10;

/// A pair of texts as the network reads it: the tokens, and where the second text begins.
pub type Pair = (Vec<u32>, usize);

/// A tokenizer that cuts at the network's limit and never pads.
pub struct Wordpiece {
    tokenizer: Tokenizer,
}

impl Wordpiece {
    /// `max_tokens` counts the special tokens too.
    pub fn open(path: &Path, max_tokens: usize) -> Result<Self, EngineError> {
        let bytes = read_at_most(path, MAX_BYTES)?;
        let broken = |source| EngineError::Tokenizer { path: path.into(), source };
        growth::check(&bytes).map_err(broken)?;
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

/// A tokenizer of pairs of texts.
pub struct Pairs {
    /// Cuts the first text alone.
    first: Tokenizer,
    /// Cuts the longer one, for a second text that leaves no room for a first.
    longest: Tokenizer,
}

impl Wordpiece {
    /// The same for pairs, `max_tokens` in all.
    pub fn pairs(&self, max_tokens: usize) -> Result<Pairs, EngineError> {
        let cutting = |strategy| -> Result<Tokenizer, EngineError> {
            let mut tokenizer = self.tokenizer.clone();
            let truncation = TruncationParams {
                max_length: max_tokens,
                strategy,
                ..TruncationParams::default()
            };
            tokenizer.with_truncation(Some(truncation)).map_err(EngineError::Tokenize)?;
            Ok(tokenizer)
        };
        Ok(Pairs {
            first: cutting(TruncationStrategy::OnlyFirst)?,
            longest: cutting(TruncationStrategy::LongestFirst)?,
        })
    }
}

impl Pairs {
    /// `[CLS] first [SEP] second [SEP]`, at most as many tokens as the limit: the end of the first text is
    /// cut off, and that of the second only if it is too long by itself.
    pub fn read(&self, first: &str, second: &str) -> Result<Pair, EngineError> {
        let pair = (clipped(first), clipped(second));
        let encoding = self.first.encode(pair, true).or_else(|_| self.longest.encode(pair, true));
        let encoding = encoding.map_err(EngineError::Tokenize)?;
        let ids = encoding.get_ids().to_vec();
        let second = encoding.get_type_ids().iter().position(|&segment| segment == 1);
        Ok((ids, second.unwrap_or(encoding.len())))
    }
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}
