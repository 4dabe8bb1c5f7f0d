//! Vocabularies of sentencepiece (Kudo & Richardson 2018) whose pieces are weighed by a unigram model: the
//! file, and text to numbers and back.
//!
//! Our own, and not the `tokenizers` crate's: that one normalises by grapheme clusters where sentencepiece
//! takes the longest rule, adds up in 64 bits what sentencepiece adds up in 32, and its reader of
//! normalisation rules indexes out of bounds in a file that was made for it.

mod file;
mod normal;

use std::path::Path;

pub use self::normal::{is_sound, longest_exchange};
use self::{
    file::{Kind, Model, Piece},
    normal::Normalizer,
};
use crate::engine::{EngineError, native::read_at_most};

/// Largest file that is read: vocabularies of 250,000 pieces take some 5 MB.
const MAX_BYTES: u64 = 64 << 20;
/// What stands for a blank.
const BLANK: char = '\u{2581}';
/// What a character that no piece has costs beyond the rarest piece.
const UNKNOWN_PENALTY: f32 = 10.0;

/// A vocabulary, ready to use.
pub struct Spiece {
    pieces: Vec<Piece>,
    normalizer: Normalizer,
    /// Numbers of the pieces that text may become, by their bytes.
    sorted: Vec<u32>,
    unknown: u32,
    /// Scores of the rarest and of the most frequent piece.
    lowest: f32,
    highest: f32,
}

/// How a prefix of a text is best cut up.
#[derive(Clone, Copy)]
struct Best {
    score: f32,
    start: usize,
    piece: u32,
}

impl Spiece {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be read, is damaged, or is of another kind.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        Self::parse(&read_at_most(path, MAX_BYTES)?)
            .map_err(|source| EngineError::Tokenizer { path: path.into(), source: source.into() })
    }

    /// The same from the bytes of a file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SpieceError> {
        Self::from_model(Model::parse(bytes)?)
    }

    fn from_model(model: Model) -> Result<Self, SpieceError> {
        let is_unknown = |piece: &Piece| piece.kind == Kind::Unknown;
        let unknown = model.pieces.iter().position(is_unknown).ok_or(SpieceError::NoUnknown)?;
        let is_text = |piece: &Piece| {
            matches!(piece.kind, Kind::Normal | Kind::UserDefined) && !piece.text.is_empty()
        };
        let mut sorted: Vec<u32> = (0..)
            .zip(&model.pieces)
            .filter(|(_, piece)| is_text(piece))
            .map(|(id, _)| id)
            .collect();
        let text = |id: &u32| model.pieces[*id as usize].text.as_bytes();
        sorted.sort_by(|a, b| text(a).cmp(text(b)));
        let normal = model.pieces.iter().filter(|piece| piece.kind == Kind::Normal);
        let scores = normal.map(|piece| piece.score);
        let lowest = scores.clone().fold(f32::MAX, f32::min);
        let highest = scores.fold(f32::MIN_POSITIVE, f32::max);
        let user: Vec<String> = model
            .pieces
            .iter()
            .filter(|piece| piece.kind == Kind::UserDefined)
            .map(|piece| piece.text.clone())
            .collect();
        let normalizer = Normalizer::new(&model.rules, model.spaces, user)?;
        let unknown = u32::try_from(unknown).map_err(|_| SpieceError::NoUnknown)?;
        Ok(Self { pieces: model.pieces, normalizer, sorted, unknown, lowest, highest })
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// The pieces that spell `text`; no control piece, whatever it says.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let text = self.normalizer.apply(text);
        let best = self.cut_up(&text);
        let (mut ids, mut end) = (Vec::new(), text.len());
        while let Some(Some(Best { start, piece, .. })) = best.get(end).filter(|_| end > 0) {
            // A run of unknown characters is one unknown piece.
            if *piece != self.unknown || ids.last() != Some(piece) {
                ids.push(*piece);
            }
            end = *start;
        }
        ids.reverse();
        ids
    }

    /// The likeliest way to cut up each prefix of `text` (Kudo 2018), in sentencepiece's arithmetic.
    fn cut_up(&self, text: &str) -> Vec<Option<Best>> {
        let mut best: Vec<Option<Best>> = vec![None; text.len() + 1];
        best[0] = Some(Best { score: 0.0, start: 0, piece: self.unknown });
        for (start, first) in text.char_indices() {
            let Some(Best { score: before, .. }) = best[start] else { continue };
            let mut offer = |end: usize, piece: u32, score: f64| {
                let score = score + f64::from(before);
                if best[end].is_none_or(|other| score > f64::from(other.score)) {
                    #[expect(clippy::cast_possible_truncation, reason = "as sentencepiece does")]
                    let score = score as f32;
                    best[end] = Some(Best { score, start, piece });
                }
            };
            let mut covers_one = false;
            self.prefixes(&text.as_bytes()[start..], |length, id| {
                offer(start + length, id, self.score(id, length));
                covers_one |= length == first.len_utf8();
            });
            if !covers_one {
                offer(
                    start + first.len_utf8(),
                    self.unknown,
                    f64::from(self.lowest - UNKNOWN_PENALTY),
                );
            }
        }
        best
    }

    fn score(&self, id: u32, length: usize) -> f64 {
        let piece = &self.pieces[id as usize];
        match piece.kind {
            // Better than anything that the model learnt.
            Kind::UserDefined => f64::from(length as f32 * self.highest) - 0.1,
            _ => f64::from(piece.score),
        }
    }

    /// Tells of each piece that `text` begins with, the shortest first.
    fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let bytes = |id: u32| self.pieces[id as usize].text.as_bytes();
        let mut left = self.sorted.as_slice();
        for (depth, byte) in text.iter().enumerate() {
            let at = |id: u32| bytes(id).get(depth);
            let start = left.partition_point(|id| at(*id) < Some(byte));
            let end = left.partition_point(|id| at(*id) <= Some(byte));
            left = &left[start..end];
            let Some(first) = left.first() else { return };
            if bytes(*first).len() == depth + 1 {
                found(depth + 1, *first);
            }
        }
    }

    /// What `ids` spell: control pieces and unknown ones left out, as are numbers of no piece.
    pub fn decode(&self, ids: impl Iterator<Item = u32>) -> String {
        let spelt = |id: u32| {
            let piece = self.pieces.get(id as usize)?;
            matches!(piece.kind, Kind::Normal | Kind::UserDefined | Kind::Unused)
                .then_some(piece.text.as_str())
        };
        ids.filter_map(spelt).collect::<String>().replace(BLANK, " ")
    }
}

/// Why a file is no vocabulary that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpieceError {
    /// It is cut short, or no sentencepiece file.
    #[error("it is damaged at byte {at}, or no sentencepiece file")]
    Damaged {
        /// Where.
        at: usize,
    },
    /// It does something that only other models do.
    #[error("its {what} is {found}, and this program knows only {known}")]
    Form {
        /// What of it.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        known: &'static str,
    },
    /// No piece is for what no other piece spells.
    #[error("it has no piece for unknown characters")]
    NoUnknown,
    /// The rules by which characters are exchanged are damaged.
    #[error("its rules of normalisation are damaged")]
    Rules,
}

#[cfg(test)]
mod tests;
