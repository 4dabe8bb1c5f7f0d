//! What happens between two matrix products, on plain slices: each function reads its numbers once,
//! works on the thread that calls it, and is compiled for the widest vectors that the machine turns
//! out to have (`pulp` chooses at run time).
#![expect(
    clippy::inline_always,
    reason = "helpers must be compiled into the closure that pulp dispatches"
)]

mod attention;

use std::array::from_fn;

use pulp::{Arch, NullaryFnOnce};

pub use self::attention::{
    Distances, Scratch, Sequences, attention, attention_into, first_attention_into,
};

/// Numbers per step of the inner loops: one AVX-512 register, two AVX2 or four SSE or NEON ones.
pub const LANES: usize = 16;

/// Defines a structure of what a kernel works on, and how it does. Not a closure: one of more than a few
/// lines is compiled for the machine of the build, and pulp then calls it without its vectors.
macro_rules! dispatched {
    ($name:ident<$life:lifetime> { $($field:ident: $type:ty),* $(,)? } $body:block) => {
        struct $name<$life> {
            $($field: $type,)*
        }

        impl NullaryFnOnce for $name<'_> {
            type Output = ();

            #[inline(always)]
            fn call(self) {
                let Self { $($field),* } = self;
                $body
            }
        }
    };
}

/// Adds `bias` to each row of `x` and applies the exact GELU, x·Φ(x) (Hendrycks & Gimpel 2016).
/// `x` is rows × `bias.len()`.
pub fn gelu(x: &mut [f32], bias: &[f32]) {
    Arch::new().dispatch(BiasGelu { x, bias });
}

dispatched!(BiasGelu<'a> { x: &'a mut [f32], bias: &'a [f32] } {
    for row in x.chunks_exact_mut(bias.len()) {
        for (x, bias) in row.iter_mut().zip(bias) {
            let biased = *x + bias;
            *x = 0.5 * biased * (1.0 + erf(biased * std::f32::consts::FRAC_1_SQRT_2));
        }
    }
});

/// Scale and shift of a layer normalisation (Ba, Kiros & Hinton 2016), each of a row's length.
#[derive(Clone, Copy)]
pub struct Norm<'a> {
    /// Factor per column.
    pub scale: &'a [f32],
    /// Summand per column.
    pub shift: &'a [f32],
    /// Added to the variance.
    pub epsilon: f32,
}

/// Replaces each row of `x` by the normalised sum of it, `bias` and the row of `residual`.
pub fn add_and_norm(x: &mut [f32], residual: &[f32], bias: &[f32], norm: Norm<'_>) {
    Arch::new().dispatch(AddAndNorm { x, residual, bias, norm });
}

dispatched!(AddAndNorm<'a> {
    x: &'a mut [f32],
    residual: &'a [f32],
    bias: &'a [f32],
    norm: Norm<'a>,
} {
    let width = bias.len();
    for (row, residual) in x.chunks_exact_mut(width).zip(residual.chunks_exact(width)) {
        for ((x, residual), bias) in row.iter_mut().zip(residual).zip(bias) {
            *x += residual + bias;
        }
        normalize(row, norm);
    }
});

#[inline(always)]
fn normalize(row: &mut [f32], norm: Norm<'_>) {
    let mean = sum(row, |x| x) / row.len() as f32;
    let variance = sum(row, |x| (x - mean) * (x - mean)) / row.len() as f32;
    let factor = 1.0 / (variance + norm.epsilon).sqrt();
    for ((x, scale), shift) in row.iter_mut().zip(norm.scale).zip(norm.shift) {
        *x = (*x - mean) * factor * scale + shift;
    }
}

/// Divides each row of `x` by the root of its mean square, `epsilon` added to the mean, and multiplies
/// it by `scale`, which has a row's length (Zhang & Sennrich 2019).
pub fn rms_norm_in_place(x: &mut [f32], scale: &[f32], epsilon: f32) {
    Arch::new().dispatch(RmsNorm { x, scale, epsilon });
}

dispatched!(RmsNorm<'a> { x: &'a mut [f32], scale: &'a [f32], epsilon: f32 } {
    for row in x.chunks_exact_mut(scale.len()) {
        let mean = sum(row, |x| x * x) / row.len() as f32;
        let factor = 1.0 / (mean + epsilon).sqrt();
        for (x, scale) in row.iter_mut().zip(scale) {
            *x = *x * factor * scale;
        }
    }
});

/// Normalises each row of `x` where it stands.
pub fn norm_in_place(x: &mut [f32], norm: Norm<'_>) {
    Arch::new().dispatch(NormInPlace { x, norm });
}

dispatched!(NormInPlace<'a> { x: &'a mut [f32], norm: Norm<'a> } {
    for row in x.chunks_exact_mut(norm.scale.len()) {
        normalize(row, norm);
    }
});

/// Adds `y` to `x`, number by number.
pub fn add(x: &mut [f32], y: &[f32]) {
    Arch::new().dispatch(|| x.iter_mut().zip(y).for_each(|(x, y)| *x += y));
}

/// Multiplies each of `up` by x·σ(x) of its `gate`, and puts it there (Shazeer 2020).
pub fn gated_silu(gate: &mut [f32], up: &[f32]) {
    Arch::new().dispatch(GatedSilu { gate, up });
}

dispatched!(GatedSilu<'a> { gate: &'a mut [f32], up: &'a [f32] } {
    for (x, up) in gate.iter_mut().zip(up) {
        *x = *x * sigmoid(*x) * up;
    }
});

/// Multiplies each of `up` by the GELU of its `gate`, as [`gelu_tanh`] has it, and puts it there.
pub fn gated_gelu(gate: &mut [f32], up: &[f32]) {
    gelu_tanh(gate);
    multiply(gate, up);
}

/// The exact GELU of each number, as [`gelu`] has it.
pub fn gelu_plain(x: &mut [f32]) {
    Arch::new().dispatch(Gelu { x });
}

dispatched!(Gelu<'a> { x: &'a mut [f32] } {
    for x in x {
        *x = 0.5 * *x * (1.0 + erf(*x * std::f32::consts::FRAC_1_SQRT_2));
    }
});

/// The larger of each number and 0.
pub fn relu(x: &mut [f32]) {
    Arch::new().dispatch(|| x.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }));
}

/// GELU by the hyperbolic tangent: ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks & Gimpel 2016).
pub fn gelu_tanh(x: &mut [f32]) {
    Arch::new().dispatch(GeluTanh { x });
}

dispatched!(GeluTanh<'a> { x: &'a mut [f32] } {
    /// √(8/π): the tangent is that of half the sigmoid's argument.
    const SLOPE: f32 = 1.595_769;
    for x in x {
        *x *= sigmoid(SLOPE * (*x + 0.044_715 * *x * *x * *x));
    }
});

/// x·σ(x) (Elfwing, Uchibe & Doya 2018).
pub fn silu(x: &mut [f32]) {
    Arch::new().dispatch(Silu { x });
}

dispatched!(Silu<'a> { x: &'a mut [f32] } {
    for x in x {
        *x *= sigmoid(*x);
    }
});

/// Multiplies each number by `factor`.
pub fn scale(x: &mut [f32], factor: f32) {
    #[expect(clippy::float_cmp, reason = "exactly 1 changes nothing, and most networks have it")]
    if factor != 1.0 {
        Arch::new().dispatch(|| x.iter_mut().for_each(|x| *x *= factor));
    }
}

/// Multiplies `x` by `y`, number by number.
pub fn multiply(x: &mut [f32], y: &[f32]) {
    Arch::new().dispatch(|| x.iter_mut().zip(y).for_each(|(x, y)| *x *= y));
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    let small = exp(-x.abs());
    (if x < 0.0 { small } else { 1.0 }) / (1.0 + small)
}

/// Replaces each number of `row` by the logarithm of its share of the softmax; `None` if one is none.
pub fn log_softmax(row: &mut [f32]) -> Option<()> {
    let mut total = 0.0;
    Arch::new().dispatch(LogSoftmax { row, total: &mut total });
    total.is_finite().then_some(())
}

dispatched!(LogSoftmax<'a> { row: &'a mut [f32], total: &'a mut f32 } {
    let highest = highest(row);
    *total = sum(row, |x| exp(x - highest)) + sum(row, |x| x * 0.0);
    let shift = highest + total.ln();
    for x in row {
        *x -= shift;
    }
});

/// For each of `N` rows of `weights`: the rows of `matrix`, each times its weight, added up in order, into
/// a row of `sums`. Rows of `weights` are `many` long, or longer, and count as far as there are rows of
/// `matrix`; `stride`, the length of the others, is whole lanes. The matrix may be of codes, which are made
/// numbers of as they are read.
#[inline(always)]
pub fn combine<const N: usize, T: Copy + Into<f32>>(
    weights: &[f32],
    many: usize,
    matrix: &[T],
    stride: usize,
    sums: &mut [f32],
) {
    for chunk in (0..stride).step_by(LANES) {
        let mut lanes = [[0.0; LANES]; N];
        for (i, row) in matrix.chunks_exact(stride).enumerate() {
            let row: &[T; LANES] = row[chunk..].first_chunk().expect("whole lanes");
            let row: [f32; LANES] = from_fn(|lane| row[lane].into());
            for (n, lanes) in lanes.iter_mut().enumerate() {
                let weight = weights[n * many + i];
                for (lane, x) in lanes.iter_mut().zip(row) {
                    *lane = weight.mul_add(x, *lane);
                }
            }
        }
        for (n, lanes) in lanes.iter().enumerate() {
            sums[n * stride + chunk..][..LANES].copy_from_slice(lanes);
        }
    }
}

/// Replaces `scores` by the shares of their exponentials.
#[inline(always)]
pub fn softmax(scores: &mut [f32]) {
    let highest = highest(scores);
    for score in &mut *scores {
        *score = exp(*score - highest);
    }
    let factor = 1.0 / sum(scores, |x| x);
    for score in scores {
        *score *= factor;
    }
}

/// The highest of `row`, in lanes; −∞ if there is none.
#[inline(always)]
pub fn highest(row: &[f32]) -> f32 {
    let higher = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = higher(x, *lane);
        }
    }
    rest.iter().fold(folded(lanes, higher), |highest, &x| higher(x, highest))
}

/// The highest of `row`, whatever the signs; what is no number does not count.
#[inline(always)]
pub fn magnitude(row: &[f32]) -> f32 {
    let higher = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = higher(x.abs(), *lane);
        }
    }
    let mut highest = folded(lanes, higher);
    for x in rest {
        highest = higher(x.abs(), highest);
    }
    highest
}

/// The lanes by `f`, half by half: a short chain of steps, of which each is a vector. Written out, because the
/// compiler would keep a loop over halves, and the lanes in memory.
#[inline(always)]
pub fn folded(lanes: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> f32 {
    let eight: [f32; 8] = from_fn(|lane| f(lanes[lane], lanes[lane + 8]));
    let four: [f32; 4] = from_fn(|lane| f(eight[lane], eight[lane + 4]));
    let two: [f32; 2] = from_fn(|lane| f(four[lane], four[lane + 2]));
    f(two[0], two[1])
}

/// Sum of `f` over `row`, in lanes: an order that depends on nothing but the row's length.
#[inline(always)]
pub fn sum(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += f(x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += f(x);
    }
    lanes.iter().sum()
}

/// The error function: x times a quotient of polynomials in x², fitted to it on ±4 (least squares with
/// weights that were moved to where it was worst, in f64). Off by at most 2.2e-8 before rounding, a fifth of
/// what `f32` resolves near 1; beyond 4 it is 1 in `f32`. One division and no exponential.
#[inline(always)]
fn erf(x: f32) -> f32 {
    /// Of x¹⁰ … x⁰.
    #[expect(clippy::approx_constant, reason = "fitted, and off 2/√π in the last bits")]
    const OVER: [f32; 6] =
        [1.974_686_6e-6, 2.880_183e-4, 4.003_313e-3, 5.346_649e-2, 0.196_243_42, 1.128_379];
    const UNDER: [f32; 6] =
        [3.747_812_2e-5, 1.216_247_8e-3, 1.544_380_2e-2, 0.116_473_89, 0.507_247_4, 1.0];
    let x = within(x, 4.0);
    let square = x * x;
    let series = |factors: [f32; 6]| {
        let [first, rest @ ..] = factors;
        rest.iter().fold(first, |series, factor| series.mul_add(square, *factor))
    };
    within(x * series(OVER) / series(UNDER), 1.0)
}

/// `x`, but at most as far from 0 as `most`: each bound an instruction, as `f32::clamp` is not.
#[inline(always)]
fn within(x: f32, most: f32) -> f32 {
    let x = if x < most { x } else { most };
    if x > -most { x } else { -most }
}

/// Where the steps between `f32` numbers are 1: adding it rounds to the nearest integer, of two the even one, which is
/// then in the lowest bits, with its sign; taking it away again leaves that.
pub const ROUND: f32 = 12_582_912.0;

/// How numbers are rounded to codes.
pub struct Rounding {
    /// What a code is to be multiplied by.
    pub step: f32,
    /// What a number is to be multiplied by to be rounded.
    pub per_step: f32,
    /// 0; no number if one of the numbers is none or infinite: codes could not tell, so it is added to what they stand for.
    pub doubt: f32,
}

impl Rounding {
    /// Of `x`, to codes from -`top` to `top`.
    #[inline(always)]
    pub fn of(x: &[f32], top: f32) -> Self {
        let step = magnitude(x) / top;
        // Steps of which the inverse is no number are as good as none.
        let (step, per_step) = if step > 1e-30 { (step, 1.0 / step) } else { (0.0, 0.0) };
        Self { step, per_step, doubt: sum(x, |x| x * 0.0) }
    }
}

/// eˣ for x ≤ 0, within 3e-7 of its value: 2ⁿ times the Taylor series on ±½ ln 2. Zero from where
/// `f32` has no normal numbers left.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    /// ln 2 in two parts, the first short enough for n · HIGH to be exact.
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    /// 1/7! … 1/0!
    const TAYLOR: [f32; 8] =
        [1.984_127e-4, 1.388_888_9e-3, 8.333_334e-3, 4.166_666_8e-2, 0.166_666_67, 0.5, 1.0, 1.0];
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * HIGH - n * LOW;
    let series = TAYLOR.iter().fold(0.0, |series, c| series * r + c);
    // The low bits of `shifted` are n; moved up to the exponent they multiply by 2ⁿ.
    f32::from_bits(series.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_that_of_the_standard_library() {
        for step in 0..8_700_u16 {
            let x = -f32::from(step) / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 3e-7, "exp({x}) = {}", exp(x));
        }
        assert!(exp(-1e30) < 2e-38);
    }

    #[test]
    fn gelu_is_the_exact_one() {
        // x·Φ(x) to ten digits; the tanh approximation differs from the fourth.
        let table = [
            (0.0, 0.0),
            (0.5, 0.345_731_230_6),
            (1.0, 0.841_344_746_1),
            (-1.0, -0.158_655_253_9),
            (2.0, 1.954_499_736_1),
            (-3.0, -0.004_049_694_1),
            (9.0, 9.0),
            (-9.0, 0.0),
        ];
        for (x, expected) in table {
            let mut row = [x - 0.25];
            gelu(&mut row, &[0.25]);
            assert!((f64::from(row[0]) - expected).abs() < 1e-6, "gelu({x}) = {}", row[0]);
        }
    }

    #[test]
    fn gated_silu_is_its_definition() {
        let gate: Vec<f32> = (-200..200_i16).map(|i| f32::from(i) / 10.0).collect();
        let mut found = gate.clone();
        gated_silu(&mut found, &vec![2.0; gate.len()]);
        for (found, x) in found.iter().zip(gate.iter().map(|&x| f64::from(x))) {
            let expected = 2.0 * x / (1.0 + (-x).exp());
            assert!((f64::from(*found) - expected).abs() < 1e-6 * expected.abs() + 1e-8, "{x}");
        }
    }

    #[test]
    fn a_row_has_mean_square_one_before_it_is_scaled() {
        let mut x: Vec<f32> = (0..74_u16).map(|i| f32::from(i * i % 23) - 7.0).collect();
        rms_norm_in_place(&mut x, &[3.0; 37], 1e-12);
        for row in x.chunks(37) {
            assert!((row.iter().map(|x| x * x).sum::<f32>() / 37.0 - 9.0).abs() < 1e-4);
        }
    }

    #[test]
    fn a_normalised_row_has_mean_zero_and_variance_one() {
        let mut x: Vec<f32> = (0..37_u16).map(|i| f32::from(i * i % 23)).collect();
        let (ones, zeros) = (vec![1.0; 37], vec![0.0; 37]);
        let norm = Norm { scale: &ones, shift: &zeros, epsilon: 1e-12 };
        add_and_norm(&mut x, &zeros, &zeros, norm);
        assert!(x.iter().sum::<f32>().abs() < 1e-4);
        assert!((x.iter().map(|x| x * x).sum::<f32>() / 37.0 - 1.0).abs() < 1e-5);
    }
}
