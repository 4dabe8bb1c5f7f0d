//! The tone of a text and towards whom it names, by a network that branches off a sentence encoder:
//! the encoder's lower layers, upper layers of its own, and two linear heads. Every target of a text
//! is judged from one pass, at its own tokens.

use std::{borrow::Cow, path::Path, sync::Arc};

use standfirst_core::article::Span;

use super::{
    bert::{BertEncoder, batches, network::Layers, source::Source},
    head::Head,
    weights::Weights,
};
use crate::engine::{CLASSES, Encoder, EngineError, Judged, Marked, Tokens, ToneNetwork};

/// Upper layers and heads over an encoder.
pub struct BertTone {
    encoder: Arc<BertEncoder>,
    /// How many of the encoder's layers come first.
    depth: usize,
    layers: Layers,
    /// Over `[CLS]`, the mean of the target's tokens, and the mean of all tokens.
    target: Head,
    /// Over `[CLS]` and the mean of all tokens.
    text: Head,
}

impl BertTone {
    /// Over `encoder`, from the file with the upper layers and the heads.
    ///
    /// # Errors
    /// [`EngineError::Read`], [`EngineError::Weights`] and the like if the file is damaged or belongs to
    /// another encoder.
    pub fn load(encoder: Arc<BertEncoder>, path: &Path) -> Result<Self, EngineError> {
        let weights = Weights::open(path)?;
        let (width, total) = (encoder.network.width, encoder.network.depth());
        let depth = weights.first_layer(total);
        let precision = encoder.network.precision();
        let source = Source { config: &encoder.config, weights: &weights, adapter: None };
        let layers = Layers::load(&source, depth..total, precision)?;
        let target = Head::load(&weights, "target", CLASSES, 3 * width)?;
        let text = Head::load(&weights, "text", CLASSES, 2 * width)?;
        encoder.remember(depth);
        Ok(Self { encoder, depth, layers, target, text })
    }

    /// What is made of one text, from the last layer's states of its tokens.
    fn judge_one(&self, states: &[f32], read: &Read) -> Judged {
        let width = self.encoder.network.width;
        let first = &states[..width];
        let all = mean(states, width, |_| true).unwrap_or_else(|| vec![0.0; width]);
        let at = |target: &Vec<bool>| {
            let own = mean(states, width, |token| target[token])?;
            Some(self.target.logits([first, &own, &all]))
        };
        Judged {
            text: self.text.logits([first, &all]),
            targets: read.targets.iter().map(at).collect(),
        }
    }
}

impl ToneNetwork for BertTone {
    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
        self.encoder.tokenize(text)
    }

    fn judge(&self, inputs: &[Marked<'_>]) -> Result<Vec<Judged>, EngineError> {
        let read = inputs.iter().map(|input| Read::new(&self.encoder, input));
        let (read, ids): (Vec<Read>, Vec<Vec<u32>>) =
            read.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        let width = self.encoder.network.width;
        let mut judged = Vec::with_capacity(inputs.len());
        for batch in batches(&ids) {
            let sequences = &ids[batch.clone()];
            let lengths: Vec<usize> = sequences.iter().map(Vec::len).collect();
            let lower = self.encoder.lower(sequences, self.depth)?;
            let states = self.encoder.network.through(&self.layers, lower, &lengths)?;
            let mut rest = states.as_slice();
            for input in batch {
                let (own, others) = rest.split_at(ids[input].len() * width);
                if own.is_empty() {
                    return Err(EngineError::NotFinite { input });
                }
                let one = self.judge_one(own, &read[input]);
                if !one.is_finite() {
                    return Err(EngineError::NotFinite { input });
                }
                judged.push(one);
                rest = others;
            }
        }
        Ok(judged)
    }
}

/// Which tokens of a text are which target's.
struct Read {
    /// Per target, one per token.
    targets: Vec<Vec<bool>>,
}

impl Read {
    fn new(encoder: &BertEncoder, input: &Marked<'_>) -> Result<(Self, Vec<u32>), EngineError> {
        let tokens = match input.tokens {
            Some(tokens) => Cow::Borrowed(tokens),
            None => Cow::Owned(encoder.tokenize(input.text)?),
        };
        let inside = |target: &Span| {
            tokens.places.iter().map(|place| !place.is_empty() && place.overlaps(*target)).collect()
        };
        Ok((Self { targets: input.targets.iter().map(inside).collect() }, tokens.ids.clone()))
    }
}

/// Mean of the states of the tokens that `counts`; `None` if there are none.
fn mean(states: &[f32], width: usize, counts: impl Fn(usize) -> bool) -> Option<Vec<f32>> {
    let mut sum = vec![0.0; width];
    let mut count = 0_u16;
    for (_, state) in states.chunks_exact(width).enumerate().filter(|(token, _)| counts(*token)) {
        sum.iter_mut().zip(state).for_each(|(sum, x)| *sum += x);
        count += 1;
    }
    for sum in &mut sum {
        *sum /= f32::from(count);
    }
    (count > 0).then_some(sum)
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<BertTone>();
};
