//! Vectors of articles, by which events are told apart better than by words and names alone.

use std::sync::Arc;

use anyhow::Result;
use standfirst_core::{article::Article, language::Language, plugin::PluginError};
use standfirst_storylines::events::{Vectors, encoded};
use standfirst_summarizer::{
    engine::{Encoder, EngineError},
    registry::EMBEDDER,
};

use crate::{args::Global, messages, settings};

/// The word for no encoder.
pub const NO_ENCODER: &str = "none";
/// An encoder of sentences, shown the beginning of an article as one text.
pub struct Lead {
    encoder: Arc<dyn Encoder>,
    /// Those that it knows; empty for any.
    languages: Vec<Language>,
}

/// The encoder `id`, the default one if none is named; `None` for none, or, aloud, where the files of the default
/// one are not there.
///
/// # Errors
/// If the one named cannot be had.
pub fn open(global: &Global, id: Option<&str>) -> Result<Option<Lead>> {
    if id == Some(NO_ENCODER) {
        return Ok(None);
    }
    let registry = settings::registry(global, None)?;
    let encoder = registry.encoder(id.unwrap_or(EMBEDDER));
    let encoder = match encoder {
        Err(missing) if id.is_none() && missing.is_missing_files() => {
            if !global.quiet {
                let why = messages::words(&missing);
                messages::notice(&format!("going by words and names alone: {why}"));
            }
            None
        }
        encoder => Some(encoder?),
    };
    let card = registry.card(id.unwrap_or(EMBEDDER))?;
    let languages = card.map(|card| card.languages.clone()).unwrap_or_default();
    Ok(encoder.map(|encoder| Lead { encoder, languages }))
}

impl Vectors for Lead {
    fn vector(&self, article: &Article) -> Result<Option<Vec<f32>>, PluginError> {
        let known = |language| self.languages.is_empty() || self.languages.contains(&language);
        if !article.language().is_none_or(known) {
            return Ok(None);
        }
        article.limits().check().map_err(EngineError::from)?;
        Ok(Some(self.encoder.encode(&[&encoded(article)])?.row(0).to_vec()))
    }
}
