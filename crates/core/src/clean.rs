//! The repair: which bytes of a document are the article, and why the others are not.

use crate::article::{Article, Document, EmptyArticle, Span};

/// Finds the article in a document.
///
/// # Errors
/// [`EmptyArticle`] if nothing is left.
pub fn clean(document: Document) -> Result<Article, EmptyArticle> {
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            paragraphs.push(Span::new(at, at + line.trim_end().len()));
        }
        at += line.len();
    }
    Article::new(document, Vec::new(), &paragraphs, Vec::new())
}
