//! Attention of a `LongT5` (Guo et al. 2022): a token looks at those near it and, where the network does, at
//! sums of blocks of all tokens, which are made anew in every layer.
#![expect(clippy::inline_always, reason = "must be compiled into what pulp dispatches")]

use pulp::{Arch, NullaryFnOnce};

use super::{attention::dot, config::Reach, layers::Source, positions::relative};
use crate::engine::{
    EngineError,
    native::{
        distances::Relative,
        kernels::{self, Distances, softmax},
    },
};

/// How far tokens look.
pub struct Far {
    reach: Reach,
    /// What heads add by the distance of blocks.
    blocks: Option<Relative>,
}

impl Far {
    /// That of the encoder of `source`.
    pub fn load(source: &Source<'_>, reach: Reach) -> Result<Self, EngineError> {
        let name = "encoder.block.0.layer.0.TransientGlobalSelfAttention";
        let blocks = match reach.block {
            Some(_) => relative(
                source,
                &format!("{name}.global_relative_attention_bias"),
                source.config.encoder.heads,
            )?,
            None => None,
        };
        Ok(Self { reach, blocks })
    }

    /// What the layers call it.
    pub fn name(&self) -> &'static str {
        match self.reach.block {
            Some(_) => "TransientGlobalSelfAttention",
            None => "LocalSelfAttention",
        }
    }

    /// Keeps the vectors `x`, to be summed up.
    pub fn gather(&self, x: &[f32], kept: &mut Vec<f32>) {
        if self.reach.block.is_some() {
            kept.extend_from_slice(x);
        }
    }

    /// The block of `token` among `tokens`: what is left over at the end belongs to the last whole one.
    fn block_of(&self, token: usize, tokens: usize) -> Option<usize> {
        let block = self.reach.block?;
        Some((token / block).min((tokens / block).checked_sub(1)?))
    }

    /// Makes of the vectors of `tokens` the sums of their blocks.
    pub fn sum_up(&self, kept: &mut Vec<f32>, tokens: usize, width: usize) {
        let count = self.reach.block.map_or(0, |block| tokens / block);
        let mut sums = vec![0.0; count * width];
        for (token, row) in kept.chunks_exact(width).enumerate() {
            if let Some(block) = self.block_of(token, tokens) {
                kernels::add(&mut sums[block * width..(block + 1) * width], row);
            }
        }
        *kept = sums;
    }

    /// Attention of tokens to each other and to blocks of them, `width` numbers each: `projected` has their
    /// queries, keys and values, `blocks` the same of the blocks, of which keys and values count.
    pub fn attend(&self, projected: &[f32], blocks: &[f32], sizes: Sizes<'_>, context: &mut [f32]) {
        let row = 3 * sizes.width;
        let (tokens, count) = (projected.len() / row, blocks.len() / row);
        let table = self.blocks.as_ref().map(|blocks| blocks.both_ways(count.max(1)));
        let afar = table.as_deref().map(|table| Distances { table, reach: count.max(1) });
        let own = |token| self.block_of(token, tokens).unwrap_or(0);
        let own: Vec<usize> = (0..tokens).map(own).collect();
        let radius = self.reach.radius;
        Arch::new().dispatch(Attend { projected, blocks, sizes, radius, afar, own: &own, context });
    }
}

/// What attention has to know beside its rows.
#[derive(Clone, Copy)]
pub struct Sizes<'a> {
    pub width: usize,
    pub heads: usize,
    /// What heads add by the distance of tokens.
    pub distances: Option<Distances<'a>>,
}

struct Attend<'a> {
    projected: &'a [f32],
    blocks: &'a [f32],
    sizes: Sizes<'a>,
    radius: usize,
    /// What heads add by the distance of blocks.
    afar: Option<Distances<'a>>,
    /// The block of each token.
    own: &'a [usize],
    context: &'a mut [f32],
}

impl NullaryFnOnce for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Sizes { width, heads, distances } = self.sizes;
        let (row, size) = (3 * width, width / heads);
        let tokens = self.projected.len() / row;
        let mut scores = Vec::new();
        for head in 0..heads {
            let at = head * size;
            for token in 0..tokens {
                let query = &self.projected[token * row + at..][..size];
                let near = token.saturating_sub(self.radius)..tokens.min(token + self.radius + 1);
                let local = &self.projected[near.start * row..near.end * row];
                let seen = || local.chunks_exact(row).chain(self.blocks.chunks_exact(row));
                scores.clear();
                scores.extend(seen().map(|key| dot(query, &key[width + at..][..size])));
                let (here, there) = scores.split_at_mut(near.len());
                if let Some(distances) = distances {
                    let more = &distances.row(head, token, tokens)[near];
                    here.iter_mut().zip(more).for_each(|(score, more)| *score += more);
                }
                if let (Some(afar), false) = (self.afar, there.is_empty()) {
                    let more = afar.row(head, self.own[token], there.len());
                    there.iter_mut().zip(more).for_each(|(score, more)| *score += more);
                }
                softmax(&mut scores);
                let out = &mut self.context[token * width + at..][..size];
                out.fill(0.0);
                for (score, value) in scores.iter().zip(seen()) {
                    let value = &value[2 * width + at..][..size];
                    out.iter_mut().zip(value).for_each(|(out, x)| *out = score.mul_add(*x, *out));
                }
            }
        }
    }
}
