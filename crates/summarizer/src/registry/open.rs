//! From a card to a model that runs: exactly the engine and the method that the card names.

use std::sync::Arc;

use standfirst_core::{
    card::{Engine, ModelCard},
    plugin::{SentimentModel, Summarizer},
};

use super::LoadError;

/// The engines of this build.
const ENGINES: &[Engine] = &[];

/// Whether this build has `engine`.
pub(super) fn is_built(engine: Engine) -> bool {
    ENGINES.contains(&engine)
}

/// The summariser of `card`.
pub(super) fn summarizer(card: &ModelCard) -> Result<Arc<dyn Summarizer>, LoadError> {
    Err(no_engine(card))
}

/// The sentiment model of `card`.
pub(super) fn sentiment(card: &ModelCard) -> Result<Arc<dyn SentimentModel>, LoadError> {
    Err(no_engine(card))
}

fn no_engine(card: &ModelCard) -> LoadError {
    LoadError::EngineNotBuilt {
        card: card.id.clone(),
        engine: card.engine,
        built: ENGINES.iter().map(|engine| engine.name()).collect(),
    }
}
