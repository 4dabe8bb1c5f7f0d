//! Why something in a report is missing.

use std::{error, fmt};

use serde::{Deserialize, Serialize, Serializer};

use crate::{article::Halt, plugin::PluginError};

/// Why there is no answer: what kind of reason, and the words for a reader. Reports are written with the
/// words alone, so that one that was read back is of the kind [`FailureKind::Other`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Failure {
    kind: FailureKind,
    message: String,
}

/// The kinds of reasons for which there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The input could not be read.
    Unreadable,
    /// Nothing is left of the article after the repair.
    NothingLeft,
    /// The article is in a language that the model does not know.
    Language,
    /// One sentence is longer than the model reads.
    TooLong,
    /// The model took too long.
    TooSlow,
    /// The run was stopped before it was done. Such reports are not handed on.
    Stopped,
    /// The network or the program behind the model failed.
    Engine,
    /// There is no summary to check.
    NoSummary,
    /// What the model wrote is empty.
    Empty,
    /// Nothing of what the model wrote is supported by the article.
    Unsupported,
    /// Nothing is short enough for the form that was asked for.
    NoFit,
    /// The model gave no answer: a bug in it.
    Silent,
    /// Something panicked: a bug in it.
    Panicked,
    /// What the input asks about does not stand in the article.
    Target,
    /// It is not known.
    Other,
}

impl Failure {
    /// A reason of this kind in these words.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What kind of reason it is.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The words for a reader, causes included.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Failure {}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(FailureKind::Other, message)
    }
}

impl From<&PluginError> for FailureKind {
    fn from(error: &PluginError) -> Self {
        match error {
            PluginError::Language { .. } => Self::Language,
            PluginError::TooLong { .. } => Self::TooLong,
            PluginError::Halted(Halt::Stopped) => Self::Stopped,
            PluginError::Halted(_) => Self::TooSlow,
            PluginError::Engine(_) => Self::Engine,
            PluginError::NoSummary(_) => Self::NoSummary,
            PluginError::Empty => Self::Empty,
            PluginError::Unsupported { .. } => Self::Unsupported,
            PluginError::NoFit(_) => Self::NoFit,
            PluginError::Silent => Self::Silent,
            PluginError::Panicked(_) => Self::Panicked,
        }
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.message)
    }
}

/// Puts an error and its causes into words, on one line.
pub type Words = fn(&(dyn error::Error + 'static)) -> String;

/// An error and its causes on one line: the [`Words`] of a caller that has none of its own.
pub fn chain(error: &dyn error::Error) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_s_error_keeps_its_kind_and_its_causes() {
        let error = PluginError::Engine("no memory".into());
        let failure = Failure::new((&error).into(), chain(&error));
        assert_eq!(failure.kind(), FailureKind::Engine);
        assert_eq!(failure.to_string(), "the model failed: no memory");
    }

    #[test]
    fn it_is_written_as_its_words_and_read_back_as_those() {
        let failure = Failure::new(FailureKind::Silent, "no \"answer\"");
        let written = serde_json::to_string(&failure).unwrap();
        assert_eq!(written, r#""no \"answer\"""#);
        let read: Failure = serde_json::from_str(&written).unwrap();
        assert_eq!((read.kind(), read.message()), (FailureKind::Other, "no \"answer\""));
    }
}
