//! Checkpoints of `PyTorch` (`torch.save`), in both of its formats: an archive with a file for each storage, and,
//! from before 2020, one pickle after another with the storages behind them.
//!
//! The file lies in memory as it is; nothing is unpacked, and tensors are read out of it when they are asked for.

use std::{borrow::Cow, collections::BTreeMap, io::Cursor, ops::Range};

use zip::{CompressionMethod, ZipArchive};

use super::pickle::{Pickle, PickleError, Place, Type};
use crate::engine::native::half;

/// How an archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How a checkpoint of the older format begins: a pickle of its magic number, and one of its version.
const OLDER: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.";
/// The pickle of an archive.
const PICKLE: &str = "data.pkl";
/// Largest pickle: what it says of a tensor takes some 200 bytes.
const MAX_PICKLE: usize = 16 << 20;

/// Whether a file that begins with `bytes` is one.
pub fn is_checkpoint(bytes: &[u8]) -> bool {
    bytes.starts_with(ARCHIVE) || bytes.starts_with(&OLDER[..15])
}

/// Why a file is no checkpoint that can be read.
#[derive(Debug, thiserror::Error)]
pub enum TorchError {
    /// It is no archive.
    #[error("it is no whole archive")]
    Archive(#[from] zip::result::ZipError),
    /// Its pickle cannot be read.
    #[error(transparent)]
    Pickle(#[from] PickleError),
    /// A file that it consists of is not there.
    #[error("it has no file {0}")]
    Missing(String),
    /// A file that it consists of is packed, which `torch.save` never does.
    #[error("its file {0} is compressed, which PyTorch writes none of")]
    Compressed(String),
    /// A file that it consists of is larger or smaller than it should be.
    #[error("its {name} has {found} bytes, and {expected} are expected")]
    Size {
        /// Which.
        name: String,
        /// Bytes.
        found: u64,
        /// What there should be.
        expected: String,
    },
    /// It was written by a machine that turns numbers round.
    #[error("its numbers are not little-endian")]
    Endian,
    /// A tensor is of numbers that no network computes with.
    #[error("its tensor {name} is of the type {kind:?}")]
    Type {
        /// Which.
        name: String,
        /// Of what.
        kind: Type,
    },
}

/// A checkpoint in memory.
pub struct Checkpoint {
    bytes: Vec<u8>,
    tensors: BTreeMap<String, Place>,
    /// Where the storages are, by their keys.
    storages: BTreeMap<String, Range<usize>>,
}

impl Checkpoint {
    /// Takes up the bytes of a file.
    ///
    /// # Errors
    /// [`TorchError`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, TorchError> {
        let (tensors, storages) =
            if bytes.starts_with(ARCHIVE) { archive(&bytes)? } else { older(&bytes)? };
        Ok(Self { bytes, tensors, storages })
    }

    /// The shape of the tensor `name`, if there is one.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|place| place.shape.as_slice())
    }

    /// Appends the numbers of the tensor `name`, row by row; none if there is no such tensor.
    ///
    /// # Errors
    /// [`TorchError::Type`].
    pub fn numbers(&self, name: &str, found: &mut Vec<f32>) -> Result<(), TorchError> {
        let Some(place) = self.tensors.get(name) else { return Ok(()) };
        let range = self.storages.get(&place.storage.key).cloned().unwrap_or_default();
        let bytes = &self.bytes[range];
        let kind = place.storage.kind;
        #[expect(clippy::cast_possible_truncation, reason = "networks compute in f32")]
        match kind {
            Type::F32 => gather(place, bytes.as_chunks().0, found, |b| f32::from_le_bytes(*b)),
            Type::F64 => {
                gather(place, bytes.as_chunks().0, found, |b| f64::from_le_bytes(*b) as f32);
            }
            Type::F16 => {
                gather(place, bytes.as_chunks().0, found, |b| widened(u16::from_le_bytes(*b)));
            }
            Type::Bf16 => gather(place, bytes.as_chunks().0, found, |b| {
                f32::from_bits(u32::from(u16::from_le_bytes(*b)) << 16)
            }),
            _ => return Err(TorchError::Type { name: name.to_owned(), kind }),
        }
        Ok(())
    }
}

/// The value of 16 bits, those that are no number among them.
fn widened(bits: u16) -> f32 {
    if bits & 0x7c00 == 0x7c00 { f32::NAN } else { half::widen(bits) }
}

/// Appends the numbers at `place`, which was checked to lie in its storage, to `found`.
fn gather<const N: usize>(
    place: &Place,
    numbers: &[[u8; N]],
    found: &mut Vec<f32>,
    number: impl Fn(&[u8; N]) -> f32,
) {
    let Place { offset, shape, strides, .. } = place;
    let all: usize = shape.iter().product();
    let mut places = vec![0_usize; shape.len()];
    let mut at = *offset;
    for _ in 0..all {
        found.push(number(&numbers[at]));
        for dimension in (0..shape.len()).rev() {
            places[dimension] += 1;
            at += strides[dimension];
            if places[dimension] < shape[dimension] {
                break;
            }
            at -= strides[dimension] * shape[dimension];
            places[dimension] = 0;
        }
    }
}

type Contents = (BTreeMap<String, Place>, BTreeMap<String, Range<usize>>);

/// The contents of an archive: `NAME/data.pkl`, and `NAME/data/KEY` for each storage.
fn archive(bytes: &[u8]) -> Result<Contents, TorchError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let names = archive.file_names().filter_map(Result::ok);
    let pickle = names.map(Cow::into_owned).find(|name| is_pickle(name));
    let pickle = pickle.ok_or_else(|| TorchError::Missing(PICKLE.to_owned()))?;
    let folder = pickle.strip_suffix(PICKLE).unwrap_or_default();
    let order = format!("{folder}byteorder");
    if archive.index_for_name(&order).is_some()
        && &bytes[range(&mut archive, &order, bytes.len())?] != b"little"
    {
        return Err(TorchError::Endian);
    }
    let place = range(&mut archive, &pickle, bytes.len())?;
    if place.len() > MAX_PICKLE {
        return Err(wrong_size(PICKLE, place.len(), format!("at most {MAX_PICKLE}")));
    }
    let tensors = Pickle::read(&bytes[place])?.tensors()?;
    let mut storages = BTreeMap::new();
    for Place { storage, .. } in tensors.values() {
        if storages.contains_key(&storage.key) {
            continue;
        }
        let name = format!("{folder}data/{}", storage.key);
        let range = range(&mut archive, &name, bytes.len())?;
        storages.insert(storage.key.clone(), range);
    }
    Ok((checked(tensors, &storages)?, storages))
}

/// Whether a file of an archive is its pickle: in a folder, and in no deeper one.
fn is_pickle(name: &str) -> bool {
    name.split_once('/').is_some_and(|(_, name)| name == PICKLE)
}

/// Where the file `name` lies in an archive of so many bytes, unpacked as it is.
fn range(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    length: usize,
) -> Result<Range<usize>, TorchError> {
    let index = archive.index_for_name(name).ok_or_else(|| TorchError::Missing(name.to_owned()))?;
    let file = archive.by_index_raw(index)?;
    if file.compression() != CompressionMethod::Stored || file.encrypted() {
        return Err(TorchError::Compressed(name.to_owned()));
    }
    let start = file.data_start().and_then(|start| usize::try_from(start).ok());
    let size = usize::try_from(file.size()).ok();
    let end = start.and_then(|start| start.checked_add(size?)).filter(|end| *end <= length);
    match (start, end) {
        (Some(start), Some(end)) => Ok(start..end),
        _ => Err(TorchError::Size {
            name: name.to_owned(),
            found: file.size(),
            expected: format!("no more than the {length} of the archive"),
        }),
    }
}

/// The contents of a checkpoint of the older format.
fn older(bytes: &[u8]) -> Result<Contents, TorchError> {
    let mut at = OLDER.len();
    if !bytes.starts_with(OLDER) {
        return Err(PickleError::Damaged { at: 0 }.into());
    }
    let mut next = || -> Result<Pickle, TorchError> {
        let rest = bytes.get(at..).unwrap_or_default();
        let pickle = Pickle::read(&rest[..rest.len().min(MAX_PICKLE)]);
        let pickle = pickle.map_err(|error| shifted(error, at))?;
        at += pickle.length;
        Ok(pickle)
    };
    let system = next()?;
    if !system.affirms("little_endian") {
        return Err(TorchError::Endian);
    }
    let tensors = next()?.tensors()?;
    let keys = next()?;
    let of_tensors: BTreeMap<&str, &Place> =
        tensors.values().map(|place| (place.storage.key.as_str(), place)).collect();
    let mut storages = BTreeMap::new();
    for key in keys.texts()? {
        let Some(place) = of_tensors.get(key) else {
            return Err(TorchError::Missing(format!("tensor of the storage {key}")));
        };
        let count = bytes.get(at..).and_then(|rest| rest.first_chunk());
        let count = count.map_or(-1, |count| i64::from_le_bytes(*count));
        let start = at + size_of::<i64>();
        let size =
            usize::try_from(count).ok().and_then(|n| n.checked_mul(place.storage.kind.size()));
        let end = size.and_then(|size| start.checked_add(size)).filter(|end| *end <= bytes.len());
        let Some(end) = end else {
            let expected = format!("no more than the {} of the file", bytes.len());
            return Err(wrong_size(key, usize::try_from(count).unwrap_or(0), expected));
        };
        storages.insert(key.to_owned(), start..end);
        at = end;
    }
    Ok((checked(tensors, &storages)?, storages))
}

/// An error of a pickle that begins at byte `start` of the file.
fn shifted(error: PickleError, start: usize) -> PickleError {
    match error {
        PickleError::Damaged { at } => PickleError::Damaged { at: start + at },
        PickleError::Class { name, at } => PickleError::Class { name, at: start + at },
        PickleError::Operation { code, at } => PickleError::Operation { code, at: start + at },
        PickleError::Form { what, at } => PickleError::Form { what, at: start + at },
    }
}

/// The tensors, if every storage is there and as large as they think.
fn checked(
    tensors: BTreeMap<String, Place>,
    storages: &BTreeMap<String, Range<usize>>,
) -> Result<BTreeMap<String, Place>, TorchError> {
    for Place { storage, .. } in tensors.values() {
        let range = storages.get(&storage.key);
        let range = range.ok_or_else(|| TorchError::Missing(format!("storage {}", storage.key)))?;
        let size = storage.length.checked_mul(storage.kind.size());
        if size != Some(range.len()) {
            let expected = size.map_or_else(|| "fewer".to_owned(), |size| size.to_string());
            return Err(wrong_size(&format!("storage {}", storage.key), range.len(), expected));
        }
    }
    Ok(tensors)
}

fn wrong_size(name: &str, found: usize, expected: String) -> TorchError {
    TorchError::Size { name: name.to_owned(), found: found as u64, expected }
}
