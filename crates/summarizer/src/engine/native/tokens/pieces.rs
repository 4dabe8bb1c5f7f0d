//! The BPE of sentencepiece (Kudo & Richardson 2018), as Gemma, `LLaMA` 1 and 2 and Mistral have it: of all
//! neighbours that make a piece together, those whose piece has the highest score are joined first, and
//! characters that no piece has are spelt by their bytes.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, HashMap},
};

use super::{Listed, Role, same_length};
use crate::engine::{
    EngineError,
    native::gguf::{Gguf, Value},
};

/// What stands for a blank.
pub(super) const BLANK: &str = "\u{2581}";

/// Pieces and their scores.
pub(super) struct Pieces {
    /// Number and score by text, a blank written as [`BLANK`].
    known: HashMap<Box<str>, (u32, f32)>,
    /// What is taken whole before anything is joined, a blank being one, in the order of bytes.
    whole: Vec<(Box<str>, u32)>,
    /// The token of each byte.
    bytes: Vec<u32>,
    /// Whether a text is read as if a blank stood before it.
    prefixed: bool,
}

/// A part of a text, joined to its neighbours as it goes.
struct Symbol {
    start: usize,
    /// 0 once it has been joined to the one before it.
    length: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

/// Two neighbours that make a piece.
struct Pair {
    score: f32,
    left: usize,
    right: usize,
    /// Of both, when they were found.
    length: usize,
}

impl Pieces {
    /// The pieces of `gguf`, whose tokens are `tokens`.
    ///
    /// # Errors
    /// [`EngineError`] if there is not a score for each that is a number, or no token for some byte.
    #[expect(clippy::cast_possible_truncation, reason = "scores are f32")]
    pub(super) fn new(gguf: &Gguf, tokens: &[Listed<'_>]) -> Result<Self, EngineError> {
        let key = "tokenizer.ggml.scores";
        let scores = gguf.numbers(key)?;
        same_length(gguf, key, scores.len(), tokens.len())?;
        let wrong = |key: &str, value: &str, allowed: &str| EngineError::Metadata {
            path: gguf.path().into(),
            key: key.to_owned(),
            value: value.to_owned(),
            allowed: allowed.to_owned(),
        };
        if scores.iter().any(|score| score.is_nan()) {
            return Err(wrong(key, "NaN somewhere", "numbers only"));
        }
        let (mut known, mut whole, mut bytes) = (HashMap::new(), Vec::new(), [None; 256]);
        for ((token, score), id) in tokens.iter().zip(scores).zip(0_u32..) {
            match token.role {
                // Added to 0, which makes one number of the two zeros: neither is the higher score.
                Role::Word => drop(known.insert(token.text.into(), (id, score as f32 + 0.0))),
                Role::Whole => whole.push((token.text.replace(BLANK, " ").into(), id)),
                Role::Byte => {
                    if let Some(byte) = byte(token.text) {
                        bytes[usize::from(byte)] = Some(id);
                    }
                }
                Role::Control => {}
            }
        }
        whole.retain(|(text, _): &(Box<str>, u32)| !text.is_empty());
        whole.sort();
        let bytes: Option<Vec<u32>> = bytes.into_iter().collect();
        let bytes = bytes.ok_or_else(|| {
            let allowed = "a list with a token for each byte, <0x00> to <0xFF>";
            wrong("tokenizer.ggml.tokens", "a list without some bytes", allowed)
        })?;
        let prefixed = gguf.value("tokenizer.ggml.add_space_prefix") != Some(&Value::Bool(false));
        Ok(Self { known, whole, bytes, prefixed })
    }

    /// The tokens that spell `text`.
    pub(super) fn encode(&self, text: &str) -> Vec<u32> {
        let (mut ids, mut begun, mut at) = (Vec::new(), 0, 0);
        while let Some(c) = text[at..].chars().next() {
            if let Some((length, id)) = self.longest_whole(&text.as_bytes()[at..]) {
                self.join(&text[begun..at], &mut ids);
                ids.push(id);
                at += length;
                begun = at;
            } else {
                at += c.len_utf8();
            }
        }
        self.join(&text[begun..], &mut ids);
        ids
    }

    /// `text` without the blank that every text is read to begin with.
    pub(super) fn without_prefix(&self, text: String) -> String {
        match text.strip_prefix(' ') {
            Some(rest) if self.prefixed => rest.to_owned(),
            _ => text,
        }
    }

    /// Length and number of the longest token that `text` begins with and that is taken whole.
    fn longest_whole(&self, text: &[u8]) -> Option<(usize, u32)> {
        let (mut left, mut longest) = (self.whole.as_slice(), None);
        for (depth, byte) in text.iter().enumerate() {
            let at = |entry: &(Box<str>, u32)| entry.0.as_bytes().get(depth).copied();
            let start = left.partition_point(|entry| at(entry) < Some(*byte));
            let end = left.partition_point(|entry| at(entry) <= Some(*byte));
            left = &left[start..end];
            let Some((text, id)) = left.first() else { break };
            if text.len() == depth + 1 {
                longest = Some((text.len(), *id));
            }
        }
        longest
    }

    /// Adds the tokens of `text`, in which nothing is taken whole.
    fn join(&self, text: &str, ids: &mut Vec<u32>) {
        if text.is_empty() {
            return;
        }
        let blank = if self.prefixed { " " } else { "" };
        let text = format!("{blank}{text}").replace(' ', BLANK);
        let mut symbols = symbols(&text);
        let mut pairs = BinaryHeap::new();
        for right in 1..symbols.len() {
            pairs.extend(self.pair(&text, &symbols, Some(right - 1), Some(right)));
        }
        while let Some(Pair { left, right, length, .. }) = pairs.pop() {
            let (a, b) = (symbols[left].length, symbols[right].length);
            // One of them has been joined to another since.
            if a == 0 || b == 0 || a + b != length {
                continue;
            }
            let next = symbols[right].next;
            symbols[left].length = length;
            symbols[left].next = next;
            symbols[right].length = 0;
            if let Some(next) = next {
                symbols[next].previous = Some(left);
            }
            pairs.extend(self.pair(&text, &symbols, symbols[left].previous, Some(left)));
            pairs.extend(self.pair(&text, &symbols, Some(left), next));
        }
        for Symbol { start, length, .. } in symbols.iter().filter(|symbol| symbol.length > 0) {
            let piece = &text[*start..start + length];
            match self.known.get(piece) {
                Some((id, _)) => ids.push(*id),
                None => ids.extend(piece.bytes().map(|byte| self.bytes[usize::from(byte)])),
            }
        }
    }

    /// The pair of two neighbours, if they make a piece.
    fn pair(
        &self,
        text: &str,
        symbols: &[Symbol],
        left: Option<usize>,
        right: Option<usize>,
    ) -> Option<Pair> {
        let (left, right) = (left?, right?);
        let (start, length) = (symbols[left].start, symbols[left].length + symbols[right].length);
        let (_, score) = self.known.get(&text[start..start + length])?;
        Some(Pair { score: *score, left, right, length })
    }
}

/// Every character by itself.
fn symbols(text: &str) -> Vec<Symbol> {
    let count = text.chars().count();
    let symbol = |(index, (start, c)): (usize, (usize, char))| Symbol {
        start,
        length: c.len_utf8(),
        previous: index.checked_sub(1),
        next: Some(index + 1).filter(|next| *next < count),
    };
    text.char_indices().enumerate().map(symbol).collect()
}

/// The bytes that each token spells; none for those that no text spells.
pub(super) fn spelt(tokens: &[Listed<'_>]) -> Vec<Box<[u8]>> {
    let spell = |token: &Listed<'_>| match token.role {
        Role::Word | Role::Whole => token.text.replace(BLANK, " ").into_bytes().into(),
        Role::Byte => byte(token.text).into_iter().collect(),
        Role::Control => Box::default(),
    };
    tokens.iter().map(spell).collect()
}

/// The byte that a token like `<0x0A>` stands for.
pub(super) fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() != 2 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

/// The pair with the highest score is the greatest; of several, the first in the text.
impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pair {}
