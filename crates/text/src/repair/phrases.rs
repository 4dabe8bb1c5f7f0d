//! Sentences and lines that are known by their wording.

use std::ops::Range;

use memchr::memchr_iter;

use standfirst_core::article::{Reason, Span};

use super::{
    draft::Mark,
    page::Page,
    phrasebook::{Lookup, Phrasebook},
};

/// Confidence in a whole line that is worded like something known.
const LINE: f64 = 0.95;
/// Confidence in a sentence among others.
const SENTENCE: f64 = 0.9;

/// A sentence of more words than this is not looked at.
const MAX_SENTENCE: usize = 30;

/// Signs that tell something at the ends of a text.
const EDGES: [char; 7] = ['©', '(', ')', '»', ':', '>', '@'];

/// Whether a character is punctuation that tells nothing at the ends of a text.
fn is_mute(c: char) -> bool {
    !c.is_alphanumeric() && !EDGES.contains(&c)
}

/// Whether a text has at most so many words. Blanks are single in a block.
fn has_at_most(text: &str, words: usize) -> bool {
    memchr_iter(b' ', text.as_bytes()).count() < words
}

/// Marks whole blocks of at most `max_words` words that match `lines`, and within the others the
/// sentences that match `sentences`.
pub(super) fn find(
    page: &Page<'_>,
    lines: &Phrasebook,
    max_words: usize,
    sentences: &Phrasebook,
    reason: Reason,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    let lowered = page.lowered();
    let mut search =
        [lines, sentences].map(|book| Search { book, look: Lookup::new(book, lowered.text()) });
    let blocks = page.sentences().zip(lowered.ranges());
    let bit = 1 << reason as u8;
    for (index, ((block, spans), range)) in blocks.enumerate() {
        let passed = &page.passed()[index];
        if passed.get() & bit != 0 {
            continue;
        }
        let (text, before) = (block.text(), marks.len());
        let [lines, sentences] = &mut search;
        if lines.is_match(text, range.start, max_words) {
            marks.push(Mark::whole(index, block, reason, LINE));
        } else {
            let found = matching(text, range.start, spans, sentences).into_iter();
            marks.extend(found.map(|range| Mark {
                block: index,
                range,
                reason,
                confidence: SENTENCE,
            }));
        }
        if marks.len() == before {
            passed.set(passed.get() | bit);
        }
    }
    marks
}

/// A phrasebook, and how far it was looked for.
struct Search<'a> {
    book: &'a Phrasebook,
    look: Lookup<'a>,
}

impl Search<'_> {
    /// Whether a text that begins at a byte of all has at most so many words and matches.
    fn is_match(&mut self, text: &str, start: usize, most: usize) -> bool {
        let bare = text.trim_start_matches(is_mute);
        let from = start + text.len() - bare.len();
        self.look.sees(from..start + text.len())
            && has_at_most(text, most)
            && self.book.is_match(bare.trim_end_matches(is_mute))
    }
}

/// The sentences that match of a text that begins at a byte of all, neighbours together.
fn matching(
    text: &str,
    start: usize,
    spans: &[Span],
    sentences: &mut Search<'_>,
) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut follows = false;
    for span in spans {
        let sentence = &text[span.range()];
        let matches = sentences.is_match(sentence, start + span.start, MAX_SENTENCE);
        match found.last_mut() {
            Some(last) if matches && follows => last.end = span.end,
            _ if matches => found.push(span.range()),
            _ => {}
        }
        follows = matches;
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::repair::{layout, page::Known};
    use standfirst_core::article::Document;

    /// What a repair leaves of a text, block by block.
    pub fn left(repair: fn(&Page<'_>) -> Vec<Mark>, text: &str) -> Vec<String> {
        let mut draft = layout::read(Document::from_text("t", text));
        let marks = repair(&Page::new(&draft.blocks, &Known::default()));
        draft.cut(marks);
        draft.blocks.iter().map(|block| block.text().to_owned()).collect()
    }
}
