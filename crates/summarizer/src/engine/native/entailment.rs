//! Whether one text follows from another, by a network that branches off a sentence encoder and reads both
//! at once (a cross-encoder): the encoder's embeddings and lower layers, upper layers of its own, the
//! pooler of BERT (Devlin et al. 2019) over `[CLS]`, and a linear head of three classes. Of `RoBERTa` (Liu et al.
//! 2019) pooler and head are the same, and called otherwise.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::Deserialize;

use super::{
    bert::{
        BertEncoder, batches,
        config::{self, Kind},
        network::Layers,
        source::Source,
    },
    head::Head,
    kernels,
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
    layers: Layers,
    pooler: Head,
    classifier: Head,
    /// Which of the head's numbers are those of entailment, neutral and contradiction.
    classes: [usize; CLASSES],
}

/// Of the networks that were trained here.
pub const OUR_CLASSES: [usize; CLASSES] = [0, 1, 2];

/// What checkpoints of BERT call the pooler and what follows on it.
const BERT_HEAD: [&str; 2] = ["pooler.dense", "classifier"];
/// What those of `RoBERTa`, and of `MPNet`, call them.
const ROBERTA_HEAD: [&str; 2] = ["classifier.dense", "classifier.out_proj"];

/// What of a configuration says which number is which.
#[derive(Deserialize)]
struct Labels {
    #[serde(default)]
    id2label: BTreeMap<String, String>,
}

/// Where the numbers of entailment, neutral and contradiction stand by the configuration of a published
/// checkpoint (`id2label`).
///
/// # Errors
/// [`EngineError::Config`] if it cannot be read, [`EngineError::ConfigRange`] if the classes are others or
/// have no names.
pub fn classes(config: &Path) -> Result<[usize; CLASSES], EngineError> {
    let Labels { id2label } = config::read(config)?;
    let number = |start: &str| {
        let mut named = id2label.iter().filter(|(_, name)| name.to_lowercase().starts_with(start));
        named.next().and_then(|(number, _)| number.parse().ok()).filter(|&number| number < CLASSES)
    };
    let found = (number("entail"), number("neutral"), number("contradict"));
    match (id2label.len(), found) {
        (CLASSES, (Some(entailment), Some(neutral), Some(contradiction))) => {
            Ok([entailment, neutral, contradiction])
        }
        _ => Err(EngineError::ConfigRange {
            path: config.into(),
            field: "id2label",
            value: id2label.into_values().collect::<Vec<_>>().join(", "),
            allowed: "entailment, neutral and contradiction, in any order".to_owned(),
        }),
    }
}

impl BertEntailment {
    /// Over `encoder`, from the file with the upper layers, the pooler and the head; from an adapter with pooler
    /// and head that the encoder has taken in; or from a whole checkpoint, whose encoder it then is. `classes`
    /// says which of the head's numbers is which. A pair is read up to `max_tokens`, the special ones included;
    /// what is beyond is cut from the premise.
    ///
    /// # Errors
    /// [`EngineError::Read`], [`EngineError::Weights`] and the like if the file is damaged or belongs to
    /// another encoder.
    pub fn load(
        encoder: Arc<BertEncoder>,
        path: &Path,
        max_tokens: usize,
        classes: [usize; CLASSES],
    ) -> Result<Self, EngineError> {
        let weights = Weights::open(path)?;
        let (width, total) = (encoder.network.width, encoder.network.depth());
        let depth = if weights.is_whole() { total } else { weights.first_layer(total) };
        let precision = encoder.network.precision();
        let source = Source { config: &encoder.config, weights: &weights, adapter: None };
        let layers = Layers::load(&source, depth..total, precision)?;
        let [pooler, classifier] = if weights.has(&format!("{}.weight", ROBERTA_HEAD[1])) {
            ROBERTA_HEAD
        } else {
            BERT_HEAD
        };
        let pooler = Head::load(&weights, pooler, width, width)?;
        let classifier = Head::load(&weights, classifier, CLASSES, width)?;
        let pairs = encoder.wordpiece.pairs(max_tokens)?;
        Ok(Self { encoder, pairs, depth, layers, pooler, classifier, classes })
    }

    /// From the last layer's state of `[CLS]` to the logits of entailment, neutral and contradiction.
    fn logits(&self, first: &[f32]) -> [f32; CLASSES] {
        let mut pooled = self.pooler.apply(&[first]);
        match self.encoder.config.kind() {
            Kind::Deberta => kernels::gelu_plain(&mut pooled),
            _ => pooled.iter_mut().for_each(|x| *x = x.tanh()),
        }
        let logits = self.classifier.logits([&pooled]);
        self.classes.map(|class| logits[class])
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
            let states = network.first_states(self.depth, &self.layers, embedded, &lengths)?;
            for (input, state) in batch.zip(states.chunks_exact(network.width)) {
                let logits = self.logits(state);
                if !logits.iter().all(|logit| logit.is_finite()) {
                    return Err(EngineError::NotFinite { input });
                }
                judged.push(logits);
            }
        }
        Ok(judged)
    }
}

const _: () = {
    const fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<BertEntailment>();
};
