//! Whether there is memory for an article, asked before it is read: what is made of it are thousands of small pieces,
//! none of which can be refused, and a program that gets none of them ends with all that it holds.

use std::hint::black_box;

use crate::input::{Input, InputError};

/// Which part of the memory that is reckoned with an article takes whatever is in it: to read it takes some three times its
/// size.
const LEAST: u64 = 20;
/// What nobody is asked for, in bytes: a run has as much for other things.
const SMALL: u64 = 16 << 20;

/// There is not even the memory that reading the article takes.
#[derive(Debug, thiserror::Error)]
#[error(
    "takes {} MB of memory at least, which there is no room for; split it, or free some",
    bytes / 1_000_000
)]
struct NoRoom {
    bytes: u64,
}

/// The input, if the allocator would give what its article takes at least. It need not keep its word: where the
/// system promises more than it has, everything is to be had.
pub(super) fn asked<I: Input>(input: I) -> Result<I, InputError> {
    let least = input.memory() / LEAST;
    if least <= SMALL || is_to_be_had(least) {
        return Ok(input);
    }
    Err(InputError { from: input.source().clone(), reason: Box::new(NoRoom { bytes: least }) })
}

fn is_to_be_had(bytes: u64) -> bool {
    let mut room = Vec::<u8>::new();
    let asked = usize::try_from(bytes).is_ok_and(|bytes| room.try_reserve_exact(bytes).is_ok());
    // What nobody uses would not be asked for.
    black_box(&room);
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Document, Source};

    /// An article that says how much it takes.
    struct Heavy(Source, u64);

    impl Input for Heavy {
        fn source(&self) -> &Source {
            &self.0
        }

        fn memory(&self) -> u64 {
            self.1
        }

        fn read(self) -> Result<Document, InputError> {
            Ok(Document::from_text("heavy", "Rain fell."))
        }
    }

    fn heavy(memory: u64) -> Heavy {
        Heavy(Source { path: "heavy.txt".into(), line: None }, memory)
    }

    #[test]
    fn only_an_article_that_no_memory_could_hold_is_refused() {
        for memory in [0, LEAST * SMALL, LEAST * SMALL + LEAST] {
            assert!(asked(heavy(memory)).is_ok(), "{memory}");
        }
        let error = asked(heavy(u64::MAX)).err().unwrap();
        assert_eq!(error.from.path, "heavy.txt");
        assert!(error.reason.to_string().contains("MB of memory"), "{}", error.reason);
    }
}
