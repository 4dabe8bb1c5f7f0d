//! Words: what the lexical summarisers and the repair count.

use unicode_segmentation::UnicodeSegmentation;

use standfirst_core::article::Span;

/// The words of `text` by Unicode's word boundaries (UAX #29), as written, punctuation left out.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    // A blank is part of a word only where a sign that stands for nothing by itself clings to it, and is left out here.
    // So a curly quotation mark somewhere in a text need not cost all of it the short way that the library has for ASCII.
    let (whole, mixed) = if text.is_ascii() { (Some(text), None) } else { (None, Some(text)) };
    let parts = mixed.into_iter().flat_map(|text| text.split(' '));
    whole.into_iter().chain(parts).flat_map(UnicodeSegmentation::unicode_words)
}

/// Where the [`words`] of `text` stand, `offset` bytes further on.
pub(crate) fn spans(text: &str, offset: usize) -> impl Iterator<Item = Span> {
    let start = text.as_ptr().addr();
    words(text).map(move |word| {
        let at = offset + word.as_ptr().addr() - start;
        Span::new(at, at + word.len())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_those_of_the_whole_text_without_blanks(
            text in "([a-cA-C0-9'.,:;_-]|[ \u{a0}\t\n]|\\PC|[“’…éא״\u{301}\u{200d}\u{ad}\u{a51}ℹ\u{1f1e6}カ漢\u{e01}]){0,30}"
        ) {
            let whole = text.unicode_word_indices().map(|(at, word)| {
                let bare = word.trim_start_matches(' ');
                (at + word.len() - bare.len(), bare)
            });
            let whole: Vec<(usize, &str)> = whole.collect();
            let found: Vec<(usize, &str)> =
                spans(&text, 0).map(|span| (span.start, &text[span.range()])).collect();
            prop_assert_eq!(found, whole);
        }
    }
}
