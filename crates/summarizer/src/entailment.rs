//! Whether one text follows from another, by a network that reads both: see `models/entail/` for ours.

use std::sync::Arc;

use standfirst_core::{
    article::Article,
    card::Sha256,
    entailment::{Claim, Entailment, EntailmentModel},
    plugin::{PluginError, PluginInfo},
};

use crate::engine::{CLASSES, PairNetwork, encoder_sum};

/// What the `method` of a card calls a network that shares another one's encoder.
pub const METHOD: &str = "entailment";
/// What it calls a whole checkpoint as others publish them.
pub const CHECKPOINT: &str = "nli";

/// So many claims are judged between two looks at the article's limits: half a second's work.
const BETWEEN_LOOKS: usize = 32;

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

    fn judge_of(
        &self,
        article: &Article,
        claims: &[Claim<'_>],
    ) -> Result<Vec<Entailment>, PluginError> {
        let mut judged = Vec::with_capacity(claims.len());
        for some in claims.chunks(BETWEEN_LOOKS) {
            article.limits().check()?;
            judged.extend(self.judge(some)?);
        }
        Ok(judged)
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
