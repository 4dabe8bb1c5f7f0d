//! What the repair made of one article: a line of `clean --format jsonl`.

use serde::Serialize;

use super::SCHEMA;
use crate::{
    article::{Article, Cut, Facts},
    language::Language,
};

/// An article without what is not part of it, and what that was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repaired<'a> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The article's id.
    pub id: &'a str,
    /// Path, or `path:line`.
    pub source: &'a str,
    /// Title, where one is known.
    pub title: Option<String>,
    /// What a web page says about its article, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<&'a Facts>,
    /// Language of the body, where it could be told.
    pub language: Option<Language>,
    /// The text without its cuts. Offsets do not point into it, but into the text as read.
    pub repaired: Option<String>,
    /// What is not part of the body.
    pub cuts: &'a [Cut],
    /// What a reader should know about how it was read.
    pub notes: &'a [String],
    /// Why there is no article.
    pub error: Option<&'a str>,
}

impl<'a> Repaired<'a> {
    /// What was made of the input `source`.
    pub fn of(source: &'a str, article: &'a Article) -> Self {
        Self {
            schema: SCHEMA,
            id: &article.document().id,
            source,
            title: article.title(),
            facts: Some(&article.document().facts).filter(|facts| !facts.is_empty()),
            language: article.language(),
            repaired: Some(article.repaired()),
            cuts: article.cuts(),
            notes: &article.document().notes,
            error: None,
        }
    }

    /// There is no article in the input `source`.
    pub fn failed(source: &'a str, error: &'a str) -> Self {
        Self {
            schema: SCHEMA,
            id: source,
            source,
            title: None,
            facts: None,
            language: None,
            repaired: None,
            cuts: &[],
            notes: &[],
            error: Some(error),
        }
    }
}
