//! GGUF files, versions 2 and 3: metadata and tensors in one (the specification is `docs/gguf.md` of
//! ggml).
//!
//! A reader of our own, because a file is not to be trusted: candle's makes room for as many bytes as
//! a header claims before it looks whether there are any. Here every length is compared with what is
//! left of the file first, so that no file takes more memory than a few times its size.

mod error;
#[cfg(test)]
pub mod fixture;
mod reader;

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
};

pub use self::error::{GgufError, Problem};
use self::reader::Reader;
use super::read_at_most;
use crate::engine::EngineError;

/// Largest file that is read into memory.
const MAX_FILE_BYTES: u64 = 8 << 30;
/// So much of a file is looked at first for its header alone: that of a vocabulary of 49,152 tokens takes 2 MB, of
/// 262,144 it takes 10 MB.
const HEADER_BYTES: u64 = 4 << 20;
/// Most of a file that is looked at for that.
const MAX_HEADER_BYTES: u64 = 64 << 20;
/// Most dimensions of a tensor, as ggml has it.
const MAX_DIMENSIONS: u32 = 4;
/// What data are aligned to where a file does not say.
const ALIGNMENT: u64 = 32;
/// Largest alignment that a file may ask for.
const MAX_ALIGNMENT: u64 = 1 << 16;

/// A file whose header has been read and found to be sound.
#[derive(Debug)]
pub struct Gguf {
    path: PathBuf,
    bytes: Vec<u8>,
    metadata: BTreeMap<String, Value>,
    tensors: BTreeMap<String, Info>,
}

/// A value of the metadata.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any whole number from 0.
    Unsigned(u64),
    /// A whole number of a signed type.
    Signed(i64),
    /// A number of 32 or 64 bits.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// UTF-8; what is none is replaced.
    Text(String),
    /// Values of one type.
    Array(Vec<Value>),
}

/// Where a tensor is.
#[derive(Debug)]
struct Info {
    kind: Kind,
    /// Outermost first.
    shape: Vec<usize>,
    range: Range<usize>,
}

/// A tensor of a file.
#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    /// What the file calls it.
    pub name: String,
    /// How its numbers are kept.
    pub kind: Kind,
    /// Outermost dimension first: the reverse of the file's order.
    pub shape: Vec<usize>,
    /// Exactly its bytes.
    pub bytes: &'a [u8],
}

/// How numbers are kept, by ggml's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2K,
    Q3K,
    Q4K,
    Q5K,
    Q6K,
}

impl Kind {
    /// Number in files, kind, numbers a block, bytes a block.
    const TABLE: [(u32, Self, usize, usize); 13] = [
        (0, Self::F32, 1, 4),
        (1, Self::F16, 1, 2),
        (2, Self::Q4_0, 32, 18),
        (3, Self::Q4_1, 32, 20),
        (6, Self::Q5_0, 32, 22),
        (7, Self::Q5_1, 32, 24),
        (8, Self::Q8_0, 32, 34),
        (10, Self::Q2K, 256, 84),
        (11, Self::Q3K, 256, 110),
        (12, Self::Q4K, 256, 144),
        (13, Self::Q5K, 256, 176),
        (14, Self::Q6K, 256, 210),
        (30, Self::Bf16, 1, 2),
    ];

    /// The row of the table.
    fn find(number: u32) -> Option<(Self, usize, usize)> {
        let row = Self::TABLE.iter().find(|row| row.0 == number)?;
        Some((row.1, row.2, row.3))
    }
}

impl Gguf {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`EngineError::Read`] or [`EngineError::TooLarge`], or what [`parse`](Self::parse) says.
    pub fn read(path: &Path) -> Result<Self, EngineError> {
        Ok(Self::parse(path, read_at_most(path, MAX_FILE_BYTES)?)?)
    }

    /// Reads no more of the file at `path` than tells what is in it; its tensors have no bytes.
    ///
    /// # Errors
    /// As [`read`](Self::read), and for a header longer than any network's.
    pub fn outline(path: &Path) -> Result<Self, EngineError> {
        let unreadable = |source| EngineError::Read { path: path.into(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let (mut start, mut most) = (Vec::new(), HEADER_BYTES);
        loop {
            let more = most - start.len() as u64;
            file.by_ref().take(more).read_to_end(&mut start).map_err(unreadable)?;
            match header(&start, usize::try_from(length).unwrap_or(usize::MAX)) {
                // What is wrong with it may be that it goes on.
                Err(_) if start.len() as u64 == most && most < MAX_HEADER_BYTES => most *= 4,
                header => return Ok(Self::with_header(path, start, header)?),
            }
        }
    }

    /// Makes sense of `bytes`; `path` is for messages.
    ///
    /// # Errors
    /// [`GgufError`] saying what is wrong with the header.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, GgufError> {
        let header = header(&bytes, bytes.len());
        Self::with_header(path, bytes, header)
    }

    fn with_header(
        path: &Path,
        bytes: Vec<u8>,
        header: Result<Header, Problem>,
    ) -> Result<Self, GgufError> {
        let (metadata, tensors) =
            header.map_err(|problem| GgufError { path: path.to_owned(), problem })?;
        Ok(Self { path: path.to_owned(), bytes, metadata, tensors })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value of the metadata under `key`.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    /// The text under `key`.
    ///
    /// # Errors
    /// [`GgufError`] if there is none; so for all that follow.
    pub fn text(&self, key: &str) -> Result<&str, GgufError> {
        self.expect(key, "a text", |value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The whole number under `key`.
    pub fn count(&self, key: &str) -> Result<usize, GgufError> {
        self.expect(key, "a whole number from 0", |value| match value {
            Value::Unsigned(number) => usize::try_from(*number).ok(),
            Value::Signed(number) => usize::try_from(*number).ok(),
            _ => None,
        })
    }

    /// The number under `key`.
    pub fn number(&self, key: &str) -> Result<f64, GgufError> {
        self.expect(key, "a number", |value| match value {
            Value::Float(number) => Some(*number),
            Value::Unsigned(number) => Some(*number as f64),
            Value::Signed(number) => Some(*number as f64),
            _ => None,
        })
    }

    /// The texts under `key`.
    pub fn texts(&self, key: &str) -> Result<Vec<&str>, GgufError> {
        self.expect(key, "a list of texts", |value| match value {
            Value::Array(values) => values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }

    /// The numbers under `key`.
    pub fn numbers(&self, key: &str) -> Result<Vec<f64>, GgufError> {
        self.expect(key, "a list of numbers", |value| match value {
            Value::Array(values) => values
                .iter()
                .map(|value| match value {
                    Value::Float(number) => Some(*number),
                    Value::Unsigned(number) => Some(*number as f64),
                    Value::Signed(number) => Some(*number as f64),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }

    /// The whole numbers under `key`.
    pub fn counts(&self, key: &str) -> Result<Vec<u64>, GgufError> {
        self.expect(key, "a list of whole numbers from 0", |value| match value {
            Value::Array(values) => values
                .iter()
                .map(|value| match value {
                    Value::Unsigned(number) => Some(*number),
                    Value::Signed(number) => u64::try_from(*number).ok(),
                    _ => None,
                })
                .collect(),
            _ => None,
        })
    }

    /// The tensor `name`.
    ///
    /// # Errors
    /// [`GgufError`] if the file has none.
    pub fn tensor(&self, name: &str) -> Result<Tensor<'_>, GgufError> {
        let Some(info) = self.tensors.get(name) else {
            return Err(self.error(Problem::MissingTensor(name.to_owned())));
        };
        let bytes = self.bytes.get(info.range.clone());
        let bytes = bytes.ok_or_else(|| self.error(Problem::Outside { name: name.to_owned() }))?;
        Ok(Tensor { name: name.to_owned(), kind: info.kind, shape: info.shape.clone(), bytes })
    }

    /// The shapes of all tensors, outermost dimension first, by their names.
    pub fn shapes(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors.iter().map(|(name, info)| (name.as_str(), info.shape.as_slice()))
    }

    /// Whether there is a tensor `name`.
    pub fn has_tensor(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    fn expect<'a, T>(
        &'a self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, GgufError> {
        match self.metadata.get(key) {
            None => Err(self.error(Problem::MissingKey(key.to_owned()))),
            Some(value) => read(value)
                .ok_or_else(|| self.error(Problem::Type { key: key.to_owned(), expected })),
        }
    }

    fn error(&self, problem: Problem) -> GgufError {
        GgufError { path: self.path.clone(), problem }
    }
}

type Header = (BTreeMap<String, Value>, BTreeMap<String, Info>);

/// Everything before the tensors' bytes, and where these are in a file that is `length` long.
fn header(bytes: &[u8], length: usize) -> Result<Header, Problem> {
    let mut reader = Reader::new(bytes);
    if reader.array::<4>("magic")? != *b"GGUF" {
        return Err(Problem::Magic);
    }
    let version = reader.u32("version")?;
    if !(2..=3).contains(&version) {
        return Err(Problem::Version(version));
    }
    // The smallest tensor takes 24 bytes of the header, the smallest value 13.
    let tensors = reader.count("number of tensors", 24)?;
    let values = reader.count("number of values", 13)?;
    let mut metadata = BTreeMap::new();
    for _ in 0..values {
        let key = reader.text("key")?;
        let value = reader.value()?;
        if metadata.insert(key.clone(), value).is_some() {
            return Err(Problem::Twice(key));
        }
    }
    let found = (0..tensors).map(|_| found(&mut reader)).collect::<Result<Vec<_>, _>>()?;
    let start = align(reader.position(), alignment(&metadata)?);
    let mut tensors = BTreeMap::new();
    for found in found {
        let name = found.name.clone();
        let info = found.place(start, alignment(&metadata)?, length)?;
        if tensors.insert(name.clone(), info).is_some() {
            return Err(Problem::Twice(name));
        }
    }
    apart(&tensors)?;
    Ok((metadata, tensors))
}

/// Refuses tensors that share bytes: of a small file, they would make any number of large matrices.
fn apart(tensors: &BTreeMap<String, Info>) -> Result<(), Problem> {
    let mut ranges: Vec<(&Range<usize>, &String)> =
        tensors.iter().map(|(name, info)| (&info.range, name)).collect();
    ranges.retain(|(range, _)| !range.is_empty());
    ranges.sort_by_key(|(range, _)| range.start);
    match ranges.windows(2).find(|pair| pair[1].0.start < pair[0].0.end) {
        Some(pair) => Err(Problem::Overlap { first: pair[0].1.clone(), second: pair[1].1.clone() }),
        None => Ok(()),
    }
}

/// What data are aligned to.
fn alignment(metadata: &BTreeMap<String, Value>) -> Result<u64, Problem> {
    match metadata.get("general.alignment") {
        None => Ok(ALIGNMENT),
        Some(Value::Unsigned(n)) if n.is_power_of_two() && *n <= MAX_ALIGNMENT => Ok(*n),
        Some(value) => Err(Problem::Alignment(format!("{value:?}").chars().take(40).collect())),
    }
}

fn align(position: usize, alignment: u64) -> u64 {
    (position as u64).next_multiple_of(alignment)
}

/// A tensor as the header tells of it.
struct Found {
    name: String,
    kind: Kind,
    shape: Vec<usize>,
    /// Of its data.
    length: u64,
    /// From the start of all data.
    offset: u64,
}

fn found(reader: &mut Reader<'_>) -> Result<Found, Problem> {
    let name = reader.text("name of a tensor")?;
    let dimensions = reader.u32("number of dimensions")?;
    if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
        return Err(Problem::Dimensions { name, found: dimensions });
    }
    let shape = (0..dimensions).map(|_| reader.u64("dimension")).collect::<Result<Vec<_>, _>>()?;
    let number = reader.u32("type of a tensor")?;
    let Some((kind, per_block, block_bytes)) = Kind::find(number) else {
        return Err(Problem::Kind { name, found: number });
    };
    let offset = reader.u64("offset of a tensor")?;
    let absurd = || Problem::Size { name: name.clone(), shape: shape.clone() };
    let row = shape[0];
    if row == 0 || row % per_block as u64 != 0 {
        return Err(absurd());
    }
    let numbers = shape.iter().try_fold(1_u64, |product, n| product.checked_mul(*n));
    let length = numbers.and_then(|n| (n / per_block as u64).checked_mul(block_bytes as u64));
    let shape_as_ours = shape.iter().rev().map(|&n| usize::try_from(n).ok()).collect();
    match (length, shape_as_ours) {
        (Some(length), Some(shape)) => Ok(Found { name, kind, shape, length, offset }),
        _ => Err(absurd()),
    }
}

impl Found {
    /// Where the data are in a file of `bytes` bytes, whose data begin at `start`.
    fn place(self, start: u64, alignment: u64, bytes: usize) -> Result<Info, Problem> {
        let outside = || Problem::Outside { name: self.name.clone() };
        if !self.offset.is_multiple_of(alignment) {
            return Err(Problem::Misaligned { name: self.name.clone(), offset: self.offset });
        }
        let first = start.checked_add(self.offset).ok_or_else(outside)?;
        let end = first.checked_add(self.length).ok_or_else(outside)?;
        match (usize::try_from(first), usize::try_from(end)) {
            (Ok(first), Ok(end)) if end <= bytes => {
                Ok(Info { kind: self.kind, shape: self.shape, range: first..end })
            }
            _ => Err(outside()),
        }
    }
}

#[cfg(test)]
mod tests;
