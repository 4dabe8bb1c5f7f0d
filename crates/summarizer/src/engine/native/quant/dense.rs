//! Linear layers of encoders in 8 bits, for rows of `f32` that are rounded as they come.
//!
//! An encoder reads hundreds of rows at once, so that its products run at the speed of the processor and
//! not of its memory. What is not a product of codes has to be rare, hence blocks of 128: an answer is
//! scaled and added up once a block, which costs a tenth of the time, where blocks of 32 would cost a third.
//! Activations are codes of 8 bits above the lowest number of their block, weights are signed. With 7 bits the
//! vectors of AVX2 would have a faster product (`maddubs`), and longer blocks would then answer worse than is
//! allowed: a cosine of .9988 to `f32` in the mean instead of .9995. All products are exact sums of integers;
//! every kernel gives the same bits, and a row's answer depends on that row alone.

mod codes;
mod product;

pub use self::{
    codes::Codes,
    product::{at_best, multiply, multiply_rows},
};
pub(super) use self::{codes::Row, product::put};

use rayon::prelude::*;

use super::{GROUP, TILE};

/// Weights in a block, and activations.
pub const BLOCK: usize = 128;
/// Groups in a block.
pub(super) const GROUPS: usize = BLOCK / GROUP;
/// Highest code of an activation.
const TOP: u8 = 255;
/// Highest code of a weight, with either sign.
const WEIGHT_TOP: f32 = 127.0;

/// A block of each of the rows of a tile.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Blocks {
    /// `codes[g]` holds the group `g` of all rows, one row after the other.
    pub(super) codes: [[i8; TILE * GROUP]; GROUPS],
    /// What a code is to be multiplied by.
    pub(super) scales: [f32; TILE],
    /// Sums of the rounded weights: what the lowest number of a block of activations counts. Those of the
    /// weights before they were rounded would make the answer worse, since activations lie about zero and
    /// not about their lowest.
    pub(super) sums: [f32; TILE],
}

/// The weights of a layer: a row for each number that it answers.
pub struct Dense {
    rows: usize,
    columns: usize,
    /// Tile by tile, block by block; the last tile filled up with rows, and the last block with columns,
    /// of zeros.
    blocks: Vec<Blocks>,
}

impl Dense {
    /// Rounds `weights`, rows of `columns` numbers one after another.
    pub fn new(weights: &[f32], columns: usize) -> Self {
        let per_row = columns.div_ceil(BLOCK);
        let rows = weights.len() / columns;
        let empty =
            Blocks { codes: [[0; TILE * GROUP]; GROUPS], scales: [0.0; TILE], sums: [0.0; TILE] };
        let mut blocks = vec![empty; rows.div_ceil(TILE) * per_row];
        // On all processors: of what a network takes to load, this is half.
        let tiles = blocks.par_chunks_mut(per_row).zip(weights.par_chunks(TILE * columns));
        tiles.for_each(|(tile, rows)| {
            for (lane, weights) in rows.chunks_exact(columns).enumerate() {
                for (blocks, weights) in tile.iter_mut().zip(weights.chunks(BLOCK)) {
                    blocks.put(lane, weights);
                }
            }
        });
        Self { rows, columns, blocks }
    }

    /// How many numbers it answers.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many numbers it reads.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The blocks of each tile, in order.
    fn tiles(&self) -> std::slice::ChunksExact<'_, Blocks> {
        self.blocks.chunks_exact(self.columns.div_ceil(BLOCK))
    }
}

impl Blocks {
    /// Rounds the weights of a row, at most a block of them.
    #[expect(clippy::cast_possible_truncation, reason = "codes are within ±127")]
    fn put(&mut self, lane: usize, weights: &[f32]) {
        let mut block = [0.0; BLOCK];
        block[..weights.len()].copy_from_slice(weights);
        // Of what is no number, nothing is left but that the answer is none.
        let doubt: f32 = block.iter().map(|weight| weight * 0.0).sum();
        let highest = block.iter().fold(0.0_f32, |highest, weight| highest.max(weight.abs()));
        let step = highest / WEIGHT_TOP;
        // Steps of which the inverse is no number are as good as none.
        let step = if step > 1e-30 { step } else { 0.0 };
        let per_step = if step > 0.0 { 1.0 / step } else { 0.0 };
        let mut sum = 0.0;
        for (codes, weights) in self.codes.iter_mut().zip(block.as_chunks::<GROUP>().0) {
            let codes = &mut codes[lane * GROUP..(lane + 1) * GROUP];
            for (code, weight) in codes.iter_mut().zip(weights) {
                *code = (weight * per_step).round() as i8;
                sum += f32::from(*code);
            }
        }
        self.scales[lane] = step + doubt;
        self.sums[lane] = step * sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_off_by_at_most_half_a_step_of_its_own_block() {
        let weight = |i: usize| ((i * 37 % 101) as f32 - 50.0) * if i < BLOCK { 0.01 } else { 3.0 };
        let weights: Vec<f32> = (0..2 * BLOCK).map(weight).collect();
        let dense = Dense::new(&weights, weights.len());
        for (block, weights) in dense.blocks.iter().zip(weights.chunks(BLOCK)) {
            let codes = block.codes.iter().flat_map(|codes| &codes[..GROUP]);
            let step = block.scales[0];
            let highest = weights.iter().fold(0.0_f32, |highest, w| highest.max(w.abs()));
            assert!((step * 127.0 / highest - 1.0).abs() < 1e-6);
            let mut sum = 0.0;
            for (code, weight) in codes.zip(weights) {
                assert!((f32::from(*code) * step - weight).abs() <= step * 0.501);
                sum += f32::from(*code) * step;
            }
            assert!((sum - block.sums[0]).abs() <= highest * 1e-3, "{sum} {}", block.sums[0]);
        }
    }

    #[test]
    fn what_is_no_number_stays_none_and_zeros_stay_zeros() {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut weights = [1.0; 2 * BLOCK];
            weights[BLOCK + 8] = bad;
            let dense = Dense::new(&weights, weights.len());
            assert!(dense.blocks[1].scales[0].is_nan() && dense.blocks[0].scales[0] > 0.0);
        }
        let dense = Dense::new(&[0.0; 32], 32);
        assert!(dense.blocks[0].scales.iter().all(|&scale| scale == 0.0));
    }
}
