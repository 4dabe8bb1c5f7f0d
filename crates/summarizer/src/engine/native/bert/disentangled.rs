//! Disentangled attention (He et al. 2021; in the third version He, Gao & Chen 2021): what a token says and how far it
//! stands from another are kept apart. The score of a key `j` for a query `i` is
//! `(q·k + q·r_k[δ] + k·r_q[δ]) / √(3·size)`, where `r_k` and `r_q` are keys and queries of the distance `i − j`, in
//! classes `δ` that grow by logarithms.

use candle_core::{CpuStorage, CustomOp2, Device, Layout, Result, Shape, Tensor};
use serde::Deserialize;
use std::path::Path;

use super::config::{out_of_range, within};
use crate::engine::{
    EngineError,
    native::{
        kernels::{self, Norm, Sequences},
        ops,
        weights::Weights,
    },
};

/// Parts of a score: content with content, content with distance, distance with content.
const PARTS: usize = 3;

/// What of a configuration says how distances count.
#[derive(Debug, Default, Deserialize)]
pub struct Settings {
    relative_attention: Option<bool>,
    pos_att_type: Option<Parts>,
    position_buckets: Option<i64>,
    max_relative_positions: Option<i64>,
    share_att_key: Option<bool>,
    norm_rel_ebd: Option<String>,
    conv_kernel_size: Option<i64>,
    position_biased_input: Option<bool>,
    attention_head_size: Option<usize>,
    embedding_size: Option<usize>,
    pooler_hidden_size: Option<usize>,
    pooler_hidden_act: Option<String>,
}

/// Parts of a score beside the first, as one text with bars or as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Parts {
    Joined(String),
    Listed(Vec<String>),
}

impl Parts {
    fn named(&self) -> Vec<String> {
        let mut named: Vec<String> = match self {
            Self::Joined(text) => text.split('|').map(|part| part.trim().to_lowercase()).collect(),
            Self::Listed(parts) => parts.iter().map(|part| part.to_lowercase()).collect(),
        };
        named.sort();
        named
    }
}

/// Classes of distances.
#[derive(Clone, Copy, Debug)]
pub struct Classes {
    /// Classes to each side, of which the first half has one distance each.
    pub span: usize,
    /// Where the last class begins, and one more.
    farthest: usize,
}

impl Classes {
    /// The class of the distance from `query` to `key`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 2·span")]
    fn of(self, query: usize, key: usize) -> usize {
        let (apart, exact) = (query.abs_diff(key), self.span / 2);
        let class = if apart <= exact {
            apart
        } else {
            // In the arithmetic of transformers, whose last bit decides at the borders.
            let whole = ((self.farthest - 1) as f64 / exact as f64) as f32;
            let share = (apart as f32 / exact as f32).ln() / whole.ln();
            (share * (exact - 1) as f32).ceil() as usize + exact
        };
        if query < key {
            self.span.saturating_sub(class)
        } else {
            (self.span + class).min(2 * self.span - 1)
        }
    }
}

impl Settings {
    /// The classes of distances; `width`, `heads` and `positions` are those of the network.
    ///
    /// # Errors
    /// [`EngineError::ConfigRange`] for whatever is not built here, by its name.
    pub fn classes(
        &self,
        path: &Path,
        [width, heads, positions]: [usize; 3],
    ) -> std::result::Result<Classes, EngineError> {
        let refuse = |field, found: String, allowed: &str| {
            Err(out_of_range(path, field, &found, allowed.to_owned()))
        };
        let parts = self.pos_att_type.as_ref().map(Parts::named).unwrap_or_default();
        let size = self.attention_head_size.unwrap_or(width / heads);
        let convolved = self.conv_kernel_size.unwrap_or(0);
        let (normed, act) = (self.norm_rel_ebd.as_deref(), self.pooler_hidden_act.as_deref());
        if self.relative_attention != Some(true) {
            return refuse("relative_attention", "false".into(), "true");
        }
        if parts != ["c2p", "p2c"] {
            return refuse("pos_att_type", parts.join("|"), "p2c|c2p");
        }
        if self.share_att_key != Some(true) {
            return refuse("share_att_key", "false".into(), "true");
        }
        if normed != Some("layer_norm") {
            return refuse("norm_rel_ebd", normed.unwrap_or("none").into(), "layer_norm");
        }
        if convolved != 0 {
            return refuse("conv_kernel_size", convolved.to_string(), "0");
        }
        if self.position_biased_input != Some(false) {
            return refuse("position_biased_input", "true".into(), "false");
        }
        if act.is_some_and(|act| act != "gelu") {
            return refuse("pooler_hidden_act", act.unwrap_or_default().into(), "gelu");
        }
        within(path, "attention_head_size", size, width / heads, width / heads)?;
        within(path, "embedding_size", self.embedding_size.unwrap_or(width), width, width)?;
        within(path, "pooler_hidden_size", self.pooler_hidden_size.unwrap_or(width), width, width)?;
        let count = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
        let span = count(self.position_buckets).unwrap_or(0);
        within(path, "position_buckets", span, 4, 4_096)?;
        let farthest = count(self.max_relative_positions).filter(|&most| most > 0);
        let farthest = farthest.unwrap_or(positions);
        within(path, "max_relative_positions", farthest, span / 2 + 2, 131_072)?;
        Ok(Classes { span, farthest })
    }
}

/// Keys and queries of distances in a layer, the same for all texts.
pub struct Distant {
    classes: Classes,
    /// 2·span × width.
    keys: Tensor,
    /// 2·span × width, divided as scores are.
    queries: Tensor,
}

/// The embeddings of distances, normalised: 2·span × `width`.
///
/// # Errors
/// As [`Weights::numbers`].
pub fn embeddings(
    weights: &Weights,
    classes: Classes,
    width: usize,
    epsilon: f32,
) -> std::result::Result<Tensor, EngineError> {
    let rows = 2 * classes.span;
    let mut table = weights.numbers("encoder.rel_embeddings.weight", &[rows, width])?;
    let scale = weights.numbers("encoder.LayerNorm.weight", &[width])?;
    let shift = weights.numbers("encoder.LayerNorm.bias", &[width])?;
    kernels::norm_in_place(&mut table, Norm { scale: &scale, shift: &shift, epsilon });
    Tensor::from_vec(table, (rows, width), &Device::Cpu).map_err(EngineError::forward)
}

impl Distant {
    /// From the `embeddings` of distances, and matrix (width × width) and bias of a layer's queries and of its keys.
    pub fn new(
        classes: Classes,
        embeddings: &Tensor,
        heads: usize,
        [query, key]: [(&Tensor, &Tensor); 2],
    ) -> Result<Self> {
        let project = |(matrix, bias): (&Tensor, &Tensor)| {
            embeddings.matmul(&matrix.t()?)?.broadcast_add(bias)
        };
        let size = embeddings.dim(1)? / heads;
        let queries = (project(query)? * f64::from(scale(size)))?;
        Ok(Self { classes, keys: project(key)?, queries })
    }

    /// What a head of a sequence makes of its queries (divided as scores are), keys and values, length × size each.
    fn attend(&self, head: usize, [queries, keys, values]: [&Tensor; 3]) -> Result<Vec<f32>> {
        let (length, size) = queries.dims2()?;
        let first = self.classes.of(0, length - 1);
        let count = self.classes.of(length - 1, 0) - first + 1;
        let part = |table: &Tensor| {
            table.narrow(0, first, count)?.narrow(1, head * size, size)?.contiguous()?.t()
        };
        let numbers = |tensor: Tensor| tensor.flatten_all()?.to_vec1::<f32>();
        let mut scores = numbers(queries.matmul(&keys.t()?)?)?;
        let to_places = numbers(queries.matmul(&part(&self.keys)?)?)?;
        let from_places = numbers(keys.matmul(&part(&self.queries)?)?)?;
        // By how far the query stands behind the key, from the farthest before it: a class costs a logarithm.
        let ahead = length - 1;
        let class = |at: usize| self.classes.of(at.saturating_sub(ahead), ahead.saturating_sub(at));
        let classes: Vec<usize> = (0..=2 * ahead).map(|at| class(at) - first).collect();
        for (query, scores) in scores.chunks_exact_mut(length).enumerate() {
            for (key, score) in scores.iter_mut().enumerate() {
                let class = classes[query + ahead - key];
                *score += to_places[query * count + class] + from_places[key * count + class];
            }
            kernels::softmax(scores);
        }
        let shares = Tensor::from_vec(scores, (length, length), &Device::Cpu)?;
        numbers(shares.matmul(values)?)
    }
}

/// What scores are multiplied by.
fn scale(size: usize) -> f32 {
    1.0 / ((PARTS * size) as f32).sqrt()
}

/// Attention over sequences packed one after another. First operand: tokens × 3·width, queries, keys and values. Second:
/// the bias of the projection.
pub struct Attention<'a> {
    /// The sequences.
    pub sequences: Sequences<'a>,
    /// The layer's distances.
    pub distant: &'a Distant,
}

impl CustomOp2 for Attention<'_> {
    fn name(&self) -> &'static str {
        "disentangled attention"
    }

    fn cpu_fwd(
        &self,
        projected: &CpuStorage,
        projected_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let projected = ops::numbers(projected, projected_layout)?;
        let bias = ops::numbers(bias, bias_layout)?;
        let width = bias.len() / 3;
        let mut context = vec![0.0; projected.len() / 3];
        let mut start = 0;
        for &length in self.sequences.lengths.iter().filter(|length| **length > 0) {
            let sequence = &projected[start * bias.len()..(start + length) * bias.len()];
            let attended = &mut context[start * width..(start + length) * width];
            self.sequence(sequence, bias, attended)?;
            start += length;
        }
        let shape = Shape::from((context.len() / width, width));
        Ok((CpuStorage::F32(context), shape))
    }
}

impl Attention<'_> {
    /// The context of one sequence.
    fn sequence(&self, sequence: &[f32], bias: &[f32], attended: &mut [f32]) -> Result<()> {
        let (width, heads) = (bias.len() / 3, self.sequences.heads);
        let (size, length) = (width / heads, sequence.len() / bias.len());
        for head in 0..heads {
            let part = |part: usize, factor: f32| {
                let at = part * width + head * size;
                let rows = sequence.chunks_exact(bias.len());
                let biased = rows.flat_map(|row| {
                    row[at..at + size]
                        .iter()
                        .zip(&bias[at..at + size])
                        .map(move |(x, b)| (x + b) * factor)
                });
                Tensor::from_vec(biased.collect::<Vec<_>>(), (length, size), &Device::Cpu)
            };
            let (queries, keys, values) = (part(0, scale(size))?, part(1, 1.0)?, part(2, 1.0)?);
            let context = self.distant.attend(head, [&queries, &keys, &values])?;
            for (row, context) in attended.chunks_exact_mut(width).zip(context.chunks_exact(size)) {
                row[head * size..(head + 1) * size].copy_from_slice(context);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_transformers() {
        let golden: Vec<(usize, usize, Vec<usize>)> =
            serde_json::from_str(include_str!("../../../../../../tests/golden/nli/classes.json"))
                .unwrap();
        for (span, farthest, expected) in golden {
            let classes = Classes { span, farthest };
            let found: Vec<usize> =
                (0..expected.len()).map(|apart| classes.of(apart, 0) - span).collect();
            assert_eq!(found, expected, "{span} {farthest}");
            // As far before as behind, but for the last, which has no room behind.
            let before = (0..expected.len()).map(|apart| classes.of(0, apart));
            assert!(
                before
                    .zip(found)
                    .all(|(before, behind)| before == span - behind || behind == span - 1)
            );
        }
    }
}
