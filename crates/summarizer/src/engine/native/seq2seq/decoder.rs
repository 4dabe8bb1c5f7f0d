//! The decoder: the newest tokens of some articles' beams in, logits of what follows out.
//!
//! All rows of a step go through the products together, so that they share each read of the weights.

use std::sync::Arc;

use standfirst_core::card::Precision;

use super::{
    attention::{Article, Heads, Past, Scratch},
    config::Config,
    layers::{Feed, Linear, Norm, Room, Source, Table, Widened},
    positions::{Places, relative},
    search::Beam,
};
use crate::engine::{
    EngineError,
    native::{distances::Relative, kernels},
};

/// A stack of layers that look at the tokens before and at an article.
pub struct Decoder {
    embedding: Arc<Table>,
    scale: f32,
    places: Places,
    first_norm: Option<Norm>,
    layers: Vec<Layer>,
    last_norm: Option<Norm>,
    relative: Option<Relative>,
    /// To the logits.
    head: Linear,
    /// What vectors are multiplied by before the head.
    head_scale: f32,
    /// Added to the logits.
    head_bias: Vec<f32>,
    width: usize,
    /// To the tokens before.
    own: Heads,
    precision: Precision,
}

struct Layer {
    /// Queries, keys and values in one product.
    project: Linear,
    output: Linear,
    own_norm: Norm,
    /// Queries to the article.
    query: Linear,
    /// Keys and values of the article.
    article: Linear,
    article_output: Linear,
    article_norm: Norm,
    feed: Feed,
    feed_norm: Norm,
    norms_first: bool,
}

/// What a decoder knows of an article and of what its beams have written.
pub struct State {
    layers: Vec<(Article, Past)>,
    /// The rows that each open beam consists of.
    rows: Vec<Vec<u32>>,
    /// Rows that there are.
    count: u32,
}

/// What a step works on.
#[derive(Default)]
pub struct Work {
    room: Room,
    hidden: Vec<f32>,
    normed: Vec<f32>,
    projected: Vec<f32>,
    context: Vec<f32>,
    sum: Vec<f32>,
    widened: Widened,
    attention: Scratch,
    distances: Vec<f32>,
}

impl State {
    /// How many beams are open.
    pub fn beams(&self) -> usize {
        self.rows.len()
    }

    /// Goes on with `beams`, each from its parent.
    pub fn follow(&mut self, beams: &[Beam]) {
        self.rows = beams.iter().map(|beam| self.rows[beam.parent()].clone()).collect();
    }
}

impl Decoder {
    /// The decoder of `source`. `embedding` are the vectors of tokens, `head` what makes logits.
    pub fn load(
        source: &Source<'_>,
        embedding: Arc<Table>,
        head: Linear,
        head_bias: Vec<f32>,
    ) -> Result<Self, EngineError> {
        let Config { kind, width, size, decoder, scale, tied, .. } = *source.config;
        let is_t5 = kind.is_t5();
        let (first_norm, last_norm) = match (is_t5, kind == super::Kind::Bart) {
            (true, _) => (None, Some(source.norm("decoder.final_layer_norm")?)),
            (false, true) => (Some(source.norm("decoder.layernorm_embedding")?), None),
            (false, false) => (None, Some(source.norm("decoder.layer_norm")?)),
        };
        let table = "decoder.block.0.layer.0.SelfAttention.relative_attention_bias";
        let layers = (0..decoder.layers)
            .map(|index| if is_t5 { Layer::t5(source, index) } else { Layer::bart(source, index) });
        Ok(Self {
            embedding,
            scale,
            places: Places::load(source, "decoder")?,
            first_norm,
            layers: layers.collect::<Result<_, _>>()?,
            last_norm,
            relative: relative(source, table, decoder.heads)?,
            head,
            head_scale: if is_t5 && tied { 1.0 / (width as f32).sqrt() } else { 1.0 },
            head_bias,
            width,
            own: Heads {
                count: decoder.heads,
                size,
                scale: if is_t5 { 1.0 } else { 1.0 / (size as f32).sqrt() },
            },
            precision: source.precision,
        })
    }

    /// How many logits a row has.
    pub fn vocabulary(&self) -> usize {
        self.head.rows()
    }

    /// Bytes that keys and values of an article of `length` tokens take, with `beams` that write `most`.
    pub fn bytes(&self, length: usize, beams: usize, most: usize) -> usize {
        let past = 2 * beams * most * self.own.width() * size_of::<f32>();
        self.layers.len() * (Article::bytes(length, self.own, self.precision) + past)
    }

    /// Takes up what the encoder made of an article, for one beam.
    pub fn begin(&self, encoded: &[f32], work: &mut Work) -> State {
        let layers = self.layers.iter().map(|layer| {
            layer.article.product(encoded, self.width, &mut work.room, &mut work.projected);
            let article =
                Article::new(&work.projected, layer.article.bias(), self.own, self.precision);
            (article, Past::default())
        });
        State { layers: layers.collect(), rows: vec![Vec::new()], count: 0 }
    }

    /// Takes up a token for each open beam of each article; `logits` become a row for each.
    pub fn step(
        &self,
        states: &mut [&mut State],
        tokens: &[u32],
        work: &mut Work,
        logits: &mut Vec<f32>,
    ) {
        self.embed(states, tokens, work);
        let longest = states.iter().flat_map(|state| &state.rows).map(Vec::len).max();
        let reach = longest.unwrap_or(0) + 1;
        work.distances =
            self.relative.as_ref().map_or_else(Vec::new, |relative| relative.backwards(reach));
        for state in &mut *states {
            for rows in &mut state.rows {
                rows.push(state.count);
                state.count += 1;
            }
        }
        for (index, layer) in self.layers.iter().enumerate() {
            self.recall(index, layer, states, reach, work);
            self.consult(index, layer, states, work);
            self.feed(layer, work);
        }
        if let Some(norm) = &self.last_norm {
            norm.apply(&mut work.hidden);
        }
        if self.head_scale < 1.0 {
            work.hidden.iter_mut().for_each(|x| *x *= self.head_scale);
        }
        self.head.product(&work.hidden, self.width, &mut work.room, logits);
        if !self.head_bias.is_empty() {
            let rows = logits.chunks_exact_mut(self.head_bias.len());
            rows.for_each(|row| kernels::add(row, &self.head_bias));
        }
    }

    fn embed(&self, states: &[&mut State], tokens: &[u32], work: &mut Work) {
        work.hidden.clear();
        let positions = states.iter().flat_map(|state| state.rows.iter().map(Vec::len));
        for (&token, position) in tokens.iter().zip(positions) {
            let start = work.hidden.len();
            self.embedding.take(token as usize, self.scale, &mut work.hidden);
            self.places.add(position, &mut work.hidden[start..]);
        }
        if let Some(norm) = &self.first_norm {
            norm.apply(&mut work.hidden);
        }
    }

    /// Attention to the tokens before.
    fn recall(
        &self,
        index: usize,
        layer: &Layer,
        states: &mut [&mut State],
        reach: usize,
        work: &mut Work,
    ) {
        work.before(layer.norms_first.then_some(&layer.own_norm));
        let Work { room, normed, projected, context, attention, distances, .. } = work;
        layer.project.apply(normed, self.width, room, projected);
        let width = self.own.width();
        context.resize(projected.len() / 3, 0.0);
        let mut done = 0;
        for state in states {
            let State { layers, rows, .. } = &mut **state;
            let past = &mut layers[index].1;
            let own = done..done + rows.len();
            for row in projected[own.start * 3 * width..own.end * 3 * width].chunks_exact(3 * width)
            {
                past.push(&row[width..2 * width], &row[2 * width..]);
            }
            let parts = projected[own.start * 3 * width..].chunks_exact(3 * width);
            let parts = parts.zip(context[own.start * width..].chunks_exact_mut(width));
            for (rows, (row, context)) in rows.iter().zip(parts) {
                let more = (distances.as_slice(), reach);
                past.attend(self.own, &row[..width], rows, more, attention, context);
            }
            done = own.end;
        }
        layer.output.apply(context, width, room, &mut work.sum);
        work.after((!layer.norms_first).then_some(&layer.own_norm));
    }

    /// Attention to the article.
    fn consult(&self, index: usize, layer: &Layer, states: &[&mut State], work: &mut Work) {
        work.before(layer.norms_first.then_some(&layer.article_norm));
        let Work { room, normed, projected, context, attention, .. } = work;
        layer.query.apply(normed, self.width, room, projected);
        let width = self.own.width();
        context.resize(projected.len(), 0.0);
        let mut done = 0;
        for state in states {
            let own = done * width..(done + state.beams()) * width;
            state.layers[index].0.attend(&projected[own.clone()], attention, &mut context[own]);
            done += state.beams();
        }
        layer.article_output.apply(context, width, room, &mut work.sum);
        work.after((!layer.norms_first).then_some(&layer.article_norm));
    }

    fn feed(&self, layer: &Layer, work: &mut Work) {
        work.before(layer.norms_first.then_some(&layer.feed_norm));
        let Work { room, normed, sum, widened, .. } = work;
        layer.feed.apply(normed, self.width, room, widened, sum);
        work.after((!layer.norms_first).then_some(&layer.feed_norm));
    }
}

impl Work {
    /// Copies the vectors for a layer to work on, normalised where it wants that.
    fn before(&mut self, norm: Option<&Norm>) {
        self.normed.clear();
        self.normed.extend_from_slice(&self.hidden);
        if let Some(norm) = norm {
            norm.apply(&mut self.normed);
        }
    }

    /// Adds what a layer came to, and normalises the sum where it wants that.
    fn after(&mut self, norm: Option<&Norm>) {
        kernels::add(&mut self.hidden, &self.sum);
        if let Some(norm) = norm {
            norm.apply(&mut self.hidden);
        }
    }
}

impl Layer {
    fn bart(source: &Source<'_>, index: usize) -> Result<Self, EngineError> {
        let Config { width, decoder, kind, .. } = *source.config;
        let name = |part: &str| format!("decoder.layers.{index}.{part}");
        let square = |parts: &[&str]| {
            let names: Vec<String> = parts.iter().map(|part| name(part)).collect();
            source.linear(&names, width, width)
        };
        Ok(Self {
            project: square(&["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"])?,
            output: square(&["self_attn.out_proj"])?,
            own_norm: source.norm(&name("self_attn_layer_norm"))?,
            query: square(&["encoder_attn.q_proj"])?,
            article: square(&["encoder_attn.k_proj", "encoder_attn.v_proj"])?,
            article_output: square(&["encoder_attn.out_proj"])?,
            article_norm: source.norm(&name("encoder_attn_layer_norm"))?,
            feed: source.feed(&format!("decoder.layers.{index}"), decoder)?,
            feed_norm: source.norm(&name("final_layer_norm"))?,
            norms_first: kind == super::Kind::Pegasus,
        })
    }

    fn t5(source: &Source<'_>, index: usize) -> Result<Self, EngineError> {
        let Config { width, size, decoder, .. } = *source.config;
        let name = |part: &str| format!("decoder.block.{index}.layer.{part}");
        let inner = decoder.heads * size;
        let from = |parts: &[&str]| {
            let names: Vec<String> = parts.iter().map(|part| name(part)).collect();
            source.linear(&names, inner, width)
        };
        let to = |part: &str| source.linear(&[name(part)], width, inner);
        Ok(Self {
            project: from(&["0.SelfAttention.q", "0.SelfAttention.k", "0.SelfAttention.v"])?,
            output: to("0.SelfAttention.o")?,
            own_norm: source.norm(&name("0.layer_norm"))?,
            query: from(&["1.EncDecAttention.q"])?,
            article: from(&["1.EncDecAttention.k", "1.EncDecAttention.v"])?,
            article_output: to("1.EncDecAttention.o")?,
            article_norm: source.norm(&name("1.layer_norm"))?,
            feed: source.feed(&name("2.DenseReluDense"), decoder)?,
            feed_norm: source.norm(&name("2.layer_norm"))?,
            norms_first: true,
        })
    }
}
