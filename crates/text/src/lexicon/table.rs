//! The form of the files: a head and a colon, then words, until the next head.
//!
//! ```text
//! # What the file lists, where that comes from, and who reads it.
//! title female:
//!     duchess queen
//! ```
//!
//! The head has what is true of all the words, mostly roles. A blank inside a name is a `_`. A `#` at
//! the start of a line makes it a comment.

use super::data::File;

/// Words, and what their head says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The words of the head; never empty.
    pub heads: Vec<&'static str>,
    /// The words under it; never empty.
    pub words: Vec<&'static str>,
    file: &'static str,
    line: usize,
}

impl Entry {
    /// What is wrong with it.
    pub fn malformed(&self, reason: impl Into<String>) -> Malformed {
        Malformed { file: self.file, line: self.line, reason: reason.into() }
    }
}

/// A file that is not in the form of its topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("lexicon/{file}, line {line}: {reason}")]
pub(super) struct Malformed {
    file: &'static str,
    line: usize,
    reason: String,
}

impl Malformed {
    pub fn new(file: &File, line: usize, reason: impl Into<String>) -> Self {
        Self { file: file.path, line, reason: reason.into() }
    }
}

/// The lines of a file that are no comments and not blank.
pub(super) fn lines(file: &File) -> impl Iterator<Item = &'static str> {
    file.text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The entries of a file, in order.
///
/// # Errors
/// [`Malformed`] if a word stands before any head, or a head has no words.
pub(super) fn read(file: &File) -> Result<Vec<Entry>, Malformed> {
    let mut entries: Vec<Entry> = Vec::new();
    let numbered = file.text.lines().zip(1..);
    for (text, line) in numbered.filter(|(text, _)| !text.starts_with('#')) {
        let words = match text.split_once(':') {
            Some((head, words)) => {
                let heads: Vec<&str> = head.split_whitespace().collect();
                if heads.is_empty() {
                    return Err(Malformed::new(file, line, "nothing before the colon"));
                }
                entries.push(Entry { heads, words: Vec::new(), file: file.path, line });
                words
            }
            None => text,
        };
        let mut words = words.split_whitespace().peekable();
        match entries.last_mut() {
            Some(entry) => entry.words.extend(words),
            None if words.peek().is_some() => {
                return Err(Malformed::new(file, line, "words before any head"));
            }
            None => {}
        }
    }
    match entries.iter().find(|entry| entry.words.is_empty()) {
        Some(entry) => Err(entry.malformed("a head without words")),
        None => Ok(entries),
    }
}
