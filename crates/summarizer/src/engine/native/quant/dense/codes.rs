//! Rows of `f32`, rounded to 7 bits above the lowest number of a block.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use pulp::{Arch, NullaryFnOnce};

use super::{
    super::panel::{Panel, panels, places},
    BLOCK, GROUP, GROUPS, TOP,
};

/// 32 numbers, each about `low` + `scale` · code.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(in super::super) struct Block {
    /// Four codes from 0 to [`TOP`] each, the first in the lowest byte. They come first, which kernels
    /// count on.
    pub(in super::super) codes: [i32; GROUPS],
    /// What a code is to be multiplied by.
    pub(in super::super) scale: f32,
    /// What a code of 0 means.
    pub(in super::super) low: f32,
}

/// Rows of equal length, rounded block by block, and the room they are kept in between products.
///
/// Rows are kept in panels, which `panel.rs` describes.
#[derive(Default)]
pub struct Codes {
    blocks: Vec<Block>,
    rows: usize,
    columns: usize,
}

impl Codes {
    /// Takes up the rows of `x`, each `columns` long.
    pub fn load(&mut self, x: &[f32], columns: usize) {
        (self.rows, self.columns) = (x.len() / columns, columns);
        let per_row = columns.div_ceil(BLOCK);
        self.blocks.resize(self.rows * per_row, Block::default());
        Arch::new().dispatch(Round { x, columns, blocks: &mut self.blocks });
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How long a row is.
    pub fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = Panel<'_, Block>> {
        panels(&self.blocks, self.rows, self.columns.div_ceil(BLOCK))
    }
}

/// Fills the panels. Not a closure: pulp dispatches a large one without its vectors.
struct Round<'a> {
    x: &'a [f32],
    columns: usize,
    blocks: &'a mut [Block],
}

impl NullaryFnOnce for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let per_row = self.columns.div_ceil(BLOCK);
        for (first, rows) in places(self.x.len() / self.columns) {
            let x = &self.x[first * self.columns..(first + rows) * self.columns];
            let panel = &mut self.blocks[first * per_row..(first + rows) * per_row];
            for (row, x) in x.chunks_exact(self.columns).enumerate() {
                let (whole, rest) = x.as_chunks::<BLOCK>();
                let mut blocks = panel[row..].iter_mut().step_by(rows);
                // In this order: what ends is asked first, and no block is lost.
                for (x, block) in whole.iter().zip(blocks.by_ref()) {
                    *block = round(x);
                }
                if let (Some(block), [last, ..]) = (blocks.next(), rest) {
                    // Filled up with what changes neither the lowest number nor the highest.
                    let mut filled = [*last; BLOCK];
                    filled[..rest.len()].copy_from_slice(rest);
                    *block = round(&filled);
                }
            }
        }
    }
}

/// Adding it rounds to an integer, ties to even, which is then in the lowest bits.
const ROUND: f32 = 8_388_608.0;

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "only the lowest bits are codes")]
fn round(x: &[f32; BLOCK]) -> Block {
    const LANES: usize = BLOCK / 4;
    let mut low = [f32::INFINITY; LANES];
    let mut high = [f32::NEG_INFINITY; LANES];
    let mut doubt = [0.0_f32; LANES];
    for x in x.as_chunks::<LANES>().0 {
        for (lane, &x) in x.iter().enumerate() {
            low[lane] = if x < low[lane] { x } else { low[lane] };
            high[lane] = if x > high[lane] { x } else { high[lane] };
            doubt[lane] += x * 0.0;
        }
    }
    for half in [4, 2, 1] {
        for lane in 0..half {
            let (a, b) = (low[lane], low[lane + half]);
            low[lane] = if a < b { a } else { b };
            let (a, b) = (high[lane], high[lane + half]);
            high[lane] = if a > b { a } else { b };
            doubt[lane] += doubt[lane + half];
        }
    }
    // 0, or NaN if any number is none or infinite: codes could not tell.
    let (low, doubt) = (low[0], doubt[0]);
    let scale = (high[0] - low) * (1.0 / f32::from(TOP));
    let (scale, per_step) = if scale > 1e-30 { (scale, 1.0 / scale) } else { (0.0, 0.0) };
    let mut codes = [0_u8; BLOCK];
    for (code, x) in codes.iter_mut().zip(x) {
        // The mask holds for what is no number, too.
        *code = ((x - low) * per_step + ROUND).to_bits() as u8 & TOP;
    }
    let mut packed = [0; GROUPS];
    for (packed, codes) in packed.iter_mut().zip(codes.as_chunks::<GROUP>().0) {
        *packed = i32::from_le_bytes(*codes);
    }
    Block { codes: packed, scale: scale + doubt, low }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_off_by_at_most_half_a_step_and_the_ends_by_nothing() {
        for (count, shift) in [(64_u16, -20.0), (40, 3.0), (1, -2.5)] {
            let x: Vec<f32> = (0..count).map(|i| (f32::from(i * 7 % 64) + shift) * 0.37).collect();
            let mut codes = Codes::default();
            codes.load(&x, x.len());
            assert_eq!((codes.rows(), codes.columns()), (1, x.len()));
            let panel = codes.panels().next().unwrap();
            for (block, x) in panel.blocks.iter().zip(x.chunks(BLOCK)) {
                let bytes = block.codes.iter().flat_map(|packed| packed.to_le_bytes());
                for (code, x) in bytes.zip(x) {
                    assert!(code <= TOP);
                    let found = block.low + f32::from(code) * block.scale;
                    assert!((found - x).abs() <= block.scale * 0.501, "{found} {x}");
                }
                let lowest = x.iter().copied().fold(f32::INFINITY, f32::min);
                assert!((block.low - lowest).abs() < f32::EPSILON);
            }
        }
    }

    #[test]
    fn no_number_makes_a_code_above_the_top() {
        let odd = [f32::NAN, f32::INFINITY, f32::MAX, -f32::MAX, 1e-40, -0.0, 3.4e38, 1.0];
        for shift in 0..odd.len() {
            let x: [f32; BLOCK] = std::array::from_fn(|i| odd[(i * i + shift) % odd.len()]);
            let block = round(&x);
            assert!(block.codes.iter().flat_map(|c| c.to_le_bytes()).all(|code| code <= TOP));
        }
    }

    #[test]
    fn what_is_no_number_is_not_lost() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut x = [1.0; 32];
            x[20] = bad;
            assert!(round(&x).scale.is_nan());
        }
    }

    #[test]
    fn equal_numbers_are_exact() {
        let block = round(&[-1.75; BLOCK]);
        assert_eq!((block.codes, block.low.to_bits()), ([0; GROUPS], (-1.75_f32).to_bits()));
        assert!(block.scale.abs() < f32::MIN_POSITIVE);
    }
}
