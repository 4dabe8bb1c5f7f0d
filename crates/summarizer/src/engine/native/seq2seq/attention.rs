//! Attention of a decoder, whose queries are the newest tokens of an article's beams: to the article
//! ([`Article`]), of which all beams see the same keys, and to the tokens before ([`Past`]), of which beams
//! share those that they have in common.
//!
//! A beam's answer depends on its own query only, however many are worked on together.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use std::array::from_fn;

use pulp::{Arch, NullaryFnOnce};
use standfirst_core::card::Precision;

use crate::engine::native::kernels::{LANES, ROUND, Rounding, combine, folded, softmax};

/// Beams that are worked on together.
const TOGETHER: usize = 4;

/// Heads and their size.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    pub count: usize,
    /// Numbers of a head.
    pub size: usize,
    /// What the products of queries and keys are multiplied by.
    pub scale: f32,
}

impl Heads {
    /// Numbers of all heads.
    pub fn width(&self) -> usize {
        self.count * self.size
    }

    /// Numbers of a head, filled up to whole lanes.
    fn stride(&self) -> usize {
        self.size.next_multiple_of(LANES)
    }
}

/// Keys and values of an article in a layer.
pub struct Article {
    length: usize,
    heads: Heads,
    kept: Kept,
}

/// Every step of an answer reads all of them for every article, which is bound by memory.
enum Kept {
    Full(Laid<f32>),
    /// In 8 bits, a quarter of the memory.
    Int8(Laid<i8>),
}

/// Keys and values, laid out to be read from one end to the other.
struct Laid<T> {
    /// Head by head, [`LANES`] tokens by as many: the first number of each key, then the second.
    keys: Vec<T>,
    /// Head by head, token by token, filled up to whole lanes.
    values: Vec<T>,
    /// What the codes of each key are to be multiplied by, head by head, filled up to whole lanes; nothing where
    /// there are no codes.
    key_steps: Vec<f32>,
    /// The same of the values.
    value_steps: Vec<f32>,
}

/// Highest code of a number, with either sign.
const TOP: f32 = 127.0;

/// Keys and values of what an article's beams have written, in a layer.
#[derive(Default)]
pub struct Past {
    /// Row by row, all heads of it.
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// Room that is used again.
#[derive(Default)]
pub struct Scratch {
    queries: Vec<f32>,
    scores: Vec<f32>,
    sums: Vec<f32>,
}

impl<T: Copy + Default + Into<f32>> Laid<T> {
    /// Room for so many tokens.
    fn new(length: usize, heads: Heads, has_steps: bool) -> Self {
        let (padded, stride) = (length.next_multiple_of(LANES), heads.stride());
        let steps = vec![0.0; if has_steps { heads.count * padded } else { 0 }];
        Self {
            keys: vec![T::default(); heads.count * padded * heads.size],
            values: vec![T::default(); heads.count * length * stride],
            key_steps: steps.clone(),
            value_steps: steps,
        }
    }

    /// `N` queries, the rows of `queries`.
    #[inline(always)]
    fn some<const N: usize>(
        &self,
        (length, heads): (usize, Heads),
        queries: &[f32],
        scratch: &mut Scratch,
        out: &mut [f32],
    ) {
        let Heads { count, size, scale } = heads;
        let (padded, stride, width) =
            (length.next_multiple_of(LANES), heads.stride(), heads.width());
        let Scratch { queries: own, scores, sums } = scratch;
        own.resize(N * size, 0.0);
        scores.resize(N * padded, 0.0);
        sums.resize(N * stride, 0.0);
        for head in 0..count {
            for (n, own) in own.chunks_exact_mut(size).enumerate() {
                let query = &queries[n * width + head * size..][..size];
                own.iter_mut().zip(query).for_each(|(own, x)| *own = x * scale);
            }
            let keys = &self.keys[head * padded * size..(head + 1) * padded * size];
            for (tile, keys) in keys.chunks_exact(size * LANES).enumerate() {
                let mut found = [[0.0; LANES]; N];
                combine::<N, T>(own, size, keys, LANES, found.as_flattened_mut());
                for (n, found) in found.iter().enumerate() {
                    scores[n * padded + tile * LANES..][..LANES].copy_from_slice(found);
                }
            }
            let steps = head * padded..(head + 1) * padded;
            let (key_steps, value_steps) =
                (self.key_steps.get(steps.clone()), self.value_steps.get(steps));
            for scores in scores.chunks_exact_mut(padded) {
                scale_by(scores, key_steps);
                softmax(&mut scores[..length]);
                scale_by(scores, value_steps);
            }
            let values = &self.values[head * length * stride..(head + 1) * length * stride];
            combine::<N, T>(scores, padded, values, stride, sums);
            for (n, sums) in sums.chunks_exact(stride).enumerate() {
                out[n * width + head * size..][..size].copy_from_slice(&sums[..size]);
            }
        }
    }
}

/// Multiplies each of `x` by its step, where there are steps.
#[inline(always)]
fn scale_by(x: &mut [f32], steps: Option<&[f32]>) {
    if let Some(steps) = steps {
        x.iter_mut().zip(steps).for_each(|(x, step)| *x *= step);
    }
}

/// Rounds the numbers of `x` to `codes`; gives what they are to be multiplied by, which is no number if one of them is
/// none.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "only the lowest bits are codes")]
fn round(x: &[f32], codes: &mut [i8]) -> f32 {
    let Rounding { step, per_step, doubt } = Rounding::of(x, TOP);
    for (code, x) in codes.iter_mut().zip(x) {
        *code = (x * per_step + ROUND).to_bits() as i8;
    }
    step + doubt
}

impl Article {
    /// From `projected`, a row a token: the keys of all heads, then their values; `bias` is added to them.
    pub fn new(projected: &[f32], bias: &[f32], heads: Heads, precision: Precision) -> Self {
        let length = projected.len() / (2 * heads.width());
        let mut kept = match precision {
            Precision::F32 => Kept::Full(Laid::new(length, heads, false)),
            Precision::Int8 => Kept::Int8(Laid::new(length, heads, true)),
        };
        Arch::new().dispatch(LayOut { projected, bias, heads, kept: &mut kept });
        Self { length, heads, kept }
    }

    /// Bytes that one takes for an article of so many tokens.
    pub fn bytes(length: usize, heads: Heads, precision: Precision) -> usize {
        let numbers = heads.count * heads.stride();
        let of_token = match precision {
            Precision::F32 => numbers * size_of::<f32>(),
            Precision::Int8 => numbers * size_of::<i8>() + heads.count * size_of::<f32>(),
        };
        2 * length.next_multiple_of(LANES) * of_token
    }

    /// Answers the rows of `queries`, shaped like them.
    pub fn attend(&self, queries: &[f32], scratch: &mut Scratch, out: &mut [f32]) {
        Arch::new().dispatch(ToArticle { article: self, queries, scratch, out });
    }

    /// `N` queries, the rows of `queries`.
    #[inline(always)]
    fn some<const N: usize>(&self, queries: &[f32], scratch: &mut Scratch, out: &mut [f32]) {
        let shape = (self.length, self.heads);
        match &self.kept {
            Kept::Full(laid) => laid.some::<N>(shape, queries, scratch, out),
            Kept::Int8(laid) => laid.some::<N>(shape, queries, scratch, out),
        }
    }
}

struct LayOut<'a> {
    projected: &'a [f32],
    bias: &'a [f32],
    heads: Heads,
    kept: &'a mut Kept,
}

impl NullaryFnOnce for LayOut<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Heads { count, size, .. } = self.heads;
        let (width, stride) = (self.heads.width(), self.heads.stride());
        let length = self.projected.len() / (2 * width);
        let padded = length.next_multiple_of(LANES);
        let (mut own, mut codes) = (vec![0.0; 2 * width], vec![0; size]);
        for (token, row) in self.projected.chunks_exact(2 * width).enumerate() {
            own.copy_from_slice(row);
            own.iter_mut().zip(self.bias).for_each(|(x, bias)| *x += bias);
            let (keys, values) = own.split_at(width);
            let heads = keys.chunks_exact(size).zip(values.chunks_exact(size));
            for (head, (key, value)) in (0..count).zip(heads) {
                let step = head * padded + token;
                let tile = (head * padded + token / LANES * LANES) * size + token % LANES;
                let at = (head * length + token) * stride;
                match self.kept {
                    Kept::Full(laid) => {
                        for (i, x) in key.iter().enumerate() {
                            laid.keys[tile + i * LANES] = *x;
                        }
                        laid.values[at..at + size].copy_from_slice(value);
                    }
                    Kept::Int8(laid) => {
                        laid.key_steps[step] = round(key, &mut codes);
                        for (i, code) in codes.iter().enumerate() {
                            laid.keys[tile + i * LANES] = *code;
                        }
                        laid.value_steps[step] = round(value, &mut laid.values[at..at + size]);
                    }
                }
            }
        }
    }
}

/// Not a closure: pulp dispatches a large one without its vectors.
struct ToArticle<'a> {
    article: &'a Article,
    queries: &'a [f32],
    scratch: &'a mut Scratch,
    out: &'a mut [f32],
}

impl NullaryFnOnce for ToArticle<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.article.heads.width();
        let rows = self.queries.chunks(TOGETHER * width).zip(self.out.chunks_mut(TOGETHER * width));
        for (queries, out) in rows {
            match queries.len() / width {
                4 => self.article.some::<4>(queries, self.scratch, out),
                3 => self.article.some::<3>(queries, self.scratch, out),
                2 => self.article.some::<2>(queries, self.scratch, out),
                _ => self.article.some::<1>(queries, self.scratch, out),
            }
        }
    }
}

const _: () = assert!(TOGETHER == 4, "written out above");

impl Past {
    /// Takes up the key and the value of a token; it becomes the row of the next number.
    pub fn push(&mut self, key: &[f32], value: &[f32]) {
        self.keys.extend_from_slice(key);
        self.values.extend_from_slice(value);
    }

    /// Answers a query from the `rows` that its beam consists of, the oldest first, itself the last. `more` has
    /// for each head what is added to scores by how far back a token is, `reach` numbers, or nothing.
    pub fn attend(
        &self,
        heads: Heads,
        query: &[f32],
        rows: &[u32],
        more: (&[f32], usize),
        scratch: &mut Scratch,
        out: &mut [f32],
    ) {
        Arch::new().dispatch(ToPast { past: self, heads, query, rows, more, scratch, out });
    }
}

struct ToPast<'a> {
    past: &'a Past,
    heads: Heads,
    query: &'a [f32],
    rows: &'a [u32],
    more: (&'a [f32], usize),
    scratch: &'a mut Scratch,
    out: &'a mut [f32],
}

impl NullaryFnOnce for ToPast<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Heads { count, size, scale } = self.heads;
        let width = count * size;
        let scores = &mut self.scratch.scores;
        scores.resize(self.rows.len(), 0.0);
        for head in 0..count {
            let at = head * size..(head + 1) * size;
            let query = &self.query[at.clone()];
            for (score, row) in scores.iter_mut().zip(self.rows) {
                let key = &self.past.keys[*row as usize * width..][at.clone()];
                *score = dot(query, key) * scale;
            }
            let (table, reach) = self.more;
            if let Some(table) = table.get(head * reach..(head + 1) * reach) {
                let back = scores.iter_mut().rev();
                back.zip(table).for_each(|(score, more)| *score += more);
            }
            softmax(scores);
            let out = &mut self.out[at.clone()];
            out.fill(0.0);
            for (score, row) in scores.iter().zip(self.rows) {
                let value = &self.past.values[*row as usize * width..][at.clone()];
                out.iter_mut().zip(value).for_each(|(out, x)| *out = score.mul_add(*x, *out));
            }
        }
    }
}

/// In lanes: an order that depends on the length alone.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (a, b) in whole_a.iter().zip(whole_b) {
        lanes = from_fn(|lane| a[lane].mul_add(b[lane], lanes[lane]));
    }
    if !rest_a.is_empty() {
        // Filled up, so that the lanes stay together.
        let (mut a, mut b) = ([0.0; LANES], [0.0; LANES]);
        a[..rest_a.len()].copy_from_slice(rest_a);
        b[..rest_b.len()].copy_from_slice(rest_b);
        lanes = from_fn(|lane| f32::mul_add(a[lane], b[lane], lanes[lane]));
    }
    folded(lanes, |a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(i: usize) -> f32 {
        (i * 7_919 % 1_009) as f32 / 500.0 - 1.0
    }

    /// From the definition, in f64.
    fn by_definition(query: &[f32], keys: &[&[f32]], values: &[&[f32]], heads: Heads) -> Vec<f64> {
        let weight = |head: usize, key: &[f32]| {
            let at = head * heads.size..(head + 1) * heads.size;
            let pairs = query[at.clone()].iter().zip(&key[at]);
            let dot: f64 = pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            (dot * f64::from(heads.scale)).exp()
        };
        (0..heads.width())
            .map(|i| {
                let weights: Vec<f64> =
                    keys.iter().map(|key| weight(i / heads.size, key)).collect();
                let sum: f64 = weights.iter().zip(values).map(|(w, v)| w * f64::from(v[i])).sum();
                sum / weights.iter().sum::<f64>()
            })
            .collect()
    }

    #[test]
    fn attention_is_its_definition_in_any_company() {
        let heads = Heads { count: 3, size: 10, scale: 0.4 };
        let (width, length) = (heads.width(), 37);
        let bias: Vec<f32> = (0..2 * width).map(|i| noise(i + 5)).collect();
        let projected: Vec<f32> = (0..length * 2 * width).map(|i| noise(i + 11)).collect();
        let article = Article::new(&projected, &bias, heads, Precision::F32);
        let biased: Vec<f32> =
            projected.iter().enumerate().map(|(i, x)| x + bias[i % (2 * width)]).collect();
        let (keys, values): (Vec<&[f32]>, Vec<&[f32]>) =
            biased.chunks(2 * width).map(|row| row.split_at(width)).unzip();
        let queries: Vec<f32> = (0..7 * width).map(|i| noise(i + 3)).collect();
        let mut past = Past::default();
        keys.iter().zip(&values).for_each(|(key, value)| past.push(key, value));
        let rows: Vec<u32> = (0..37).collect();
        let (mut together, mut scratch) = (vec![0.0; queries.len()], Scratch::default());
        article.attend(&queries, &mut scratch, &mut together);
        for (query, found) in queries.chunks(width).zip(together.chunks(width)) {
            let mut alone = vec![0.0; width];
            article.attend(query, &mut scratch, &mut alone);
            assert_eq!(alone, found);
            let mut recalled = vec![0.0; width];
            past.attend(heads, query, &rows, (&[], 0), &mut scratch, &mut recalled);
            let expected = by_definition(query, &keys, &values, heads);
            for ((found, recalled), expected) in found.iter().zip(&recalled).zip(expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-5);
                assert!((f64::from(*recalled) - expected).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn eight_bits_are_near_the_definition_in_any_company_and_take_a_quarter() {
        let heads = Heads { count: 2, size: 64, scale: 0.125 };
        let (width, length) = (heads.width(), 83);
        let projected: Vec<f32> = (0..length * 2 * width).map(|i| noise(i + 11)).collect();
        let bias: Vec<f32> = (0..2 * width).map(|i| noise(i + 5)).collect();
        let article = |precision| Article::new(&projected, &bias, heads, precision);
        let (full, int8) = (article(Precision::F32), article(Precision::Int8));
        let queries: Vec<f32> = (0..6 * width).map(|i| noise(i * 3 + 7)).collect();
        let mut scratch = Scratch::default();
        let mut answer = |article: &Article, queries: &[f32]| {
            let mut out = vec![0.0; queries.len()];
            article.attend(queries, &mut scratch, &mut out);
            out
        };
        let (expected, found) = (answer(&full, &queries), answer(&int8, &queries));
        let error: f32 = expected.iter().zip(&found).map(|(a, b)| (a - b).powi(2)).sum();
        let length_of: f32 = expected.iter().map(|x| x * x).sum();
        let share = (error / length_of).sqrt();
        assert!(share > 0.0 && share < 0.01, "{share}");
        for (query, found) in queries.chunks(width).zip(found.chunks(width)) {
            assert_eq!(answer(&int8, query), found);
        }
        let bytes = |precision| Article::bytes(length, heads, precision);
        assert!(bytes(Precision::Int8) * 3 < bytes(Precision::F32));
    }

    #[test]
    fn a_value_that_is_no_number_is_not_lost_in_eight_bits() {
        let heads = Heads { count: 2, size: 16, scale: 1.0 };
        let width = heads.width();
        for bad in [f32::NAN, f32::INFINITY] {
            let mut projected = vec![0.5; 5 * 2 * width];
            projected[2 * 2 * width + width + 3] = bad;
            let article = Article::new(&projected, &[], heads, Precision::Int8);
            let mut out = vec![0.0; width];
            article.attend(&vec![1.0; width], &mut Scratch::default(), &mut out);
            assert!(out[..16].iter().all(|x| x.is_nan()), "{bad}");
            assert!(out[16..].iter().all(|x| (x - 0.5).abs() < 0.01), "{bad}");
        }
    }

    #[test]
    fn a_beam_sees_its_own_rows_and_how_far_back_they_are() {
        let heads = Heads { count: 2, size: 3, scale: 1.0 };
        let mut past = Past::default();
        for row in 0..5_u8 {
            past.push(&[0.0; 6], &[f32::from(row); 6]);
        }
        let mut out = vec![0.0; 6];
        past.attend(heads, &[0.0; 6], &[0, 3, 4], (&[], 0), &mut Scratch::default(), &mut out);
        assert!(out.iter().all(|x| (x - 7.0 / 3.0).abs() < 1e-6));
        // The first head looks at the newest row only, the second at the one before.
        let table = [0.0, -90.0, -90.0, -90.0, 0.0, -90.0];
        past.attend(heads, &[0.0; 6], &[0, 3, 4], (&table, 3), &mut Scratch::default(), &mut out);
        assert!(out[..3].iter().all(|x| (x - 4.0).abs() < 1e-6));
        assert!(out[3..].iter().all(|x| (x - 3.0).abs() < 1e-6));
    }
}
