//! A model of entailment that is loaded when it is first asked: a run whose abstracts only copy never is.

use std::sync::{Arc, OnceLock};

use standfirst_core::{
    article::Article,
    card::{ModelCard, Sha256},
    entailment::{Claim, Entailment, EntailmentModel},
    plugin::{PluginError, PluginInfo},
    usage::Usage,
};

use super::{LoadError, Registry, open};
use crate::engine::encoder_sum;

/// A card of entailment whose files are there, and its model once somebody has asked.
pub(super) struct Deferred {
    info: PluginInfo,
    registry: Registry,
    card: ModelCard,
    loaded: OnceLock<Result<Arc<dyn EntailmentModel>, Arc<LoadError>>>,
}

impl Deferred {
    /// The model of `card`, one of the registry's.
    ///
    /// # Errors
    /// [`LoadError`] if its files are not there, or nothing here can run it.
    pub fn new(registry: &Registry, card: &ModelCard) -> Result<Self, LoadError> {
        open::is_openable(registry, card)?;
        Ok(Self {
            info: open::info(card),
            registry: registry.clone(),
            card: card.clone(),
            loaded: OnceLock::new(),
        })
    }
}

impl Deferred {
    /// The model, loaded by whoever asks first.
    fn model(&self) -> Result<&dyn EntailmentModel, PluginError> {
        let load = || open::entailment(&self.registry, &self.card).map_err(Arc::new);
        match self.loaded.get_or_init(load) {
            Ok(model) => Ok(&**model),
            Err(error) => Err(PluginError::Engine(Box::new(Arc::clone(error)))),
        }
    }
}

impl EntailmentModel for Deferred {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn shares(&self) -> Option<Sha256> {
        encoder_sum(&self.info)
    }

    fn spent(&self) -> Option<Usage> {
        self.loaded.get()?.as_ref().ok()?.spent()
    }

    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError> {
        self.model()?.judge(claims)
    }

    fn judge_of(
        &self,
        article: &Article,
        claims: &[Claim<'_>],
    ) -> Result<Vec<Entailment>, PluginError> {
        self.model()?.judge_of(article, claims)
    }
}
