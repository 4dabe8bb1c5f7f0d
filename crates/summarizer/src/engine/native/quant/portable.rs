//! The product in plain Rust: what the others are tested against, and what a machine without their
//! instructions runs.

use super::{Blocks, TILE, activation, product::TileProduct};

/// The product of one tile with a panel of `N` rows.
pub(super) fn panel<const N: usize>(
    product: TileProduct<'_>,
    x: &[[activation::Block; N]],
) -> [[f32; TILE]; N] {
    let mut sums = [[0.0_f32; TILE]; N];
    for (weights, x) in product.weights.iter().zip(x) {
        for (sums, x) in sums.iter_mut().zip(x) {
            let dots = dots(weights, x, -product.zero * x.sum);
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = (dots[lane] as f32).mul_add(weights.scales[lane] * x.scale, *sum);
                if product.with_minima {
                    *sum = weights.minima[lane].mul_add(x.scaled_sum, *sum);
                }
            }
        }
    }
    sums
}

/// `start` plus the sum of the products of codes, a lane a row of the tile.
fn dots(weights: &Blocks, x: &activation::Block, start: i32) -> [i32; TILE] {
    let mut dots = [start; TILE];
    for (codes, x) in weights.codes.iter().zip(x.codes) {
        let x = x.to_le_bytes();
        for (dot, codes) in dots.iter_mut().zip(codes.as_chunks::<4>().0) {
            for (code, x) in codes.iter().zip(x) {
                *dot += i32::from(*code) * i32::from(x.cast_signed());
            }
        }
    }
    dots
}
