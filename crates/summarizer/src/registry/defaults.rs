//! The models that are taken when nobody names any. Falling back is told: whoever asks is handed why the
//! model that was meant is not there.

use std::sync::Arc;

use standfirst_core::plugin::{SentimentModel, Summarizer};

use super::{
    DEFAULT_SENTIMENT, DEFAULT_SUMMARIZER, FALLBACK_SUMMARIZER, FAST_SENTIMENT, LoadError, Offered,
    Registry,
};

/// A model that nobody named.
pub struct Chosen<T: ?Sized> {
    /// Loaded and ready.
    pub model: Arc<T>,
    /// Why it is not the one that is best, if that one's files are not there.
    pub instead: Option<LoadError>,
}

impl Registry {
    /// The summariser when nobody names one: [`DEFAULT_SUMMARIZER`], with the one that needs no files for
    /// languages that it does not know, or [`FALLBACK_SUMMARIZER`] alone.
    ///
    /// # Errors
    /// [`LoadError`] if the files are there and it cannot be loaded for another reason.
    pub fn default_summarizer(&self) -> Result<Chosen<dyn Summarizer>, LoadError> {
        let stand_in = self.summarizer(FALLBACK_SUMMARIZER)?;
        match self.summarizer(DEFAULT_SUMMARIZER) {
            Ok(model) => {
                Ok(Chosen { model: Arc::new(Offered::new(model, stand_in)), instead: None })
            }
            Err(error) if error.is_missing_files() => {
                Ok(Chosen { model: stand_in, instead: Some(error) })
            }
            Err(error) => Err(error),
        }
    }

    /// The sentiment model when nobody names one: [`DEFAULT_SENTIMENT`], or [`FAST_SENTIMENT`].
    ///
    /// # Errors
    /// [`LoadError`] if the files are there and it cannot be loaded for another reason.
    pub fn default_sentiment(&self) -> Result<Chosen<dyn SentimentModel>, LoadError> {
        match self.sentiment(DEFAULT_SENTIMENT) {
            Ok(model) => Ok(Chosen { model, instead: None }),
            Err(error) if error.is_missing_files() => {
                Ok(Chosen { model: self.sentiment(FAST_SENTIMENT)?, instead: Some(error) })
            }
            Err(error) => Err(error),
        }
    }

    /// The sentiment model that goes with `summarizers`: beside a network the network, else the one that is
    /// as fast as they are.
    ///
    /// # Errors
    /// As [`Registry::default_sentiment`].
    pub fn sentiment_beside(
        &self,
        summarizers: &[Arc<dyn Summarizer>],
    ) -> Result<Chosen<dyn SentimentModel>, LoadError> {
        if is_fast(summarizers) {
            return Ok(Chosen { model: self.sentiment(FAST_SENTIMENT)?, instead: None });
        }
        self.default_sentiment()
    }
}

/// Whether all of `summarizers` do without files, so that [`FAST_SENTIMENT`] goes with them.
pub fn is_fast(summarizers: &[Arc<dyn Summarizer>]) -> bool {
    summarizers.iter().all(|summarizer| summarizer.info().card.is_none())
}
