//! Titles and sub-headings: short lines of their own that are no sentence.

use memchr::memchr_iter;

use super::{
    block::{Block, Role},
    edge::{is_closing, is_stop, starts_lower},
};

/// A heading has at most this many words.
const MAX_WORDS: usize = 16;
/// And at most this many bytes.
const MAX_BYTES: usize = 120;
/// A question of more words than this is a line of the text.
const MAX_QUESTION: usize = 9;
/// More short lines than this in a row are a list, a table or a poem.
const MAX_RUN: usize = 2;
/// What follows a heading has at least this many words.
const MIN_BODY: usize = 8;
/// Confidence in a heading in title case or capitals.
const TITLE_CASE: f64 = 0.95;
/// Confidence in a heading in sentence case.
const SENTENCE_CASE: f64 = 0.85;

/// Labels the headings among the blocks, anew; those that the format declares stay.
pub(super) fn label(blocks: &mut [Block]) {
    let looks: Vec<Look> = blocks.iter().map(look).collect();
    let mut index = 0;
    while index < blocks.len() {
        let run = looks[index..].iter().take_while(|look| matches!(look, Look::Heading(_))).count();
        let body = looks.get(index + run) == Some(&Look::Body);
        for offset in 0..run {
            let Look::Heading(confidence) = looks[index + offset] else { continue };
            let block = &mut blocks[index + offset];
            if block.role != Role::Declared(confidence) {
                let found = body && run <= MAX_RUN;
                block.role = if found { Role::Heading(confidence) } else { Role::Body };
            }
        }
        index += run.max(1);
    }
}

/// What a block looks like on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    /// A heading, with a confidence.
    Heading(f64),
    /// A paragraph that a heading may stand over.
    Body,
    /// Neither.
    Other,
}

fn look(block: &Block) -> Look {
    if let Role::Declared(confidence) = block.role {
        return Look::Heading(confidence);
    }
    let text = block.text();
    if block.is_item() {
        return Look::Body;
    }
    if block.pieces().len() == 1 && is_like(text) {
        let title = is_title_case(text);
        return Look::Heading(if title { TITLE_CASE } else { SENTENCE_CASE });
    }
    let body =
        memchr_iter(b' ', text.as_bytes()).nth(MIN_BODY - 2).is_some() && !starts_lower(text);
    if body { Look::Body } else { Look::Other }
}

/// Whether a text has the form of a heading, whatever stands around it.
pub(super) fn is_like(text: &str) -> bool {
    text.len() <= MAX_BYTES && is_heading_like(text)
}

/// Whether a short line has no stop, starts large and consists of words.
fn is_heading_like(text: &str) -> bool {
    let count = memchr_iter(b' ', text.as_bytes()).count() + 1;
    let bare = text.trim_end_matches(is_closing);
    let stopped = match bare.chars().next_back() {
        Some('?') => count > MAX_QUESTION,
        Some(c) => is_stop(c) || matches!(c, ',' | '-' | '–' | '—'),
        None => true,
    };
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let mostly_letters = letters * 10 >= text.chars().filter(|c| !c.is_whitespace()).count() * 6;
    count <= MAX_WORDS
        && !stopped
        && mostly_letters
        && starts_like_heading(text)
        && !goes_on(text)
        && !is_quoted(text)
        && !has_stop_inside(text)
}

/// Whether a line ends as an item of a list does to which others belong: "…; and".
fn goes_on(text: &str) -> bool {
    let (before, last) = text.rsplit_once(' ').unwrap_or(("", text));
    matches!(last, "and" | "or" | "und" | "et" | "y" | "e") || before.is_empty() && last == "&"
}

/// Whether a sentence ends before the end: a stop after a word too long for an abbreviation.
fn has_stop_inside(text: &str) -> bool {
    let mut words = text.split(' ').rev().skip(1);
    words.any(|word| word.ends_with('.') && word.trim_end_matches('.').chars().count() > 3)
}

/// Whether the first character is a capital letter, a digit that opens no list, or a letter of a
/// script without capitals.
fn starts_like_heading(text: &str) -> bool {
    let first = text.trim_start_matches(['"', '“', '‘', '\'', '¿', '¡']).chars().next();
    let listed = text.split(' ').next().is_some_and(|word| word.ends_with(['.', ')', ':']));
    first.is_some_and(|c| c.is_alphanumeric() && !c.is_lowercase()) && !listed
}

/// Whether the line is one quotation, or a piece of one.
fn is_quoted(text: &str) -> bool {
    let opens = text.starts_with(['"', '“', '«', '„']);
    let closes = text.ends_with(['"', '”', '»']);
    let marks = super::quote::marks(text).count();
    (opens && (closes || marks % 2 == 1)) || (closes && marks % 2 == 1)
}

/// Whether all words but the small ones start with a capital.
fn is_title_case(text: &str) -> bool {
    let long = || text.split(' ').filter(|word| word.chars().count() > 3);
    long().all(|word| !starts_lower(word))
}

#[cfg(test)]
mod tests {
    use super::super::layout;
    use super::*;
    use standfirst_core::article::Document;

    fn headings(text: &str) -> Vec<String> {
        let mut draft = layout::read(Document::from_text("t", text));
        label(&mut draft.blocks);
        let headings = draft.blocks.iter().filter(|block| block.is_heading());
        headings.map(|block| block.text().to_owned()).collect()
    }

    const BODY: &str = "The council of Ardmoor voted on Tuesday to close the bridge.";

    #[test]
    fn short_lines_over_a_paragraph_are_headings() {
        for heading in [
            "Mending the Old Bridge",
            "A long winter ahead",
            "Ferries vs. buses",
            "MENDING THE BRIDGE",
            "What happens next?",
            "‘No money’ for repairs, says mayor",
            "5 things to know",
        ] {
            assert_eq!(headings(&format!("{BODY}\n{heading}\n{BODY}")), [heading]);
            assert_eq!(headings(&format!("{heading}\n\n{BODY}")), [heading]);
        }
    }

    #[test]
    fn sentences_quotations_lists_and_numbers_are_not() {
        for line in [
            "Nobody was hurt.",
            "“Nobody was hurt”",
            "\"It could have been worse",
            "12:30 - 14:00",
            "1. Swing bridge",
            "and then it fell",
            "She said:",
            "Mending the bridge before the winter comes; and",
            "Mending the bridge or",
            "Would the town that built the bridge with its own hands have closed it?",
        ] {
            assert_eq!(headings(&format!("{BODY}\n{line}\n{BODY}")), [""; 0], "{line}");
        }
        let list = format!("{BODY}\nSwing bridge\nOld pier\nFish market\nLighthouse\n{BODY}");
        assert_eq!(headings(&list), [""; 0]);
        assert_eq!(headings(&format!("{BODY}\nMending the bridge")), [""; 0]);
    }
}
