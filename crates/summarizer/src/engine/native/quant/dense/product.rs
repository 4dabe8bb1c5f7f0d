//! Layer times rows, by the best instructions that the machine turns out to have.

use std::{array::from_fn, ops::Range};

use super::{BLOCK, Blocks, Codes, Dense, GROUP, TILE, codes::Row};
use crate::engine::native::quant::Kernel;

/// Rows that meet all the weights before the next ones do: few enough for their codes to stay near the
/// processor, and enough for weights that are read from afar to be used often.
const ROWS: usize = 64;
/// Tiles that are worked on at once, and rows that are: twelve vectors of sums of integers, as many of
/// sums of blocks, the weights and what they are multiplied by fill the registers.
const TILES: usize = 3;
/// See [`TILES`].
const PANEL: usize = 4;

/// The product of each row of `x` with each row of `layer`: `out` is the rows of `x` × [`Dense::rows`].
/// `kernel` is one of [`Kernel::available`].
///
/// # Panics
/// If the sizes do not fit.
pub fn multiply(kernel: Kernel, layer: &Dense, x: &Codes, out: &mut [f32]) {
    multiply_rows(kernel, layer, 0..layer.rows(), x, out);
}

/// The same with the rows `which` of `layer` alone; they begin with a tile.
///
/// # Panics
/// If the sizes do not fit.
pub fn multiply_rows(
    kernel: Kernel,
    layer: &Dense,
    which: Range<usize>,
    x: &Codes,
    out: &mut [f32],
) {
    let width = which.len();
    assert_eq!(layer.columns(), x.columns(), "columns");
    assert_eq!(out.len(), x.rows() * width, "room for the answer");
    assert!(which.start.is_multiple_of(TILE), "whole tiles before");
    assert!(which.end <= layer.rows(), "rows that are there");
    if width == 0 {
        return;
    }
    let tiles = which.start / TILE..which.end.div_ceil(TILE);
    let tiles: Vec<_> = layer.tiles().skip(tiles.start).take(tiles.len()).collect();
    for (part, out) in out.chunks_mut(ROWS * width).enumerate() {
        for (strip, weights) in tiles.chunks(TILES).enumerate() {
            let product = Product { kernel, x, width, column: strip * TILES * TILE };
            match *weights {
                [a, b, c] => product.strip([a, b, c], part * ROWS, out),
                [a, b] => product.strip([a, b], part * ROWS, out),
                [a] => product.strip([a], part * ROWS, out),
                _ => {}
            }
        }
    }
}

/// Multiplies codes on registers alone, `rounds` rounds of as many as fit: what `kernel` could do at most, to
/// measure [`multiply`] against. How many products of two codes that were; `None` where nobody has written it.
pub fn at_best(kernel: Kernel, rounds: usize) -> Option<usize> {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Vnni => Some(crate::engine::native::quant::x86::dense_vnni_at_best(rounds).0),
        _ => None,
    }
}

/// What does not change while some rows meet some tiles.
#[derive(Clone, Copy)]
struct Product<'a> {
    kernel: Kernel,
    x: &'a Codes,
    /// How long a row of the answer is.
    width: usize,
    /// Where in such a row the tiles stand.
    column: usize,
}

impl Product<'_> {
    /// Writes the answer of the rows from `first` on, as many as there is room for in `out`, to some tiles.
    fn strip<const T: usize>(self, weights: [&[Blocks]; T], first: usize, out: &mut [f32]) {
        for (panel, out) in out.chunks_mut(PANEL * self.width).enumerate() {
            let first = first + panel * PANEL;
            match out.len() / self.width {
                4 => self.panel::<4, T>(weights, first, out),
                3 => self.panel::<3, T>(weights, first, out),
                2 => self.panel::<2, T>(weights, first, out),
                _ => self.panel::<1, T>(weights, first, out),
            }
        }
    }

    /// The same for `N` rows: for each, in the order of its blocks, `fma(dot, scale · x.scale, sum)` and
    /// `fma(sums, x.low, sum)`.
    fn panel<const N: usize, const T: usize>(
        self,
        weights: [&[Blocks]; T],
        first: usize,
        out: &mut [f32],
    ) {
        let x: [Row<'_>; N] = from_fn(|row| self.x.row(first + row));
        let mut rows = out.chunks_exact_mut(self.width);
        let places = self.column..self.width.min(self.column + T * TILE);
        let mut out: [&mut [f32]; N] =
            from_fn(|_| &mut rows.next().expect("N rows")[places.clone()]);
        match self.kernel {
            Kernel::Portable => portable(weights, x, &mut out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => crate::engine::native::quant::x86::dense_avx2(weights, x, &mut out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Vnni => crate::engine::native::quant::x86::dense_vnni(weights, x, &mut out),
        }
    }
}

/// Writes the answers of a row to the tiles from the first on; what only fills up the last is left out.
pub(in super::super) fn put(tile: &[f32; TILE], index: usize, out: &mut [f32]) {
    let (whole, rest) = out.as_chunks_mut::<TILE>();
    match whole.get_mut(index) {
        Some(place) => *place = *tile,
        None => rest.copy_from_slice(&tile[..rest.len()]),
    }
}

/// The product in plain Rust.
fn portable<const N: usize, const T: usize>(
    weights: [&[Blocks]; T],
    x: [Row<'_>; N],
    out: &mut [&mut [f32]; N],
) {
    for (x, out) in x.iter().zip(out) {
        for (index, weights) in weights.iter().enumerate() {
            let mut sums = [0.0_f32; TILE];
            for (weights, (codes, level)) in weights.iter().zip(x.codes.iter().zip(x.levels)) {
                let dots = dots(weights, codes);
                for (lane, sum) in sums.iter_mut().enumerate() {
                    *sum = (dots[lane] as f32).mul_add(weights.scales[lane] * level.scale, *sum);
                    *sum = weights.sums[lane].mul_add(level.low, *sum);
                }
            }
            put(&sums, index, out);
        }
    }
}

/// The sums of the products of codes, a lane a row of the tile.
fn dots(weights: &Blocks, x: &[u8; BLOCK]) -> [i32; TILE] {
    let mut dots = [0; TILE];
    for (codes, x) in weights.codes.iter().zip(x.as_chunks::<GROUP>().0) {
        for (dot, codes) in dots.iter_mut().zip(codes.as_chunks::<GROUP>().0) {
            for (code, x) in codes.iter().zip(x) {
                *dot += i32::from(*code) * i32::from(*x);
            }
        }
    }
    dots
}

#[cfg(test)]
mod tests {
    use standfirst_core::random::SplitMix64;

    use super::*;

    /// Numbers without pattern from −1 to 1.
    fn noise(seed: u64, count: usize) -> Vec<f32> {
        let mut random = SplitMix64::new(seed);
        let number = |bits: u64| f32::from(u16::try_from(bits >> 48).unwrap()) / 32_768.0 - 1.0;
        (0..count).map(|_| number(random.next_u64())).collect()
    }

    fn product(kernel: Kernel, layer: &Dense, x: &[f32]) -> Vec<f32> {
        let mut codes = Codes::default();
        codes.load(x, layer.columns());
        let mut out = vec![0.0; codes.rows() * layer.rows()];
        multiply(kernel, layer, &codes, &mut out);
        out
    }

    fn bits(numbers: &[f32]) -> Vec<u32> {
        numbers.iter().map(|x| x.to_bits()).collect()
    }

    /// Weights and activations that fill all the codes, and such as stretch every sum to its end.
    fn cases(out: usize, columns: usize, count: usize) -> Vec<(Vec<f32>, Vec<f32>)> {
        let sign =
            |i: usize, period: usize| if (i / period).is_multiple_of(2) { 1.0 } else { -1.0 };
        let stretched = |period: usize, side: f32| {
            let weights = (0..out * columns).map(|i| sign(i % columns, period)).collect();
            // Highest where the weight has this sign, and lowest elsewhere: the sums go to one end.
            let x = (0..count * columns).map(|i| side * sign(i % columns, period)).collect();
            (weights, x)
        };
        let mut cases = vec![(noise(1, out * columns), noise(2, count * columns))];
        for period in [1, 2, 4, 16, 32, usize::MAX] {
            cases.extend([stretched(period, 1.0), stretched(period, -1.0)]);
        }
        cases
    }

    #[test]
    fn every_kernel_gives_the_same_bits_in_any_company() {
        for (out, columns) in [(70, 300), (37, 96), (16, 40), (1, 7)] {
            for (weights, x) in cases(out, columns, 23) {
                let layer = Dense::new(&weights, columns);
                let expected = bits(&product(Kernel::Portable, &layer, &x));
                for kernel in Kernel::available() {
                    assert_eq!(bits(&product(kernel, &layer, &x)), expected, "{kernel:?}");
                    let alone = x.chunks(columns).flat_map(|row| product(kernel, &layer, row));
                    assert_eq!(bits(&alone.collect::<Vec<_>>()), expected, "{kernel:?}");
                }
            }
        }
    }

    #[test]
    fn some_rows_are_those_rows_of_all() {
        let (out, columns, count) = (84, 40, 7);
        let layer = Dense::new(&noise(7, out * columns), columns);
        let x = noise(8, count * columns);
        let all = product(Kernel::best(), &layer, &x);
        let mut codes = Codes::default();
        codes.load(&x, columns);
        for which in [0..32, 48..84] {
            let mut some = vec![0.0; count * which.len()];
            multiply_rows(Kernel::best(), &layer, which.clone(), &codes, &mut some);
            let expected: Vec<f32> =
                all.chunks(out).flat_map(|row| row[which.clone()].iter().copied()).collect();
            assert_eq!(bits(&some), bits(&expected));
        }
    }

    #[test]
    fn no_rows_are_no_work() {
        let layer = Dense::new(&noise(7, 32 * 40), 40);
        let mut codes = Codes::default();
        codes.load(&noise(8, 3 * 40), 40);
        for start in [0, 16, 32] {
            multiply_rows(Kernel::best(), &layer, start..start, &codes, &mut []);
        }
    }

    #[test]
    #[should_panic(expected = "rows that are there")]
    fn rows_that_only_fill_up_a_tile_are_refused() {
        let layer = Dense::new(&noise(7, 20 * 40), 40);
        let mut codes = Codes::default();
        codes.load(&noise(8, 40), 40);
        multiply_rows(Kernel::best(), &layer, 16..24, &codes, &mut [0.0; 8]);
    }

    #[test]
    fn a_product_is_that_of_the_numbers_within_the_steps() {
        let (out, columns, count) = (20, 384, 9);
        let (weights, x) = (noise(3, out * columns), noise(4, count * columns));
        let layer = Dense::new(&weights, columns);
        let found = product(Kernel::best(), &layer, &x);
        let (mut wrong, mut right) = (0.0, 0.0);
        for (x, found) in x.chunks(columns).zip(found.chunks(out)) {
            for (weights, found) in weights.chunks(columns).zip(found) {
                let pairs = weights.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x));
                let expected: f64 = pairs.sum();
                wrong += (f64::from(*found) - expected).powi(2);
                right += expected * expected;
            }
        }
        assert!((wrong / right).sqrt() < 0.02, "{}", (wrong / right).sqrt());
    }

    #[test]
    fn what_is_no_number_is_told() {
        let mut x = vec![1.0; 64];
        x[50] = f32::NAN;
        let layer = Dense::new(&noise(6, 3 * 64), 64);
        for kernel in Kernel::available() {
            assert!(product(kernel, &layer, &x).iter().all(|x| x.is_nan()));
        }
    }
}
