//! Self-attention of encoders, over sequences that stand one after another without padding.

use std::array::from_fn;

use pulp::{Arch, NullaryFnOnce};

use super::{LANES, exp, folded, highest};

/// Sequences that stand one after another, and the heads that attend to them.
#[derive(Clone, Copy)]
pub struct Sequences<'a> {
    /// Tokens per sequence.
    pub lengths: &'a [usize],
    /// Heads.
    pub heads: usize,
    /// What the distance of two tokens adds to a score, in networks that know places by that.
    pub distances: Option<Distances<'a>>,
    /// Whether scores are divided by √size before that, as all but T5's are.
    pub scaled: bool,
}

/// What a head adds to the score of a key by its distance from the query (Raffel et al. 2020).
#[derive(Clone, Copy)]
pub struct Distances<'a> {
    /// Heads × (2·`reach` − 1): from as far before the query as there is to as far behind.
    pub table: &'a [f32],
    /// The length of the longest sequence that it is for.
    pub reach: usize,
}

impl<'a> Distances<'a> {
    /// Those of the keys of a sequence of `length` for its token `query`, to `head`.
    pub fn row(&self, head: usize, query: usize, length: usize) -> &'a [f32] {
        let own = &self.table[head * (2 * self.reach - 1)..];
        &own[self.reach - 1 - query..][..length]
    }
}

/// Self-attention of sequences that stand one after another without padding (Vaswani et al. 2017).
///
/// `projected` is tokens × 3·`width`: queries, keys and values side by side, `bias` (3·`width`) not
/// yet added. `context` becomes tokens × `width`. A token attends to the tokens of its own sequence only.
pub fn attention_into(
    projected: &[f32],
    bias: &[f32],
    sequences: Sequences<'_>,
    context: &mut [f32],
    scratch: &mut Scratch,
) {
    let first_only = false;
    Arch::new().dispatch(Attend { projected, bias, sequences, context, scratch, first_only });
}

/// The same for the first token of each sequence alone: `context` becomes sequences × `width`. A sequence without
/// tokens has a row all the same, so that those after it keep their places: of what is no number.
pub fn first_attention_into(
    projected: &[f32],
    bias: &[f32],
    sequences: Sequences<'_>,
    context: &mut [f32],
    scratch: &mut Scratch,
) {
    let first_only = true;
    Arch::new().dispatch(Attend { projected, bias, sequences, context, scratch, first_only });
}

/// The same with room of its own.
pub fn attention(projected: &[f32], bias: &[f32], sequences: Sequences<'_>) -> Vec<f32> {
    let mut context = vec![0.0; projected.len() / 3];
    attention_into(projected, bias, sequences, &mut context, &mut Scratch::default());
    context
}

/// What attention works on. Not a closure, as in [`super`].
struct Attend<'a> {
    projected: &'a [f32],
    bias: &'a [f32],
    sequences: Sequences<'a>,
    context: &'a mut [f32],
    scratch: &'a mut Scratch,
    first_only: bool,
}

impl NullaryFnOnce for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { projected, bias, sequences, context, scratch, first_only } = self;
        let (Sequences { lengths, heads, distances, scaled }, width) = (sequences, bias.len() / 3);
        let scale = if scaled { 1.0 / (width as f32 / heads as f32).sqrt() } else { 1.0 };
        let (mut projected, mut context) = (projected, context);
        for &length in lengths {
            let queries = if first_only { 1 } else { length };
            let (sequence, others) = projected.split_at(length * 3 * width);
            let (attended, rest) = context.split_at_mut(queries * width);
            (projected, context) = (others, rest);
            if length == 0 {
                attended.fill(f32::NAN);
                continue;
            }
            for head in 0..heads {
                scratch.load(sequence, bias, head, width / heads, scale);
                scratch.attend(attended, head, width, distances);
            }
        }
    }
}

/// Queries that are worked on side by side: their sums do not wait for one another.
const QUERIES: usize = 6;

/// As many numbers side by side.
type Lanes = [f32; LANES];

/// Queries, keys and values of one head of one sequence, laid out for [`combine`]: length and size are filled up
/// to whole lanes, so that no loop has an end of its own.
#[derive(Default)]
pub struct Scratch {
    /// A row of size a token, times the scale.
    queries: Vec<Lanes>,
    /// For each [`LANES`] tokens: the first number of each key, then the second.
    keys: Vec<Lanes>,
    /// For each [`LANES`] numbers of a value: those of the first token, then those of the second.
    values: Vec<Lanes>,
    /// Of [`QUERIES`] queries, a row of length each.
    scores: Vec<Lanes>,
    /// Of [`QUERIES`] queries, a row of size each.
    output: Vec<Lanes>,
    /// Tokens, and numbers a token and head.
    shape: Shape,
}

/// Length and size, and how many lanes they are.
#[derive(Clone, Copy, Default)]
struct Shape {
    length: usize,
    size: usize,
    long: usize,
    wide: usize,
}

impl Scratch {
    /// Makes room, and what fills up lanes 0 where it would count.
    fn resize(&mut self, length: usize, size: usize) {
        let (long, wide) = (length.div_ceil(LANES), size.div_ceil(LANES));
        let zero = [0.0; LANES];
        self.queries.resize(length * wide, zero);
        self.keys.resize(long * wide * LANES, zero);
        self.values.resize(wide * long * LANES, zero);
        self.scores.resize(QUERIES * long, zero);
        self.output.resize(QUERIES * wide, zero);
        if !size.is_multiple_of(LANES) {
            self.queries.fill(zero);
            self.keys.fill(zero);
        }
        for values in self.values.chunks_exact_mut(long * LANES) {
            values[length..].fill(zero);
        }
        self.shape = Shape { length, size, long, wide };
    }

    #[inline(always)]
    fn load(&mut self, sequence: &[f32], bias: &[f32], head: usize, size: usize, scale: f32) {
        let width = bias.len() / 3;
        self.resize(sequence.len() / bias.len(), size);
        let Shape { long, wide, .. } = self.shape;
        let bias_of = |part: usize| &bias[part * width + head * size..][..size];
        let biases = [bias_of(0), bias_of(1), bias_of(2)];
        for (token, row) in sequence.chunks_exact(bias.len()).enumerate() {
            let part = |part: usize| {
                let numbers = row[part * width + head * size..][..size].iter();
                numbers.zip(biases[part]).map(|(x, bias)| x + bias)
            };
            let queries = &mut self.queries[token * wide..(token + 1) * wide];
            let queries = queries.as_flattened_mut().iter_mut();
            queries.zip(part(0)).for_each(|(query, x)| *query = x * scale);
            let (tile, lane) = (token / LANES, token % LANES);
            let keys = &mut self.keys.as_flattened_mut()[tile * wide * LANES * LANES + lane..];
            for (i, x) in part(1).enumerate() {
                // By index: a loop that could not end early would be made one of scattered stores, which are slow.
                keys[i * LANES] = x;
            }
            let numbers = row[2 * width + head * size..][..size].chunks(LANES);
            for ((tile, x), bias) in numbers.enumerate().zip(biases[2].chunks(LANES)) {
                let value = self.values[tile * long * LANES + token].iter_mut();
                value.zip(x.iter().zip(bias)).for_each(|(value, (x, bias))| *value = x + bias);
            }
        }
    }

    /// The context of as many queries as there are rows in `attended`.
    #[inline(always)]
    fn attend(
        &mut self,
        attended: &mut [f32],
        head: usize,
        width: usize,
        distances: Option<Distances<'_>>,
    ) {
        let (queries, mut done) = (attended.len() / width, 0);
        while done < queries {
            let rows = &mut attended[done * width..];
            done += match queries - done {
                QUERIES.. => self.attend_some::<QUERIES>(done, rows, head, width, distances),
                4.. => self.attend_some::<4>(done, rows, head, width, distances),
                2.. => self.attend_some::<2>(done, rows, head, width, distances),
                _ => self.attend_some::<1>(done, rows, head, width, distances),
            };
        }
    }

    /// The context of the `N` queries from `first` on, into the rows from there on; gives `N`.
    #[inline(always)]
    fn attend_some<const N: usize>(
        &mut self,
        first: usize,
        attended: &mut [f32],
        head: usize,
        width: usize,
        distances: Option<Distances<'_>>,
    ) -> usize {
        let Shape { length, size, long, wide } = self.shape;
        let queries = &self.queries[first * wide..(first + N) * wide];
        combine::<N>(queries, wide, &self.keys, &mut self.scores[..N * long]);
        let mut factors = [0.0; N];
        let rows = self.scores.chunks_exact_mut(long).zip(&mut factors);
        for (query, (row, factor)) in rows.enumerate() {
            let scores = row.as_flattened_mut();
            if let Some(distances) = distances {
                let more = distances.row(head, first + query, length);
                scores.iter_mut().zip(more).for_each(|(score, more)| *score += more);
            }
            // Shares of what fills up are too small to change a sum of which one is 1.
            scores[length..].fill(f32::NEG_INFINITY);
            *factor = 1.0 / exponentials(row);
        }
        combine::<N>(&self.scores[..N * long], long, &self.values, &mut self.output[..N * wide]);
        let rows = attended.chunks_exact_mut(width).zip(self.output.chunks_exact(wide));
        for ((row, output), factor) in rows.zip(factors) {
            let row = row[head * size..(head + 1) * size].iter_mut();
            row.zip(output.as_flattened()).for_each(|(x, output)| *x = output * factor);
        }
        N
    }
}

/// Replaces `scores` by the exponentials of what they are less than the highest; gives the sum of these.
#[inline(always)]
fn exponentials(scores: &mut [Lanes]) -> f32 {
    let highest = highest(scores.as_flattened());
    let mut lanes = [0.0; LANES];
    for chunk in scores {
        for (lane, score) in lanes.iter_mut().zip(chunk) {
            *score = exp(*score - highest);
            *lane += *score;
        }
    }
    folded(lanes, |a, b| a + b)
}

/// For each of `N` rows of `weights`, `many` lanes each: the rows of `matrix`, each times its weight, added up in
/// order, into a row of `sums`. The matrix is as many tiles as a row of `sums` has lanes: its first [`LANES`]
/// columns row by row, then the next.
#[inline(always)]
fn combine<const N: usize>(weights: &[Lanes], many: usize, matrix: &[Lanes], sums: &mut [Lanes]) {
    let stride = sums.len() / N;
    let weights: [&[Lanes]; N] = from_fn(|n| &weights[n * many..(n + 1) * many]);
    for (index, tile) in matrix.chunks_exact(many * LANES).enumerate() {
        let mut lanes = [[0.0; LANES]; N];
        for (block, rows) in tile.as_chunks::<LANES>().0.iter().enumerate() {
            let weights: [&Lanes; N] = from_fn(|n| &weights[n][block]);
            for (i, row) in rows.iter().enumerate() {
                for (weights, lanes) in weights.iter().zip(&mut lanes) {
                    for (lane, x) in lanes.iter_mut().zip(row) {
                        *lane = weights[i].mul_add(*x, *lane);
                    }
                }
            }
        }
        for (n, lanes) in lanes.iter().enumerate() {
            sums[n * stride + index] = *lanes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out from the definition, in f64, one head after the other.
    fn attention_by_definition(qkv: &[f32], bias: &[f32], heads: usize) -> Vec<f64> {
        let (row, width) = (bias.len(), bias.len() / 3);
        let size = width / heads;
        let at = |token: usize, part: usize, i: usize| {
            f64::from(qkv[token * row + part * width + i] + bias[part * width + i])
        };
        let length = qkv.len() / row;
        let mut out = vec![0.0; length * width];
        for (i, out) in out.iter_mut().enumerate() {
            let (token, column) = (i / width, i % width);
            let head = column / size * size..(column / size + 1) * size;
            let weight = |other: usize| {
                let dot: f64 = head.clone().map(|c| at(token, 0, c) * at(other, 1, c)).sum();
                (dot / (size as f64).sqrt()).exp()
            };
            let total: f64 = (0..length).map(weight).sum();
            *out = (0..length).map(|o| weight(o) / total * at(o, 2, column)).sum();
        }
        out
    }

    #[test]
    fn attention_is_its_definition_and_stays_in_its_sequence() {
        let (width, heads, lengths) = (12, 2, [3, 19, 1]);
        let tokens: usize = lengths.iter().sum();
        let noise = |i: usize| ((i * 7_919 % 1_009) as f32 / 500.0) - 1.0;
        let qkv: Vec<f32> = (0..tokens * 3 * width).map(noise).collect();
        let bias: Vec<f32> = (0..3 * width).map(|i| noise(i + 31)).collect();
        let found = attention(
            &qkv,
            &bias,
            Sequences { lengths: &lengths, heads, distances: None, scaled: true },
        );
        let mut start = 0;
        for length in lengths {
            let part = &qkv[start * 3 * width..(start + length) * 3 * width];
            let expected = attention_by_definition(part, &bias, heads);
            for (found, expected) in found[start * width..].iter().zip(expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} {expected}");
            }
            start += length;
        }
    }

    #[test]
    fn a_sequence_without_tokens_takes_nothing_from_its_neighbours() {
        let (width, heads) = (32, 2);
        let noise = |i: usize| ((i * 7_919 % 1_009) as f32 / 500.0) - 1.0;
        let qkv: Vec<f32> = (0..5 * 3 * width).map(noise).collect();
        let bias: Vec<f32> = (0..3 * width).map(|i| noise(i + 31)).collect();
        let of = |lengths, qkv: &[f32], first_only: bool| {
            let sequences = Sequences { lengths, heads, distances: None, scaled: true };
            if !first_only {
                return attention(qkv, &bias, sequences);
            }
            let mut firsts = vec![0.0; lengths.len() * width];
            first_attention_into(qkv, &bias, sequences, &mut firsts, &mut Scratch::default());
            firsts
        };
        assert_eq!(of(&[3, 0, 2], &qkv, false), of(&[3, 2], &qkv, false));
        assert!(of(&[0], &[], false).is_empty());
        let (three, two) = (of(&[3, 0, 2], &qkv, true), of(&[3, 2], &qkv, true));
        assert_eq!([&three[..width], &three[2 * width..]], [&two[..width], &two[width..]]);
        assert!(three[width..2 * width].iter().all(|x| x.is_nan()));
        assert!(of(&[0], &[], true).iter().all(|x| x.is_nan()));
    }

    #[test]
    fn the_first_tokens_alone_get_the_very_numbers_they_get_among_all() {
        let (width, heads, lengths) = (32, 2, [3, 19, 1]);
        let noise = |i: usize| ((i * 7_919 % 1_009) as f32 / 500.0) - 1.0;
        let qkv: Vec<f32> = (0..23 * 3 * width).map(noise).collect();
        let bias: Vec<f32> = (0..3 * width).map(|i| noise(i + 31)).collect();
        let sequences = Sequences { lengths: &lengths, heads, distances: None, scaled: true };
        let all = attention(&qkv, &bias, sequences);
        let mut firsts = vec![0.0; lengths.len() * width];
        first_attention_into(&qkv, &bias, sequences, &mut firsts, &mut Scratch::default());
        for (first, start) in firsts.chunks(width).zip([0, 3, 22]) {
            assert_eq!(first, &all[start * width..(start + 1) * width]);
        }
    }
}
