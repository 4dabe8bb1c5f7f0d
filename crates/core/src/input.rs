//! Where documents come from. The run takes any iterator of [`Input`]s: `standfirst-ingest` finds them
//! in files and streams, a program of somebody else's may have them in memory.

use std::{convert::Infallible, error::Error};

use crate::article::{Document, Source};

/// Memory that a text takes while it is worked on, at most, in bytes for each byte of it. News takes a quarter of
/// that, names and lines of a word half; sentences of one word each take most.
pub const PER_BYTE: u64 = 60;

/// Something that can be read into a document, cheap to hold until then. Reading may be costly: it
/// happens on one of the threads of the run.
pub trait Input: Send + 'static {
    /// Where it came from.
    fn source(&self) -> &Source;

    /// How long it is, in bytes, as far as is known without reading it.
    fn bytes(&self) -> u64 {
        0
    }

    /// Memory that it takes while it is worked on, at most, in bytes, as far as can be told beforehand: unless
    /// something else is known of it, that of a text of its length.
    fn memory(&self) -> u64 {
        self.bytes().saturating_mul(PER_BYTE)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`InputError`], which names the input.
    fn read(self) -> Result<Document, InputError>;
}

/// An input could not be found or read; the run goes on.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {from}")]
pub struct InputError {
    /// Which one.
    pub from: Source,
    /// Why, and what to do about it.
    #[source]
    pub reason: Box<dyn Error + Send + Sync>,
}

/// A document that is there already.
impl Input for Document {
    fn source(&self) -> &Source {
        &self.source
    }

    fn bytes(&self) -> u64 {
        self.text.len() as u64
    }

    fn read(self) -> Result<Document, InputError> {
        Ok(self)
    }
}

/// For inputs that cannot fail to be found.
impl From<Infallible> for InputError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chain;

    #[test]
    fn the_chain_of_an_error_says_the_place_and_the_reason_once() {
        let from = Source { path: "news.txt".to_owned(), line: Some(3) };
        let error = InputError { from, reason: "it is empty".into() };
        assert_eq!(chain(&error), "cannot read news.txt:3: it is empty");
    }
}
