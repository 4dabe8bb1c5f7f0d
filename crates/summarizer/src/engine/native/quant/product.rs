//! Matrix times rows, by the best instructions that the machine turns out to have.

use std::ops::Range;

use super::{Activations, Blocks, Matrix, TILE, activation, portable};

/// The instructions of a product. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Plain Rust.
    Portable,
    /// 256-bit vectors of AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit vectors with the 8-bit dot product of AVX-512 VNNI.
    #[cfg(target_arch = "x86_64")]
    Vnni,
}

impl Kernel {
    /// What this machine can run, the fastest last.
    pub fn available() -> Vec<Self> {
        let mut kernels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                kernels.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
                kernels.push(Self::Vnni);
            }
        }
        kernels
    }

    /// The fastest that this machine can run.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Portable)
    }
}

/// The product of each row of `x` with each row of `matrix`: `out` is the rows of `x` ×
/// [`Matrix::rows`]. `kernel` is one of [`Kernel::available`].
///
/// # Panics
/// If the sizes do not fit.
pub fn multiply(kernel: Kernel, matrix: &Matrix, x: &Activations, out: &mut [f32]) {
    assert_eq!(matrix.columns(), x.columns(), "columns");
    assert_eq!(out.len(), x.rows() * matrix.rows(), "room for the answer");
    let width = matrix.rows();
    for (tile, weights) in matrix.tiles().enumerate() {
        let tile = tile * TILE..width.min((tile + 1) * TILE);
        let product = TileProduct { weights, zero: matrix.zero, with_minima: matrix.has_minima };
        for panel in x.panels() {
            let rows = &mut out[panel.first * width..(panel.first + panel.rows) * width];
            match panel.rows {
                8 => product.put(kernel, panel.blocks.as_chunks::<8>().0, rows, &tile),
                4 => product.put(kernel, panel.blocks.as_chunks::<4>().0, rows, &tile),
                2 => product.put(kernel, panel.blocks.as_chunks::<2>().0, rows, &tile),
                _ => product.put(kernel, panel.blocks.as_chunks::<1>().0, rows, &tile),
            }
        }
    }
}

/// Some rows of the answer to one tile: for each row, in the order of its blocks, `fma(dot, scale ·
/// x.scale, sum)` and, where there are minima, `fma(minimum, x.scaled_sum, sum)`.
#[derive(Clone, Copy)]
pub(super) struct TileProduct<'a> {
    /// A tile, block by block.
    pub(super) weights: &'a [Blocks],
    /// As in the matrix.
    pub(super) zero: i32,
    /// As in the matrix.
    pub(super) with_minima: bool,
}

impl TileProduct<'_> {
    /// Writes the answer of a panel of `N` rows to the columns `tile` of `rows`, leaving out what
    /// only fills up the last tile.
    fn put<const N: usize>(
        self,
        kernel: Kernel,
        x: &[[activation::Block; N]],
        rows: &mut [f32],
        tile: &Range<usize>,
    ) {
        let sums = match kernel {
            Kernel::Portable => portable::panel(self, x),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => super::x86::avx2(self, x),
            #[cfg(target_arch = "x86_64")]
            Kernel::Vnni => super::x86::vnni(self, x),
        };
        let width = rows.len() / N;
        for (row, sums) in rows.chunks_exact_mut(width).zip(&sums) {
            row[tile.clone()].copy_from_slice(&sums[..tile.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::random::SplitMix64;

    use super::*;
    use crate::engine::native::{
        gguf::{Kind, Tensor},
        half::narrow,
        quant::dequantize,
    };

    /// Numbers without pattern, from a fixed start.
    fn noise(count: usize) -> Vec<u8> {
        let mut random = SplitMix64::new(42);
        (0..count).map(|_| random.next_u64().to_le_bytes()[5]).collect()
    }

    const KINDS: [(Kind, usize, usize); 5] = [
        (Kind::Q4_0, 18, 1),
        (Kind::Q4_1, 20, 2),
        (Kind::Q5_0, 22, 1),
        (Kind::Q5_1, 24, 2),
        (Kind::Q8_0, 34, 1),
    ];

    /// `rows` × `columns` random codes with harmless scales.
    fn bytes(block: usize, numbers: usize, rows: usize, columns: usize) -> Vec<u8> {
        let mut bytes = noise(rows * columns / 32 * block);
        for (i, block) in bytes.chunks_exact_mut(block).enumerate() {
            for n in 0..numbers {
                let value = narrow((i * 7 % 13 + 1) as f32 * if n == 0 { 0.01 } else { -0.05 });
                block[2 * n..2 * n + 2].copy_from_slice(&value.to_le_bytes());
            }
        }
        bytes
    }

    fn tensor(kind: Kind, bytes: &[u8], rows: usize, columns: usize) -> Tensor<'_> {
        Tensor { name: "w".to_owned(), kind, shape: vec![rows, columns], bytes }
    }

    fn rows(count: usize, columns: usize) -> Vec<f32> {
        noise(count * columns).iter().map(|&b| (f32::from(b) - 100.0) / 64.0).collect()
    }

    #[test]
    fn every_kernel_gives_the_same_bits_in_any_company() {
        let (out, columns, count) = (37, 96, 21);
        for (kind, block, numbers) in KINDS {
            let bytes = bytes(block, numbers, out, columns);
            let matrix = Matrix::pack(&tensor(kind, &bytes, out, columns)).unwrap();
            let x = rows(count, columns);
            let product = |kernel, x: &[f32]| {
                let mut activations = Activations::default();
                activations.load(x, columns);
                let mut answer = vec![0.0; x.len() / columns * out];
                multiply(kernel, &matrix, &activations, &mut answer);
                answer.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            };
            let expected = product(Kernel::Portable, &x);
            for kernel in Kernel::available() {
                assert_eq!(product(kernel, &x), expected, "{kernel:?} {kind:?}");
                let alone: Vec<u32> =
                    x.chunks(columns).flat_map(|row| product(kernel, row)).collect();
                assert_eq!(alone, expected, "{kernel:?} {kind:?}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let mut bytes = bytes(34, 1, 2, 64);
        bytes[34..36].copy_from_slice(&0x7e00_u16.to_le_bytes());
        let error = Matrix::pack(&tensor(Kind::Q8_0, &bytes, 2, 64)).err().unwrap();
        assert!(error.to_string().contains("w holds what is no number"), "{error}");
        let numbers: Vec<u8> = [f32::INFINITY; 64].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert!(Matrix::pack(&tensor(Kind::F32, &numbers, 2, 32)).is_err());
    }

    #[test]
    fn a_product_is_that_of_the_numbers_that_candle_reads() {
        let (out, columns) = (20, 256);
        let k_quants = [(Kind::Q4K, 144), (Kind::Q6K, 210)];
        for (kind, block, numbers) in KINDS {
            check(kind, &bytes(block, numbers, out, columns), out, columns, 1e-6);
        }
        for (kind, block) in k_quants {
            let mut bytes = noise(out * block);
            for block in bytes.chunks_exact_mut(block) {
                let scales = if kind == Kind::Q6K { 208..210 } else { 0..4 };
                for scale in block[scales].chunks_exact_mut(2) {
                    scale.copy_from_slice(&narrow(0.002).to_le_bytes());
                }
            }
            check(kind, &bytes, out, columns, 0.01);
        }
    }

    /// Products and rows against those in f64; `step` is how far a weight may be from what candle
    /// reads, as a share of the largest.
    fn check(kind: Kind, bytes: &[u8], out: usize, columns: usize, step: f64) {
        let tensor = tensor(kind, bytes, out, columns);
        let weights = dequantize(&tensor).unwrap();
        let matrix = Matrix::pack(&tensor).unwrap();
        let largest = f64::from(weights.iter().fold(0.0_f32, |most, w| most.max(w.abs())));
        let mut row = vec![0.0; columns];
        for (index, weights) in weights.chunks(columns).enumerate() {
            matrix.row(index, &mut row);
            for (found, expected) in row.iter().zip(weights) {
                assert!(f64::from(found - expected).abs() <= step * largest, "{kind:?}");
            }
        }
        let x = rows(1, columns);
        let mut activations = Activations::default();
        activations.load(&x, columns);
        let mut answer = vec![0.0; out];
        multiply(Kernel::best(), &matrix, &activations, &mut answer);
        for (found, weights) in answer.iter().zip(weights.chunks(columns)) {
            let dot = |f: fn(f64) -> f64| -> f64 {
                weights.iter().zip(&x).map(|(w, x)| f(f64::from(*w) * f64::from(*x))).sum()
            };
            // Rounding x to 8 bits: half a step of at most 1.6 / 127 for every weight.
            let allowed = dot(f64::abs) * 0.01 + largest * columns as f64 * (0.007 + step);
            assert!((f64::from(*found) - dot(|x| x)).abs() <= allowed * 0.2, "{kind:?} {found}");
        }
    }
}
