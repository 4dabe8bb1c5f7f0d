//! Whether one text follows from another, by a network that branches off a sentence encoder and reads both
//! at once (a cross-encoder): the encoder's embeddings and lower layers, upper layers of its own, the
//! pooler of BERT (Devlin et al. 2019) over `[CLS]`, and a linear head of three classes.

use std::{path::Path, sync::Arc};

use super::{
    bert::{BertEncoder, batches, network::Layer},
    head::Head,
    weights::Weights,
    wordpiece::Pairs,
};
use crate::engine::{CLASSES, EngineError, PairNetwork};

/// Upper layers, pooler and head over an encoder.
pub struct BertEntailment {
    encoder: Arc<BertEncoder>,
    pairs: Pairs,
    /// How many of the encoder's layers come first.
    depth: usize,
    layers: Vec<Layer>,
    pooler: Head,
    classifier: Head,
}

impl BertEntailment {
    /// Over `encoder`, from the file with the upper layers, the pooler and the head. A pair is read up to
    /// `max_tokens`, the special ones included; what is beyond is cut from the premise.
    ///
    /// # Errors
    /// [`EngineError::Read`], [`EngineError::Weights`] and the like if the file is damaged or belongs to
    /// another encoder.
    pub fn load(
        encoder: Arc<BertEncoder>,
        path: &Path,
        max_tokens: usize,
    ) -> Result<Self, EngineError> {
        let weights = Weights::open(path)?;
        let (width, total) = (encoder.network.width, encoder.network.depth());
        let depth = weights.first_layer(total);
        let layers = (depth..total)
            .map(|index| Layer::load(&weights, &encoder.config, index))
            .collect::<Result<_, _>>()?;
        let pooler = Head::load(&weights, "pooler.dense", width, width)?;
        let classifier = Head::load(&weights, "classifier", CLASSES, width)?;
        let pairs = encoder.wordpiece.pairs(max_tokens)?;
        Ok(Self { encoder, pairs, depth, layers, pooler, classifier })
    }

    /// From the last layer's state of `[CLS]` to the logits.
    fn logits(&self, first: &[f32]) -> [f32; CLASSES] {
        let mut pooled = self.pooler.apply(&[first]);
        pooled.iter_mut().for_each(|x| *x = x.tanh());
        self.classifier.logits([&pooled])
    }
}

impl PairNetwork for BertEntailment {
    fn judge(&self, pairs: &[(&str, &str)]) -> Result<Vec<[f32; CLASSES]>, EngineError> {
        let read = pairs.iter().map(|(premise, hypothesis)| self.pairs.read(premise, hypothesis));
        let read = read.collect::<Result<Vec<_>, _>>()?;
        let (ids, seconds): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let mut judged = Vec::with_capacity(pairs.len());
        let network = &self.encoder.network;
        for batch in batches(&ids) {
            let lengths: Vec<usize> = ids[batch.clone()].iter().map(Vec::len).collect();
            let embedded = network.embed_pairs(&ids[batch.clone()], &seconds[batch.clone()]);
            let lower = network.first(self.depth, embedded, &lengths)?;
            let states = network.through(&self.layers, lower, &lengths)?;
            let mut start = 0;
            for input in batch {
                let logits = self.logits(&states[start..start + network.width]);
                if !logits.iter().all(|logit| logit.is_finite()) {
                    return Err(EngineError::NotFinite { input });
                }
                judged.push(logits);
                start += ids[input].len() * network.width;
            }
        }
        Ok(judged)
    }
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<BertEntailment>();
};
