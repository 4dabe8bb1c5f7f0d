//! How pages are packed, and what is in them, which is never more than their headers say.
//! `Compression.md` of the format.

use std::io::{BufReader, Read};

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;

use super::fault::Fault;
use crate::unpack;

/// What a page is packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// Nothing.
    Plain,
    /// Snappy, without frames.
    Snappy,
    /// Gzip.
    Gzip,
    /// Zstandard.
    Zstandard,
    /// A block of LZ4.
    Lz4,
    /// Blocks of LZ4 in the frame of Hadoop, or, as some have it, one without.
    HadoopLz4,
}

impl Codec {
    /// That of a column.
    ///
    /// # Errors
    /// If it is one that is not read here.
    pub fn of(compression: Compression) -> Result<Self, Fault> {
        Ok(match compression {
            Compression::UNCOMPRESSED => Self::Plain,
            Compression::SNAPPY => Self::Snappy,
            Compression::GZIP(_) => Self::Gzip,
            Compression::ZSTD(_) => Self::Zstandard,
            Compression::LZ4_RAW => Self::Lz4,
            Compression::LZ4 => Self::HadoopLz4,
            Compression::BROTLI(_) => return Err(unread("Brotli")),
            Compression::LZO => return Err(unread("LZO")),
        })
    }

    /// What is in `packed`: exactly `size` bytes.
    ///
    /// # Errors
    /// If it is another number of bytes, or it is damaged.
    pub fn unpack(self, packed: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
        if size == 0 {
            return Ok(Vec::new());
        }
        let bytes = match self {
            Self::Plain => packed.to_vec(),
            Self::Snappy => {
                if snap::raw::decompress_len(packed).map_err(damaged)? != size {
                    return Err(other_size());
                }
                let mut bytes = room(size)?;
                snap::raw::Decoder::new().decompress(packed, &mut bytes).map_err(damaged)?;
                bytes
            }
            Self::Gzip => stream(MultiGzDecoder::new(packed), size)?,
            Self::Zstandard => stream(unpack::zstandard(BufReader::new(packed)), size)?,
            Self::Lz4 => lz4(packed, size)?,
            Self::HadoopLz4 => hadoop(packed, size).or_else(|_| lz4(packed, size))?,
        };
        if bytes.len() == size { Ok(bytes) } else { Err(other_size()) }
    }
}

fn unread(name: &str) -> Fault {
    Fault(format!("it is packed with {name}, which is not read here; write it with zstd or snappy"))
}

fn damaged(error: impl std::fmt::Display) -> Fault {
    Fault(format!("a page is damaged: {error}"))
}

fn other_size() -> Fault {
    Fault::new("a page holds more or less than its header says")
}

/// So many bytes to write into.
fn room(size: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size)?;
    bytes.resize(size, 0);
    Ok(bytes)
}

/// All of a stream, which grows as it comes: what lies about its size takes no room.
fn stream(reader: impl Read, size: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let limit = size as u64 + 1;
    reader.take(limit).read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

fn lz4(packed: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = room(size)?;
    let length = lz4_flex::block::decompress_into(packed, &mut bytes).map_err(damaged)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Blocks with their sizes in front, unpacked and packed, in four bytes each, the greatest first.
fn hadoop(mut packed: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = room(size)?;
    let mut at = 0;
    while at < size {
        let (unpacked, rest) = packed.split_first_chunk().ok_or_else(other_size)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(other_size)?;
        let [unpacked, length] = [unpacked, length].map(|size| u32::from_be_bytes(*size) as usize);
        let block = rest.get(..length).ok_or_else(other_size)?;
        let end = at.checked_add(unpacked).filter(|_| unpacked > 0).ok_or_else(other_size)?;
        let place = bytes.get_mut(at..end).ok_or_else(other_size)?;
        if lz4_flex::block::decompress_into(block, place).map_err(damaged)? != unpacked {
            return Err(other_size());
        }
        (at, packed) = (end, &rest[length..]);
    }
    if packed.is_empty() { Ok(bytes) } else { Err(other_size()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression as Level, write::GzEncoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    #[test]
    fn what_is_packed_comes_out_and_no_more_than_was_said() {
        let text = "The bridge opened. ".repeat(40).into_bytes();
        let mut gzip = GzEncoder::new(Vec::new(), Level::fast());
        gzip.write_all(&text).unwrap();
        let block = lz4_flex::block::compress(&text);
        let [unpacked, packed] =
            [text.len(), block.len()].map(|size| u32::try_from(size).unwrap().to_be_bytes());
        let framed = [&unpacked[..], &packed, &block].concat();
        let packed = [
            (Codec::Plain, text.clone()),
            (Codec::Snappy, snap::raw::Encoder::new().compress_vec(&text).unwrap()),
            (Codec::Gzip, gzip.finish().unwrap()),
            (Codec::Zstandard, compress_to_vec(text.as_slice(), CompressionLevel::Fastest)),
            (Codec::Lz4, block.clone()),
            (Codec::HadoopLz4, block),
            (Codec::HadoopLz4, framed),
        ];
        for (codec, packed) in packed {
            assert_eq!(codec.unpack(&packed, text.len()).unwrap(), text, "{codec:?}");
            for size in [text.len() - 1, text.len() + 1, 1] {
                assert!(codec.unpack(&packed, size).is_err(), "{codec:?} {size}");
            }
            if codec != Codec::Plain {
                assert!(codec.unpack(&packed[..packed.len() - 3], text.len()).is_err());
            }
        }
    }
}
