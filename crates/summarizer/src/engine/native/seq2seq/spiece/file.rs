//! The file: a `ModelProto` of sentencepiece, in the wire format of protocol buffers, of which a few fields are
//! read and none is nested more than once.

use super::SpieceError;

/// Most pieces of a vocabulary.
const MAX_PIECES: usize = 1 << 22;

/// What of the file matters.
pub struct Model {
    pub pieces: Vec<Piece>,
    /// Rules of normalisation, compiled.
    pub rules: Vec<u8>,
    pub spaces: Spaces,
}

/// What becomes of blanks.
#[derive(Clone, Copy, Debug)]
pub struct Spaces {
    /// Whether one is put before the text.
    pub prefix: bool,
    /// Whether those at the ends and all but one of several are dropped.
    pub squeeze: bool,
}

/// A piece of text.
#[derive(Clone, Debug)]
pub struct Piece {
    pub text: String,
    /// Logarithm of its probability.
    pub score: f32,
    pub kind: Kind,
}

/// What a piece is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

impl Model {
    /// Reads the bytes of a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, SpieceError> {
        let spaces = Spaces { prefix: true, squeeze: true };
        let mut model = Self { pieces: Vec::new(), rules: Vec::new(), spaces };
        let mut fields = Fields { bytes, at: 0, base: 0 };
        while let Some((field, value)) = fields.next()? {
            match (field, value) {
                (1, Value::Bytes(piece)) => model.pieces.push(fields.inside(piece).piece()?),
                (2, Value::Bytes(trainer)) => fields.inside(trainer).trainer()?,
                (3, Value::Bytes(normalizer)) => {
                    fields.inside(normalizer).normalizer(&mut model)?;
                }
                _ => {}
            }
            if model.pieces.len() > MAX_PIECES {
                return Err(fields.damaged());
            }
        }
        Ok(model)
    }
}

/// The value of a field.
enum Value<'a> {
    Number(u64),
    Four([u8; 4]),
    Bytes(&'a [u8]),
    Other,
}

/// The fields of a message.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the message begins in the file.
    base: usize,
}

impl<'a> Fields<'a> {
    fn inside(&self, message: &'a [u8]) -> Self {
        Self { bytes: message, at: 0, base: self.base + self.at - message.len() }
    }

    fn damaged(&self) -> SpieceError {
        SpieceError::Damaged { at: self.base + self.at }
    }

    fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, SpieceError> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Other)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(usize::try_from(length).map_err(|_| self.damaged())?)?)
            }
            5 => Value::Four(*self.take(4)?.first_chunk().ok_or_else(|| self.damaged())?),
            _ => return Err(self.damaged()),
        };
        Ok(Some((key >> 3, value)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], SpieceError> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..length).ok_or_else(|| self.damaged())?;
        self.at += length;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, SpieceError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.damaged())
    }

    fn piece(mut self) -> Result<Piece, SpieceError> {
        let mut piece = Piece { text: String::new(), score: 0.0, kind: Kind::Normal };
        while let Some((field, value)) = self.next()? {
            match (field, value) {
                (1, Value::Bytes(text)) => {
                    let text = std::str::from_utf8(text).map_err(|_| self.damaged())?;
                    text.clone_into(&mut piece.text);
                }
                (2, Value::Four(score)) => piece.score = f32::from_le_bytes(score),
                (3, Value::Number(kind)) => piece.kind = self.kind(kind)?,
                _ => {}
            }
        }
        if piece.score.is_finite() { Ok(piece) } else { Err(self.damaged()) }
    }

    fn kind(&self, kind: u64) -> Result<Kind, SpieceError> {
        let kinds = [
            Kind::Normal,
            Kind::Unknown,
            Kind::Control,
            Kind::UserDefined,
            Kind::Unused,
            Kind::Byte,
        ];
        let kind = usize::try_from(kind).ok().and_then(|kind| kinds.get(kind.checked_sub(1)?));
        kind.copied().ok_or_else(|| self.damaged())
    }

    /// Refuses what is no unigram model that reads as this program does.
    fn trainer(mut self) -> Result<(), SpieceError> {
        let refuse = |what, found: u64, known| {
            Err(SpieceError::Form { what, found: found.to_string(), known })
        };
        while let Some((field, value)) = self.next()? {
            match (field, value) {
                (3, Value::Number(kind)) if kind != 1 => {
                    return refuse("kind of model", kind, "1, unigrams");
                }
                (24, Value::Number(suffix)) if suffix != 0 => {
                    return refuse("`treat_whitespace_as_suffix`", suffix, "0");
                }
                (35, Value::Number(fallback)) if fallback != 0 => {
                    return refuse("`byte_fallback`", fallback, "0");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn normalizer(mut self, model: &mut Model) -> Result<(), SpieceError> {
        while let Some((field, value)) = self.next()? {
            match (field, value) {
                (2, Value::Bytes(rules)) => rules.clone_into(&mut model.rules),
                (3, Value::Number(prefix)) => model.spaces.prefix = prefix != 0,
                (4, Value::Number(squeeze)) => model.spaces.squeeze = squeeze != 0,
                (5, Value::Number(0)) => {
                    let what = "`escape_whitespaces`";
                    return Err(SpieceError::Form { what, found: "0".into(), known: "1" });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
