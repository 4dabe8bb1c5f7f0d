//! Linear layers of encoders in 8 bits, for rows of `f32` that are rounded as they come.
//!
//! An encoder reads hundreds of rows at once, so that its products run at the speed of the processor and
//! not of its memory, and vectors of AVX2 have to count: there the one product of bytes, `maddubs`, takes
//! an unsigned and a signed factor and gives sums of two in 16 bits. Hence activations are codes of
//! 7 bits above the lowest number of their block of 32, weights are signed, and before anything is
//! multiplied the scale of a block of weights is made coarse enough that **no sum of `CHAIN` groups
//! can leave 16 bits, whatever the activations**: codes are 0 to `TOP`, so the worst sum of a lane
//! is that of its positive weights, or of its negative ones, times `TOP`. All products are therefore
//! exact sums of integers, as on machines with an instruction for them; every kernel gives the same bits,
//! and a row's answer depends on that row alone.

mod codes;
mod product;

pub(super) use self::codes::Block;
pub use self::{codes::Codes, product::multiply};

use rayon::prelude::*;

use super::{BLOCK, GROUP, GROUPS, TILE};

/// Highest code of an activation.
pub(super) const TOP: u8 = 127;
/// Groups that a kernel may add up in 16 bits.
pub(super) const CHAIN: usize = 4;
/// Most that the weights of one sign may add up to in the sums of one lane of 16 bits.
const MOST: i32 = i16::MAX as i32 / TOP as i32;
/// Codes of a lane of 16 bits, a group.
const PAIR: usize = 2;

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
        let step = step(&block);
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

/// The finest step by which the codes of a block fit: 8 bits each, and 16 a chain.
fn step(block: &[f32; BLOCK]) -> f32 {
    /// Less than a rounding error of `f32` above what fits, and codes that are rounded up at worst.
    const ROOM: f32 = MOST as f32 - (CHAIN * PAIR) as f32 * 0.5 - 0.01;
    let highest = block.iter().fold(0.0_f32, |highest, weight| highest.max(weight.abs()));
    let sums = block.chunks_exact(CHAIN * GROUP).flat_map(chains);
    let step = (highest / 127.0).max(sums.fold(0.0, f32::max) / ROOM);
    // Steps of which the inverse is no number are as good as none.
    if step > 1e-30 { step } else { 0.0 }
}

/// What the positive and the negative weights of a chain add up to, lane by lane.
fn chains(chain: &[f32]) -> [f32; 2 * PAIR] {
    let mut sums = [0.0; 2 * PAIR];
    for (place, &weight) in chain.iter().enumerate() {
        let lane = place % GROUP / PAIR;
        sums[if weight > 0.0 { lane } else { PAIR + lane }] += weight.abs();
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The most that the codes of one sign of any chain of any lane add up to.
    fn worst(dense: &Dense) -> i32 {
        let sum = |blocks: &Blocks, row: usize, chain: usize, pair: usize, sign: i32| {
            let groups = chain * CHAIN..(chain + 1) * CHAIN;
            let codes = groups.flat_map(|group| {
                (0..PAIR).map(move |i| blocks.codes[group][row * GROUP + pair * PAIR + i])
            });
            codes.map(|code| (i32::from(code) * sign).max(0)).sum::<i32>()
        };
        let mut worst = 0;
        for blocks in &dense.blocks {
            for row in 0..TILE {
                for chain in 0..GROUPS / CHAIN {
                    for (pair, sign) in [(0, 1), (0, -1), (1, 1), (1, -1)] {
                        worst = worst.max(sum(blocks, row, chain, pair, sign));
                    }
                }
            }
        }
        worst
    }

    proptest! {
        #[test]
        fn no_chain_can_leave_sixteen_bits(
            weights in prop::collection::vec(-1e3_f32..1e3, 1..300),
            power in -20..20_i32,
        ) {
            let weights: Vec<f32> = weights.iter().map(|w| w * 2_f32.powi(power)).collect();
            let dense = Dense::new(&weights, weights.len());
            prop_assert!(worst(&dense) * i32::from(TOP) <= i32::from(i16::MAX));
        }
    }

    #[test]
    fn the_worst_weights_there_are_fit_and_use_the_room() {
        for weight in [1.0, -1.0, 0.3, f32::MAX / 64.0, 1e-25] {
            let dense = Dense::new(&[weight; 96], 96);
            let worst = worst(&dense) * i32::from(TOP);
            assert!(worst <= i32::from(i16::MAX), "{weight}: {worst}");
            assert!(worst > 30_000, "{weight}: {worst}");
        }
    }

    #[test]
    fn what_is_no_number_stays_none_and_zeros_stay_zeros() {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut weights = [1.0; 64];
            weights[40] = bad;
            let dense = Dense::new(&weights, 64);
            assert!(dense.blocks[1].scales[0].is_nan() && dense.blocks[0].scales[0] > 0.0);
        }
        let dense = Dense::new(&[0.0; 32], 32);
        assert!(dense.blocks[0].scales.iter().all(|&scale| scale == 0.0));
    }
}
