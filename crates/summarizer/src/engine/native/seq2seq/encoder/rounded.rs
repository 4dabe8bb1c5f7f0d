//! Self-attention in 8 bits, for texts that are long: of an article of 800 tokens, the products of attention are a tenth
//! of all that an encoder multiplies, and in `f32` each takes four times as long as those of codes do.
//!
//! Keys and values become matrices as layers have them, a head at a time, and queries and shares of attention are
//! rounded as what goes into layers is. All products are exact sums of integers; see `quant::dense`.

#![expect(clippy::inline_always, reason = "must be compiled into what pulp dispatches")]

use pulp::{Arch, NullaryFnOnce};

use crate::engine::native::{
    kernels::{LANES, softmax},
    quant::{
        Kernel,
        dense::{Codes, Dense, multiply},
    },
};

/// Queries that are worked on together: their scores stay near the processor.
const QUERIES: usize = 64;

/// A head of a text, and room that is used again.
#[derive(Default)]
pub struct Rounded {
    /// A row a token, times the scale.
    queries: Vec<f32>,
    keys: Vec<f32>,
    /// A row a number, with as many numbers as there are tokens.
    values: Vec<f32>,
    key_codes: Dense,
    value_codes: Dense,
    codes: Codes,
    scores: Vec<f32>,
    sums: Vec<f32>,
}

impl Rounded {
    /// What `heads` make of a text. `projected` is tokens × 3·width: queries, keys and values side by side, `bias`
    /// (3·width) not yet added; `context` becomes tokens × width.
    pub fn attend(&mut self, projected: &[f32], bias: &[f32], heads: usize, context: &mut [f32]) {
        let (kernel, width) = (Kernel::best(), bias.len() / 3);
        let (tokens, size) = (projected.len() / bias.len(), width / heads);
        if tokens == 0 {
            return;
        }
        for head in 0..heads {
            Arch::new().dispatch(Gather { projected, bias, head, size, into: self });
            self.key_codes.refill(&self.keys, size);
            self.value_codes.refill(&self.values, tokens);
            let parts = self.queries.chunks(QUERIES * size);
            for (queries, context) in parts.zip(context.chunks_mut(QUERIES * width)) {
                let count = queries.len() / size;
                self.codes.load(queries, size);
                self.scores.resize(count * tokens, 0.0);
                multiply(kernel, &self.key_codes, &self.codes, &mut self.scores);
                Arch::new().dispatch(Shares { scores: &mut self.scores, tokens });
                self.codes.load(&self.scores, tokens);
                self.sums.resize(count * size, 0.0);
                multiply(kernel, &self.value_codes, &self.codes, &mut self.sums);
                let rows = self.sums.chunks_exact(size).zip(context.chunks_exact_mut(width));
                for (sums, row) in rows {
                    row[head * size..(head + 1) * size].copy_from_slice(sums);
                }
            }
        }
    }
}

/// Takes a head out of what was projected. Not a closure: pulp dispatches a large one without its vectors.
struct Gather<'a> {
    projected: &'a [f32],
    bias: &'a [f32],
    head: usize,
    size: usize,
    into: &'a mut Rounded,
}

impl NullaryFnOnce for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { projected, bias, head, size, into } = self;
        let (tokens, width) = (projected.len() / bias.len(), bias.len() / 3);
        let scale = 1.0 / (size as f32).sqrt();
        let places =
            [0, 1, 2].map(|part| part * width + head * size..part * width + (head + 1) * size);
        let Rounded { queries, keys, values, .. } = into;
        for part in [&mut *queries, keys, values] {
            part.resize(tokens * size, 0.0);
        }
        let own = queries.chunks_exact_mut(size).zip(keys.chunks_exact_mut(size));
        for (row, (query, key)) in projected.chunks_exact(bias.len()).zip(own) {
            let part =
                |part: usize| row[places[part].clone()].iter().zip(&bias[places[part].clone()]);
            query.iter_mut().zip(part(0)).for_each(|(out, (x, bias))| *out = (x + bias) * scale);
            key.iter_mut().zip(part(1)).for_each(|(out, (x, bias))| *out = x + bias);
        }
        // Some tokens of every number at a time: whole lines of memory are read and written.
        for start in (0..tokens).step_by(LANES) {
            for (i, values) in values.chunks_exact_mut(tokens).enumerate() {
                let at = places[2].start + i;
                for (token, value) in values.iter_mut().enumerate().skip(start).take(LANES) {
                    *value = projected[token * bias.len() + at] + bias[at];
                }
            }
        }
    }
}

/// Makes shares of scores, row by row.
struct Shares<'a> {
    scores: &'a mut [f32],
    tokens: usize,
}

impl NullaryFnOnce for Shares<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        // A loop: what is handed to an iterator may be compiled without the vectors.
        for scores in self.scores.chunks_exact_mut(self.tokens) {
            softmax(scores);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::native::kernels::{Sequences, attention};

    fn noise(i: usize) -> f32 {
        (i * 7_919 % 1_009) as f32 / 500.0 - 1.0
    }

    #[test]
    fn it_is_near_attention_in_f32_and_has_no_memory() {
        let mut own = Rounded::default();
        for (heads, size, tokens) in [(2, 64, 150), (3, 20, 37), (3, 20, 1), (2, 64, 150)] {
            let width = heads * size;
            let projected: Vec<f32> = (0..tokens * 3 * width).map(|i| noise(i + tokens)).collect();
            let bias: Vec<f32> = (0..3 * width).map(|i| noise(i + 31)).collect();
            let sequences = Sequences { lengths: &[tokens], heads, distances: None, scaled: true };
            let expected = attention(&projected, &bias, sequences);
            let (mut found, mut anew) = (vec![0.0; tokens * width], vec![0.0; tokens * width]);
            own.attend(&projected, &bias, heads, &mut found);
            Rounded::default().attend(&projected, &bias, heads, &mut anew);
            assert_eq!(found, anew);
            let error: f32 = expected.iter().zip(&found).map(|(a, b)| (a - b).powi(2)).sum();
            let length: f32 = expected.iter().map(|x| x * x).sum();
            let share = (error / length).sqrt();
            // A single value is a highest code.
            assert!(
                (share > 0.0 || tokens == 1) && share < 0.015,
                "{heads} × {size}, {tokens}: {share}"
            );
        }
    }

    #[test]
    fn a_value_that_is_no_number_is_not_lost() {
        let (heads, size, tokens) = (2, 16, 20);
        let width = heads * size;
        let mut projected: Vec<f32> = (0..tokens * 3 * width).map(noise).collect();
        projected[7 * 3 * width + 2 * width + 3] = f32::NAN;
        let mut found = vec![0.0; tokens * width];
        Rounded::default().attend(&projected, &vec![0.0; 3 * width], heads, &mut found);
        for row in found.chunks_exact(width) {
            for (i, x) in row.iter().enumerate() {
                assert_eq!(x.is_nan(), i == 3, "{i}");
            }
        }
    }
}
