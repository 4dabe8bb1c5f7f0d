//! Products in `f32` whose rows do not depend on their company: every sum goes weight by weight, however many
//! rows are worked on together, which no tensor library promises.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use pulp::{Arch, NullaryFnOnce};

use crate::engine::native::kernels::{LANES, combine};

/// Rows that are worked on together.
const ROWS: usize = 4;

/// A matrix, laid out in tiles of [`LANES`] rows: a tile holds the first number of each of its rows, then
/// the second, and so on. The last is filled up with zeros.
pub struct Full {
    rows: usize,
    columns: usize,
    tiles: Vec<f32>,
}

impl Full {
    /// Lays out `weights`, rows of `columns` numbers one after another.
    pub fn new(weights: &[f32], columns: usize) -> Self {
        let rows = weights.len() / columns;
        let mut tiles = vec![0.0; rows.div_ceil(LANES) * LANES * columns];
        for (row, weights) in weights.chunks_exact(columns).enumerate() {
            let tile = &mut tiles[row / LANES * LANES * columns..];
            let places = tile[row % LANES..].iter_mut().step_by(LANES);
            places.zip(weights).for_each(|(place, weight)| *place = *weight);
        }
        Self { rows, columns, tiles }
    }

    /// How many numbers it answers.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The product of each row of `x` with each of its rows: `out` is the rows of `x` × [`Self::rows`].
    pub fn multiply(&self, x: &[f32], out: &mut [f32]) {
        Arch::new().dispatch(Multiply { matrix: self, x, out });
    }
}

/// Not a closure: pulp dispatches a large one without its vectors.
struct Multiply<'a> {
    matrix: &'a Full,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl NullaryFnOnce for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Full { rows, columns, tiles } = self.matrix;
        for (index, tile) in tiles.chunks_exact(columns * LANES).enumerate() {
            let column = index * LANES;
            let x = self.x.chunks(ROWS * columns);
            for (x, out) in x.zip(self.out.chunks_mut(ROWS * rows)) {
                if x.len() == ROWS * columns {
                    some::<ROWS>(tile, x, *columns, out, column);
                } else {
                    for (x, out) in x.chunks_exact(*columns).zip(out.chunks_exact_mut(*rows)) {
                        some::<1>(tile, x, *columns, out, column);
                    }
                }
            }
        }
    }
}

/// A tile's answers to the `N` rows of `x`, into the rows of `out` from `column` on.
#[inline(always)]
fn some<const N: usize>(tile: &[f32], x: &[f32], columns: usize, out: &mut [f32], column: usize) {
    let mut sums = [[0.0; LANES]; N];
    combine::<N, _>(x, columns, tile, LANES, sums.as_flattened_mut());
    let width = out.len() / N;
    for (sums, out) in sums.iter().zip(out.chunks_exact_mut(width)) {
        let count = (width - column).min(LANES);
        out[column..column + count].copy_from_slice(&sums[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_its_definition_in_any_company() {
        let (rows, columns, count) = (37, 23, 11);
        let noise = |i: usize| ((i * 7_919 % 1_009) as f32 / 500.0) - 1.0;
        let weights: Vec<f32> = (0..rows * columns).map(noise).collect();
        let x: Vec<f32> = (0..count * columns).map(|i| noise(i + 31)).collect();
        let matrix = Full::new(&weights, columns);
        let mut out = vec![0.0; count * rows];
        matrix.multiply(&x, &mut out);
        for (x, out) in x.chunks(columns).zip(out.chunks(rows)) {
            let mut alone = vec![0.0; rows];
            matrix.multiply(x, &mut alone);
            assert_eq!(alone, out);
            for (weights, found) in weights.chunks(columns).zip(out) {
                let pairs = weights.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x));
                assert!((pairs.sum::<f64>() - f64::from(*found)).abs() < 1e-5);
            }
        }
    }
}
