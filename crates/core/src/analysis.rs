//! What the run asks of whoever knows language: to repair a document, to check a summary against its
//! article, and to judge the tone of an article with a model. The contract knows the questions and the
//! shape of the answers; `standfirst-text` answers them for the news.

use crate::{
    article::{Article, Document, EmptyArticle, Halt, Limits, Span},
    entailment::EntailmentModel,
    plugin::{Band, Label, PluginError, Sentiment, SentimentModel},
    report::{Asked, Fault, Flag, Part, TargetTone, Verdict},
};

/// Knows language: built once and shared by threads; the same question has the same answer.
pub trait Analyzer: Send + Sync {
    /// Finds the article in a document, as long as `limits` allow.
    ///
    /// # Errors
    /// [`Unrepaired`] if nothing is left, or it was to give up.
    fn repair(&self, document: Document, limits: &Limits) -> Result<Article, Unrepaired>;

    /// What the article says of each sentence of one summary, as long as the article's limits allow.
    /// `model`, if there is one, is asked about the sentences that are not the article's own.
    ///
    /// # Errors
    /// [`Halt`] if it was to give up.
    fn check(
        &self,
        article: &Article,
        summary: &[&str],
        model: Option<&dyn EntailmentModel>,
    ) -> Result<Checked, Halt>;

    /// What `model` makes of the article, of its sentences, and of those that it names.
    ///
    /// # Errors
    /// Those of [`SentimentModel::score`], and [`PluginError::Language`].
    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError>;
}

/// Why there is no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unrepaired {
    /// Nothing is left.
    #[error(transparent)]
    Empty(#[from] EmptyArticle),
    /// The repair was to give up.
    #[error(transparent)]
    Halted(#[from] Halt),
}

/// What the check says of one summary.
#[derive(Debug, Default)]
pub struct Checked {
    /// One per sentence of the summary, in the same order.
    pub findings: Vec<Finding>,
    /// Whether the model was asked and has answered.
    pub asked: bool,
    /// Why the model could not be asked; the findings are then what the words alone tell.
    pub failed: Option<PluginError>,
}

/// What the check says of one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// In a word.
    pub verdict: Verdict,
    /// How well the article supports the sentence, 0–1.
    pub support: f64,
    /// The parts of the article that it rests on, best first, at most three.
    pub evidence: Vec<Span>,
    /// What is wrong with it, each once, in the order of [`Flag`].
    pub flags: Vec<Flag>,
    /// The places of these, as far as they have one, in the order of the sentence.
    pub faults: Vec<Fault>,
    /// What is said of each of its statements, where it makes several and is not the article's own.
    pub parts: Vec<Part>,
}

/// What one model makes of the tone of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Tones {
    /// Class and polarity of the whole; `None` for an article without sentences.
    pub whole: Option<(Label, f64)>,
    /// Which means of polarities count as neutral; a single one has a class of its own.
    pub neutral: Band,
    /// One per sentence of the article.
    pub sentences: Vec<Sentiment>,
    /// Towards whoever is named, most mentioned first.
    pub targets: Vec<TargetTone>,
    /// Towards the target that the input asks about, if it does.
    pub asked: Option<Asked>,
}

/// Four decimals: more would claim a precision that no tone has.
pub fn round_score(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}
