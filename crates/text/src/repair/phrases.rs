//! Sentences and lines that are known by their wording.

use std::ops::Range;

use regex::{RegexSet, RegexSetBuilder};

use crate::sentence;
use standfirst_core::article::{Reason, Span};

use super::{block::Block, draft::Mark};

/// Confidence in a whole line that is worded like something known.
const LINE: f64 = 0.95;
/// Confidence in a sentence among others.
const SENTENCE: f64 = 0.9;

/// A sentence of more words than this is not looked at.
const MAX_SENTENCE: usize = 30;

/// The set of `patterns`, whatever the case of the text. They are matched with texts that start and
/// end with a letter, a figure or one of [`EDGES`]: large classes such as `\W` would make the set slow
/// to compile, which a run over a single article pays in full.
///
/// # Panics
/// If one of them is not a regular expression: they are constants, and a test compiles them.
pub(super) fn set(patterns: &[&str]) -> RegexSet {
    RegexSetBuilder::new(patterns.iter().map(|pattern| plain(pattern)))
        .case_insensitive(true)
        .build()
        .expect("constant patterns")
}

/// The pattern with classes of ASCII: the wording is English, and Unicode's classes take a hundred
/// times as long to compile.
pub(super) fn plain(pattern: &str) -> String {
    let classes = [
        (r"\b", r"(?-u:\b)"),
        (r"\d", "[0-9]"),
        (r"[\w", "[A-Za-z0-9_À-ÿ"),
        (r"\w", "[A-Za-z0-9_À-ÿ]"),
    ];
    let plain = |pattern: String, (class, ascii): (&str, &str)| pattern.replace(class, ascii);
    classes.into_iter().fold(pattern.replace(r"\s", " "), plain)
}

/// Signs that tell something at the ends of a text.
const EDGES: [char; 7] = ['©', '(', ')', '»', ':', '>', '@'];

/// A text without the punctuation at its ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !EDGES.contains(&c))
}

/// Marks whole blocks of at most `max_words` words that match `lines`, and within the others the
/// sentences that match `sentences`.
pub(super) fn find(
    blocks: &[Block],
    lines: &RegexSet,
    max_words: usize,
    sentences: &RegexSet,
    reason: Reason,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let text = block.text();
        if text.split(' ').count() <= max_words && lines.is_match(bare(text)) {
            marks.push(Mark::whole(index, block, reason, LINE));
        } else {
            let found = matching(text, sentences).into_iter();
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
fn matching(text: &str, sentences: &RegexSet) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut follows = false;
    for span in sentence::split(text, Span::new(0, text.len())) {
        let sentence = &text[span.range()];
        let short = sentence.split(' ').nth(MAX_SENTENCE).is_none();
        let matches = short && sentences.is_match(bare(sentence));
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
    use crate::repair::layout;
    use standfirst_core::article::Document;

    /// What a repair leaves of a text, block by block.
    pub fn left(repair: fn(&[Block]) -> Vec<Mark>, text: &str) -> Vec<String> {
        let mut draft = layout::read(Document::from_text("t", text));
        let marks = repair(&draft.blocks);
        draft.cut(marks);
        draft.blocks.iter().map(|block| block.text().to_owned()).collect()
    }
}
