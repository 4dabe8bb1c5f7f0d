//! Linear layers of encoders in 8 bits, for rows of `f32` that are rounded as they come.
//!
//! An encoder reads hundreds of rows at once, so that its products run at the speed of the processor and
//! not of its memory. What is not a product of codes has to be rare, hence blocks of 128: an answer is
//! scaled and added up once a block, which costs a tenth of the time, where blocks of 32 would cost a third.
//! Activations are codes of 8 bits above the lowest number of their block, weights are signed. With 7 bits the
//! vectors of AVX2 would have a faster product (`maddubs`), and longer blocks would then answer worse than is
//! allowed: a cosine of .9988 to `f32` in the mean instead of .9995. All products are exact sums of integers;
//! every kernel gives the same bits, and a row's answer depends on that row alone.
#![expect(clippy::inline_always, reason = "must be compiled into what pulp dispatches")]

mod codes;
mod product;

pub use self::{
    codes::Codes,
    product::{at_best, multiply, multiply_rows},
};
pub(super) use self::{codes::Row, product::put};

use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

use super::{GROUP, TILE};
use crate::engine::native::kernels::{ROUND, Rounding};

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

const EMPTY: Blocks =
    Blocks { codes: [[0; TILE * GROUP]; GROUPS], scales: [0.0; TILE], sums: [0.0; TILE] };

/// The weights of a layer: a row for each number that it answers.
pub struct Dense {
    rows: usize,
    columns: usize,
    /// Tile by tile, block by block; the last tile filled up with rows, and the last block with columns,
    /// of zeros.
    blocks: Vec<Blocks>,
}

impl Dense {
    /// Bytes that `rows` of `columns` weights take.
    pub fn bytes(rows: usize, columns: usize) -> usize {
        rows.div_ceil(TILE) * columns.div_ceil(BLOCK) * size_of::<Blocks>()
    }

    /// Rounds `weights`, rows of `columns` numbers one after another.
    pub fn new(weights: &[f32], columns: usize) -> Self {
        let per_row = columns.div_ceil(BLOCK);
        let rows = weights.len() / columns;
        let mut blocks = vec![EMPTY; rows.div_ceil(TILE) * per_row];
        let fill = |(tile, rows): (&mut [Blocks], &[f32])| {
            Arch::new().dispatch(Fill { tile, rows, columns });
        };
        if rayon::current_thread_index().is_some() {
            // A thread that waits for others takes up other work meanwhile, which may ask for the network that is being
            // loaded, and would wait for itself.
            blocks.chunks_mut(per_row).zip(weights.chunks(TILE * columns)).for_each(fill);
        } else {
            // On all processors: of what a network takes to load, this is much.
            let tiles = blocks.par_chunks_mut(per_row).zip(weights.par_chunks(TILE * columns));
            tiles.for_each(fill);
        }
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

/// Rounds the rows of a tile. Not a closure: pulp dispatches a large one without its vectors.
struct Fill<'a> {
    tile: &'a mut [Blocks],
    rows: &'a [f32],
    columns: usize,
}

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (lane, weights) in self.rows.chunks_exact(self.columns).enumerate() {
            for (blocks, weights) in self.tile.iter_mut().zip(weights.chunks(BLOCK)) {
                blocks.put(lane, weights);
            }
        }
    }
}

impl Blocks {
    /// Rounds the weights of a row, at most a block of them.
    #[inline(always)]
    fn put(&mut self, lane: usize, weights: &[f32]) {
        let mut block = [0.0; BLOCK];
        block[..weights.len()].copy_from_slice(weights);
        let Rounding { step, per_step, doubt } = Rounding::of(&block, WEIGHT_TOP);
        let (mut own, mut sum) = ([0; BLOCK], 0);
        for (code, weight) in own.iter_mut().zip(&block) {
            *code = rounded(weight * per_step);
            sum += i32::from(*code);
        }
        for (codes, own) in self.codes.iter_mut().zip(own.as_chunks::<GROUP>().0) {
            codes[lane * GROUP..(lane + 1) * GROUP].copy_from_slice(own);
        }
        self.scales[lane] = step + doubt;
        self.sums[lane] = step * sum as f32;
    }
}

/// The nearest integer, of two the one that is farther from 0: what `round` gives, which is a call, for what is within
/// ±127.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "only the lowest bits are codes")]
#[expect(clippy::float_cmp, reason = "exactly halfway, which is exact")]
fn rounded(x: f32) -> i8 {
    let size = x.abs();
    let even = (size + ROUND) - ROUND;
    let nearest = even + if size - even == 0.5 { 1.0 } else { 0.0 };
    (nearest.copysign(x) + ROUND).to_bits() as i8
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
    fn rounding_is_that_of_the_standard_library() {
        let halves = (-255_i16..=255).map(|i| f32::from(i) / 2.0);
        let near = halves.flat_map(|x| [x.next_down(), x, x.next_up()]);
        let between = (-32_512_i16..=32_512).map(|i| f32::from(i) / 256.0);
        for x in near.chain(between).filter(|x| x.abs() < 127.5) {
            assert!((f32::from(rounded(x)) - x.round()).abs() < 0.5, "{x}");
        }
    }

    #[test]
    fn a_thread_of_a_pool_fills_as_all_of_them_do() {
        let weights: Vec<f32> = (0..21 * 200).map(|i| (i * 7_919 % 1_009) as f32 - 500.0).collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let (one, all) = (pool.install(|| Dense::new(&weights, 200)), Dense::new(&weights, 200));
        assert_eq!(one.blocks.len(), all.blocks.len());
        for (one, all) in one.blocks.iter().zip(&all.blocks) {
            assert_eq!((one.codes, one.scales, one.sums), (all.codes, all.scales, all.sums));
        }
    }

    #[test]
    fn as_many_bytes_are_taken_as_are_reckoned() {
        for (rows, columns) in [(1, 1), (16, 128), (17, 129), (40, 300)] {
            let dense = Dense::new(&vec![1.0; rows * columns], columns);
            assert_eq!(
                size_of_val(&*dense.blocks),
                Dense::bytes(rows, columns),
                "{rows} {columns}"
            );
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
