//! Vectors of articles, by which events are told apart better than by words and names alone.

use anyhow::Result;
use standfirst_storylines::events::{Encoded, Vectors};
use standfirst_summarizer::registry::EMBEDDER;

use crate::{args::Global, messages, settings};

/// The word for no encoder.
pub const NO_ENCODER: &str = "none";

/// The encoder `id`, the default one if none is named; `None` for none, or, aloud, where the files of the default
/// one are not there.
///
/// # Errors
/// If the one named cannot be had.
pub fn open(global: &Global, id: Option<&str>) -> Result<Option<Box<dyn Vectors>>> {
    if id == Some(NO_ENCODER) {
        return Ok(None);
    }
    let registry = settings::registry(global, None)?;
    match registry.vectors(id.unwrap_or(EMBEDDER)) {
        Err(missing) if id.is_none() && missing.is_missing_files() => {
            if !global.quiet {
                let why = messages::words(&missing);
                messages::notice(&format!("going by words and names alone: {why}"));
            }
            Ok(None)
        }
        vectors => {
            let (languages, encode) = vectors?;
            Ok(Some(Box::new(Encoded::new(languages, encode))))
        }
    }
}
