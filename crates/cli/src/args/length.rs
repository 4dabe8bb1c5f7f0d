//! Lengths of abstracts as people write them.

use std::num::NonZeroUsize;

/// A number of sentences.
///
/// # Errors
/// A sentence that says what is wrong, for zero and for what is no whole number.
pub fn sentences(text: &str) -> Result<NonZeroUsize, String> {
    at_least_one(text, "sentence")
}

/// A number of words.
///
/// # Errors
/// As [`sentences`].
pub fn words(text: &str) -> Result<NonZeroUsize, String> {
    at_least_one(text, "word")
}

/// A number of characters.
///
/// # Errors
/// As [`sentences`].
pub fn characters(text: &str) -> Result<NonZeroUsize, String> {
    at_least_one(text, "character")
}

fn at_least_one(text: &str, what: &str) -> Result<NonZeroUsize, String> {
    let number: usize = text.parse().map_err(|_| format!("{text:?} is not a whole number"))?;
    NonZeroUsize::new(number).ok_or_else(|| format!("an abstract has at least one {what}"))
}
