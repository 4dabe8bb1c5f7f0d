//! Causal attention with shared keys and values (Ainslie et al. 2023) over a [`Cache`].
//!
//! Queries and weights are rounded to 16 bits like keys and values, as llama.cpp does. A query's
//! answer depends on nothing but the query and the tokens before it: sums go key by key, however many
//! queries are worked on together.
#![expect(clippy::inline_always, reason = "helpers must be compiled into what pulp dispatches")]

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use super::cache::{Cache, Head, TILE};
use crate::engine::native::{half, kernels};

/// Queries that are worked on together, so that a key is widened once for all of them.
const TOGETHER: usize = 4;

/// The queries of some tokens of one sequence, which stand next to each other.
pub struct Queries<'a> {
    /// Tokens × heads × size, turned by their positions.
    pub rows: &'a [f32],
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values; divides `heads`.
    pub shared: usize,
    /// Numbers in a query.
    pub size: usize,
    /// Position of the first token.
    pub first: usize,
    /// How many tokens one sees, its own among them; `None` for all.
    pub window: Option<usize>,
    /// What scores are multiplied by.
    pub scale: f32,
}

/// Room that is used again from call to call.
#[derive(Default)]
pub struct Scratch {
    /// Number by number, query by query, rounded.
    queries: Vec<f32>,
    /// Query by query, a score for every key that the last one sees.
    scores: Vec<f32>,
    /// Query by query.
    answers: Vec<f32>,
}

/// Answers each query from the keys and values of its layer: `out` is shaped like the queries. The
/// cache has those of the queries' own tokens already.
pub fn attend(
    cache: &Cache,
    layer: usize,
    queries: &Queries<'_>,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    for shared in 0..queries.shared {
        let head = cache.head(layer, shared);
        Arch::new().dispatch(Attend { head, shared, queries, scratch, out });
    }
}

/// The work of one head of keys and values. Not a closure: one of this size would be compiled apart
/// from what pulp dispatches, without its vectors.
struct Attend<'a> {
    head: Head<'a>,
    shared: usize,
    queries: &'a Queries<'a>,
    scratch: &'a mut Scratch,
    out: &'a mut [f32],
}

impl NullaryFnOnce for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let group = self.queries.heads / self.queries.shared;
        let all = self.queries.rows.len() / self.queries.size / self.queries.shared;
        let mut next = 0;
        while next + TOGETHER <= all {
            self.some::<TOGETHER>(group, next);
            next += TOGETHER;
        }
        match all - next {
            3 => self.some::<3>(group, next),
            2 => self.some::<2>(group, next),
            1 => self.some::<1>(group, next),
            _ => {}
        }
    }
}

impl Attend<'_> {
    /// `N` queries from `first` on.
    #[inline(always)]
    fn some<const N: usize>(&mut self, group: usize, first: usize) {
        let Self { head, shared, queries, .. } = *self;
        let ids = first..first + N;
        let seen = queries.first + (ids.end - 1) / group + 1;
        let seen = queries.hidden(ids.start / group) / TILE * TILE..seen;
        self.scratch.load(queries, group, shared, ids.clone());
        self.scratch.scores_of::<N>(head, &seen, queries);
        self.scratch.weigh(ids.clone(), group, queries, &seen);
        self.scratch.answers_of::<N>(head, &seen, queries.size);
        self.scratch.store(queries, group, shared, ids, self.out);
    }
}

#[inline(always)]
fn widen(bits: &[u16; TILE]) -> [f32; TILE] {
    let mut numbers = [0.0; TILE];
    for (to, from) in numbers.iter_mut().zip(bits) {
        *to = half::widen(*from);
    }
    numbers
}

impl Queries<'_> {
    /// How many tokens, the first ones, lie before the window of the token `index` of these.
    #[inline(always)]
    fn hidden(&self, index: usize) -> usize {
        self.window.map_or(0, |window| (self.first + index + 1).saturating_sub(window))
    }
}

/// Where the query `id` of a shared head stands: tokens first, the group's heads within.
#[inline(always)]
fn place(queries: &Queries<'_>, group: usize, shared: usize, id: usize) -> Range<usize> {
    let start = ((id / group) * queries.heads + shared * group + id % group) * queries.size;
    start..start + queries.size
}

impl Scratch {
    #[inline(always)]
    fn load(&mut self, queries: &Queries<'_>, group: usize, shared: usize, ids: Range<usize>) {
        let count = ids.len();
        self.queries.resize(queries.size * count, 0.0);
        for (n, id) in ids.enumerate() {
            let query = &queries.rows[place(queries, group, shared, id)];
            for (i, x) in query.iter().enumerate() {
                self.queries[i * count + n] = half::round(*x);
            }
        }
    }

    #[inline(always)]
    fn store(
        &self,
        queries: &Queries<'_>,
        group: usize,
        shared: usize,
        ids: Range<usize>,
        out: &mut [f32],
    ) {
        for (id, answer) in ids.zip(self.answers.chunks_exact(queries.size)) {
            out[place(queries, group, shared, id)].copy_from_slice(answer);
        }
    }

    /// The scores of `N` queries for the keys `seen`, which begin with a tile, and for some behind, which
    /// are not used.
    #[inline(always)]
    fn scores_of<const N: usize>(&mut self, head: Head<'_>, seen: &Range<usize>, of: &Queries<'_>) {
        let (size, scale) = (of.size, of.scale);
        let stride = seen.len().next_multiple_of(TILE);
        self.scores.resize(N * stride, 0.0);
        let (queries, scores) = (self.queries.as_slice(), self.scores.as_mut_slice());
        let keys = head.keys.chunks_exact(size).skip(seen.start / TILE);
        for (tile, keys) in keys.take(stride / TILE).enumerate() {
            let mut sums = [[0.0_f32; TILE]; N];
            for (keys, queries) in keys.iter().zip(queries.as_chunks::<N>().0) {
                let keys = widen(keys);
                for n in 0..N {
                    add_scaled(&mut sums[n], &keys, queries[n]);
                }
            }
            for (n, sums) in sums.iter().enumerate() {
                let to = &mut scores[n * stride + tile * TILE..][..TILE];
                for (to, sum) in to.iter_mut().zip(sums) {
                    *to = sum * scale;
                }
            }
        }
    }

    /// Softmax over the keys that each query sees; the weight of all others is zero.
    #[inline(always)]
    fn weigh(
        &mut self,
        ids: Range<usize>,
        group: usize,
        queries: &Queries<'_>,
        seen: &Range<usize>,
    ) {
        let rows = self.scores.chunks_exact_mut(seen.len().next_multiple_of(TILE));
        for (scores, id) in rows.zip(ids) {
            let index = id / group;
            let end = queries.first + index + 1 - seen.start;
            let (scores, unseen) = scores.split_at_mut(end);
            let (hidden, scores) = scores.split_at_mut(queries.hidden(index) - seen.start);
            hidden.fill(0.0);
            let highest = kernels::highest(scores);
            for score in &mut *scores {
                *score = kernels::exp(*score - highest);
            }
            let factor = 1.0 / kernels::sum(scores, |x| x);
            for score in scores {
                *score = half::round(*score * factor);
            }
            unseen.fill(0.0);
        }
    }

    /// The values of the tokens `seen`, by the weights of each of `N` queries.
    #[inline(always)]
    fn answers_of<const N: usize>(&mut self, head: Head<'_>, seen: &Range<usize>, size: usize) {
        self.answers.resize(N * size, 0.0);
        let mut done = 0;
        while done + 4 * TILE <= size {
            self.columns_of::<N, 4>(head, seen, size, done);
            done += 4 * TILE;
        }
        while done < size {
            self.columns_of::<N, 1>(head, seen, size, done);
            done += TILE;
        }
    }

    /// The same for `TILES` · 16 numbers of each value, from `first` on.
    #[inline(always)]
    fn columns_of<const N: usize, const TILES: usize>(
        &mut self,
        head: Head<'_>,
        seen: &Range<usize>,
        size: usize,
        first: usize,
    ) {
        let stride = seen.len().next_multiple_of(TILE);
        let weights: [&[f32]; N] =
            std::array::from_fn(|n| &self.scores[n * stride..n * stride + seen.len()]);
        let mut sums = [[[0.0_f32; TILE]; TILES]; N];
        let values = head.values[seen.start * size..].chunks_exact(size);
        for (token, values) in values.take(seen.len()).enumerate() {
            let (values, _) = values[first..].as_chunks::<TILE>();
            for tile in 0..TILES {
                let values = widen(&values[tile]);
                for n in 0..N {
                    add_scaled(&mut sums[n][tile], &values, weights[n][token]);
                }
            }
        }
        for (n, sums) in sums.iter().enumerate() {
            for (tile, sums) in sums.iter().enumerate() {
                self.answers[n * size + first + tile * TILE..][..TILE].copy_from_slice(sums);
            }
        }
    }
}

#[inline(always)]
fn add_scaled(sums: &mut [f32; TILE], numbers: &[f32; TILE], factor: f32) {
    for (sum, number) in sums.iter_mut().zip(numbers) {
        *sum = number.mul_add(factor, *sum);
    }
}
