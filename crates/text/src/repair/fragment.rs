//! The last sentence of a text that was broken off.

use crate::{
    lexicon::{Role, english},
    words,
};
use standfirst_core::article::Reason;

use super::{
    draft::Mark,
    edge::{is_closing, is_stop},
    page::Page,
};

/// A shorter piece may be a heading or a signature.
const MIN_WORDS: usize = 6;
/// At least this share of the words of running text are stop words.
const MIN_STOP_WORDS: f64 = 0.25;
/// Confidence in a piece that ends with a word that nothing ends with.
const CONFIDENCE: f64 = 0.85;

/// The broken-off sentence at the end, if there is one. English only: elsewhere there is no telling
/// which words cannot end a sentence.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    let Some((index, (block, sentences))) = page.sentences().enumerate().last() else {
        return Vec::new();
    };
    let lonely = index == 0;
    let last = sentences.last().filter(|last| !(lonely && last.start == 0));
    last.filter(|last| is_broken_off(&block.text()[last.range()]))
        .map(|last| Mark {
            block: index,
            range: last.range(),
            reason: Reason::Fragment,
            confidence: CONFIDENCE,
        })
        .into_iter()
        .collect()
}

/// Whether a sentence of running text ends without a stop on a word that cannot be the last one.
fn is_broken_off(text: &str) -> bool {
    let ellipsis = text.ends_with('…') || text.ends_with("...");
    let open = ellipsis || !text.trim_end_matches(is_closing).ends_with(is_stop);
    // Most are not, and their words need no reading.
    if !open {
        return false;
    }
    let words: Vec<&str> = words::words(text).collect();
    let stop_words = words.iter().filter(|word| english().is_stop_word(word)).count();
    let prose = stop_words as f64 >= MIN_STOP_WORDS * words.len() as f64;
    let bare = text.trim_end_matches(['…', '.', ' ']);
    let hangs = bare.ends_with([',', '-', '–', '—'])
        || bare.ends_with(char::is_alphabetic)
            && words.last().is_some_and(|word| english().is(word, Role::Unfinished));
    words.len() >= MIN_WORDS && prose && hangs
}

#[cfg(test)]
mod tests {
    use super::super::phrases::tests::left;
    use super::*;

    #[test]
    fn a_sentence_that_is_broken_off_goes() {
        let text = "The bridge fell. The mayor said that it was not the fault of the";
        assert_eq!(left(find, text), ["The bridge fell."]);
        let text = "The bridge fell.\nThe mayor said that it was not the fault of …";
        assert_eq!(left(find, text), ["The bridge fell."]);
    }

    #[test]
    fn lists_signatures_and_endings_without_a_stop_stay() {
        for text in [
            "The bridge fell.\nJane Doe",
            "The bridge fell.\nKeepers: Doe, Roe, Poe, Moe, Low, Snow, Crowe",
            "The bridge fell and nobody knows what is to become of it",
            "The mayor said that it was not the fault of the",
            "The bridge fell. And then there were none ...",
        ] {
            assert_eq!(left(find, text).join("\n"), text);
        }
    }
}
