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

/// How a format of blocks of 32 is read.
struct Format {
    bytes: usize,
    zero: i32,
    has_minima: bool,
    read: fn(&[u8]) -> Block,
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
    /// of blocks of 32 are kept as they are; all others are rounded to 8 bits a block of 32, which is
    /// finer than any of those that llama.cpp calls k-quants.
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
    for (row, bytes) in bytes.chunks_exact(per_row * format.bytes).enumerate() {
        let (tile, lane) = (row / TILE, row % TILE);
        let tile = &mut blocks[tile * per_row..(tile + 1) * per_row];
        for (blocks, bytes) in tile.iter_mut().zip(bytes.chunks_exact(format.bytes)) {
            let block = (format.read)(bytes);
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
    let format = |bytes, zero, has_minima, read| Some(Format { bytes, zero, has_minima, read });
    match kind {
        Kind::Q4_0 => format(18, 8, false, |b| Block {
            codes: nibbles(&b[2..]),
            scale: number(b),
            minimum: 0.0,
        }),
        Kind::Q4_1 => format(20, 0, true, |b| Block {
            codes: nibbles(&b[4..]),
            scale: number(b),
            minimum: number(&b[2..]),
        }),
        Kind::Q5_0 => format(22, 16, false, |b| Block {
            codes: fifth_bits(nibbles(&b[6..]), &b[2..6]),
            scale: number(b),
            minimum: 0.0,
        }),
        Kind::Q5_1 => format(24, 0, true, |b| Block {
            codes: fifth_bits(nibbles(&b[8..]), &b[4..8]),
            scale: number(b),
            minimum: number(&b[2..]),
        }),
        Kind::Q8_0 => Some(Q8_0),
        _ => None,
    }
}

const Q8_0: Format = Format {
    bytes: 34,
    zero: 128,
    has_minima: false,
    read: |b| Block {
        codes: std::array::from_fn(|i| b[2 + i] ^ 0x80),
        scale: number(b),
        minimum: 0.0,
    },
};

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
