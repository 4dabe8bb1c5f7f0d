//! How somebody is written of over a storyline: by outlet, by voice, by month.

use std::collections::BTreeMap;

use rayon::prelude::*;
use standfirst_core::{plugin::SentimentModel, report::TargetTone};
use standfirst_eval::metric::bootstrap;
use standfirst_text::{reading, tone};

use crate::{
    dates::{Interval, Published},
    quotes::Names,
    report::{Polarity, ToneReport, ToneSlice},
    study::Studied,
};

/// Fewest articles about somebody from which on they are told of.
const FEWEST: usize = 2;
/// Fewest articles whose mean has an interval.
const FEWEST_FOR_INTERVAL: usize = 3;
/// Most people and organisations that are told of, those in most articles.
const MOST: usize = 24;
/// Seed of the intervals.
const SEED: u64 = 1;

/// The tone of each article towards those whom it names, judged once; nothing for articles whose language the model does
/// not know, and without a model.
pub(crate) fn judge(
    articles: &[&Studied],
    model: Option<&dyn SentimentModel>,
) -> Vec<Vec<TargetTone>> {
    let Some(model) = model else { return vec![Vec::new(); articles.len()] };
    let targets = |studied: &&Studied| {
        tone::judge(model, &studied.article).map(|tones| tones.targets).unwrap_or_default()
    };
    articles.par_iter().map(targets).collect()
}

/// What an article says of somebody.
struct Seen {
    article: usize,
    score: f64,
    mentions: usize,
    /// The sum of what each who speaks says, and of how many targets.
    by: BTreeMap<String, (f64, f64)>,
}

/// Tone towards everybody who is named in at least two texts of `articles`, most articles first. `judged` is
/// what [`judge`] gives, `copies` the article that each is a later version of: a version counts for its outlet, and
/// otherwise says nothing that the first did not.
pub(crate) fn tones(
    articles: &[&Studied],
    judged: &[Vec<TargetTone>],
    copies: &[Option<usize>],
    names: &Names,
) -> Vec<ToneReport> {
    let mut all: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    for (at, (studied, targets)) in articles.iter().zip(judged).enumerate() {
        for (name, seen) in of_article(at, studied, targets, names) {
            all.entry(name).or_default().push(seen);
        }
    }
    let report = |(name, seen): (String, Vec<Seen>)| {
        let own: Vec<&Seen> = seen.iter().filter(|seen| copies[seen.article].is_none()).collect();
        (own.len() >= FEWEST).then(|| ToneReport {
            articles: own.len(),
            polarity: polarity(own.iter().map(|seen| seen.score)),
            outlets: slices(
                seen.iter()
                    .filter_map(|seen| Some((articles[seen.article].outlet.clone()?, seen.score))),
            ),
            voices: slices(own.iter().flat_map(|seen| {
                seen.by.iter().map(|(voice, (sum, count))| (voice.clone(), sum / count))
            })),
            months: slices(
                own.iter().filter_map(|seen| Some((month(articles[seen.article])?, seen.score))),
            ),
            name,
        })
    };
    let mut reports: Vec<ToneReport> = all.into_iter().filter_map(report).collect();
    // By name among equals, as they come.
    reports.sort_by_key(|report| std::cmp::Reverse(report.articles));
    reports.truncate(MOST);
    reports
}

/// Whom an article writes of, by the names that they have in all articles; two that turn out to be one are one.
fn of_article(
    at: usize,
    studied: &Studied,
    targets: &[TargetTone],
    names: &Names,
) -> BTreeMap<String, Seen> {
    let mut found: BTreeMap<String, Seen> = BTreeMap::new();
    if targets.is_empty() {
        return found;
    }
    let reading = reading::of(&studied.article);
    let called = |name: &str| names.called(name, reading.entities());
    for target in targets {
        let seen = found.entry(called(&target.name)).or_insert_with(|| Seen {
            article: at,
            score: 0.0,
            mentions: 0,
            by: BTreeMap::new(),
        });
        let (before, more) = (seen.mentions as f64, target.mentions.len().max(1) as f64);
        seen.score = (seen.score * before + target.score * more) / (before + more);
        seen.mentions += target.mentions.len().max(1);
        for by in &target.by {
            let (sum, count) = seen.by.entry(called(&by.voice)).or_default();
            (*sum, *count) = (*sum + by.score, *count + 1.0);
        }
    }
    found
}

/// The month in which an article was published; `None` if that may have been in several.
fn month(studied: &Studied) -> Option<String> {
    let Interval { from, to } = Published::hull(studied.published.as_ref()?);
    let (first, last) = (from.first_of_month(), to.first_of_month());
    (first == last).then(|| first.strftime("%Y-%m").to_string())
}

/// The mean of each name's values, by name.
fn slices(values: impl Iterator<Item = (String, f64)>) -> Vec<ToneSlice> {
    let mut by: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (of, score) in values {
        by.entry(of).or_default().push(score);
    }
    let slice = |(of, scores): (String, Vec<f64>)| ToneSlice {
        articles: scores.len(),
        polarity: polarity(scores.into_iter()),
        of,
    };
    by.into_iter().map(slice).collect()
}

fn polarity(scores: impl Iterator<Item = f64>) -> Polarity {
    let scores: Vec<f64> = scores.collect();
    let estimate = bootstrap::mean(&scores, SEED);
    let interval = estimate.filter(|_| scores.len() >= FEWEST_FOR_INTERVAL);
    Polarity {
        score: estimate.map_or(0.0, |estimate| rounded(estimate.mean)),
        low: interval.map(|estimate| rounded(estimate.low)),
        high: interval.map(|estimate| rounded(estimate.high)),
    }
}

/// With three decimals, which is more than any of it is worth.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use standfirst_core::{
        article::{Document, Limits},
        plugin::Label,
        report::VoiceTone,
    };

    use super::*;
    use crate::study::study;

    fn studied(text: &str, outlet: &str, day: &str) -> Studied {
        let mut document = Document::from_text("t", text);
        document.published = Some(day.to_owned());
        let mut studied = study(document, &Limits::default(), None).unwrap();
        studied.outlet = Some(outlet.to_owned());
        studied
    }

    fn towards(name: &str, score: f64, voice: &str) -> Vec<TargetTone> {
        let by = vec![VoiceTone { voice: voice.to_owned(), score }];
        let (name, label) = (name.to_owned(), Label::Neutral);
        vec![TargetTone { name, label, score, mentions: Vec::new(), by }]
    }

    #[test]
    fn one_person_is_told_of_by_outlet_voice_and_month() {
        let text =
            "Sergei Lavrov spoke in Oslo on Monday. Lavrov left early, the host Ada Quill said.";
        let days = ["2007-10-13", "2007-10-20", "2007-11-02", "2007-11-02"];
        let outlets = ["Post", "Echo", "Post", "Echo"];
        let all: Vec<Studied> =
            outlets.iter().zip(days).map(|(outlet, day)| studied(text, outlet, day)).collect();
        let articles: Vec<&Studied> = all.iter().collect();
        let scores = [-0.4, 0.2, -0.1, -0.1];
        let voices = ["author", "Ada Quill", "author", "author"];
        let judged: Vec<_> = scores
            .iter()
            .zip(voices)
            .map(|(score, voice)| towards("Sergei Lavrov", *score, voice))
            .collect();
        let copies = [None, None, None, Some(2)];
        let found = tones(&articles, &judged, &copies, &Names::of(&articles));
        let [lavrov] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!((lavrov.name.as_str(), lavrov.articles), ("Sergei Lavrov", 3));
        assert!((lavrov.polarity.score - -0.1).abs() < 1e-9, "{lavrov:?}");
        assert!(lavrov.polarity.low.unwrap() >= -0.4 && lavrov.polarity.high.unwrap() <= 0.2);
        let told = |slices: &[ToneSlice]| -> Vec<(String, usize, f64)> {
            let told = |slice: &ToneSlice| (slice.of.clone(), slice.articles, slice.polarity.score);
            slices.iter().map(told).collect()
        };
        let row = |of: &str, articles, score| (of.to_owned(), articles, score);
        assert_eq!(told(&lavrov.outlets), [row("Echo", 2, 0.05), row("Post", 2, -0.25)]);
        assert_eq!(told(&lavrov.voices), [row("Ada Quill", 1, 0.2), row("author", 2, -0.25)]);
        assert_eq!(told(&lavrov.months), [row("2007-10", 2, -0.1), row("2007-11", 1, -0.1)]);
        assert_eq!(lavrov.outlets[0].polarity.low, None, "two are too few");
    }

    #[test]
    fn one_article_says_nothing_about_a_storyline() {
        let one = studied("Ada Quill spoke on Monday.", "Post", "2007-10-13");
        let judged = [towards("Ada Quill", -0.4, "author")];
        assert!(tones(&[&one], &judged, &[None], &Names::of(&[&one])).is_empty());
    }
}
