//! Sentences and lines that are known by their wording.

use std::ops::Range;

use memchr::memchr_iter;

use standfirst_core::article::{Reason, Span};

use super::{draft::Mark, page::Page, phrasebook::Phrasebook};

/// Confidence in a whole line that is worded like something known.
const LINE: f64 = 0.95;
/// Confidence in a sentence among others.
const SENTENCE: f64 = 0.9;

/// A sentence of more words than this is not looked at.
const MAX_SENTENCE: usize = 30;

/// Signs that tell something at the ends of a text.
const EDGES: [char; 7] = ['©', '(', ')', '»', ':', '>', '@'];

/// A text without the punctuation at its ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !EDGES.contains(&c))
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
    for (index, (block, spans)) in page.sentences().enumerate() {
        let text = block.text();
        if has_at_most(text, max_words) && lines.is_match(bare(text)) {
            marks.push(Mark::whole(index, block, reason, LINE));
        } else {
            let found = matching(text, spans, sentences).into_iter();
            marks.extend(found.map(|range| Mark {
                block: index,
                range,
                reason,
                confidence: SENTENCE,
            }));
        }
    }
    marks
}

/// The sentences of a text that match, neighbours together.
fn matching(text: &str, spans: &[Span], sentences: &Phrasebook) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut follows = false;
    for span in spans {
        let sentence = &text[span.range()];
        let matches = has_at_most(sentence, MAX_SENTENCE) && sentences.is_match(bare(sentence));
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
    use crate::repair::{layout, page::Sentences};
    use standfirst_core::article::Document;

    /// What a repair leaves of a text, block by block.
    pub fn left(repair: fn(&Page<'_>) -> Vec<Mark>, text: &str) -> Vec<String> {
        let mut draft = layout::read(Document::from_text("t", text));
        let marks = repair(&Page::new(&draft.blocks, &Sentences::default()));
        draft.cut(marks);
        draft.blocks.iter().map(|block| block.text().to_owned()).collect()
    }
}
