//! Tone towards a named target, and of a sentence as a whole, by a network trained on news: the upper
//! layers of a sentence encoder, tuned on NewsMTSC (Hamborg & Donnay 2021) and on sentences of
//! editorials (Hutto & Gilbert 2014), see `models/news-tone/`. A sentence is read once, whatever is
//! asked about it.

use std::{collections::HashMap, sync::Arc};

use standfirst_core::{
    article::{Article, Limits, Span},
    card::Sha256,
    plugin::{Band, Label, Passage, PluginError, PluginInfo, Polarity, Sentiment, SentimentModel},
};

use standfirst_text::tone::relief::is_relief;

use crate::engine::{
    CLASSES, EngineError, Judged, Marked, Tokens, ToneNetwork,
    encoded::{self, STEP, TokenizerKey},
    encoder_sum,
};

/// What the `method` of a card calls it.
pub const METHOD: &str = "target-tone";
/// The neutral band of a mean of polarities, chosen on the articles of `PerSenT` (Bastan et al. 2020): news
/// has more ill to tell of people than its authors mean.
const NEUTRAL_BAND: Band = Band { low: -0.4, high: 0.05 };
/// Bytes that are shown on either side of a target that stands too far back in its sentence.
const AROUND: usize = 400;
/// By how much the logit of negative stays below that of neutral where an ill is over: a chance of one in
/// fifty at most.
const RELIEF: f32 = 4.0;
/// The classes in the order of the network.
const LABELS: [Label; CLASSES] = [Label::Negative, Label::Neutral, Label::Positive];

/// A network of tone as a plugin. Its encoder may be shared with other models.
pub struct NewsTone {
    info: PluginInfo,
    network: Arc<dyn ToneNetwork>,
}

impl NewsTone {
    /// Under the name and for the languages of `info`.
    pub fn new(info: PluginInfo, network: Arc<dyn ToneNetwork>) -> Self {
        Self { info, network }
    }

    fn judge(&self, inputs: &[Marked<'_>]) -> Result<Vec<Judged>, PluginError> {
        self.network.judge(inputs).map_err(failed)
    }

    /// [`score`](SentimentModel::score) where the tokens of some texts are known.
    fn score_with(
        &self,
        tokens: &HashMap<&str, &Tokens>,
        passages: &[Passage<'_>],
        limits: &Limits,
    ) -> Result<Vec<Sentiment>, PluginError> {
        let first = self.first_pass(tokens, passages, limits)?;
        let answer = |(passage, logits): (&Passage<'_>, Option<[f32; CLASSES]>)| {
            limits.check()?;
            let logits = logits.map_or_else(|| self.second_pass(passage), Ok)?;
            Ok(sentiment(if is_relief(passage.text) { relieved(logits) } else { logits }))
        };
        passages.iter().zip(first).map(answer).collect()
    }

    /// Logits for each of `passages`; `None` for a target beyond what the network reads.
    fn first_pass(
        &self,
        tokens: &HashMap<&str, &Tokens>,
        passages: &[Passage<'_>],
        limits: &Limits,
    ) -> Result<Vec<Option<[f32; CLASSES]>>, PluginError> {
        let mut inputs: Vec<Marked<'_>> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut places = Vec::with_capacity(passages.len());
        for passage in passages {
            let input = *known.entry(passage.text).or_insert_with(|| {
                let (text, tokens) = (passage.text, tokens.get(passage.text).copied());
                inputs.push(Marked { text, tokens, targets: Vec::new() });
                inputs.len() - 1
            });
            let targets = &mut inputs[input].targets;
            places.push((input, passage.target.map(|_| targets.len())));
            targets.extend(passage.target);
        }
        let mut judged = Vec::with_capacity(inputs.len());
        for inputs in inputs.chunks(STEP) {
            limits.check()?;
            judged.extend(self.judge(inputs)?);
        }
        let logits = |(input, target): (usize, Option<usize>)| match target {
            Some(target) => judged[input].targets[target],
            None => Some(judged[input].text),
        };
        Ok(places.into_iter().map(logits).collect())
    }

    /// Logits for a target that stands far back, from the words around it.
    fn second_pass(&self, passage: &Passage<'_>) -> Result<[f32; CLASSES], PluginError> {
        let near = near(passage);
        let judged = self.judge(&[near])?.pop().ok_or(PluginError::Silent)?;
        Ok(judged.targets.first().copied().flatten().unwrap_or(judged.text))
    }
}

impl SentimentModel for NewsTone {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn knows_targets(&self) -> bool {
        true
    }

    fn neutral_band(&self) -> Band {
        NEUTRAL_BAND
    }

    fn shares(&self) -> Option<Sha256> {
        encoder_sum(&self.info)
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        self.score_with(&HashMap::new(), passages, &Limits::default())
    }

    fn score_of(
        &self,
        article: &Article,
        passages: &[Passage<'_>],
    ) -> Result<Vec<Sentiment>, PluginError> {
        let tokenize = |text: &str| self.network.tokenize(text);
        let tokens = encoded::tokens(article, TokenizerKey::of(&self.info), tokenize);
        let tokens = tokens.map_err(failed)?;
        let texts = article.sentences().iter().map(|sentence| sentence.text.as_str());
        self.score_with(&texts.zip(&*tokens).collect(), passages, article.limits())
    }
}

/// The logits of a sentence that says that an ill is over: what spoke for negative speaks for neutral.
fn relieved([negative, neutral, positive]: [f32; CLASSES]) -> [f32; CLASSES] {
    let most = negative.max(neutral);
    let both = most + ((negative - most).exp() + (neutral - most).exp()).ln();
    [both - RELIEF, both, positive]
}

fn failed(error: EngineError) -> PluginError {
    error.into()
}

/// The words around a target.
fn near<'a>(passage: &Passage<'a>) -> Marked<'a> {
    let text = passage.text;
    let Some(target) = passage.target else { return Marked { text, ..Marked::default() } };
    let start = text.ceil_char_boundary(target.start.saturating_sub(AROUND));
    let end = text.floor_char_boundary((target.start + AROUND).min(text.len())).max(start);
    let own = Span::new(target.start - start, target.end.min(end) - start);
    Marked { text: &text[start..end], tokens: None, targets: vec![own] }
}

/// The likeliest class with its probability, and the expected value of −1, 0 and 1.
fn sentiment(logits: [f32; CLASSES]) -> Sentiment {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights = logits.map(|logit| f64::from(logit - most).exp());
    let sum: f64 = weights.iter().sum();
    let chances = weights.map(|weight| weight / sum);
    let best = (0..CLASSES)
        .fold(0, |best, class| if chances[class] > chances[best] { class } else { best });
    #[expect(clippy::cast_possible_truncation, reason = "a probability needs no double precision")]
    let confidence = chances[best] as f32;
    Sentiment {
        polarity: Polarity::new(chances[2] - chances[0]).unwrap_or(Polarity::NEUTRAL),
        label: LABELS[best],
        confidence: Some(confidence),
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::plugin::Threading;

    use super::*;

    /// Reads five hundred bytes; finds everybody hated of whom it reads "bad" first.
    struct Reader;

    impl ToneNetwork for Reader {
        fn tokenize(&self, _: &str) -> Result<Tokens, EngineError> {
            Ok(Tokens::default())
        }

        fn judge(&self, inputs: &[Marked<'_>]) -> Result<Vec<Judged>, EngineError> {
            let texts: std::collections::HashSet<&str> = inputs.iter().map(|i| i.text).collect();
            assert_eq!(texts.len(), inputs.len(), "a text is read twice");
            let bad = |text: &str| if text.contains("bad") { [2.0, 0.0, 0.0] } else { [0.0; 3] };
            let judge = |input: &Marked<'_>| Judged {
                text: bad(input.text),
                targets: input
                    .targets
                    .iter()
                    .map(|target| (target.end <= 500).then(|| bad(&input.text[..target.start])))
                    .collect(),
            };
            Ok(inputs.iter().map(judge).collect())
        }
    }

    fn model() -> NewsTone {
        let info = PluginInfo {
            id: "t".into(),
            about: "t".into(),
            threading: Threading::Caller,
            languages: Vec::new(),
            card: None,
        };
        NewsTone::new(info, Arc::new(Reader))
    }

    fn passage<'a>(text: &'a str, name: Option<&str>) -> Passage<'a> {
        let target = name.map(|name| {
            let at = text.find(name).unwrap();
            Span::new(at, at + name.len())
        });
        Passage { text, target }
    }

    #[test]
    fn a_text_is_read_once_for_all_that_is_asked_about_it() {
        let text = "Holt met bad Petrov.";
        let asked =
            [passage(text, None), passage(text, Some("Holt")), passage(text, Some("Petrov"))];
        let scores: [Sentiment; 3] = model().score(&asked).unwrap().try_into().unwrap();
        let polarities = scores.map(|score| score.polarity.get() < 0.0);
        assert_eq!(polarities, [true, false, true]);
    }

    #[test]
    fn a_target_far_back_is_judged_by_what_stands_around_it() {
        let text =
            format!("bad {}Petrov smiled. {}", "and so on ".repeat(5_000), "é".repeat(9_000));
        let score = model().score(&[passage(&text, Some("Petrov"))]).unwrap()[0];
        assert!(score.confidence.is_some_and(|sure| sure < 0.4), "{score:?}");
    }

    #[test]
    fn what_spoke_for_an_ill_that_is_over_speaks_for_neutral() {
        let score = sentiment(relieved([3.0, 1.0, 0.5]));
        assert_eq!(score.label, Label::Neutral);
        assert!(score.polarity.get() > 0.0, "{score:?}");
        assert_eq!(sentiment(relieved([3.0, 1.0, 5.0])).label, Label::Positive);
        let reader = model();
        let scores = reader.score(&[
            passage("bad Holt was acquitted of the fraud.", Some("Holt")),
            passage("bad Holt was convicted of the fraud.", Some("Holt")),
        ]);
        let negative =
            scores.unwrap().iter().map(|score| score.polarity.get() < 0.0).collect::<Vec<_>>();
        assert_eq!(negative, [false, true]);
    }

    #[test]
    fn logits_become_a_class_its_probability_and_a_balance() {
        let score = sentiment([1.0, 0.0, 3.0]);
        assert_eq!(score.label, Label::Positive);
        let [negative, neutral, positive] = [1.0_f64, 0.0, 3.0].map(f64::exp);
        let sum = negative + neutral + positive;
        assert!((score.polarity.get() - (positive - negative) / sum).abs() < 1e-9);
        assert!((f64::from(score.confidence.unwrap()) - positive / sum).abs() < 1e-6);
        assert!(sentiment([1e30, -1e30, 0.0]).polarity.get() < -0.999);
    }
}
