//! The models side by side, without a reference: what each costs and takes, where in the articles its
//! sentences stand, and how far the models agree.

use serde::Serialize;

use crate::{
    metric::{
        bootstrap::{self, Estimate},
        rouge::Rouge,
    },
    report::{AbstractReport, ArticleReport},
    words,
};

/// Seed of every interval, so that a figure can be had again.
const SEED: u64 = 1;

/// Collects figures article by article; holds numbers and no text.
pub struct Comparer {
    rouge: Rouge,
    models: Vec<Figures>,
    /// ROUGE-1 F of every article for each pair of models `(i, j)` with `i < j`, row by row.
    pairs: Vec<Vec<f64>>,
    articles: u64,
    unreadable: u64,
}

/// The raw figures of one model, an entry per abstract or per sentence.
#[derive(Default)]
struct Figures {
    model: String,
    failed: u64,
    words: Vec<f64>,
    compression: Vec<f64>,
    positions: Vec<f64>,
    millis: Vec<f64>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Articles that could be read.
    pub articles: u64,
    /// Inputs that could not.
    pub unreadable: u64,
    /// One row per model, in the order asked for.
    pub models: Vec<ModelFigures>,
    /// Agreement of every pair of models, in the same order.
    pub agreement: Vec<Agreement>,
}

/// One model's row. Every estimate is `None` if the model answered nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelFigures {
    /// Id of the model.
    pub model: String,
    /// Abstracts it gave.
    pub answered: u64,
    /// Articles it failed on.
    pub failed: u64,
    /// Words of an abstract.
    pub words: Option<Estimate>,
    /// Words of the source text for each word of the abstract (Grusky et al. 2018).
    pub compression: Option<Estimate>,
    /// Where its evidence begins: 0 at the first byte of the text, 1 at the last.
    pub position: Option<Estimate>,
    /// Milliseconds an article.
    pub millis: Option<Estimate>,
}

/// How alike the abstracts of two models are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// The two ids, in the order asked for.
    pub models: [String; 2],
    /// Mean ROUGE-1 F between their abstracts, stemmed, 0–100; `None` if they share no article.
    pub rouge1: Option<Estimate>,
}

impl Comparer {
    /// For these models.
    pub fn new(models: Vec<String>) -> Self {
        let count = models.len();
        let figures = |model| Figures { model, ..Figures::default() };
        Self {
            rouge: Rouge::new(true),
            models: models.into_iter().map(figures).collect(),
            pairs: vec![Vec::new(); count * count.saturating_sub(1) / 2],
            articles: 0,
            unreadable: 0,
        }
    }

    /// Adds one article. Compression and position need [`ArticleReport::text`].
    pub fn add(&mut self, report: &ArticleReport) {
        if report.error.is_some() {
            self.unreadable += 1;
            return;
        }
        self.articles += 1;
        let text = report.text.as_deref().unwrap_or_default();
        let source_words = words::words(text).count();
        for (figures, cell) in self.models.iter_mut().zip(&report.abstracts) {
            figures.add(cell, text.len(), source_words);
        }
        let mut pair = 0;
        for (i, one) in report.abstracts.iter().enumerate() {
            for other in &report.abstracts[i + 1..] {
                if let (Some(one), Some(other)) = (&one.text, &other.text) {
                    self.pairs[pair].push(100.0 * self.rouge.score(one, other).rouge1.f);
                }
                pair += 1;
            }
        }
    }

    /// The table.
    pub fn finish(self) -> Comparison {
        let ids: Vec<String> = self.models.iter().map(|figures| figures.model.clone()).collect();
        let pairs = (0..ids.len()).flat_map(|i| (i + 1..ids.len()).map(move |j| (i, j)));
        let agreement = pairs.zip(&self.pairs).map(|((i, j), scores)| Agreement {
            models: [ids[i].clone(), ids[j].clone()],
            rouge1: bootstrap::mean(scores, SEED),
        });
        Comparison {
            articles: self.articles,
            unreadable: self.unreadable,
            agreement: agreement.collect(),
            models: self.models.into_iter().map(Figures::finish).collect(),
        }
    }
}

impl Figures {
    fn add(&mut self, cell: &AbstractReport, bytes: usize, source_words: usize) {
        let Some(text) = &cell.text else {
            self.failed += 1;
            return;
        };
        let count = words::words(text).count();
        self.words.push(count as f64);
        if count > 0 && source_words > 0 {
            self.compression.push(source_words as f64 / count as f64);
        }
        let starts = cell.sentences.iter().filter_map(|sentence| sentence.evidence.first());
        self.positions.extend(starts.filter(|_| bytes > 0).map(|s| s.start as f64 / bytes as f64));
        self.millis.extend(cell.millis);
    }

    fn finish(self) -> ModelFigures {
        ModelFigures {
            answered: self.words.len() as u64,
            failed: self.failed,
            words: bootstrap::mean(&self.words, SEED),
            compression: bootstrap::mean(&self.compression, SEED),
            position: bootstrap::mean(&self.positions, SEED),
            millis: bootstrap::mean(&self.millis, SEED),
            model: self.model,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::Span,
        report::{AbstractSentence, Verdict},
    };

    fn cell(model: &str, text: &str, start: usize) -> AbstractReport {
        let sentence = AbstractSentence {
            text: text.into(),
            verdict: Some(Verdict::Copied),
            support: Some(1.0),
            evidence: vec![Span::new(start, start + text.len())],
            flags: Vec::new(),
            edits: Vec::new(),
        };
        AbstractReport {
            model: model.into(),
            text: Some(text.into()),
            sentences: vec![sentence],
            unread: Vec::new(),
            notes: Vec::new(),
            millis: Some(2.0),
            error: None,
        }
    }

    #[test]
    fn figures_by_hand() {
        let mut report = ArticleReport::failed("id".into(), "source".into(), String::new());
        report.error = None;
        report.text = Some("Rain fell. The bridge held all night.".into());
        report.abstracts =
            vec![cell("a", "Rain fell.", 0), cell("b", "The bridge held all night.", 11)];
        let mut comparer = Comparer::new(vec!["a".into(), "b".into()]);
        comparer.add(&report);
        report.abstracts[1] = AbstractReport {
            text: None,
            sentences: Vec::new(),
            error: Some("x".into()),
            ..report.abstracts[1].clone()
        };
        comparer.add(&report);
        comparer.add(&ArticleReport::failed("id".into(), "source".into(), "gone".into()));
        let comparison = comparer.finish();
        assert_eq!((comparison.articles, comparison.unreadable), (2, 1));
        let [a, b] = &comparison.models[..] else { panic!("two rows") };
        assert_eq!((a.answered, a.failed, b.answered, b.failed), (2, 0, 1, 1));
        let close = |estimate: Option<Estimate>, expected: f64| {
            let mean = estimate.unwrap().mean;
            assert!((mean - expected).abs() < 1e-12, "{mean} is not {expected}");
        };
        close(a.compression, 3.5);
        close(b.words, 5.0);
        close(b.position, 11.0 / 37.0);
        close(comparison.agreement[0].rouge1, 0.0);
    }
}
