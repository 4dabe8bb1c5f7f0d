//! From the blocks of a GGUF file to a [`Matrix`].

use candle_core::{
    Device,
    quantized::{GgmlDType, ggml_file::qtensor_from_ggml},
};

use super::{BLOCK, Blocks, GROUP, GROUPS, Matrix, TILE};
use crate::engine::native::{
    gguf::{Kind, Tensor},
    half::widen,
};

/// One block of one row, its codes in the order of the columns.
struct Block {
    codes: [u8; BLOCK],
    scale: f32,
    minimum: f32,
}

/// How a format is read whose blocks of 32 have a scale, and a minimum at most.
struct Format {
    /// What stands together.
    bytes: usize,
    /// Blocks in that.
    blocks: usize,
    zero: i32,
    has_minima: bool,
    /// One of these blocks, by its place.
    read: fn(&[u8], usize) -> Block,
}

/// Why a tensor is no matrix for a product.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It has another number of dimensions than two, or rows that are no whole blocks.
    #[error("{0} is no matrix of whole blocks")]
    Blocks(String),
    /// It has NaN or infinity.
    #[error("{0} holds what is no number: it is damaged")]
    NoNumber(String),
    /// A format that cannot be read.
    #[error(transparent)]
    Format(#[from] candle_core::Error),
}

impl Matrix {
    /// The weights of `tensor`, whose last dimension is a multiple of 32 and which has two. Formats
    /// of blocks of 32 are kept as they are, `Q4_K` and `Q5_K` among them; all others are rounded to 8 bits
    /// a block of 32, which is finer than the rest of those that llama.cpp calls k-quants.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn pack(tensor: &Tensor<'_>) -> Result<Self, PackError> {
        let (rows, columns) = match tensor.shape[..] {
            [rows, columns] if columns % BLOCK == 0 && columns > 0 => (rows, columns),
            _ => return Err(PackError::Blocks(tensor.name.clone())),
        };
        let matrix = if let Some(format) = format(tensor.kind) {
            tiles(&format, tensor.bytes, rows, columns)
        } else {
            let numbers = dequantize(tensor)?;
            // NaN and infinity would be rounded to something.
            let sound = numbers.iter().all(|x| x.is_finite());
            sound.then(|| tiles(&Q8_0, &round(&numbers), rows, columns)).flatten()
        };
        matrix.ok_or_else(|| PackError::NoNumber(tensor.name.clone()))
    }
}

/// The matrix; `None` if a scale or a minimum is no number.
fn tiles(format: &Format, bytes: &[u8], rows: usize, columns: usize) -> Option<Matrix> {
    let per_row = columns / BLOCK;
    let empty =
        Blocks { codes: [[0; TILE * GROUP]; GROUPS], scales: [0.0; TILE], minima: [0.0; TILE] };
    let mut blocks = vec![empty; rows.div_ceil(TILE) * per_row];
    for (row, bytes) in bytes.chunks_exact(per_row / format.blocks * format.bytes).enumerate() {
        let (tile, lane) = (row / TILE, row % TILE);
        let tile = &mut blocks[tile * per_row..(tile + 1) * per_row];
        for (index, blocks) in tile.iter_mut().enumerate() {
            let together = &bytes[index / format.blocks * format.bytes..][..format.bytes];
            let block = (format.read)(together, index % format.blocks);
            if !(block.scale.is_finite() && block.minimum.is_finite()) {
                return None;
            }
            blocks.put(lane, &block);
        }
    }
    Some(Matrix { rows, columns, zero: format.zero, has_minima: format.has_minima, blocks })
}

impl Blocks {
    fn put(&mut self, lane: usize, block: &Block) {
        for (codes, group) in self.codes.iter_mut().zip(block.codes.as_chunks::<GROUP>().0) {
            codes[lane * GROUP..(lane + 1) * GROUP].copy_from_slice(group);
        }
        self.scales[lane] = block.scale;
        self.minima[lane] = block.minimum;
    }
}

/// The formats of blocks of 32, as ggml defines them; `None` for the others.
fn format(kind: Kind) -> Option<Format> {
    let format =
        |bytes, zero, has_minima, read| Some(Format { bytes, blocks: 1, zero, has_minima, read });
    match kind {
        Kind::Q4_0 => format(18, 8, false, |b, _| Block {
            codes: nibbles(&b[2..]),
            scale: number(b),
            minimum: 0.0,
        }),
        Kind::Q4_1 => format(20, 0, true, |b, _| Block {
            codes: nibbles(&b[4..]),
            scale: number(b),
            minimum: number(&b[2..]),
        }),
        Kind::Q5_0 => format(22, 16, false, |b, _| Block {
            codes: fifth_bits(nibbles(&b[6..]), &b[2..6]),
            scale: number(b),
            minimum: 0.0,
        }),
        Kind::Q5_1 => format(24, 0, true, |b, _| Block {
            codes: fifth_bits(nibbles(&b[8..]), &b[4..8]),
            scale: number(b),
            minimum: number(&b[2..]),
        }),
        Kind::Q8_0 => Some(Q8_0),
        Kind::Q4K => Some(Q4_K),
        Kind::Q5K => Some(Q5_K),
        _ => None,
    }
}

const Q8_0: Format = Format {
    bytes: 34,
    blocks: 1,
    zero: 128,
    has_minima: false,
    read: |b, _| Block {
        codes: std::array::from_fn(|i| b[2 + i] ^ 0x80),
        scale: number(b),
        minimum: 0.0,
    },
};

/// Eight blocks whose scales and minima are of 6 bits, times numbers that all of them share.
const Q4_K: Format = Format {
    bytes: 144,
    blocks: 8,
    zero: 0,
    has_minima: true,
    read: |b, place| shared(b, place, |i| half_byte(&b[16..], place, i)),
};

const Q5_K: Format = Format {
    bytes: 176,
    read: |b, place| {
        shared(b, place, |i| half_byte(&b[48..], place, i) | (b[16 + i] >> place & 1) << 4)
    },
    ..Q4_K
};

/// The block at `place` of eight, the first 16 bytes of which are their scales.
fn shared(bytes: &[u8], place: usize, code: impl Fn(usize) -> u8) -> Block {
    let packed = &bytes[4..16];
    let (scale, minimum) = if place < 4 {
        (packed[place] & 63, packed[place + 4] & 63)
    } else {
        let (low, high) = (packed[place + 4], packed[place - 4] >> 6);
        (low & 15 | high << 4, low >> 4 | packed[place] >> 6 << 4)
    };
    Block {
        codes: std::array::from_fn(code),
        scale: number(bytes) * f32::from(scale),
        minimum: -number(&bytes[2..]) * f32::from(minimum),
    }
}

/// The half of a byte that is code `i` of the block at `place`: two blocks share 32 bytes.
fn half_byte(bytes: &[u8], place: usize, i: usize) -> u8 {
    bytes[place / 2 * BLOCK + i] >> (place % 2 * 4) & 15
}

/// A number of 16 bits; NaN for what is none, and for infinity.
fn number(bytes: &[u8]) -> f32 {
    const NO_NUMBER: u16 = 0x7c00;
    let bits = u16::from_le_bytes([bytes[0], bytes[1]]);
    if bits & NO_NUMBER == NO_NUMBER { f32::NAN } else { widen(bits) }
}

/// The low halves of sixteen bytes, then the high ones.
fn nibbles(bytes: &[u8]) -> [u8; BLOCK] {
    std::array::from_fn(|i| if i < 16 { bytes[i] & 15 } else { bytes[i - 16] >> 4 })
}

/// Adds bit `i` of `bits` to code `i`, above its four.
fn fifth_bits(mut codes: [u8; BLOCK], bits: &[u8]) -> [u8; BLOCK] {
    for (i, code) in codes.iter_mut().enumerate() {
        *code |= (bits[i / 8] >> (i % 8) & 1) << 4;
    }
    codes
}

/// The numbers of any format, by candle.
pub fn dequantize(tensor: &Tensor<'_>) -> candle_core::Result<Vec<f32>> {
    let kind = match tensor.kind {
        Kind::F32 => GgmlDType::F32,
        Kind::F16 => GgmlDType::F16,
        Kind::Bf16 => GgmlDType::BF16,
        Kind::Q4_0 => GgmlDType::Q4_0,
        Kind::Q4_1 => GgmlDType::Q4_1,
        Kind::Q5_0 => GgmlDType::Q5_0,
        Kind::Q5_1 => GgmlDType::Q5_1,
        Kind::Q8_0 => GgmlDType::Q8_0,
        Kind::Q2K => GgmlDType::Q2K,
        Kind::Q3K => GgmlDType::Q3K,
        Kind::Q4K => GgmlDType::Q4K,
        Kind::Q5K => GgmlDType::Q5K,
        Kind::Q6K => GgmlDType::Q6K,
    };
    qtensor_from_ggml(kind, tensor.bytes, tensor.shape.clone(), &Device::Cpu)?
        .dequantize(&Device::Cpu)?
        .flatten_all()?
        .to_vec1()
}

/// Blocks of `Q8_0`.
#[expect(clippy::cast_possible_truncation, reason = "codes are within ±127")]
fn round(x: &[f32]) -> Vec<u8> {
    let block = |x: &[f32; BLOCK]| {
        let highest = x.iter().fold(0.0_f32, |highest, x| highest.max(x.abs()));
        let bits = crate::engine::native::half::narrow(highest / 127.0);
        let per_step = match widen(bits) {
            0.0 => 0.0,
            scale => 1.0 / scale,
        };
        let code = move |x: &f32| (x * per_step).round().clamp(-127.0, 127.0) as i8;
        bits.to_le_bytes().into_iter().chain(x.map(|x| code(&x).cast_unsigned()))
    };
    x.as_chunks::<BLOCK>().0.iter().flat_map(block).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    /// What `tests/golden/gguf_quants.py` found.
    #[derive(Deserialize)]
    struct Golden {
        /// In hexadecimal digits.
        bytes: String,
        numbers: Vec<f32>,
    }

    const KINDS: [(&str, Kind); 12] = [
        ("F16", Kind::F16),
        ("BF16", Kind::Bf16),
        ("Q4_0", Kind::Q4_0),
        ("Q4_1", Kind::Q4_1),
        ("Q5_0", Kind::Q5_0),
        ("Q5_1", Kind::Q5_1),
        ("Q8_0", Kind::Q8_0),
        ("Q2_K", Kind::Q2K),
        ("Q3_K", Kind::Q3K),
        ("Q4_K", Kind::Q4K),
        ("Q5_K", Kind::Q5K),
        ("Q6_K", Kind::Q6K),
    ];

    #[test]
    fn as_many_bytes_are_taken_as_are_reckoned() {
        for (rows, columns) in [(1, 32), (16, 64), (33, 96)] {
            let bytes = vec![0; rows * columns / BLOCK * 18];
            let shape = vec![rows, columns];
            let tensor = Tensor { name: "t".to_owned(), kind: Kind::Q4_0, shape, bytes: &bytes };
            let matrix = Matrix::pack(&tensor).unwrap();
            assert_eq!(size_of_val(&*matrix.blocks), Matrix::bytes(rows, columns));
        }
    }

    /// Formats of blocks of 32 are packed without loss, the others to half a step of 8 bits.
    #[test]
    fn blocks_of_every_format_are_the_numbers_that_the_package_gguf_reads() {
        let json = include_str!("../../../../../../tests/golden/gguf/quants.json");
        let golden: BTreeMap<String, Golden> = serde_json::from_str(json).unwrap();
        assert_eq!(golden.len(), KINDS.len());
        for (name, kind) in KINDS {
            let Golden { bytes, numbers } = &golden[name];
            let digit = |at: usize| u8::from_str_radix(&bytes[at..at + 2], 16).unwrap();
            let bytes: Vec<u8> = (0..bytes.len()).step_by(2).map(digit).collect();
            let tensor = Tensor { name: "w".to_owned(), kind, shape: vec![2, 256], bytes: &bytes };
            let matrix = Matrix::pack(&tensor).unwrap();
            let mut packed = vec![0.0; 512];
            packed.chunks_exact_mut(256).enumerate().for_each(|(row, out)| matrix.row(row, out));
            let whole = dequantize(&tensor).unwrap();
            for (at, block) in numbers.chunks(BLOCK).enumerate() {
                let largest = block.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
                let step = if format(kind).is_some() { 1e-6 } else { 0.505 / 127.0 };
                for (i, expected) in block.iter().enumerate() {
                    let found = [whole[at * BLOCK + i], packed[at * BLOCK + i]];
                    assert!((found[0] - expected).abs() <= largest * 1e-6, "{name}: {found:?}");
                    assert!((found[1] - expected).abs() <= largest * step, "{name}: {found:?}");
                }
            }
        }
    }
}
