//! Rows of `f32`, rounded to 8 bits a block.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use pulp::{Arch, NullaryFnOnce};

use super::{
    BLOCK, GROUPS,
    panel::{Panel, panels, places},
};
use crate::engine::native::{half, kernels::ROUND};

/// 32 numbers, each about `scale` · code.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    /// Four codes of 8 bits each, the first in the lowest byte.
    pub(super) codes: [i32; GROUPS],
    /// What a code is to be multiplied by.
    pub(super) scale: f32,
    /// Sum of the codes.
    pub(super) sum: i32,
    /// `scale` · `sum`.
    pub(super) scaled_sum: f32,
}

/// Rows of equal length, rounded block by block, and the room they are kept in between products.
///
/// Rows are kept in panels, which `panel.rs` describes.
#[derive(Default)]
pub struct Activations {
    blocks: Vec<Block>,
    rows: usize,
    per_row: usize,
}

impl Activations {
    /// Takes up the rows of `x`, each `columns` long, a multiple of [`BLOCK`].
    pub fn load(&mut self, x: &[f32], columns: usize) {
        self.per_row = columns / BLOCK;
        self.rows = x.len() / columns;
        self.blocks.resize(x.len() / BLOCK, Block::default());
        for (first, rows) in places(self.rows) {
            let part = first * columns..(first + rows) * columns;
            let blocks = &mut self.blocks[first * self.per_row..(first + rows) * self.per_row];
            Arch::new().dispatch(Round { x: &x[part], columns, rows, blocks });
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How long a row is.
    pub fn columns(&self) -> usize {
        self.per_row * BLOCK
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = Panel<'_, Block>> {
        panels(&self.blocks, self.rows, self.per_row)
    }
}

/// Fills a panel. Not a closure: pulp dispatches a large one without its vectors.
struct Round<'a> {
    x: &'a [f32],
    columns: usize,
    rows: usize,
    blocks: &'a mut [Block],
}

impl NullaryFnOnce for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (row, x) in self.x.chunks_exact(self.columns).enumerate() {
            let blocks = self.blocks[row..].iter_mut().step_by(self.rows);
            for (block, x) in blocks.zip(x.as_chunks::<BLOCK>().0) {
                *block = round(x);
            }
        }
    }
}

/// Scale and scaled sum go through 16 bits, as in ggml's `Q8_1`: the same rounding makes the same
/// words.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "codes are within ±127")]
fn round(x: &[f32; BLOCK]) -> Block {
    let (mut lanes, mut doubts) = ([0.0_f32; 16], [0.0_f32; 16]);
    for x in x.as_chunks::<16>().0 {
        for ((lane, doubt), x) in lanes.iter_mut().zip(&mut doubts).zip(x) {
            *lane = if x.abs() > *lane { x.abs() } else { *lane };
            *doubt += x * 0.0;
        }
    }
    // 0, or NaN if any number is none or infinite: codes could not tell.
    let (mut highest, mut doubt) = (0.0_f32, 0.0_f32);
    for (lane, more) in lanes.iter().zip(doubts) {
        highest = if *lane > highest { *lane } else { highest };
        doubt += more;
    }
    let per_step = if highest > 0.0 { 127.0 / highest } else { 0.0 };
    let (mut codes, mut sum) = ([0_u8; BLOCK], 0_u32);
    for (code, x) in codes.iter_mut().zip(x) {
        // The last bits of the sum are the nearest integer, ties to even.
        let bits = (x * per_step + ROUND).to_bits();
        *code = bits as u8;
        sum = sum.wrapping_add(bits.wrapping_sub(ROUND.to_bits()));
    }
    let sum = if doubt.is_nan() { 0 } else { sum.cast_signed() };
    let scale = highest / 127.0;
    let mut packed = [0; GROUPS];
    for (packed, codes) in packed.iter_mut().zip(codes.as_chunks::<4>().0) {
        *packed = i32::from_le_bytes(*codes);
    }
    Block {
        codes: packed,
        scale: half::round(scale) + doubt,
        sum,
        scaled_sum: half::round(sum as f32 * scale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_off_by_at_most_half_a_step() {
        let x: Vec<f32> = (0..64_u16).map(|i| (f32::from(i) - 20.0) * 0.37).collect();
        let mut activations = Activations::default();
        activations.load(&x, 64);
        assert_eq!((activations.rows(), activations.columns()), (1, 64));
        let panel = activations.panels().next().unwrap();
        for (block, x) in panel.blocks.iter().zip(x.chunks(BLOCK)) {
            let codes = block.codes.iter().flat_map(|packed| packed.to_le_bytes());
            let codes: Vec<f32> = codes.map(|byte| f32::from(byte.cast_signed())).collect();
            assert!((codes.iter().sum::<f32>() - block.sum as f32).abs() < 0.5);
            for (code, x) in codes.iter().zip(x) {
                // Half a step, and what 16 bits cost the scale.
                assert!((code * block.scale - x).abs() <= block.scale * 0.56, "{code} {x}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_not_lost() {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut x = [1.0; 32];
            x[20] = bad;
            let mut activations = Activations::default();
            activations.load(&x, 32);
            assert!(activations.panels().next().unwrap().blocks[0].scale.is_nan());
        }
    }

    #[test]
    fn zeros_stay_zero() {
        let mut activations = Activations::default();
        activations.load(&[0.0; 32], 32);
        let panel = activations.panels().next().unwrap();
        assert_eq!(panel.blocks[0].codes, [0; GROUPS]);
        assert!(panel.blocks[0].scale.abs() < f32::MIN_POSITIVE);
    }
}
