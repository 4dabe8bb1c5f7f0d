//! The tone of an article: of each sentence, and towards each person, organisation and country that it
//! names, told apart by whose voice it is in.
//!
//! A model that knows targets ([`SentimentModel::knows_targets`]) is shown the sentence and where the
//! target stands in it. Any other one is shown only the words of the sentence that are in the same
//! voice as the mention: of *"Holt said the plan was a disgrace"* the tone towards Holt is that of
//! *Holt said*, and the disgrace is hers to answer for.

mod asked;
pub mod named;
mod passage;
pub mod relief;

use std::collections::BTreeMap;

use self::passage::{Place, Scene, Shown};
use crate::entity::{Entity, Kind};
use standfirst_core::{
    analysis::{Tones, round_score},
    article::Article,
    plugin::{Band, Label, Passage, PluginError, Sentiment, SentimentModel},
    report::{TargetTone, VoiceTone},
};

/// Most targets of an article that are told: those that are mentioned most.
const MAX_TARGETS: usize = 20;
/// Most sentences that are judged for one target.
const MAX_PLACES: usize = 200;
/// What the author's own voice is called.
pub const AUTHOR: &str = "author";

/// Asks `model` about every sentence of `article` and about everybody named in it, all at once: a
/// model may read a sentence once for all that is asked about it. Of a network's nothing is asked beyond
/// the sentences that one reads, unless the input does.
///
/// # Errors
/// Those of [`SentimentModel::score`], and [`PluginError::Language`].
pub fn judge(model: &dyn SentimentModel, article: &Article) -> Result<Tones, PluginError> {
    judge_with(model, article, named)
}

/// The same of the article and its sentences alone, and of whomever the input asks about: of nobody else, so that it
/// need not be found who is named.
///
/// # Errors
/// As for [`judge`].
pub fn judge_whole(model: &dyn SentimentModel, article: &Article) -> Result<Tones, PluginError> {
    judge_with(model, article, |_, _| Vec::new())
}

/// The targets of an article, and where the tone towards each is judged, in the sentences that are read.
type Targets = for<'s> fn(&'s Scene<'_>, usize) -> Vec<(&'s Entity, Vec<Place>)>;

fn judge_with(
    model: &dyn SentimentModel,
    article: &Article,
    targets: Targets,
) -> Result<Tones, PluginError> {
    model.info().check_language(article.language())?;
    let scene = Scene::new(article);
    let count = article.sentences().len();
    let read =
        if model.info().card.is_some() { count.min(article.limits().sentences()) } else { count };
    let named = targets(&scene, read);
    let question = asked::question(&scene);
    let asked_places = question.as_ref().and_then(|found| found.as_ref().ok());
    let places =
        named.iter().flat_map(|(_, places)| places).chain(asked_places.into_iter().flatten());
    let shown: Vec<Shown> = places.map(|place| scene.shown(place, model.knows_targets())).collect();
    let passages: Vec<Passage<'_>> = article.sentences()[..read]
        .iter()
        .map(|sentence| Passage { text: &sentence.text, target: None })
        .chain(shown.iter().map(Shown::passage))
        .collect();
    let mut sentences = model.score_of(article, &passages)?;
    if sentences.len() != passages.len() {
        return Err(PluginError::Silent);
    }
    drop(passages);
    drop(shown);
    let mut tones = sentences.split_off(read).into_iter();
    let mut next = |count: usize| -> Vec<Sentiment> { tones.by_ref().take(count).collect() };
    let band = model.neutral_band();
    Ok(Tones {
        whole: together(&sentences, band),
        neutral: band,
        sentences,
        targets: named
            .iter()
            .map(|(entity, places)| target(&scene, entity, places, &next(places.len()), band))
            .collect(),
        asked: question
            .map(|found| asked::answer(found.map(|places| next(places.len())), band))
            .transpose()?,
    })
}

/// Class and polarity of several answers together: the mean, and its class by `band`; of a single one
/// its own class. `None` for none. Scored in one piece, a lexicon's sum saturates with length.
fn together(tones: &[Sentiment], band: Band) -> Option<(Label, f64)> {
    let score = round_score(mean(tones.iter().map(|tone| tone.polarity.get())));
    let label = match tones {
        [] => return None,
        [tone] => tone.label,
        _ => band.label(score),
    };
    Some((label, score))
}

/// The targets of an article, and where in its first `read` sentences the tone towards each is judged.
fn named<'a>(scene: &'a Scene<'_>, read: usize) -> Vec<(&'a Entity, Vec<Place>)> {
    let named = scene.entities().iter().filter(|entity| entity.kind != Kind::Other);
    let places = |entity| {
        let mut places = scene.places(entity, MAX_PLACES);
        places.retain(|place| place.sentence < read);
        places
    };
    named.take(MAX_TARGETS).map(|entity| (entity, places(entity))).collect()
}

/// The mean over all places, and over those of each voice.
fn target(
    scene: &Scene<'_>,
    entity: &Entity,
    places: &[Place],
    tones: &[Sentiment],
    band: Band,
) -> TargetTone {
    let mut voices: BTreeMap<(usize, String), Vec<f64>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (place, tone) in places.iter().zip(tones) {
        let voice = scene.voice(place);
        let rank = order.iter().position(|known| *known == voice).unwrap_or_else(|| {
            order.push(voice.clone());
            order.len() - 1
        });
        // The author comes first, then the others as they come up.
        let rank = if voice == AUTHOR { 0 } else { rank + 1 };
        voices.entry((rank, voice)).or_default().push(tone.polarity.get());
    }
    let (label, score) = together(tones, band).unwrap_or((Label::Neutral, 0.0));
    TargetTone {
        name: entity.name.clone(),
        label,
        score,
        mentions: entity.mentions.iter().map(|mention| mention.span).collect(),
        by: voices
            .into_iter()
            .map(|((_, voice), scores)| VoiceTone {
                voice,
                score: round_score(mean(scores.into_iter())),
            })
            .collect(),
    }
}

/// 0 for none.
fn mean(scores: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = scores.len().max(1) as f64;
    scores.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::clean;
    use standfirst_core::{
        article::Document,
        plugin::{PluginInfo, Polarity, Threading},
    };

    /// Counts bad and good words; shows what it was shown.
    struct Counter(PluginInfo, bool);

    impl Counter {
        fn new(knows_targets: bool) -> Self {
            let info = PluginInfo {
                id: "counter".into(),
                about: String::new(),
                threading: Threading::Caller,
                languages: Vec::new(),
                card: None,
            };
            Self(info, knows_targets)
        }
    }

    impl SentimentModel for Counter {
        fn info(&self) -> &PluginInfo {
            &self.0
        }

        fn knows_targets(&self) -> bool {
            self.1
        }

        fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
            let score = |passage: &Passage<'_>| {
                let target = passage.target.map_or("", |span| &passage.text[span.range()]);
                assert!(
                    !self.1 || passage.target.is_none() || target.starts_with(char::is_uppercase)
                );
                let count = |word| passage.text.matches(word).count() as f64;
                let polarity = ((count("superb") - count("disgrace")) / 2.0).clamp(-1.0, 1.0);
                Sentiment {
                    polarity: Polarity::new(polarity).unwrap(),
                    label: Label::of(polarity),
                    confidence: None,
                }
            };
            Ok(passages.iter().map(score).collect())
        }
    }

    const TEXT: &str = "Mary Holt said Ivan Petrov was a disgrace. Ivan Petrov gave a superb speech \
                        in Oslo on Monday.";

    fn judged(knows_targets: bool) -> Tones {
        let article = clean(Document::from_text("t", TEXT)).unwrap();
        judge(&Counter::new(knows_targets), &article).unwrap()
    }

    #[test]
    fn what_somebody_says_is_not_held_against_them() {
        let tones = judged(false);
        assert_eq!(tones.sentences.len(), 2);
        let [petrov, holt] = &tones.targets[..] else { panic!("{:?}", tones.targets) };
        assert_eq!((petrov.name.as_str(), petrov.label), ("Ivan Petrov", Label::Neutral));
        let by: Vec<(&str, f64)> = petrov.by.iter().map(|v| (v.voice.as_str(), v.score)).collect();
        assert_eq!(by, [(AUTHOR, 0.5), ("Mary Holt", -0.5)]);
        assert_eq!((holt.name.as_str(), holt.score), ("Mary Holt", 0.0));
        assert_eq!(&TEXT[holt.mentions[0].range()], "Mary Holt");
    }

    #[test]
    fn of_the_whole_alone_nobody_is_told_but_whoever_the_input_asks_about() {
        let mut document = Document::from_text("t", TEXT);
        let article = clean(document.clone()).unwrap();
        let model = Counter::new(false);
        let (all, whole) =
            (judge(&model, &article).unwrap(), judge_whole(&model, &article).unwrap());
        assert_eq!(all.targets.len(), 2);
        assert_eq!(whole, Tones { targets: Vec::new(), ..all });
        let target = serde_json::json!({"target": {"mention": "Mary Holt"}});
        document.annotations = target.as_object().unwrap().clone().into();
        let asked = judge_whole(&model, &clean(document).unwrap()).unwrap();
        assert!(asked.targets.is_empty());
        assert_eq!(asked.asked.unwrap().score, Some(0.0));
    }

    /// Has nothing to say of the last passage.
    struct Forgetful(Counter);

    impl SentimentModel for Forgetful {
        fn info(&self) -> &PluginInfo {
            self.0.info()
        }

        fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
            self.0.score(&passages[1..])
        }
    }

    #[test]
    fn an_answer_too_few_is_an_error_and_no_neutral() {
        let article = clean(Document::from_text("t", TEXT)).unwrap();
        let answer = judge(&Forgetful(Counter::new(false)), &article);
        assert!(matches!(answer, Err(PluginError::Silent)), "{answer:?}");
    }

    #[test]
    fn a_model_that_knows_targets_sees_the_sentence_and_the_name() {
        let holt = judged(true).targets.remove(1);
        assert_eq!((holt.name.as_str(), holt.score), ("Mary Holt", -0.5));
    }
}
