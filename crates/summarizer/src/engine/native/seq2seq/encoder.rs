//! The encoder: the tokens of an article in, a vector for each out.

use super::{
    config::Config,
    layers::{Feed, Linear, Norm, Room, Source, Widened},
    positions::{Places, relative},
    reach::{Far, Sizes},
};
use crate::engine::{
    EngineError,
    native::{
        distances::Relative,
        kernels::{self, Distances, Scratch, Sequences},
    },
};

/// Tokens that go through products together: what is between them stays near the processor, and weights are read
/// rarely.
const CHUNK: usize = 128;

/// A stack of layers that look at the whole text.
pub struct Encoder {
    places: Places,
    first_norm: Option<Norm>,
    layers: Vec<Layer>,
    last_norm: Option<Norm>,
    relative: Option<Relative>,
    far: Option<Far>,
    width: usize,
    heads: usize,
}

/// A block of attention and feed-forward.
struct Layer {
    /// Queries, keys and values in one product.
    project: Linear,
    output: Linear,
    attention_norm: Norm,
    feed: Feed,
    feed_norm: Norm,
    /// Norm of what stands for tokens afar.
    far_norm: Option<Norm>,
    norms_first: bool,
}

/// What a pass works on.
#[derive(Default)]
struct Work {
    room: Room,
    normed: Vec<f32>,
    projected: Vec<f32>,
    context: Vec<f32>,
    sum: Vec<f32>,
    widened: Widened,
    attention: Scratch,
    afar: Vec<f32>,
}

impl Encoder {
    /// The encoder of `source`.
    pub fn load(source: &Source<'_>) -> Result<Self, EngineError> {
        let Config { kind, width, encoder, .. } = *source.config;
        let is_t5 = kind.is_t5();
        let (first_norm, last_norm) = match (is_t5, kind == super::Kind::Bart) {
            (true, _) => (None, Some(source.norm("encoder.final_layer_norm")?)),
            (false, true) => (Some(source.norm("encoder.layernorm_embedding")?), None),
            (false, false) => (None, Some(source.norm("encoder.layer_norm")?)),
        };
        let far = source.config.reach.map(|reach| Far::load(source, reach)).transpose()?;
        let own = far.as_ref().map_or("SelfAttention", Far::name);
        let table = format!("encoder.block.0.layer.0.{own}.relative_attention_bias");
        let relative = relative(source, &table, encoder.heads)?;
        let far_name = far.as_ref().map(Far::name);
        let layers = (0..encoder.layers).map(|index| {
            if is_t5 { Layer::t5(source, index, far_name) } else { Layer::bart(source, index) }
        });
        Ok(Self {
            places: Places::load(source, "encoder")?,
            first_norm,
            layers: layers.collect::<Result<_, _>>()?,
            last_norm,
            relative,
            far,
            width,
            heads: encoder.heads,
        })
    }

    /// What it makes of the vectors of the tokens, in their places. `between` is asked before every layer, and
    /// may say that the answer is not wanted any more.
    ///
    /// # Errors
    /// What `between` says.
    pub fn forward(
        &self,
        mut hidden: Vec<f32>,
        mut between: impl FnMut() -> Result<(), EngineError>,
    ) -> Result<Vec<f32>, EngineError> {
        let length = hidden.len() / self.width;
        for (position, row) in hidden.chunks_exact_mut(self.width).enumerate() {
            self.places.add(position, row);
        }
        if let Some(norm) = &self.first_norm {
            norm.apply(&mut hidden);
        }
        let table = self.relative.as_ref().map(|relative| relative.both_ways(length));
        let distances = table.as_deref().map(|table| Distances { table, reach: length });
        let mut work = Work::default();
        for layer in &self.layers {
            between()?;
            self.attend(layer, &mut hidden, distances, &mut work);
            layer.feed(&mut hidden, self.width, &mut work);
        }
        if let Some(norm) = &self.last_norm {
            norm.apply(&mut hidden);
        }
        Ok(hidden)
    }

    fn attend(
        &self,
        layer: &Layer,
        hidden: &mut [f32],
        distances: Option<Distances<'_>>,
        work: &mut Work,
    ) {
        let wide = layer.project.rows();
        let tokens = hidden.len() / self.width;
        work.projected.clear();
        work.projected.reserve_exact(tokens * wide);
        let mut product = Vec::new();
        work.afar.clear();
        for chunk in hidden.chunks(CHUNK * self.width) {
            work.normed.clear();
            work.normed.extend_from_slice(chunk);
            if layer.norms_first {
                layer.attention_norm.apply(&mut work.normed);
            }
            if let (Some(far), Some(_)) = (&self.far, &layer.far_norm) {
                far.gather(&work.normed, &mut work.afar);
            }
            layer.project.product(&work.normed, self.width, &mut work.room, &mut product);
            work.projected.extend_from_slice(&product);
        }
        work.context.resize(tokens * wide / 3, 0.0);
        if let Some(far) = &self.far {
            product.clear();
            if let Some(norm) = &layer.far_norm {
                far.sum_up(&mut work.afar, tokens, self.width);
                norm.apply(&mut work.afar);
                layer.project.product(&work.afar, self.width, &mut work.room, &mut product);
            }
            let sizes = Sizes { width: wide / 3, heads: self.heads, distances };
            far.attend(&work.projected, &product, sizes, &mut work.context);
        } else {
            let none = vec![0.0; wide];
            let bias = Some(layer.project.bias()).filter(|bias| !bias.is_empty());
            let (lengths, heads) = (&[tokens][..], self.heads);
            kernels::attention_into(
                &work.projected,
                bias.unwrap_or(&none),
                Sequences { lengths, heads, distances, scaled: distances.is_none() },
                &mut work.context,
                &mut work.attention,
            );
        }
        let parts = hidden.chunks_mut(CHUNK * self.width);
        for (hidden, context) in parts.zip(work.context.chunks(CHUNK * wide / 3)) {
            layer.output.apply(context, wide / 3, &mut work.room, &mut work.sum);
            kernels::add(hidden, &work.sum);
            if !layer.norms_first {
                layer.attention_norm.apply(hidden);
            }
        }
    }
}

impl Layer {
    fn bart(source: &Source<'_>, index: usize) -> Result<Self, EngineError> {
        let Config { width, encoder, kind, .. } = *source.config;
        let name = |part: &str| format!("encoder.layers.{index}.{part}");
        let parts = ["q", "k", "v"].map(|part| name(&format!("self_attn.{part}_proj")));
        Ok(Self {
            project: source.linear(&parts, width, width)?,
            output: source.linear(&[name("self_attn.out_proj")], width, width)?,
            attention_norm: source.norm(&name("self_attn_layer_norm"))?,
            feed: source.feed(&format!("encoder.layers.{index}"), encoder)?,
            feed_norm: source.norm(&name("final_layer_norm"))?,
            far_norm: None,
            norms_first: kind == super::Kind::Pegasus,
        })
    }

    fn t5(source: &Source<'_>, index: usize, far: Option<&str>) -> Result<Self, EngineError> {
        let Config { width, size, encoder, reach, .. } = *source.config;
        let name = |part: &str| format!("encoder.block.{index}.layer.{part}");
        let attention = far.unwrap_or("SelfAttention");
        let parts = ["q", "k", "v"].map(|part| name(&format!("0.{attention}.{part}")));
        let inner = encoder.heads * size;
        let looks_far = reach.is_some_and(|reach| reach.block.is_some());
        let far_norm = name(&format!("0.{attention}.global_input_layer_norm"));
        Ok(Self {
            project: source.linear(&parts, inner, width)?,
            output: source.linear(&[name(&format!("0.{attention}.o"))], width, inner)?,
            attention_norm: source.norm(&name("0.layer_norm"))?,
            feed: source.feed(&name("1.DenseReluDense"), encoder)?,
            feed_norm: source.norm(&name("1.layer_norm"))?,
            far_norm: looks_far.then(|| source.norm(&far_norm)).transpose()?,
            norms_first: true,
        })
    }

    fn feed(&self, hidden: &mut [f32], width: usize, work: &mut Work) {
        let Work { room, normed, sum, widened, .. } = work;
        for hidden in hidden.chunks_mut(CHUNK * width) {
            normed.clear();
            normed.extend_from_slice(hidden);
            if self.norms_first {
                self.feed_norm.apply(normed);
            }
            self.feed.apply(normed, width, room, widened, sum);
            kernels::add(hidden, sum);
            if !self.norms_first {
                self.feed_norm.apply(hidden);
            }
        }
    }
}
