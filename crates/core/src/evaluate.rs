//! How close abstracts come to references that people wrote.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    metric::{
        bootstrap::{self, Estimate},
        rouge::{Rouge, Scores},
    },
    report::ArticleReport,
};

/// The key of an input line that holds the reference, one sentence a line.
pub const REFERENCE: &str = "reference";
/// Seed of every interval, so that a figure can be had again.
const SEED: u64 = 1;

/// Collects scores article by article; holds three numbers for each abstract and no text.
pub struct Evaluator {
    rouge: Rouge,
    stem: bool,
    models: Vec<String>,
    /// Per model, in the order of `models`, the scores of every article all models answered.
    scores: Vec<Vec<Scores>>,
    left_out: BTreeMap<String, u64>,
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Which ROUGE: as `rouge-score` 0.1.2 has it, with or without stemming.
    pub variant: String,
    /// Articles that were scored: those with a reference, which every model answered.
    pub articles: usize,
    /// Articles that were not, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// One row per model, in the order asked for.
    pub models: Vec<ModelScores>,
}

/// F-scores of one model, 0–100 as in the literature.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelScores {
    /// Id of the model.
    pub model: String,
    /// ROUGE-1.
    pub rouge1: Estimate,
    /// ROUGE-2.
    pub rouge2: Estimate,
    /// ROUGE-Lsum.
    #[serde(rename = "rougeLsum")]
    pub rouge_lsum: Estimate,
    /// ROUGE-1 less that of the first model, article by article; `None` for the first.
    pub rouge1_gain: Option<Estimate>,
    /// ROUGE-2 less that of the first model, article by article; `None` for the first.
    pub rouge2_gain: Option<Estimate>,
}

impl Evaluator {
    /// For these models, scored with the Porter stemmer or without.
    pub fn new(models: Vec<String>, stem: bool) -> Self {
        let scores = models.iter().map(|_| Vec::new()).collect();
        Self { rouge: Rouge::new(stem), stem, models, scores, left_out: BTreeMap::new() }
    }

    /// Scores the abstracts of one article. The models are compared on the same articles only, so one
    /// that a model did not answer counts for none.
    pub fn add(&mut self, report: &ArticleReport) {
        match self.score(report) {
            Ok(row) => self.scores.iter_mut().zip(row).for_each(|(all, one)| all.push(one)),
            Err(why) => *self.left_out.entry(why).or_default() += 1,
        }
    }

    fn score(&self, report: &ArticleReport) -> Result<Vec<Scores>, String> {
        if report.error.is_some() {
            return Err("could not be read".into());
        }
        let reference = report.extra.get(REFERENCE).and_then(|value| value.as_str());
        let reference = reference.ok_or_else(|| format!("no {REFERENCE:?} in the input"))?;
        let answered = report.abstracts.iter().map(|cell| {
            if cell.error.is_some() {
                return Err(format!("{} failed", cell.model));
            }
            let lines: Vec<&str> = cell.sentences.iter().map(|s| s.text.as_str()).collect();
            Ok(self.rouge.score(reference, &lines.join("\n")))
        });
        answered.collect()
    }

    /// The table; `None` if no article could be scored.
    pub fn finish(self) -> Option<Evaluation> {
        let articles = self.scores.first()?.len();
        let first = self.scores.first()?.clone();
        let models = self.models.into_iter().zip(&self.scores).enumerate();
        let models: Option<Vec<ModelScores>> = models
            .map(|(i, (model, scores))| {
                let gain = |f: fn(&Scores) -> f64| {
                    (i > 0).then(|| {
                        bootstrap::paired_difference(&column(scores, f), &column(&first, f), SEED)
                    })
                };
                Some(ModelScores {
                    model,
                    rouge1: bootstrap::mean(&column(scores, |s| s.rouge1.f), SEED)?,
                    rouge2: bootstrap::mean(&column(scores, |s| s.rouge2.f), SEED)?,
                    rouge_lsum: bootstrap::mean(&column(scores, |s| s.rouge_lsum.f), SEED)?,
                    rouge1_gain: gain(|s| s.rouge1.f).flatten(),
                    rouge2_gain: gain(|s| s.rouge2.f).flatten(),
                })
            })
            .collect();
        Some(Evaluation {
            variant: format!(
                "as rouge-score 0.1.2, {} stemming",
                if self.stem { "with" } else { "without" }
            ),
            articles,
            left_out: self.left_out,
            models: models?,
        })
    }
}

/// One score of every article, in hundredths.
fn column(scores: &[Scores], f: fn(&Scores) -> f64) -> Vec<f64> {
    scores.iter().map(|scores| 100.0 * f(scores)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{AbstractReport, AbstractSentence, Verdict};

    fn cell(model: &str, text: &str) -> AbstractReport {
        AbstractReport {
            model: model.into(),
            text: Some(text.into()),
            sentences: vec![AbstractSentence {
                text: text.into(),
                verdict: Some(Verdict::Copied),
                support: Some(1.0),
                evidence: Vec::new(),
                flags: Vec::new(),
                edits: Vec::new(),
            }],
            unread: Vec::new(),
            notes: Vec::new(),
            millis: None,
            error: None,
        }
    }

    fn report(reference: Option<&str>, cells: Vec<AbstractReport>) -> ArticleReport {
        let mut report = ArticleReport::failed("id".into(), "source".into(), String::new());
        report.error = None;
        report.abstracts = cells;
        if let Some(reference) = reference {
            report.extra.insert(REFERENCE.into(), json!(reference));
        }
        report
    }

    #[test]
    fn models_are_compared_on_the_articles_that_all_of_them_answered() {
        let mut evaluator = Evaluator::new(vec!["a".into(), "b".into()], true);
        let broken = AbstractReport { error: Some("x".into()), ..cell("b", "") };
        evaluator.add(&report(
            Some("the bridge fell"),
            vec![cell("a", "the bridge"), cell("b", "the bridge fell")],
        ));
        evaluator.add(&report(Some("the bridge fell"), vec![cell("a", "the bridge fell"), broken]));
        evaluator.add(&report(None, vec![cell("a", "x"), cell("b", "y")]));
        let evaluation = evaluator.finish().unwrap();
        assert_eq!(evaluation.articles, 1);
        assert_eq!(evaluation.left_out.values().sum::<u64>(), 2);
        assert!((evaluation.models[0].rouge1.mean - 80.0).abs() < 1e-9);
        assert!((evaluation.models[1].rouge1_gain.unwrap().mean - 20.0).abs() < 1e-9);
        assert!(evaluation.models[0].rouge1_gain.is_none());
    }

    #[test]
    fn nothing_scored_is_no_evaluation() {
        let mut evaluator = Evaluator::new(vec!["a".into()], true);
        evaluator.add(&report(None, vec![cell("a", "x")]));
        assert!(evaluator.finish().is_none());
    }
}
