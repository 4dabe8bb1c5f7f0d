//! What the run asks of whoever knows language: to repair a document, to check a summary against its
//! article, and to judge the tone of an article with a model. The contract knows the questions and the
//! shape of the answers; `standfirst-text` answers them for the news.

use crate::{
    article::{Article, Document, EmptyArticle, Span},
    plugin::{Band, Label, PluginError, Sentiment, SentimentModel},
    report::{Asked, Flag, TargetTone, Verdict},
};

/// Knows language: built once and shared by threads; the same question has the same answer.
pub trait Analyzer: Send + Sync {
    /// Finds the article in a document.
    ///
    /// # Errors
    /// [`EmptyArticle`] if nothing is left.
    fn repair(&self, document: Document) -> Result<Article, EmptyArticle>;

    /// What the article says of each sentence of one summary: as many findings, in the same order.
    fn check(&self, article: &Article, summary: &[&str]) -> Vec<Finding>;

    /// What `model` makes of the article, of its sentences, and of those that it names.
    ///
    /// # Errors
    /// Those of [`SentimentModel::score`], and [`PluginError::Language`].
    fn tones(&self, article: &Article, model: &dyn SentimentModel) -> Result<Tones, PluginError>;
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
