//! Encoders that several models are built on, in memory once.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use standfirst_core::card::Precision;

use crate::engine::{
    EngineError,
    native::{BertEncoder, BertFiles},
};

/// Files, how much of a text is read, and what the products are computed in.
type Wanted = (BertFiles, usize, Precision);

/// The encoders that are loaded, by their files and by how much of a text they read.
#[derive(Default)]
pub(super) struct Encoders(Mutex<Vec<(Wanted, Arc<BertEncoder>)>>);

impl Encoders {
    /// The encoder in `files`, loaded now if nobody has asked for it before.
    pub(super) fn get(
        &self,
        files: &BertFiles,
        max_tokens: usize,
        precision: Precision,
    ) -> Result<Arc<BertEncoder>, EngineError> {
        let mut loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = (files.clone(), max_tokens, precision);
        if let Some((_, encoder)) = loaded.iter().find(|(known, _)| *known == wanted) {
            return Ok(Arc::clone(encoder));
        }
        let encoder = Arc::new(BertEncoder::load_as(files, max_tokens, precision)?);
        loaded.push((wanted, Arc::clone(&encoder)));
        Ok(encoder)
    }
}

impl fmt::Debug for Encoders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list()
            .entries(
                loaded
                    .iter()
                    .map(|((files, most, precision), _)| (&files.weights, most, precision)),
            )
            .finish()
    }
}
