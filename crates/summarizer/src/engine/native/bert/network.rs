//! The forward pass: sequences stand one after another, so that nothing is computed for padding.

use std::ops::Range;

use standfirst_core::card::Precision;

use super::{config::Kind, full, int8, source::Source};
use crate::engine::{
    EngineError,
    native::{
        distances::Relative,
        kernels::{self, Distances, Norm, Sequences},
    },
};

/// The weights in the shape that the forward pass wants.
pub struct Network {
    /// Numbers per token.
    pub width: usize,
    heads: usize,
    epsilon: f32,
    /// vocabulary × width.
    words: Vec<f32>,
    /// positions × width, the embedding of segment 0 added: most inputs have one segment only. One for all places
    /// in networks that know distances alone.
    positions: Vec<f32>,
    /// What the embedding of segment 1 has more than that of segment 0; zeros for a network of one segment.
    second: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// What heads add by the distance of two tokens, the same in all layers.
    relative: Option<Relative>,
    layers: Layers,
}

/// Blocks of attention and feed-forward, all of one precision.
pub enum Layers {
    /// [`Precision::F32`].
    Full(Vec<full::Layer>),
    /// [`Precision::Int8`].
    Int8(Vec<int8::Layer>),
}

/// What a pass needs to know beside the weights of its layers.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// Tokens per sequence.
    pub lengths: &'a [usize],
    /// Heads of attention.
    pub heads: usize,
    /// What they add by the distance of two tokens, if they do.
    pub distances: Option<Distances<'a>>,
    /// Added to the variance of layer normalisations.
    pub epsilon: f32,
}

impl<'a> Pass<'a> {
    /// What attention needs to know of it.
    pub fn sequences(&self) -> Sequences<'a> {
        let Self { lengths, heads, distances, .. } = *self;
        Sequences { lengths, heads, distances, scaled: true }
    }
}

impl Network {
    /// All layers of `source`.
    pub fn load(source: &Source<'_>, precision: Precision) -> Result<Self, EngineError> {
        let Source { weights, config, .. } = *source;
        let (width, heads) = (config.hidden_size, config.num_attention_heads);
        let table = |name: &str, rows| {
            weights.numbers(&format!("embeddings.{name}_embeddings.weight"), &[rows, width])
        };
        let segment = match config.type_vocab_size {
            0 => vec![0.0; width],
            kinds => table("token_type", kinds)?,
        };
        let (rows, offset) = config.positions();
        let mut positions = match config.kind() {
            Kind::Deberta => vec![0.0; width],
            _ => table("position", rows)?.split_off(offset * width),
        };
        for position in positions.chunks_exact_mut(width) {
            position.iter_mut().zip(&segment).for_each(|(x, segment)| *x += segment);
        }
        let (zero, one) = segment.split_at(width.min(segment.len()));
        let second = match one.get(..width).filter(|_| config.tells_texts_apart()) {
            Some(one) => one.iter().zip(zero).map(|(one, zero)| one - zero).collect(),
            None => vec![0.0; width],
        };
        let norm = |part: &str| weights.numbers(&format!("embeddings.LayerNorm.{part}"), &[width]);
        Ok(Self {
            width,
            heads,
            epsilon: config.layer_norm_eps,
            words: table("word", config.vocab_size)?,
            positions,
            second,
            scale: norm("weight")?,
            shift: norm("bias")?,
            relative: relative(source)?,
            layers: Layers::load(source, 0..config.num_hidden_layers, precision)?,
        })
    }

    /// How many layers there are.
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// What its products are computed in.
    pub fn precision(&self) -> Precision {
        match self.layers {
            Layers::Full(_) => Precision::F32,
            Layers::Int8(_) => Precision::Int8,
        }
    }

    /// What the first `depth` layers make of the packed sequences: tokens × width.
    pub fn lower(&self, sequences: &[Vec<u32>], depth: usize) -> Result<Vec<f32>, EngineError> {
        self.first(depth, self.embed(sequences), &lengths(sequences))
    }

    /// What the first `depth` layers make of what was embedded, sequences of these lengths.
    pub fn first(
        &self,
        depth: usize,
        embedded: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        self.forward(&self.layers, 0..depth, embedded, lengths)
    }

    /// What the layers above `depth` make of what those below have made of the same sequences.
    pub fn upper(
        &self,
        hidden: Vec<f32>,
        depth: usize,
        sequences: &[Vec<u32>],
    ) -> Result<Vec<f32>, EngineError> {
        self.forward(&self.layers, depth..self.depth(), hidden, &lengths(sequences))
    }

    /// What `layers`, of another network with its width and heads, make of packed sequences of these
    /// lengths.
    pub fn through(
        &self,
        layers: &Layers,
        hidden: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        self.forward(layers, 0..layers.len(), hidden, lengths)
    }

    /// What the first `depth` layers and then `layers`, as in [`through`](Self::through), make of the first token
    /// of each sequence: sequences × width.
    pub fn first_states(
        &self,
        depth: usize,
        layers: &Layers,
        embedded: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        // A whole network has no layers beside its own.
        if layers.len() == 0 {
            return self.with_pass(lengths, |pass| {
                self.layers.first_states(0..depth, embedded, self.width, pass)
            });
        }
        let lower = self.first(depth, embedded, lengths)?;
        self.with_pass(lengths, |pass| {
            layers.first_states(0..layers.len(), lower, self.width, pass)
        })
    }

    fn forward(
        &self,
        layers: &Layers,
        which: Range<usize>,
        hidden: Vec<f32>,
        lengths: &[usize],
    ) -> Result<Vec<f32>, EngineError> {
        if which.is_empty() {
            return Ok(hidden);
        }
        self.with_pass(lengths, |pass| layers.forward(which, hidden, self.width, pass))
    }

    /// What `act` makes of what a pass over sequences of these lengths needs to know.
    fn with_pass<T>(&self, lengths: &[usize], act: impl FnOnce(&Pass<'_>) -> T) -> T {
        let reach = lengths.iter().copied().max().unwrap_or(1).max(1);
        let table = self.relative.as_ref().map(|relative| relative.both_ways(reach));
        let distances = table.as_deref().map(|table| Distances { table, reach });
        act(&Pass { lengths, heads: self.heads, distances, epsilon: self.epsilon })
    }

    /// The embeddings of packed sequences of one text each: tokens × width.
    fn embed(&self, sequences: &[Vec<u32>]) -> Vec<f32> {
        let whole: Vec<usize> = lengths(sequences);
        self.embed_pairs(sequences, &whole)
    }

    /// The embeddings of packed sequences of two texts each, of which the second begins at the token that
    /// `seconds` says: tokens × width.
    pub fn embed_pairs(&self, sequences: &[Vec<u32>], seconds: &[usize]) -> Vec<f32> {
        let tokens = sequences.iter().map(Vec::len).sum::<usize>();
        let (mut words, mut positions) = (Vec::new(), Vec::new());
        words.reserve_exact(tokens * self.width);
        positions.reserve_exact(tokens * self.width);
        for (ids, &second) in sequences.iter().zip(seconds) {
            for &id in ids {
                let at = id as usize * self.width;
                words.extend_from_slice(&self.words[at..at + self.width]);
            }
            let start = positions.len();
            positions.extend(self.positions.iter().cycle().take(ids.len() * self.width));
            for token in positions[start..].chunks_exact_mut(self.width).skip(second) {
                token.iter_mut().zip(&self.second).for_each(|(x, more)| *x += more);
            }
        }
        let norm = Norm { scale: &self.scale, shift: &self.shift, epsilon: self.epsilon };
        kernels::add_and_norm(&mut words, &positions, &vec![0.0; self.width], norm);
        words
    }
}

impl Layers {
    /// The layers `indices` of `source`.
    pub fn load(
        source: &Source<'_>,
        indices: Range<usize>,
        precision: Precision,
    ) -> Result<Self, EngineError> {
        Ok(match precision {
            Precision::F32 => {
                let layers = indices.map(|index| full::Layer::load(source, index));
                Self::Full(layers.collect::<Result<_, _>>()?)
            }
            Precision::Int8 => {
                let layers = indices.map(|index| int8::Layer::load(source, index));
                Self::Int8(layers.collect::<Result<_, _>>()?)
            }
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Full(layers) => layers.len(),
            Self::Int8(layers) => layers.len(),
        }
    }

    /// What the layers `which` make of `hidden`, tokens × `width`.
    fn forward(
        &self,
        which: Range<usize>,
        hidden: Vec<f32>,
        width: usize,
        pass: &Pass<'_>,
    ) -> Result<Vec<f32>, EngineError> {
        match self {
            Self::Full(layers) => {
                full::forward(&layers[which], hidden, width, pass).map_err(EngineError::forward)
            }
            Self::Int8(layers) => Ok(int8::forward(&layers[which], hidden, pass)),
        }
    }

    /// What they make of the first token of each sequence, sequences × `width`.
    fn first_states(
        &self,
        which: Range<usize>,
        hidden: Vec<f32>,
        width: usize,
        pass: &Pass<'_>,
    ) -> Result<Vec<f32>, EngineError> {
        match self {
            Self::Full(_) => {
                let states = self.forward(which, hidden, width, pass)?;
                Ok(first_rows(&states, pass.lengths, width))
            }
            Self::Int8(layers) => Ok(int8::first_states(&layers[which], hidden, width, pass)),
        }
    }
}

/// Of the rows of packed sequences, `width` numbers each, the first of each sequence. Of a sequence without tokens,
/// a row of what is no number: those after it keep their places, and whoever looks finds that it has no answer.
pub fn first_rows(hidden: &[f32], lengths: &[usize], width: usize) -> Vec<f32> {
    let (mut rest, mut rows) = (hidden, Vec::with_capacity(lengths.len() * width));
    for length in lengths {
        let (sequence, others) = rest.split_at(length * width);
        match sequence.get(..width) {
            Some(first) => rows.extend_from_slice(first),
            None => rows.resize(rows.len() + width, f32::NAN),
        }
        rest = others;
    }
    rows
}

/// What heads add by distance, in networks that know it.
fn relative(source: &Source<'_>) -> Result<Option<Relative>, EngineError> {
    let Some((buckets, farthest)) = source.config.distances() else { return Ok(None) };
    let heads = source.config.num_attention_heads;
    let table =
        source.weights.numbers("encoder.relative_attention_bias.weight", &[buckets, heads])?;
    Ok(Some(Relative::new(table, heads, buckets, farthest)))
}

fn lengths(sequences: &[Vec<u32>]) -> Vec<usize> {
    sequences.iter().map(Vec::len).collect()
}
