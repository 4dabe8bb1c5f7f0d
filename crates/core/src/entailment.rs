//! What a model of textual entailment must do: say whether one text follows from another (Dagan, Glickman
//! and Magnini 2006; three classes: Bowman et al. 2015).

use serde::Deserialize;

use crate::{
    article::Article,
    card::Sha256,
    plugin::{PluginError, PluginInfo},
    usage::Usage,
};

/// Judges whether hypotheses follow from premises. The check asks one about sentences that are not the
/// article's own.
pub trait EntailmentModel: Send + Sync {
    /// Identity for listings and reports. No I/O, same answer every time.
    fn info(&self) -> &PluginInfo;

    /// As [`Summarizer::shares`](crate::plugin::Summarizer::shares).
    fn shares(&self) -> Option<Sha256> {
        None
    }

    /// How its answers and the words of a sentence are weighed against one another; `None` where nobody has found
    /// that out, so that both count alike.
    fn weighing(&self) -> Option<&Weighing> {
        self.info().card.as_ref()?.weighing.as_ref()
    }

    /// As [`Summarizer::spent`](crate::plugin::Summarizer::spent).
    fn spent(&self) -> Option<Usage> {
        None
    }

    /// One answer per claim, in the same order. A claim has the same answer in any company.
    ///
    /// # Errors
    /// [`PluginError::Engine`] if the network, program or server behind the model fails.
    fn judge(&self, claims: &[Claim<'_>]) -> Result<Vec<Entailment>, PluginError>;

    /// [`judge`](Self::judge) for claims about `article`: the same answers, within the article's limits.
    ///
    /// # Errors
    /// As there, and [`PluginError::Halted`] if the limits are reached.
    fn judge_of(
        &self,
        article: &Article,
        claims: &[Claim<'_>],
    ) -> Result<Vec<Entailment>, PluginError> {
        article.limits().check()?;
        self.judge(claims)
    }
}

/// How much a model of entailment and the words of a sentence say about it, found out on sentences that people judged.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighing {
    /// For sentences that are put together from pieces of the article.
    pub copying: Weights,
    /// For sentences in other words.
    pub rewording: Weights,
}

/// Log-odds of being supported are `bias` + `words` × those by words + `model` × those by the model.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// What speaks for a sentence of which nothing is known.
    pub bias: f64,
    /// Of the log-odds by words.
    pub words: f64,
    /// Of the log-odds by the model.
    pub model: f64,
}

impl Weights {
    /// Both witnesses alike.
    pub const EVEN: Self = Self { bias: 0.0, words: 0.5, model: 0.5 };

    /// Whether every one is a number, and no witness counts against what it says.
    pub fn is_sound(&self) -> bool {
        let fits = |weight: f64| (0.0..=MOST).contains(&weight);
        fits(self.words) && fits(self.model) && self.bias.abs() <= MOST
    }
}

/// Weights are not above this.
const MOST: f64 = 100.0;

/// A statement, and the text that it is to follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// What is known: some sentences of an article.
    pub premise: &'a str,
    /// What is claimed: one sentence.
    pub hypothesis: &'a str,
}

/// How a claim stands to its premise: three probabilities, each 0–1, that add up to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entailment {
    /// The premise says so.
    pub supported: f32,
    /// The premise says otherwise.
    pub contradicted: f32,
    /// The premise says neither.
    pub unsaid: f32,
}

impl Entailment {
    /// From the logits of the three classes, in the order of the fields.
    pub fn from_logits([supported, contradicted, unsaid]: [f32; 3]) -> Self {
        let highest = supported.max(contradicted).max(unsaid);
        let [s, c, u] = [supported, contradicted, unsaid].map(|logit| (logit - highest).exp());
        let sum = s + c + u;
        Self { supported: s / sum, contradicted: c / sum, unsaid: u / sum }
    }

    /// Whether all three are probabilities and they add up to one, within a thousandth.
    pub fn is_sound(&self) -> bool {
        let all = [self.supported, self.contradicted, self.unsaid];
        let each = all.iter().all(|p| (0.0..=1.0).contains(p));
        each && (all.iter().sum::<f32>() - 1.0).abs() <= 1e-3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_become_probabilities_whatever_their_size() {
        let even = Entailment::from_logits([700.0, 700.0, 700.0]);
        assert!((even.supported - 1.0 / 3.0).abs() < 1e-6 && even.is_sound());
        // e / (e + 2), by hand.
        let leaning = Entailment::from_logits([1.0, 0.0, 0.0]);
        assert!((leaning.supported - 0.576_117).abs() < 1e-5);
        assert!((leaning.contradicted - leaning.unsaid).abs() < 1e-7 && leaning.is_sound());
        assert!(!Entailment::from_logits([f32::NAN, 0.0, 0.0]).is_sound());
    }
}
