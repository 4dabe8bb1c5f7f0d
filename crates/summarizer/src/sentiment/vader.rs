//! VADER: a lexicon of 7,500 rated words and five rules for negation, emphasis and contrast
//! (Hutto & Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
//! Media Text"). The scores are those of the reference implementation, version 3.3.2, digit for digit.
//!
//! It knows no targets: the tone towards someone is the tone of the passage.

use std::sync::Arc;

use standfirst_core::{
    language::Language,
    plugin::{
        Label, Passage, PluginError, PluginInfo, Polarity, Sentiment, SentimentModel, Threading,
    },
};
use vader_parity::SentimentIntensityAnalyzer;

/// What it is called by.
pub const ID: &str = "vader";

/// The lexicon, read once.
pub struct Vader {
    info: PluginInfo,
    analyzer: SentimentIntensityAnalyzer,
}

/// Makes the model.
pub fn make() -> Arc<dyn SentimentModel> {
    Arc::new(Vader::new())
}

impl Vader {
    /// Reads the lexicon, which is part of the program.
    pub fn new() -> Self {
        let info = PluginInfo {
            id: ID.to_owned(),
            about: "lexicon and rules, the baseline of tone (Hutto & Gilbert 2014)".to_owned(),
            threading: Threading::Caller,
            languages: vec![Language::ENGLISH],
            card: None,
        };
        Self { info, analyzer: SentimentIntensityAnalyzer::new() }
    }

    fn judge(&self, text: &str) -> Result<Sentiment, PluginError> {
        let compound = self.analyzer.polarity_scores(text).compound;
        let polarity = Polarity::new(compound)
            .ok_or_else(|| PluginError::Engine(Box::new(OutOfRange(compound))))?;
        Ok(Sentiment { polarity, label: Label::of(compound), confidence: None })
    }
}

impl Default for Vader {
    fn default() -> Self {
        Self::new()
    }
}

impl SentimentModel for Vader {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        passages.iter().map(|passage| self.judge(passage.text)).collect()
    }
}

/// The lexicon gave a score that its paper rules out.
#[derive(Debug, thiserror::Error)]
#[error("compound score {0} is outside -1..=1")]
struct OutOfRange(f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_belong_to_the_outer_classes() {
        let labels = [0.05, 0.0499, -0.0499, -0.05].map(Label::of);
        assert_eq!(labels, [Label::Positive, Label::Neutral, Label::Neutral, Label::Negative]);
    }

    #[test]
    fn every_passage_is_judged_on_its_own_and_none_gives_none() {
        let passage = |text| Passage { text, target: None };
        let texts = ["They praised the brave crew.", "The tide turned at noon.", "A cruel attack."];
        let scores = Vader::new().score(&texts.map(passage)).unwrap();
        let labels: Vec<Label> = scores.iter().map(|score| score.label).collect();
        assert_eq!(labels, [Label::Positive, Label::Neutral, Label::Negative]);
        assert!(Vader::new().score(&[]).unwrap().is_empty());
    }
}
