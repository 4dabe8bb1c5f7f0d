//! The tone of an abstract beside that of its article: of the whole, and towards whoever both name.

use crate::metric::case::Drift;
use standfirst_core::{
    analysis::Tones,
    article::Document,
    plugin::SentimentModel,
    report::{ArticleReport, SentimentReport},
};
use standfirst_text::{
    repair::keep,
    tone::{self, named},
};

/// The drift of an abstract of these sentences, if `model` is the first that judged the article.
pub(super) fn drift(
    model: &dyn SentimentModel,
    report: &ArticleReport,
    sentences: &[&str],
) -> Drift {
    let judged = report.sentiment.first().filter(|tone| tone.model == model.info().id);
    let Some(article) = judged else { return Drift::default() };
    let Some(tones) = tones(model, report, sentences) else { return Drift::default() };
    let whole = article.score.zip(tones.whole);
    Drift {
        whole: whole.map(|(article, (_, score))| (article - score).abs()),
        targets: towards_targets(article, &tones),
    }
}

/// What the model makes of the abstract, read as an article of its own.
fn tones(model: &dyn SentimentModel, report: &ArticleReport, sentences: &[&str]) -> Option<Tones> {
    let document = Document::from_text(&report.id, sentences.join("\n\n"));
    let article = keep(document).ok()?.in_language(report.language);
    tone::judge(model, &article).ok()
}

fn towards_targets(article: &SentimentReport, tones: &Tones) -> Option<f64> {
    let drifts: Vec<f64> = tones
        .targets
        .iter()
        .filter_map(|target| {
            let same = article.targets.iter().find(|known| known.name == target.name);
            let known = same.or_else(|| {
                article.targets.iter().find(|known| named::alike(&known.name, &target.name))
            })?;
            Some((known.score - target.score).abs())
        })
        .collect();
    (!drifts.is_empty()).then(|| drifts.iter().sum::<f64>() / drifts.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_core::{
        plugin::{Label, Passage, PluginError, PluginInfo, Polarity, Sentiment, Threading},
        report::TargetTone,
    };

    /// Finds everything named after "dear" good.
    struct Dear(PluginInfo);

    impl SentimentModel for Dear {
        fn info(&self) -> &PluginInfo {
            &self.0
        }

        fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
            let score = |passage: &Passage<'_>| {
                let polarity = if passage.text.contains("dear") { 1.0 } else { 0.0 };
                Sentiment {
                    polarity: Polarity::new(polarity).unwrap(),
                    label: Label::of(polarity),
                    confidence: None,
                }
            };
            Ok(passages.iter().map(score).collect())
        }
    }

    fn judged(model: &str, targets: &[(&str, f64)]) -> ArticleReport {
        let document = Document::from_text("t", "");
        let mut report = ArticleReport::failed(document.id, "t".into(), String::new().into());
        let target = |&(name, score): &(&str, f64)| TargetTone {
            name: name.into(),
            label: Label::of(score),
            score,
            mentions: Vec::new(),
            by: Vec::new(),
        };
        report.sentiment = vec![SentimentReport {
            model: model.into(),
            label: Some(Label::Neutral),
            score: Some(-0.5),
            confidence: None,
            neutral: None,
            sentences: Vec::new(),
            targets: targets.iter().map(target).collect(),
            target: None,
            millis: None,
            error: None,
        }];
        report
    }

    fn dear() -> Dear {
        Dear(PluginInfo {
            id: "dear".into(),
            about: String::new(),
            threading: Threading::Caller,
            languages: Vec::new(),
            card: None,
        })
    }

    #[test]
    fn a_target_drifts_where_the_abstract_is_kinder_to_it() {
        let report = judged("dear", &[("Ivan Petrov", -0.25), ("Mary Holt", 0.5)]);
        let abstract_ = ["The dear Ivan Petrov spoke in Oslo.", "It rained on Monday."];
        let found = drift(&dear(), &report, &abstract_);
        assert_eq!(found, Drift { whole: Some(1.0), targets: Some(1.25) });
    }

    #[test]
    fn another_judge_or_nobody_in_common_gives_no_drift() {
        let abstract_ = ["Ivan Petrov spoke in Oslo."];
        let other = judged("vader", &[("Ivan Petrov", 0.0)]);
        assert_eq!(drift(&dear(), &other, &abstract_), Drift::default());
        let nobody = judged("dear", &[("Mary Holt", 0.5)]);
        assert_eq!(drift(&dear(), &nobody, &abstract_).targets, None);
        assert_eq!(drift(&dear(), &nobody, &[]), Drift::default());
    }
}
