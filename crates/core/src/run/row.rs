//! One article and what every model answered, until it becomes a report.

use std::{sync::Arc, time::Duration};

use super::{
    Plan,
    cell::{Answer, Cell},
    chain,
};
use crate::{
    article::Article,
    check::{Checker, Finding},
    plugin::{Label, Origin, PluginError, Sentiment, Summary, SummarySentence},
    report::{
        AbstractReport, AbstractSentence, ArticleReport, Author, Edit, SCHEMA, SentenceTone,
        SentimentReport,
    },
    tone::{Tones, round},
};

/// A row of the grid.
pub(super) enum Row {
    /// The article is being read.
    Opening,
    /// The article could not be read.
    Failed(Box<ArticleReport>),
    /// The models are at work; `None` where one has not answered yet.
    Open(Arc<Article>, Vec<Option<Cell>>),
}

impl Row {
    pub(super) fn new(opened: Result<Arc<Article>, Box<ArticleReport>>, columns: usize) -> Self {
        match opened {
            Ok(article) => Self::Open(article, (0..columns).map(|_| None).collect()),
            Err(report) => Self::Failed(report),
        }
    }

    pub(super) fn fill(&mut self, column: usize, cell: Cell) {
        if let Self::Open(_, cells) = self {
            cells[column] = Some(cell);
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        match self {
            Self::Opening => false,
            Self::Failed(_) => true,
            Self::Open(_, cells) => cells.iter().all(Option::is_some),
        }
    }

    /// The report; `None` if the row is not ready.
    pub(super) fn into_report(self, plan: &Plan) -> Option<ArticleReport> {
        match self {
            Self::Opening => None,
            Self::Failed(report) => Some(*report),
            Self::Open(article, cells) => Some(report(&article, cells, plan)),
        }
    }
}

fn report(article: &Article, cells: Vec<Option<Cell>>, plan: &Plan) -> ArticleReport {
    let document = article.document();
    let mut report = ArticleReport {
        schema: SCHEMA,
        id: document.id.clone(),
        source: document.source.to_string(),
        title: article.title(),
        language: article.language(),
        text: plan.include_text.then(|| document.text.clone()),
        notes: document.notes.clone(),
        extra: document.extra.clone(),
        cuts: article.cuts().to_vec(),
        abstracts: Vec::with_capacity(plan.summarizers.len()),
        sentiment: Vec::with_capacity(plan.sentiment.len()),
        target: None,
        error: None,
    };
    let checker = (!plan.summarizers.is_empty()).then(|| Checker::new(article));
    for (column, cell) in cells.into_iter().flatten().enumerate() {
        let model = plan.info(column).id.clone();
        let millis = plan.timings.then(|| millis(cell.took));
        match cell.answer {
            Answer::Summary(answer) => {
                report.abstracts.push(abstract_report(checker.as_ref(), model, answer, millis));
            }
            Answer::Tone(answer) => {
                report.sentiment.push(sentiment_report(article, model, answer, millis));
            }
        }
    }
    report.target = report.sentiment.first().and_then(|first| first.target.clone());
    report
}

fn abstract_report(
    checker: Option<&Checker<'_>>,
    model: String,
    answer: Result<Summary, PluginError>,
    millis: Option<f64>,
) -> AbstractReport {
    let (summary, error) = match answer {
        Ok(summary) => (Some(summary), None),
        Err(error) => (None, Some(chain(&error))),
    };
    let texts: Vec<&str> =
        summary.iter().flat_map(|summary| &summary.sentences).map(|s| s.text.as_str()).collect();
    let findings = checker.map(|checker| checker.summary(&texts)).unwrap_or_default();
    let article = checker.map(Checker::article);
    let given = summary.iter().flat_map(|summary| &summary.sentences).zip(findings);
    let sentences = given.map(|(sentence, found)| abstract_sentence(article, sentence, found));
    AbstractReport {
        model,
        text: summary.as_ref().map(|_| texts.join(" ")),
        sentences: sentences.collect(),
        unread: summary.as_ref().map(|summary| summary.unread.clone()).unwrap_or_default(),
        notes: summary.map(|summary| summary.notes).unwrap_or_default(),
        millis,
        error,
    }
}

fn abstract_sentence(
    article: Option<&Article>,
    sentence: &SummarySentence,
    found: Finding,
) -> AbstractSentence {
    let edits = article.map(|article| edits(article, sentence.origin)).unwrap_or_default();
    // The check finds what the sentence rests on; where an edit has its words from is known.
    let mut evidence = found.evidence;
    for edit in &edits {
        if let Edit::Named { evidence: name, .. } = edit
            && !evidence.iter().any(|span| span.overlaps(*name))
        {
            evidence.push(*name);
        }
    }
    AbstractSentence {
        text: sentence.text.clone(),
        verdict: Some(found.verdict),
        support: Some(found.support),
        evidence,
        flags: found.flags,
        edits,
        by: match sentence.origin {
            Origin::Extracted(_) | Origin::Mended { .. } => None,
            Origin::Generated => Some(Author::Model),
            Origin::StandIn(_) => Some(Author::Article),
        },
    }
}

/// What was done to a sentence of the article.
fn edits(article: &Article, origin: Origin) -> Vec<Edit> {
    let Origin::Mended { dropped, name, .. } = origin else { return Vec::new() };
    let text = |span| article.document().display(span);
    let dropped = dropped.map(|evidence| Edit::Dropped { text: text(evidence), evidence });
    let named = name.map(|evidence| Edit::Named { text: text(evidence), evidence });
    dropped.into_iter().chain(named).collect()
}

fn sentiment_report(
    article: &Article,
    model: String,
    answer: Result<Tones, PluginError>,
    millis: Option<f64>,
) -> SentimentReport {
    let unknown_language = matches!(answer, Err(PluginError::Language { .. }));
    let (tones, error) = match answer {
        Ok(tones) => (Some(tones), None),
        Err(error) => (None, Some(chain(&error))),
    };
    let (sentences, targets, target) = match tones {
        Some(Tones { sentences, targets, asked }) => (sentences, targets, asked),
        None => (Vec::new(), Vec::new(), None),
    };
    let score = mean(&sentences);
    SentimentReport {
        model,
        label: score.map(Label::of),
        score: score.map(round),
        confidence: None,
        sentences: article
            .sentences()
            .iter()
            .zip(&sentences)
            .map(|(sentence, tone)| SentenceTone {
                span: sentence.span,
                label: tone.label,
                score: round(tone.polarity.get()),
            })
            .collect(),
        unknown_language,
        targets,
        target,
        millis,
        error,
    }
}

/// The tone of the whole is the mean over its sentences: scored in one piece, a lexicon's sum
/// saturates with length.
fn mean(tones: &[Sentiment]) -> Option<f64> {
    let sum: f64 = tones.iter().map(|tone| tone.polarity.get()).sum();
    (!tones.is_empty()).then(|| sum / tones.len() as f64)
}

/// Milliseconds, to a tenth.
fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e4).round() / 10.0
}
