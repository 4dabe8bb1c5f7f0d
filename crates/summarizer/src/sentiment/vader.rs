//! VADER: a lexicon of 7,500 rated words and five rules for negation, emphasis and contrast
//! (Hutto & Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
//! Media Text"). The scores are those of the reference implementation, version 3.3.2, digit for digit.
//!
//! It knows no targets: the tone towards someone is the tone of the passage.

use std::{borrow::Cow, cell::RefCell, sync::Arc};

use hashbrown::{HashMap, hash_map::Entry};

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
        let silent = NEUTRAL.with_borrow_mut(|known| {
            text.split(is_space)
                .filter(|token| !token.is_empty())
                .all(|t| self.is_neutral(t, known))
        });
        let compound = if silent { 0.0 } else { self.analyzer.polarity_scores(text).compound };
        let polarity = Polarity::new(compound)
            .ok_or_else(|| PluginError::Engine(Box::new(OutOfRange(compound))))?;
        Ok(Sentiment { polarity, label: Label::of(compound), confidence: None })
    }
}

impl Vader {
    /// Whether what stands between two blanks is sure not to be in the lexicon. Without a word that is, a text has no
    /// tone, whatever else the rules know of: they only change that of such words. More than half of the sentences of
    /// news are like that.
    fn is_neutral(&self, token: &str, known: &mut HashMap<Box<str>, bool>) -> bool {
        let bare = token.trim_matches(|c: char| c.is_ascii_punctuation());
        let word = if bare.chars().count() > 2 { bare } else { token };
        let lower = if word.bytes().any(|byte| byte.is_ascii_uppercase()) && word.is_ascii() {
            Cow::Owned(word.to_ascii_lowercase())
        } else {
            Cow::Borrowed(word)
        };
        if let Some(&neutral) = known.get(&*lower) {
            return neutral;
        }
        // What is not a word may be several to the lexicon, such as an emoji, whose tones make up for each other.
        if lower.len() > LONGEST {
            return false;
        }
        let neutral = lower.chars().all(is_of_one_word)
            && self.analyzer.polarity_scores(&lower).compound == 0.0;
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(lower.as_ref().into(), neutral);
        neutral
    }
}

/// So many words are remembered by each thread, and then forgotten together.
const REMEMBERED: usize = 1 << 15;
/// Words of more bytes than this are not worth it.
const LONGEST: usize = 64;

thread_local! {
    /// Words that were asked about, and whether they have no tone.
    static NEUTRAL: RefCell<HashMap<Box<str>, bool>> = RefCell::default();
}

/// What divides words for Python, and so for the reference.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Whether a character is sure not to be a word by itself: ASCII, the letters of Latin alphabets, and the marks of printers.
fn is_of_one_word(c: char) -> bool {
    c.is_ascii()
        || c.is_alphabetic() && c < '\u{250}'
        || matches!(c, '’' | '‘' | '“' | '”' | '–' | '—' | '…')
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
        // A sentence is asked about for its own sake, and again for everybody whom it names.
        let mut known: HashMap<&str, Sentiment> = HashMap::with_capacity(passages.len());
        let judged = passages.iter().map(|passage| match known.entry(passage.text) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(new) => Ok(*new.insert(self.judge(passage.text)?)),
        });
        judged.collect()
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
    fn what_is_left_out_of_the_rules_has_no_tone_by_them() {
        let vader = Vader::new();
        let texts = [
            "",
            "The tide turned at noon!!!",
            "It was not at all so, but it SURE was no table of the lexicon.",
            "“Great,” she said. It’s GREAT!",
            "So it is :) or 8-) or it is not \u{1f498}\u{1f622}x.",
            "\u{2139} told\u{1c}good\nbad",
            "The bridge is 12 km long, isn't it? We don't know…",
            "A hand to mouth life, and kind of a kiss of death.",
            "NOT good, never so bad, least of all the best.",
        ];
        let mut judged = 0;
        for text in texts.iter().cycle().take(3 * texts.len()) {
            let expected = vader.analyzer.polarity_scores(text).compound;
            let found = vader.judge(text).unwrap().polarity.get();
            assert_eq!(found.to_bits(), expected.to_bits(), "{text:?}");
            judged += usize::from(expected != 0.0);
        }
        assert!(judged >= 15, "{judged}");
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
