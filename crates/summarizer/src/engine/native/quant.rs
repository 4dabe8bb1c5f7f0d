//! Matrices of few bits and their product with rows of `f32`: where a generator spends its time.
//!
//! Weights are kept as their file has them, in blocks of 32 along a row: a code of at most 8 bits a
//! weight, a scale and a minimum a block, so that `weight = scale · (code − zero) + minimum`. That
//! covers the formats `Q4_0` to `Q8_0`, `Q4_K` and `Q5_K` of ggml without loss. The other factor is rounded to 8 bits a
//! block of 32 at run time, as llama.cpp does (`Q8_1`), and products of codes are summed up in
//! integers: exact, whatever the vectors. Only the sum over blocks is `f32`, in the blocks' order, so
//! a row's result depends on that row alone and is the same on every machine with fused
//! multiply-add.

mod activation;
pub mod dense;
mod pack;
mod panel;
mod portable;
mod product;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use self::{
    activation::Activations,
    pack::dequantize,
    product::{Kernel, multiply},
};

/// Weights in a block.
pub const BLOCK: usize = 32;
/// Rows of a matrix that are worked on at once: the lanes of an AVX-512 register.
pub const TILE: usize = 16;
/// Codes of one lane that one dot-product instruction takes.
const GROUP: usize = 4;
/// Groups in a block.
const GROUPS: usize = BLOCK / GROUP;

/// A block of each of the rows of a tile, laid out for [`product`]: `codes[g]` holds the group `g` of
/// all rows, one row after the other.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Blocks {
    codes: [[u8; TILE * GROUP]; GROUPS],
    scales: [f32; TILE],
    minima: [f32; TILE],
}

/// A matrix of `rows` × `columns` weights; a multiple of [`BLOCK`] columns.
pub struct Matrix {
    rows: usize,
    columns: usize,
    /// The code that means 0, before the minimum is added.
    zero: i32,
    /// Whether any minimum is other than 0.
    has_minima: bool,
    /// Tile by tile, block by block; the last tile filled up with rows of zeros.
    blocks: Vec<Blocks>,
}

impl Matrix {
    /// Bytes that a matrix of `rows` × `columns` weights takes, however few bits its file has for one.
    pub fn bytes(rows: usize, columns: usize) -> usize {
        rows.div_ceil(TILE).saturating_mul(columns / BLOCK).saturating_mul(size_of::<Blocks>())
    }

    /// How many rows it has: the length of a product.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How long a row is.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The blocks of each tile, in order.
    fn tiles(&self) -> std::slice::ChunksExact<'_, Blocks> {
        self.blocks.chunks_exact(self.columns / BLOCK)
    }

    /// Writes row `index`, weight by weight, to `out`, which is [`columns`](Self::columns) long.
    pub fn row(&self, index: usize, out: &mut [f32]) {
        let per_row = self.columns / BLOCK;
        let (tile, lane) = (index / TILE, index % TILE);
        let blocks = &self.blocks[tile * per_row..(tile + 1) * per_row];
        for (block, out) in blocks.iter().zip(out.chunks_exact_mut(BLOCK)) {
            for (codes, out) in block.codes.iter().zip(out.chunks_exact_mut(GROUP)) {
                for (code, out) in codes[lane * GROUP..].iter().zip(out) {
                    let steps = (i32::from(*code) - self.zero) as f32;
                    *out = steps * block.scales[lane] + block.minima[lane];
                }
            }
        }
    }
}
