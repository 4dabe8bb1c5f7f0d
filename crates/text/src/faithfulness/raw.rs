//! What a text is read as, before the article's index knows its words.

use std::{borrow::Cow, ops::Range};

/// One word or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lower case, or the value of a number in digits.
    pub word: Cow<'a, str>,
    /// Whether it is a number that means a quantity or a date; "one" mostly is not.
    pub number: bool,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// Whether there is punctuation between it and the word before.
    pub after_break: bool,
}
