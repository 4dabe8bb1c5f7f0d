//! The products by the vectors of x86-64. The only unsafe code of the project: no library offers a
//! product of 8-bit codes with scales per block, and these loops are where a generator and an encoder
//! spend nine tenths of their time. Unsafe are the calls of functions compiled for instructions that the
//! machine must have, which is checked before each, loads of whole registers from references to arrays
//! of that very size, and twenty lines in the processor's own words. `product.rs`, here and in `dense/`, tests all of it against the plain version, bit for bit.
#![expect(unsafe_code, reason = "see above")]

use std::{
    arch::{
        asm,
        x86_64::{
            __m256i, __m512i, _mm256_add_epi32, _mm256_and_si256, _mm256_cvtepi32_ps,
            _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mul_ps,
            _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps,
            _mm256_setzero_si256, _mm256_slli_epi16, _mm256_srai_epi16, _mm256_srli_epi16,
            _mm256_storeu_ps, _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps,
            _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps,
            _mm512_setzero_ps, _mm512_setzero_si512, _mm512_storeu_ps,
        },
    },
    array::from_fn,
    borrow::Borrow,
};

use super::{
    GROUP, GROUPS, TILE,
    activation::Block,
    dense::{self, CHAIN},
    product::TileProduct,
};

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
pub(super) fn dense_vnni<const N: usize>(
    weights: &[dense::Blocks],
    x: &[[dense::Block; N]],
) -> [[f32; TILE]; N] {
    assert!(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni"));
    // SAFETY: the machine has what the function is compiled for.
    unsafe { dense_vnni_panel(weights, x) }
}

#[target_feature(enable = "avx512f,avx512vnni")]
fn dense_vnni_panel<const N: usize>(
    weights: &[dense::Blocks],
    x: &[[dense::Block; N]],
) -> [[f32; TILE]; N] {
    let mut sums = [_mm512_setzero_ps(); N];
    for (weights, x) in weights.iter().zip(x) {
        let mut dots = [_mm512_setzero_si512(); N];
        for g in 0..GROUPS {
            // SAFETY: an array of 64 bytes.
            let codes = unsafe { _mm512_loadu_si512(weights.codes[g].as_ptr().cast()) };
            for r in 0..N {
                dots[r] = _mm512_dpbusd_epi32(dots[r], _mm512_set1_epi32(x[r].codes[g]), codes);
            }
        }
        // SAFETY: arrays of sixteen floats.
        let (scales, lows) = unsafe {
            (_mm512_loadu_ps(weights.scales.as_ptr()), _mm512_loadu_ps(weights.sums.as_ptr()))
        };
        for r in 0..N {
            let scales = _mm512_mul_ps(scales, _mm512_set1_ps(x[r].scale));
            sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots[r]), scales, sums[r]);
            sums[r] = _mm512_fmadd_ps(lows, _mm512_set1_ps(x[r].low), sums[r]);
        }
    }
    let mut out = [[0.0; TILE]; N];
    for r in 0..N {
        // SAFETY: an array of sixteen floats.
        unsafe { _mm512_storeu_ps(out[r].as_mut_ptr(), sums[r]) };
    }
    out
}

/// A layer of an encoder by AVX2 and FMA; see [`dense`].
pub(super) fn dense_avx2<const N: usize>(
    weights: &[dense::Blocks],
    x: &[[dense::Block; N]],
) -> [[f32; TILE]; N] {
    assert!(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
    let mut out = [[0.0; TILE]; N];
    for (panel, out) in out.chunks_mut(DENSE_ROWS).enumerate() {
        // SAFETY: the machine has what the function is compiled for.
        let sums = unsafe {
            if N >= DENSE_ROWS {
                dense_avx2_rows(weights, x.iter().map(|x| &x.as_chunks().0[panel]))
            } else {
                // Fewer: the first once more, and its answer left out.
                let filled = |x: &[dense::Block; N]| from_fn(|r| x[if r < N { r } else { 0 }]);
                dense_avx2_rows(weights, x.iter().map(filled))
            }
        };
        out.copy_from_slice(&sums[..out.len()]);
    }
    out
}

/// Rows that are worked on at once: as many as there are registers for.
const DENSE_ROWS: usize = 4;

/// Takes the codes of a row and the weights of a group, and puts their products into the row's sums.
macro_rules! first_products {
    ($row:literal, $group:literal) => {
        concat!(
            "vpbroadcastd {x}, dword ptr [{rows} + ",
            $row,
            " * {row} + 4 * ",
            $group,
            "]\n",
            "vpmaddubsw {s",
            $row,
            "0}, {x}, {w0}\n",
            "vpmaddubsw {s",
            $row,
            "1}, {x}, {w1}\n",
        )
    };
}

/// The same, and adds.
macro_rules! more_products {
    ($row:literal, $group:literal) => {
        concat!(
            "vpbroadcastd {x}, dword ptr [{rows} + ",
            $row,
            " * {row} + 4 * ",
            $group,
            "]\n",
            "vpmaddubsw {p}, {x}, {w0}\n",
            "vpmaddubsw {x}, {x}, {w1}\n",
            "vpaddw {s",
            $row,
            "0}, {s",
            $row,
            "0}, {p}\n",
            "vpaddw {s",
            $row,
            "1}, {s",
            $row,
            "1}, {x}\n",
        )
    };
}

/// Takes the weights of a group.
macro_rules! weights {
    ($group:literal) => {
        concat!(
            "vmovdqu {w0}, ymmword ptr [{w} + 64 * ",
            $group,
            "]\n",
            "vmovdqu {w1}, ymmword ptr [{w} + 64 * ",
            $group,
            " + 32]\n",
        )
    };
}

/// All rows against a group after the first.
macro_rules! more_rows {
    ($group:literal) => {
        concat!(
            weights!($group),
            more_products!("0", $group),
            more_products!("1", $group),
            more_products!("2", $group),
            more_products!("3", $group),
        )
    };
}

/// Sums of 16 bits of a chain, which begins with the group `first` of each row; two registers a row. In the processor's own words, because the compiler
/// takes the loads of a whole block first and then has no registers left for sums, which made a third
/// more instructions.
#[target_feature(enable = "avx2")]
#[inline]
fn chain(
    weights: &[[i8; TILE * GROUP]; CHAIN],
    x: &[dense::Block; DENSE_ROWS],
    first: usize,
) -> [[__m256i; 2]; DENSE_ROWS] {
    let (s00, s01, s10, s11, s20, s21, s30, s31);
    assert!(first + CHAIN <= GROUPS);
    // SAFETY: reads the weights that are given from the first byte to the last, and of each of the rows that
    // are given four codes from `first` on, all of which it has; writes registers alone.
    unsafe {
        asm!(
            weights!("0"),
            first_products!("0", "0"),
            first_products!("1", "0"),
            first_products!("2", "0"),
            first_products!("3", "0"),
            more_rows!("1"),
            more_rows!("2"),
            more_rows!("3"),
            w = in(reg) weights.as_ptr(),
            // A row begins with its codes.
            rows = in(reg) x.as_ptr().cast::<i32>().add(first),
            row = const size_of::<dense::Block>(),
            w0 = out(ymm_reg) _,
            w1 = out(ymm_reg) _,
            x = out(ymm_reg) _,
            p = out(ymm_reg) _,
            s00 = out(ymm_reg) s00,
            s01 = out(ymm_reg) s01,
            s10 = out(ymm_reg) s10,
            s11 = out(ymm_reg) s11,
            s20 = out(ymm_reg) s20,
            s21 = out(ymm_reg) s21,
            s30 = out(ymm_reg) s30,
            s31 = out(ymm_reg) s31,
            options(pure, readonly, nostack, preserves_flags),
        );
    }
    [[s00, s01], [s10, s11], [s20, s21], [s30, s31]]
}

const _: () = assert!(CHAIN == 4 && DENSE_ROWS == 4, "written out above");

#[target_feature(enable = "avx2,fma")]
#[inline]
fn dense_avx2_rows(
    weights: &[dense::Blocks],
    x: impl Iterator<Item = impl Borrow<[dense::Block; DENSE_ROWS]>>,
) -> [[f32; TILE]; DENSE_ROWS] {
    let ones = _mm256_set1_epi16(1);
    let mut sums = [[_mm256_setzero_ps(); 2]; DENSE_ROWS];
    for (weights, x) in weights.iter().zip(x) {
        let x = x.borrow();
        let mut dots = [[_mm256_setzero_si256(); 2]; DENSE_ROWS];
        for (c, codes) in weights.codes.as_chunks::<CHAIN>().0.iter().enumerate() {
            let short = chain(codes, x, c * CHAIN);
            for (dots, short) in dots.iter_mut().flatten().zip(short.as_flattened()) {
                *dots = _mm256_add_epi32(*dots, _mm256_madd_epi16(*short, ones));
            }
        }
        for half in 0..2 {
            let lanes = half * 8..half * 8 + 8;
            // SAFETY: the ranges are of eight floats.
            let (scales, lows) = unsafe {
                (
                    _mm256_loadu_ps(weights.scales[lanes.clone()].as_ptr()),
                    _mm256_loadu_ps(weights.sums[lanes].as_ptr()),
                )
            };
            for ((sums, dots), x) in sums.iter_mut().zip(&dots).zip(x) {
                let scales = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
                sums[half] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots[half]), scales, sums[half]);
                sums[half] = _mm256_fmadd_ps(lows, _mm256_set1_ps(x.low), sums[half]);
            }
        }
    }
    let mut out = [[0.0; TILE]; DENSE_ROWS];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
            // SAFETY: an array of eight floats.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
        }
    }
    out
}
