//! Rows of `f32`, rounded to 8 bits above the lowest number of a block.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use pulp::{Arch, Simd, WithSimd};

use super::{BLOCK, GROUP, TOP};

/// What the codes of a block stand for: each for about `low` + `scale` · code.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct Level {
    /// What a code is to be multiplied by.
    pub(in super::super) scale: f32,
    /// What a code of 0 means.
    pub(in super::super) low: f32,
}

/// The codes of a block, from 0 to [`TOP`].
type Block = [u8; BLOCK];

/// A row, block by block.
#[derive(Clone, Copy)]
pub(in super::super) struct Row<'a> {
    /// Its codes.
    pub(in super::super) codes: &'a [Block],
    /// What they stand for.
    pub(in super::super) levels: &'a [Level],
    /// Groups of the last block that are not there to fill it up alone.
    pub(in super::super) last: usize,
}

/// Rows of equal length, rounded block by block, and the room they are kept in between products.
#[derive(Default)]
pub struct Codes {
    blocks: Vec<Block>,
    levels: Vec<Level>,
    rows: usize,
    columns: usize,
}

impl Codes {
    /// Takes up the rows of `x`, each `columns` long.
    pub fn load(&mut self, x: &[f32], columns: usize) {
        self.resize(x.len() / columns, columns);
        let (codes, levels) = (&mut self.blocks, &mut self.levels);
        Arch::new().dispatch(Round { x, columns, codes, levels, every: 1 });
    }

    /// Makes room for rows that are taken up block by block.
    pub fn resize(&mut self, rows: usize, columns: usize) {
        (self.rows, self.columns) = (rows, columns);
        let blocks = rows * columns.div_ceil(BLOCK);
        self.blocks.resize(blocks, [0; BLOCK]);
        self.levels.resize(blocks, Level::default());
    }

    /// Takes up the block `index` of every row: `x` has as many numbers of each, a block or what is left of one.
    ///
    /// # Panics
    /// If `x` is no whole number of rows.
    pub fn load_block(&mut self, index: usize, x: &[f32]) {
        if x.is_empty() {
            return;
        }
        // Of no rows, nothing is a multiple but nothing.
        assert!(x.len().is_multiple_of(self.rows), "whole rows");
        let (columns, every) = (x.len() / self.rows, self.columns.div_ceil(BLOCK));
        let (codes, levels) = (&mut self.blocks[index..], &mut self.levels[index..]);
        Arch::new().dispatch(Round { x, columns, codes, levels, every });
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How long a row is.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The row `index`.
    pub(super) fn row(&self, index: usize) -> Row<'_> {
        let per_row = self.columns.div_ceil(BLOCK);
        let blocks = index * per_row..(index + 1) * per_row;
        let left = self.columns - (per_row.max(1) - 1) * BLOCK;
        let last = left.div_ceil(GROUP);
        Row { codes: &self.blocks[blocks.clone()], levels: &self.levels[blocks], last }
    }
}

/// Fills the rows.
struct Round<'a> {
    x: &'a [f32],
    columns: usize,
    codes: &'a mut [Block],
    levels: &'a mut [Level],
    /// How far apart the blocks are put.
    every: usize,
}

impl WithSimd for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let levels = self.levels.iter_mut().step_by(self.every);
        let mut blocks = self.codes.iter_mut().step_by(self.every).zip(levels);
        for x in self.x.chunks_exact(self.columns) {
            let (whole, rest) = x.as_chunks::<BLOCK>();
            // In this order: what ends is asked first, and no block is lost.
            for (x, (codes, level)) in whole.iter().zip(blocks.by_ref()) {
                *level = round(simd, x, codes);
            }
            let [.., last] = rest else { continue };
            // Filled up with what changes neither the lowest number nor the highest.
            let mut filled = [*last; BLOCK];
            filled[..rest.len()].copy_from_slice(rest);
            if let Some((codes, level)) = blocks.next() {
                *level = round(simd, &filled, codes);
            }
        }
    }
}

/// Adding it rounds to an integer, ties to even, which is then in the lowest bits.
const ROUND: f32 = 8_388_608.0;

/// The codes of a block, and what they stand for. A scale is no number if any of `x` is none or infinite, or
/// together they are: codes could not tell.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "only the lowest bits are codes")]
fn round<S: Simd>(simd: S, x: &[f32; BLOCK], codes: &mut Block) -> Level {
    let (mut low, mut high) = (simd.splat_f32s(f32::INFINITY), simd.splat_f32s(f32::NEG_INFINITY));
    let mut total = simd.splat_f32s(0.0);
    // A block is whole vectors on every machine.
    for &x in S::as_simd_f32s(x).0 {
        low = simd.min_f32s(low, x);
        high = simd.max_f32s(high, x);
        total = simd.add_f32s(total, x);
    }
    let (low, high) = (simd.reduce_min_f32s(low), simd.reduce_max_f32s(high));
    let doubt = simd.reduce_sum_f32s(total) * 0.0;
    let scale = (high - low) * (1.0 / f32::from(TOP));
    let (scale, per_step) = if scale > 1e-30 { (scale, 1.0 / scale) } else { (0.0, 0.0) };
    for (code, x) in codes.iter_mut().zip(x) {
        *code = ((x - low) * per_step + ROUND).to_bits() as u8;
    }
    Level { scale: scale + doubt, low }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(x: &[f32], columns: usize) -> Codes {
        let mut codes = Codes::default();
        codes.load(x, columns);
        codes
    }

    #[test]
    fn a_number_is_off_by_at_most_half_a_step_and_the_ends_by_nothing() {
        for (count, shift) in [(256_u16, -20.0), (140, 3.0), (1, -2.5)] {
            let x: Vec<f32> = (0..count).map(|i| (f32::from(i * 7 % 64) + shift) * 0.37).collect();
            let codes = loaded(&x, x.len());
            assert_eq!((codes.rows(), codes.columns()), (1, x.len()));
            let row = codes.row(0);
            for ((block, level), x) in row.codes.iter().zip(row.levels).zip(x.chunks(BLOCK)) {
                for (code, x) in block.iter().zip(x) {
                    let found = level.low + f32::from(*code) * level.scale;
                    assert!((found - x).abs() <= level.scale * 0.501, "{found} {x}");
                }
                let lowest = x.iter().copied().fold(f32::INFINITY, f32::min);
                assert!((level.low - lowest).abs() < f32::EPSILON);
            }
        }
    }

    #[test]
    fn block_by_block_is_the_same_as_all_at_once() {
        let columns = 2 * BLOCK + 40;
        let x: Vec<f32> = (0..3 * columns).map(|i| (i * 7_919 % 1_009) as f32 - 400.0).collect();
        let expected = loaded(&x, columns);
        let mut codes = Codes::default();
        codes.resize(3, columns);
        for start in (0..columns).step_by(BLOCK) {
            let end = columns.min(start + BLOCK);
            let part: Vec<f32> =
                x.chunks(columns).flat_map(|row| row[start..end].iter().copied()).collect();
            codes.load_block(start / BLOCK, &part);
        }
        for row in 0..3 {
            let (found, expected) = (codes.row(row), expected.row(row));
            assert_eq!(found.codes, expected.codes);
            let bits = |row: Row<'_>| -> Vec<_> {
                row.levels.iter().map(|l| (l.scale.to_bits(), l.low.to_bits())).collect()
            };
            assert_eq!(bits(found), bits(expected));
        }
    }

    #[test]
    fn a_block_of_no_rows_is_nothing() {
        let mut codes = loaded(&[], 2 * BLOCK);
        assert_eq!(codes.rows(), 0);
        codes.load_block(1, &[]);
        assert_eq!(codes.rows(), 0);
    }

    #[test]
    #[should_panic(expected = "whole rows")]
    fn a_block_of_half_rows_is_refused() {
        let mut codes = Codes::default();
        codes.resize(3, BLOCK);
        codes.load_block(0, &[1.0; 40]);
    }

    #[test]
    fn what_is_no_number_is_not_lost() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut x = [1.0; 32];
            x[20] = bad;
            assert!(loaded(&x, 32).row(0).levels[0].scale.is_nan());
        }
    }

    #[test]
    fn equal_numbers_are_exact() {
        let codes = loaded(&[-1.75; BLOCK], BLOCK);
        let (block, level) = (codes.row(0).codes[0], codes.row(0).levels[0]);
        assert_eq!((block, level.low.to_bits()), ([0; BLOCK], (-1.75_f32).to_bits()));
        assert!(level.scale.abs() < f32::MIN_POSITIVE);
    }
}
