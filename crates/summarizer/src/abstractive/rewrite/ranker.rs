//! What picks the sentences that a model rewrites.

use std::sync::Arc;

use standfirst_core::{
    article::Article,
    plugin::{PluginError, Summarizer},
};

use crate::extractive::{lexrank, salience::Salience};

/// Orders the sentences of an article.
pub trait Ranker: Send + Sync {
    /// The sentences that it read, best first, and by what.
    ///
    /// # Errors
    /// [`PluginError::Engine`] if a network fails.
    fn rank(&self, article: &Article) -> Result<Ranking, PluginError>;
}

/// Sentences in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// Their indices, best first.
    pub order: Vec<usize>,
    /// Id of what ordered them.
    pub by: String,
}

impl Ranker for Salience {
    /// In a language that it does not know LexRank orders the sentences, and is named: a model that
    /// writes may know more languages than what picks for it.
    fn rank(&self, article: &Article) -> Result<Ranking, PluginError> {
        match Self::rank(self, article) {
            Err(PluginError::Language { .. }) => {
                Ok(Ranking { order: lexrank::rank(article), by: lexrank::ID.to_owned() })
            }
            ranked => Ok(Ranking { order: ranked?, by: self.info().id.clone() }),
        }
    }
}

/// What picks sentences: in order for those who rewrite them, as an abstract for those who do not.
#[derive(Clone)]
pub struct Picker {
    /// All sentences, best first.
    pub ranker: Arc<dyn Ranker>,
    /// The best, within a budget.
    pub model: Arc<dyn Summarizer>,
}

impl std::fmt::Debug for Picker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Picker").field(&self.model.info().id).finish()
    }
}
