//! The products by the vectors of x86-64. The only unsafe code of the project: no library offers a
//! product of 8-bit codes with scales per block, and these loops are where a generator and an encoder
//! spend nine tenths of their time. Unsafe are the calls of functions compiled for instructions that the
//! machine must have, which is checked before each, and loads and stores of whole registers from and to arrays
//! of that very size. `product.rs`, here and in `dense/`, tests all of it against the plain version, bit for bit.
#![expect(unsafe_code, reason = "see above")]

use std::{
    arch::x86_64::{
        __m256i, __m512i, _mm256_add_epi32, _mm256_and_si256, _mm256_cvtepi32_ps, _mm256_fmadd_ps,
        _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mul_ps, _mm256_set1_epi16,
        _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256,
        _mm256_slli_epi16, _mm256_srai_epi16, _mm256_srli_epi16, _mm256_storeu_ps,
        _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_loadu_ps,
        _mm512_loadu_si512, _mm512_mul_ps, _mm512_reduce_add_epi32, _mm512_set1_epi32,
        _mm512_set1_ps, _mm512_setzero_ps, _mm512_setzero_si512, _mm512_storeu_ps,
    },
    array::from_fn,
    hint::black_box,
};

use super::{GROUP, GROUPS, TILE, activation::Block, dense, product::TileProduct};

/// By AVX-512 VNNI; see [`TileProduct`].
pub(super) fn vnni<const N: usize>(product: TileProduct<'_>, x: &[[Block; N]]) -> [[f32; TILE]; N] {
    assert!(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"));
    // SAFETY: the machine has what the functions are compiled for.
    unsafe {
        if product.with_minima {
            vnni_panel::<N, true>(product, x)
        } else {
            vnni_panel::<N, false>(product, x)
        }
    }
}

/// By AVX2 and FMA; see [`TileProduct`].
pub(super) fn avx2<const N: usize>(product: TileProduct<'_>, x: &[[Block; N]]) -> [[f32; TILE]; N] {
    assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    let mut out = [[0.0; TILE]; N];
    for (row, out) in out.iter_mut().enumerate() {
        // SAFETY: the machine has what the function is compiled for.
        *out = unsafe { avx2_row(product, x.iter().map(|x| &x[row])) };
    }
    out
}

/// Group by group and not row by row, so that the rows' chains of dot products, each of which waits
/// for the one before, run side by side.
#[target_feature(enable = "avx512f,avx512vnni")]
fn vnni_panel<const N: usize, const MINIMA: bool>(
    product: TileProduct<'_>,
    x: &[[Block; N]],
) -> [[f32; TILE]; N] {
    let mut sums = [_mm512_setzero_ps(); N];
    for (weights, x) in product.weights.iter().zip(x) {
        let mut dots = [_mm512_setzero_si512(); N];
        for r in 0..N {
            dots[r] = _mm512_set1_epi32(-product.zero * x[r].sum);
        }
        for g in 0..GROUPS {
            let codes = load512(&weights.codes[g]);
            for r in 0..N {
                dots[r] = _mm512_dpbusd_epi32(dots[r], codes, _mm512_set1_epi32(x[r].codes[g]));
            }
        }
        // SAFETY: arrays of sixteen floats.
        let (scales, minima) = unsafe {
            (_mm512_loadu_ps(weights.scales.as_ptr()), _mm512_loadu_ps(weights.minima.as_ptr()))
        };
        for r in 0..N {
            let scales = _mm512_mul_ps(scales, _mm512_set1_ps(x[r].scale));
            sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r]), scales, sums[r]);
            if MINIMA {
                sums[r] = _mm512_fmadd_ps(minima, _mm512_set1_ps(x[r].scaled_sum), sums[r]);
            }
        }
    }
    let mut out = [[0.0; TILE]; N];
    for r in 0..N {
        // SAFETY: an array of sixteen floats.
        unsafe { _mm512_storeu_ps(out[r].as_mut_ptr(), sums[r]) };
    }
    out
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load512(codes: &[u8; TILE * GROUP]) -> __m512i {
    // SAFETY: an array of 64 bytes.
    unsafe { _mm512_loadu_si512(codes.as_ptr().cast()) }
}

/// Codes are multiplied as 16-bit numbers, even and odd bytes apart: `maddubs` would be one
/// instruction, and overflows with codes above 127.
#[target_feature(enable = "avx2,fma")]
fn avx2_row<'a>(product: TileProduct<'_>, x: impl Iterator<Item = &'a Block>) -> [f32; TILE] {
    let mut sums = [_mm256_setzero_ps(); 2];
    for (weights, x) in product.weights.iter().zip(x) {
        let mut dots = [_mm256_set1_epi32(-product.zero * x.sum); 2];
        for (codes, &x) in weights.codes.iter().zip(&x.codes) {
            let x = _mm256_set1_epi32(x);
            let even = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(x));
            let odd = _mm256_srai_epi16::<8>(x);
            for (dots, codes) in dots.iter_mut().zip(codes.as_chunks::<32>().0) {
                let codes = load256(codes);
                let low = _mm256_and_si256(codes, _mm256_set1_epi16(255));
                let high = _mm256_srli_epi16::<8>(codes);
                let products =
                    _mm256_add_epi32(_mm256_madd_epi16(low, even), _mm256_madd_epi16(high, odd));
                *dots = _mm256_add_epi32(*dots, products);
            }
        }
        for (half, sum) in sums.iter_mut().enumerate() {
            let lanes = half * 8..half * 8 + 8;
            // SAFETY: the ranges are of eight floats.
            let (scales, minima) = unsafe {
                (
                    _mm256_loadu_ps(weights.scales[lanes.clone()].as_ptr()),
                    _mm256_loadu_ps(weights.minima[lanes].as_ptr()),
                )
            };
            let scales = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
            *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots[half]), scales, *sum);
            if product.with_minima {
                *sum = _mm256_fmadd_ps(minima, _mm256_set1_ps(x.scaled_sum), *sum);
            }
        }
    }
    let mut out = [0.0; TILE];
    for (out, sum) in out.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
        // SAFETY: an array of eight floats.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
    }
    out
}

#[target_feature(enable = "avx2")]
#[inline]
fn load256(codes: &[u8; 32]) -> __m256i {
    // SAFETY: an array of 32 bytes.
    unsafe { _mm256_loadu_si256(codes.as_ptr().cast()) }
}

/// A layer of an encoder by AVX-512 VNNI; see [`dense`].
pub(super) fn dense_vnni<const N: usize, const T: usize>(
    weights: [&[dense::Blocks]; T],
    x: [dense::Row<'_>; N],
    out: &mut [&mut [f32]; N],
) {
    assert!(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"));
    // SAFETY: the machine has what the function is compiled for.
    unsafe { dense_vnni_panel(weights, x, out) }
}

#[target_feature(enable = "avx512f,avx512vnni")]
#[expect(clippy::needless_range_loop, reason = "several arrays by one index")]
fn dense_vnni_panel<const N: usize, const T: usize>(
    weights: [&[dense::Blocks]; T],
    x: [dense::Row<'_>; N],
    out: &mut [&mut [f32]; N],
) {
    let mut sums = [[_mm512_setzero_ps(); T]; N];
    for block in 0..weights[0].len() {
        let own: [&dense::Blocks; T] = from_fn(|t| &weights[t][block]);
        let codes: [&[u8; dense::BLOCK]; N] = from_fn(|r| &x[r].codes[block]);
        // What fills up the last block is zeros. Most layers have none, and theirs is a loop that the compiler knows
        // the length of.
        let dots = if block + 1 < weights[0].len() || x[0].last == dense::GROUPS {
            vnni_block(own, codes, dense::GROUPS)
        } else {
            vnni_block(own, codes, x[0].last)
        };
        for t in 0..T {
            // SAFETY: arrays of sixteen floats.
            let (scales, lows) = unsafe {
                (_mm512_loadu_ps(own[t].scales.as_ptr()), _mm512_loadu_ps(own[t].sums.as_ptr()))
            };
            for r in 0..N {
                let level = x[r].levels[block];
                let scales = _mm512_mul_ps(scales, _mm512_set1_ps(level.scale));
                sums[r][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r][t]), scales, sums[r][t]);
                sums[r][t] = _mm512_fmadd_ps(lows, _mm512_set1_ps(level.low), sums[r][t]);
            }
        }
    }
    for r in 0..N {
        for t in 0..T {
            if let Some(place) = out[r].as_chunks_mut::<TILE>().0.get_mut(t) {
                // SAFETY: an array of sixteen floats.
                unsafe { _mm512_storeu_ps(place.as_mut_ptr(), sums[r][t]) };
            } else {
                let mut tile = [0.0; TILE];
                // SAFETY: an array of sixteen floats.
                unsafe { _mm512_storeu_ps(tile.as_mut_ptr(), sums[r][t]) };
                dense::put(&tile, t, out[r]);
            }
        }
    }
}

/// The sums of the products of the first `groups` groups of a block.
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
fn vnni_block<const N: usize, const T: usize>(
    weights: [&dense::Blocks; T],
    codes: [&[u8; dense::BLOCK]; N],
    groups: usize,
) -> [[__m512i; T]; N] {
    let mut dots = [[_mm512_setzero_si512(); T]; N];
    for g in 0..groups.min(dense::GROUPS) {
        // SAFETY: arrays of 64 bytes.
        let own = weights.map(|own| unsafe { _mm512_loadu_si512(own.codes[g].as_ptr().cast()) });
        for r in 0..N {
            let x = _mm512_set1_epi32(group(codes[r], g));
            for t in 0..T {
                dots[r][t] = _mm512_dpbusd_epi32(dots[r][t], x, own[t]);
            }
        }
    }
    dots
}

/// Chains of dot products that run side by side: more than a processor needs to be busy.
const CHAINS: usize = 16;

/// So many products of two codes: `rounds` rounds of them on registers alone, as fast as AVX-512 VNNI can be. Says
/// how many, for what measures [`dense_vnni`] against it, and what all of them add up to.
pub(super) fn dense_vnni_at_best(rounds: usize) -> (usize, i64) {
    assert!(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"));
    // SAFETY: the machine has what the function is compiled for.
    let sum = unsafe { dense_vnni_chains(rounds) };
    (rounds * CHAINS * TILE * GROUP, sum)
}

#[target_feature(enable = "avx512f,avx512vnni")]
fn dense_vnni_chains(rounds: usize) -> i64 {
    let (x, weights) = (_mm512_set1_epi32(0x0102_0304), _mm512_set1_epi32(0x0101_0101));
    // All of them others, or they would be one to the compiler.
    let mut dots = [_mm512_setzero_si512(); CHAINS];
    for (dot, start) in dots.iter_mut().zip(0..) {
        *dot = _mm512_set1_epi32(start);
    }
    for _ in 0..rounds {
        for dot in &mut dots {
            *dot = _mm512_dpbusd_epi32(*dot, x, weights);
        }
    }
    black_box(dots).into_iter().map(|dot| i64::from(_mm512_reduce_add_epi32(dot))).sum()
}

/// The codes of the group `index`, the first in the lowest byte.
#[inline]
fn group(codes: &[u8; dense::BLOCK], index: usize) -> i32 {
    i32::from_le_bytes(codes.as_chunks::<GROUP>().0[index])
}

/// A layer of an encoder by AVX2 and FMA; see [`dense`].
pub(super) fn dense_avx2<const N: usize, const T: usize>(
    weights: [&[dense::Blocks]; T],
    x: [dense::Row<'_>; N],
    out: &mut [&mut [f32]; N],
) {
    assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    for (index, weights) in weights.iter().enumerate() {
        // SAFETY: the machine has what the function is compiled for.
        let tile = unsafe { dense_avx2_tile(weights, x) };
        for (out, tile) in out.iter_mut().zip(&tile) {
            dense::put(tile, index, out);
        }
    }
}

/// A tile at a time: its two vectors for each of four rows are as many sums as there are registers for.
/// Codes are multiplied as 16-bit numbers, even and odd bytes apart: `maddubs` would be one instruction, and
/// overflows with codes above 127.
#[target_feature(enable = "avx2,fma")]
fn dense_avx2_tile<const N: usize>(
    weights: &[dense::Blocks],
    x: [dense::Row<'_>; N],
) -> [[f32; TILE]; N] {
    let bytes = _mm256_set1_epi16(255);
    let mut sums = [[_mm256_setzero_ps(); 2]; N];
    for (block, own) in weights.iter().enumerate() {
        let codes: [&[u8; dense::BLOCK]; N] = from_fn(|r| &x[r].codes[block]);
        let mut dots = [[_mm256_setzero_si256(); 2]; N];
        for g in 0..dense::GROUPS {
            let halves = own.codes[g].as_chunks::<32>().0;
            let own: [[__m256i; 2]; 2] = from_fn(|half| {
                // SAFETY: an array of 32 bytes.
                let own = unsafe { _mm256_loadu_si256(halves[half].as_ptr().cast()) };
                let even = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(own));
                [even, _mm256_srai_epi16::<8>(own)]
            });
            for r in 0..N {
                let x = _mm256_set1_epi32(group(codes[r], g));
                let (even, odd) = (_mm256_and_si256(x, bytes), _mm256_srli_epi16::<8>(x));
                for (dots, own) in dots[r].iter_mut().zip(own) {
                    let pairs = _mm256_add_epi32(
                        _mm256_madd_epi16(even, own[0]),
                        _mm256_madd_epi16(odd, own[1]),
                    );
                    *dots = _mm256_add_epi32(*dots, pairs);
                }
            }
        }
        for half in 0..2 {
            let lanes = half * 8..half * 8 + 8;
            // SAFETY: the ranges are of eight floats.
            let (scales, lows) = unsafe {
                (
                    _mm256_loadu_ps(own.scales[lanes.clone()].as_ptr()),
                    _mm256_loadu_ps(own.sums[lanes].as_ptr()),
                )
            };
            for r in 0..N {
                let level = x[r].levels[block];
                let scales = _mm256_mul_ps(scales, _mm256_set1_ps(level.scale));
                let dots = _mm256_cvtepi32_ps(dots[r][half]);
                sums[r][half] = _mm256_fmadd_ps(dots, scales, sums[r][half]);
                sums[r][half] = _mm256_fmadd_ps(lows, _mm256_set1_ps(level.low), sums[r][half]);
            }
        }
    }
    let mut out = [[0.0; TILE]; N];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
            // SAFETY: an array of eight floats.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain begins with its number in each of 16 lanes, and a round adds 1 + 2 + 3 + 4 to every lane.
    #[test]
    fn the_best_multiplies_as_much_as_it_says() {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
            assert_eq!(dense_vnni_at_best(0), (0, 16 * 120));
            assert_eq!(dense_vnni_at_best(1), (16 * 16 * 4, 16 * (120 + 16 * 10)));
            assert_eq!(dense_vnni_at_best(3), (3 * 16 * 16 * 4, 16 * (120 + 16 * 30)));
        }
    }
}
