//! Layer times rows, by the best instructions that the machine turns out to have.

use std::ops::Range;

use super::{Blocks, CHAIN, Codes, Dense, GROUP, TILE, codes::Block};
use crate::engine::native::quant::Kernel;

/// Panels that meet all the weights before the next ones do: few enough for their codes to stay near the
/// processor, and enough for weights that are read from afar to be used often.
const PANELS: usize = 8;

/// The product of each row of `x` with each row of `layer`: `out` is the rows of `x` × [`Dense::rows`].
/// `kernel` is one of [`Kernel::available`].
///
/// # Panics
/// If the sizes do not fit.
pub fn multiply(kernel: Kernel, layer: &Dense, x: &Codes, out: &mut [f32]) {
    assert_eq!(layer.columns(), x.columns(), "columns");
    assert_eq!(out.len(), x.rows() * layer.rows(), "room for the answer");
    let width = layer.rows();
    let panels: Vec<_> = x.panels().collect();
    for panels in panels.chunks(PANELS) {
        for (tile, weights) in layer.tiles().enumerate() {
            let tile = tile * TILE..width.min((tile + 1) * TILE);
            for panel in panels {
                let rows = &mut out[panel.first * width..(panel.first + panel.rows) * width];
                match panel.rows {
                    8 => put(kernel, weights, panel.blocks.as_chunks::<8>().0, rows, &tile),
                    4 => put(kernel, weights, panel.blocks.as_chunks::<4>().0, rows, &tile),
                    2 => put(kernel, weights, panel.blocks.as_chunks::<2>().0, rows, &tile),
                    _ => put(kernel, weights, panel.blocks.as_chunks::<1>().0, rows, &tile),
                }
            }
        }
    }
}

/// Writes the answer of a panel of `N` rows to the columns `tile` of `rows`, leaving out what only fills
/// up the last tile. For each row, in the order of its blocks, it is `fma(dot, scale · x.scale, sum)` and
/// `fma(sums, x.low, sum)`.
fn put<const N: usize>(
    kernel: Kernel,
    weights: &[Blocks],
    x: &[[Block; N]],
    rows: &mut [f32],
    tile: &Range<usize>,
) {
    let sums = match kernel {
        Kernel::Portable => portable(weights, x),
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 => crate::engine::native::quant::x86::dense_avx2(weights, x),
        #[cfg(target_arch = "x86_64")]
        Kernel::Vnni => crate::engine::native::quant::x86::dense_vnni(weights, x),
    };
    let width = rows.len() / N;
    for (row, sums) in rows.chunks_exact_mut(width).zip(&sums) {
        row[tile.clone()].copy_from_slice(&sums[..tile.len()]);
    }
}

/// The product of one tile with a panel of `N` rows, in plain Rust.
fn portable<const N: usize>(weights: &[Blocks], x: &[[Block; N]]) -> [[f32; TILE]; N] {
    let mut sums = [[0.0_f32; TILE]; N];
    for (weights, x) in weights.iter().zip(x) {
        for (sums, x) in sums.iter_mut().zip(x) {
            let dots = dots(weights, x);
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = (dots[lane] as f32).mul_add(weights.scales[lane] * x.scale, *sum);
                *sum = weights.sums[lane].mul_add(x.low, *sum);
            }
        }
    }
    sums
}

/// The sums of the products of codes, a lane a row of the tile.
fn dots(weights: &Blocks, x: &Block) -> [i32; TILE] {
    let mut dots = [0; TILE];
    for (codes, x) in weights.codes.iter().zip(x.codes) {
        let x = x.to_le_bytes();
        for (dot, codes) in dots.iter_mut().zip(codes.as_chunks::<GROUP>().0) {
            for (code, x) in codes.iter().zip(x) {
                *dot += i32::from(*code) * i32::from(x);
            }
        }
    }
    dots
}

const _: () = assert!(super::GROUPS.is_multiple_of(CHAIN), "chains are whole");

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
        for (out, columns) in [(37, 96), (16, 40), (1, 7)] {
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
