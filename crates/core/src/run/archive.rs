//! What earlier runs have found, so that nothing is computed twice.

use serde::{Deserialize, Serialize};

use crate::{
    article::{Cut, Document},
    language::Language,
    report::{AbstractReport, ArticleReport, SentimentReport},
};

/// By what a finding is kept: a checksum of all that it depends on.
pub type Key = [u8; 32];

/// Keeps what runs find, and knows it again. Several threads ask at once.
pub trait Archive: Send + Sync {
    /// What is known of `document` to a run that asks these models.
    fn find(&self, document: &Document) -> Found;

    /// Takes note of what was found of the document that has these keys. The report has the times that the
    /// models took, whether they are to be shown or not; a part of it with an error is no finding.
    fn keep(&self, keys: &[Key], report: &ArticleReport);
}

/// What is known of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// By what its findings are kept: those of the repair, then those of every model in the order of the plan.
    pub keys: Vec<Key>,
    /// What the repair found.
    pub repaired: Option<Repaired>,
    /// One for each summariser, in their order.
    pub abstracts: Vec<Option<AbstractReport>>,
    /// One for each sentiment model, in their order.
    pub sentiment: Vec<Option<SentimentReport>>,
}

impl Found {
    /// Whether nothing is left to be computed.
    pub fn is_all(&self) -> bool {
        self.repaired.is_some()
            && self.abstracts.iter().all(Option::is_some)
            && self.sentiment.iter().all(Option::is_some)
    }
}

/// What the repair found, as far as reports tell it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Repaired {
    /// The title.
    pub title: Option<String>,
    /// The language of the body.
    pub language: Option<Language>,
    /// What a reader should know of how it was read and repaired.
    pub notes: Vec<String>,
    /// What is not part of the body.
    pub cuts: Vec<Cut>,
}
