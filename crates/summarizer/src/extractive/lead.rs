//! The first sentences of the article. News puts the main thing first, so this is the line that
//! every other method has to beat (Nenkova 2005, "Automatic Text Summarization of Newswire").

use std::sync::Arc;

use standfirst_core::{article::Article, plugin::Summarizer};

use super::Extractor;

/// What it is called by.
pub const ID: &str = "lead";

/// Makes the method.
pub fn make() -> Arc<dyn Summarizer> {
    Arc::new(Extractor::new(ID, "the first sentences; hard to beat on news (Nenkova 2005)", rank))
}

/// Reading order.
pub fn rank(article: &Article) -> Vec<usize> {
    (0..article.sentences().len()).collect()
}
