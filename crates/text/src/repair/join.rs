//! Paragraphs and quotations that were broken in two by a line break, a blank line or a cut.

use super::{
    block::{Block, Role},
    edge::{is_closing, is_stop, starts_lower},
    quote::{self, Side},
};

/// Fewer words than this may be a heading or an item of a list, whatever comes after.
const MIN_WORDS: usize = 5;

/// No paragraph is longer than this, in bytes; a text that breaks off at every line is no article.
const MAX_BYTES: usize = 8_000;

/// Whether the second block goes on where the first one breaks off.
pub(super) fn continues(first: &Block, second: &Block) -> bool {
    let body = first.role == Role::Body && second.role == Role::Body;
    let short = first.text().len() + second.text().len() <= MAX_BYTES;
    body && short
        && (breaks_off(first.text()) && starts_lower(second.text())
            || quotes_on(first.text(), second.text()))
}

/// Whether a text of some length ends in the middle of a sentence.
fn breaks_off(text: &str) -> bool {
    let bare = text.trim_end_matches(is_closing);
    !bare.ends_with(is_stop) && text.split(' ').nth(MIN_WORDS - 1).is_some()
}

/// Whether a quotation is open at the end of the first text, and the second one closes it without
/// having opened it again.
fn quotes_on(first: &str, second: &str) -> bool {
    let last = quote::marks(first).last();
    last.is_some_and(|mark| mark.side == Side::Opens)
        && quote::marks(second).next().is_some_and(|mark| mark.side == Side::Closes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_core::article::{Document, Span};

    fn joined(first: &str, second: &str) -> bool {
        let text = format!("{first}\n{second}");
        let document = Document::from_text("t", &text);
        let block =
            |start, end| Block::new(&document, vec![Span::new(start, end)], Role::Body).unwrap();
        continues(&block(0, first.len()), &block(first.len() + 1, text.len()))
    }

    #[test]
    fn a_broken_sentence_goes_on_in_lower_case() {
        assert!(joined("The council of the old port voted", "on Tuesday to close it."));
        assert!(joined("“We have not been told,”", "the mayor of Ardmoor said."));
        assert!(!joined("The council voted on Tuesday.", "on reflection, it should not have."));
        assert!(!joined("A costly repair", "was on the table."));
        assert!(!joined("The council of the old port voted", "Tuesday is the day."));
    }

    #[test]
    fn a_broken_quotation_goes_on_unless_it_is_opened_again() {
        assert!(joined("She said: “We have seen this.", "It will not pass,” and left."));
        assert!(!joined("She said: “We have seen this.", "“It will not pass,” she added."));
        assert!(!joined("She said: \"We have seen this.", "He left. \"No,\" he said."));
    }
}
