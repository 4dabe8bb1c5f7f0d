//! Encoders that several models are built on, in memory once.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::engine::{
    EngineError,
    native::{BertEncoder, BertFiles},
};

/// The encoders that are loaded, by their files and by how much of a text they read.
#[derive(Default)]
pub(super) struct Encoders(Mutex<Vec<(BertFiles, usize, Arc<BertEncoder>)>>);

impl Encoders {
    /// The encoder in `files`, loaded now if nobody has asked for it before.
    pub(super) fn get(
        &self,
        files: &BertFiles,
        max_tokens: usize,
    ) -> Result<Arc<BertEncoder>, EngineError> {
        let mut loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = loaded.iter().find(|(own, most, _)| own == files && *most == max_tokens);
        if let Some((_, _, encoder)) = known {
            return Ok(Arc::clone(encoder));
        }
        let encoder = Arc::new(BertEncoder::load(files, max_tokens)?);
        loaded.push((files.clone(), max_tokens, Arc::clone(&encoder)));
        Ok(encoder)
    }
}

impl fmt::Debug for Encoders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list()
            .entries(loaded.iter().map(|(files, most, _)| (&files.weights, most)))
            .finish()
    }
}
