//! What is wrong with a table, in words.

use std::{fmt, io};

use parquet::errors::ParquetError;

/// Why a table, or a part of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault(pub String);

impl Fault {
    /// One that is told in `words`.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// More of something than the limit.
    pub fn more_than(limit: impl fmt::Display, what: &str) -> Self {
        Self(format!("more than {limit} {what}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::collections::TryReserveError> for Fault {
    fn from(_: std::collections::TryReserveError) -> Self {
        Self::new("there is no memory for it")
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        match error {
            // Ours, on its way back through the library.
            ParquetError::External(cause) => match cause.downcast::<Self>() {
                Ok(fault) => *fault,
                Err(cause) => Self(cause.to_string()),
            },
            ParquetError::General(words) | ParquetError::EOF(words) => Self(words),
            other => Self(other.to_string()),
        }
    }
}

impl From<Fault> for ParquetError {
    fn from(fault: Fault) -> Self {
        Self::External(Box::new(fault))
    }
}
