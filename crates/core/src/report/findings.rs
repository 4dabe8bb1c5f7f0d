//! What a check says of one summary: a line of `check --format jsonl`.

use serde::Serialize;

use super::{AbstractSentence, ArticleReport, Failure};

/// The sentences of a summary that somebody else wrote, each with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings<'a> {
    /// Id of the article.
    pub id: &'a str,
    /// The sentences, without their author: nobody knows who wrote a summary that was given.
    pub sentences: Vec<AbstractSentence>,
    /// Mean support of the sentences, 0–1; `None` if there is none.
    pub support: Option<f64>,
    /// What a reader should know about the summary as a whole.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub notes: &'a [String],
    /// Why there are no findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
}

impl<'a> Findings<'a> {
    /// What `report` says of its first abstract, which is the summary that was given.
    pub fn of(report: &'a ArticleReport) -> Self {
        let cell = report.abstracts.first();
        Self {
            id: &report.id,
            sentences: cell.map(|cell| given(&cell.sentences)).unwrap_or_default(),
            support: cell.and_then(super::AbstractReport::support),
            notes: cell.map(|cell| cell.notes.as_slice()).unwrap_or_default(),
            error: error(report),
        }
    }
}

fn given(sentences: &[AbstractSentence]) -> Vec<AbstractSentence> {
    sentences.iter().map(|sentence| AbstractSentence { by: None, ..sentence.clone() }).collect()
}

fn error(report: &ArticleReport) -> Option<&str> {
    let cell = report.abstracts.first().and_then(|cell| cell.error.as_ref());
    report.error.as_ref().or(cell).map(Failure::message)
}
