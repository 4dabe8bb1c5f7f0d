//! Control tokens, as they are spelt in templates.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Listed, Role};
use crate::engine::{EngineError, native::gguf::Gguf};

/// Most bytes of the control tokens of a vocabulary together: those of Gemma 3, 6,000 of them, take a tenth. The
/// automaton takes many times as many.
const MAX_CONTROL_BYTES: usize = 1 << 20;

/// The control tokens of a vocabulary, looked for together.
pub(super) struct Control {
    spellings: AhoCorasick,
    /// Each with its number, in the automaton's order.
    tokens: Vec<(String, u32)>,
}

impl Control {
    /// Those among the `tokens` of `gguf`.
    pub(super) fn new(gguf: &Gguf, tokens: &[Listed<'_>]) -> Result<Self, EngineError> {
        let is_control = |token: &Listed<'_>| token.role == Role::Control && !token.text.is_empty();
        let tokens = tokens.iter().zip(0..).filter(|(token, _)| is_control(token));
        let tokens: Vec<(String, u32)> =
            tokens.map(|(token, id)| (token.text.to_owned(), id)).collect();
        let bytes: usize = tokens.iter().map(|(text, _)| text.len()).sum();
        if bytes > MAX_CONTROL_BYTES {
            return Err(EngineError::Metadata {
                path: gguf.path().into(),
                key: "tokenizer.ggml.tokens".to_owned(),
                value: format!("{bytes} bytes of control tokens"),
                allowed: format!("at most {MAX_CONTROL_BYTES} bytes of them"),
            });
        }
        let spellings = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Of a few long tokens the faster kind would take memory without bounds.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(tokens.iter().map(|(text, _)| text))
            .map_err(|error| EngineError::Tokenize(error.into()))?;
        Ok(Self { spellings, tokens })
    }

    /// The number of the token that is spelt `text`, if it is one.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        self.tokens.iter().find(|(spelling, _)| spelling == text).map(|(_, id)| *id)
    }

    /// Where control tokens stand in `text`, one after another; of two at one place, the longer.
    pub(super) fn find_all(&self, text: &str) -> impl Iterator<Item = (Range<usize>, u32)> {
        let found = self.spellings.find_iter(text);
        found.map(|found| (found.range(), self.tokens[found.pattern().as_usize()].1))
    }
}
