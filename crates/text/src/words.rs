//! Words: what the lexical summarisers and the repair count.

use unicode_segmentation::UnicodeSegmentation;

use standfirst_core::article::Span;

/// The words of `text` by Unicode's word boundaries (UAX #29), as written, punctuation left out.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// Where the [`words`] of `text` stand, `offset` bytes further on.
pub(crate) fn spans(text: &str, offset: usize) -> impl Iterator<Item = Span> {
    let words = text.unicode_word_indices();
    words.map(move |(at, word)| Span::new(offset + at, offset + at + word.len()))
}
