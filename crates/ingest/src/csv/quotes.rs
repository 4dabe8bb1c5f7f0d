//! Records whose quotes do not match: a quote that is never closed takes the following records into its
//! field, and a reader of CSV finds nothing wrong with that.

use std::sync::{Arc, Mutex, PoisonError};

/// The bytes that a reader was given and that no record has claimed yet.
#[derive(Clone, Default)]
pub(super) struct Raw(Arc<Mutex<Vec<u8>>>);

impl Raw {
    /// Takes note of bytes that the reader was given.
    pub(super) fn given(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    /// The first `count` bytes, or all there are.
    fn claim(&self, count: usize) -> Vec<u8> {
        let mut raw = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = count.min(raw.len());
        raw.drain(..count).collect()
    }
}

/// Looks at the quotes of one record after the other.
pub(super) struct Quotes {
    raw: Raw,
    delimiter: u8,
    /// Bytes that were claimed so far.
    claimed: u64,
    /// The line on which the next of them stands.
    line: u64,
}

impl Quotes {
    /// For the bytes from the line after the `skipped` ones on.
    pub(super) fn new(raw: Raw, delimiter: u8, skipped: u64) -> Self {
        Self { raw, delimiter, claimed: 0, line: skipped + 1 }
    }

    /// On which line the record starts that ends at byte `end` of the stream, and what is wrong with its
    /// quotes; nothing, if it is all on one line. Lines are counted here: a reader that ends a record at the
    /// first of two characters of a line end counts the second as the next record's.
    pub(super) fn look(&mut self, end: u64) -> (u64, Option<String>) {
        let count = end.saturating_sub(self.claimed);
        self.claimed += count;
        let raw = self.raw.claim(usize::try_from(count).unwrap_or(usize::MAX));
        let record = raw.trim_ascii_start();
        let (before, record) = (&raw[..raw.len() - record.len()], record.trim_ascii_end());
        let first = self.line + line_ends(before);
        self.line += line_ends(&raw);
        let lines = line_ends(record);
        let torn = (lines > 0 && is_torn(record, self.delimiter)).then(|| {
            format!(
                "the record runs from line {first} to line {}, and a quote in it is never closed or ends in the \
                 middle of a field: it may hold the articles that follow, too",
                first + lines
            )
        });
        (first, torn)
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.split(|&byte| byte == b'\n').skip(1).count() as u64
}

/// Where a scan of a record stands.
enum At {
    /// Before the first byte of a field.
    Start,
    /// In a field without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote between quotes: the end of the field, or the first half of a doubled one.
    Quote,
}

/// Whether a field goes on behind its closing quote, or has none.
fn is_torn(record: &[u8], delimiter: u8) -> bool {
    let mut at = At::Start;
    for &byte in record {
        let ends = byte == delimiter || matches!(byte, b'\n' | b'\r');
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Start | At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
            (At::Quote, _) if !ends => return true,
            _ if ends => At::Start,
            _ => At::Plain,
        };
    }
    matches!(at, At::Quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_that_end_amiss_are_torn() {
        for whole in [
            "1,\"Rain fell.\nThe bridge held.\",x",
            "1,\"They said \"\"no\"\".\n\",\"\"",
            "1,a 5\" pipe\n",
            "\"\"",
            "1;2",
        ] {
            assert!(!is_torn(whole.as_bytes(), b','), "{whole}");
        }
        for torn in ["1,\"Rain fell.\n2,\"The bridge held.\"", "1,\"Rain fell.\n2,x", "1,\"a\" b"] {
            assert!(is_torn(torn.as_bytes(), b','), "{torn}");
        }
    }
}
