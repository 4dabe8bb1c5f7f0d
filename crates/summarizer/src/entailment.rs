//! Whether one text follows from another, by a network that reads both: see `models/entail/` for ours.

use std::sync::Arc;

use standfirst_core::{
    card::Sha256,
    entailment::{Claim, Entailment, EntailmentModel},
    plugin::{PluginError, PluginInfo},
};

use crate::engine::{CLASSES, PairNetwork, encoder_sum};

/// What the `method` of a card calls it.
pub const METHOD: &str = "entailment";

/// A network of entailment as a plugin. Its encoder may be shared with other models.
pub struct NetworkEntailment {
    info: PluginInfo,
    network: Arc<dyn PairNetwork>,
}

impl NetworkEntailment {
    /// Under the name and for the languages of `info`.
    pub fn new(info: PluginInfo, network: Arc<dyn PairNetwork>) -> Self {
        Self { info, network }
    }
}

impl EntailmentModel for NetworkEntailment {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn shares(&self) -> Option<Sha256> {
        encoder_sum(&self.info)
    }

    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError> {
        let pairs: Vec<_> = claims.iter().map(|claim| (claim.premise, claim.hypothesis)).collect();
        let judged = self.network.judge(&pairs);
        let judged = judged.map_err(|error| PluginError::Engine(Box::new(error)))?;
        Ok(judged.into_iter().map(answer).collect())
    }
}

/// From the logits in the order of the network: entailment, neutral, contradiction.
fn answer([entailment, neutral, contradiction]: [f32; CLASSES]) -> Entailment {
    Entailment::from_logits([entailment, contradiction, neutral])
}
