//! Cards of the engine `rust-bert`.

use std::sync::Arc;

use standfirst_core::{
    card::ModelCard,
    plugin::{SentimentModel, Summarizer},
};

use super::{
    LoadError, Registry, check_all, encoder_files, engine_error, info, no_method, path, picks,
    seq2seq_files, writer,
};
use crate::{
    engine::rust_bert::{Classifier, ClassifierFiles, Family, Kind, LibtorchEncoder, Seq2Seq},
    extractive::centroid::{self, Centroid},
};

/// Networks that write, by the method of their cards.
const KINDS: [(&str, Kind); 4] =
    [("bart", Kind::Bart), ("longt5", Kind::LongT5), ("pegasus", Kind::Pegasus), ("t5", Kind::T5)];
/// Networks that judge, by the method of their cards.
const FAMILIES: [(&str, Family); 3] =
    [("bert", Family::Bert), ("distilbert", Family::DistilBert), ("roberta", Family::Roberta)];

pub(super) fn summarizer(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<dyn Summarizer>, LoadError> {
    let method = card.method.as_deref().unwrap_or_default();
    if method == centroid::METHOD {
        let (files, max_tokens) = encoder_files(&registry.cache, card)?;
        let encoder = LibtorchEncoder::load(&files, max_tokens, &registry.memory)
            .map_err(|error| engine_error(card, error))?;
        return Ok(picks(registry, Arc::new(Centroid::new(info(card), Arc::new(encoder)))));
    }
    let Some((_, kind)) = KINDS.into_iter().find(|(name, _)| *name == method) else {
        let known = KINDS.iter().map(|(name, _)| *name).chain([centroid::METHOD]);
        return Err(no_method(card, &known.collect::<Vec<_>>()));
    };
    writer(registry, card, || Ok(Arc::new(seq2seq(registry, card, kind)?)))
}

fn seq2seq(registry: &Registry, card: &ModelCard, kind: Kind) -> Result<Seq2Seq, LoadError> {
    let (files, decoding) = seq2seq_files(&registry.cache, card, kind == Kind::Bart)?;
    let (prompt, window) = (card.prompt.as_ref(), card.max_input_tokens);
    Seq2Seq::load(kind, &files, prompt, decoding, window, &registry.memory)
        .map_err(|error| engine_error(card, error))
}

pub(super) fn sentiment(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<dyn SentimentModel>, LoadError> {
    let method = card.method.as_deref().unwrap_or_default();
    let Some((_, family)) = FAMILIES.into_iter().find(|(name, _)| *name == method) else {
        return Err(no_method(card, &FAMILIES.map(|(name, _)| name)));
    };
    if card.polarity.is_empty() {
        return Err(LoadError::Table { card: card.id.clone(), table: "polarity" });
    }
    check_all(&registry.cache, card)?;
    let path = |role| path(&registry.cache, card, role);
    let optional = |role| card.file(role).map(|_| path(role)).transpose();
    let files = ClassifierFiles {
        config: path("config")?,
        weights: path("weights")?,
        vocabulary: path("vocabulary")?,
        merges: if family == Family::Roberta { Some(path("merges")?) } else { None },
        tokenizer_config: optional("tokenizer-config")?,
    };
    match Classifier::load(info(card), family, &files, &card.polarity, &registry.memory) {
        Ok(classifier) => Ok(Arc::new(classifier)),
        Err(error) => Err(engine_error(card, error)),
    }
}
