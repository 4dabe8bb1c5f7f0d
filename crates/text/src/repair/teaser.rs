//! Beginnings of other stories that were glued to the end of the article.
//!
//! The last paragraphs are compared with everything before them by a logistic model over the
//! [`features`] of each; see [`model`] for what it was fitted on. A tail is cut from its first surely
//! foreign paragraph on. The features are made for English, and other languages are left alone.

mod features;
#[cfg(test)]
mod fit;
mod form;
mod glued;
mod model;

use standfirst_core::article::Reason;

use super::{block::Block, draft::Mark, page::Page};
use features::{Text, Unit, Vocabulary};

/// So many blocks at the end are looked at.
const MAX_TAIL: usize = 8;
/// Fewer words than this before the tail are no article to compare with.
const MIN_BODY_WORDS: usize = 40;
/// After fewer words than this whole paragraphs stay, since little of any story was said before: only what
/// is visibly the beginning of another goes.
const MIN_WORDS_FOR_WHOLE: usize = 150;
/// The first block of a tail is foreign with at least this probability.
const SURE: f64 = 0.75;
/// The log-odds of all blocks of a tail add up to at least this.
const MIN_EVIDENCE: f64 = 1.9;
/// One block adds or takes away at most this much evidence.
const MAX_EVIDENCE: f64 = 3.0;

/// The teasers at the end: of all tails that start with a surely foreign block, the one with the most
/// evidence for it; and what is glued to the last block before it.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    let blocks = page.blocks();
    // The last sentences of a text in one line stand for themselves.
    let before = if blocks.len() > 1 { blocks } else { &[] };
    let texts = before.iter().map(Block::text).zip(page.lowered().blocks());
    let units = texts
        .enumerate()
        .map(|(at, (text, lowered))| Unit::new(Text { text, lowered }, page.words().of_block(at)));
    let Some(vocabulary) = Vocabulary::new(units) else {
        return Vec::new();
    };
    let (mut evidence, mut most, mut start) = (0.0, MIN_EVIDENCE, blocks.len());
    let mut tail = Vec::new();
    for index in (1..blocks.len()).rev().take(MAX_TAIL) {
        if vocabulary.words_before(index) < MIN_BODY_WORDS {
            break;
        }
        let foreign = foreign(blocks, &vocabulary, index);
        evidence += (foreign / (1.0 - foreign)).ln().clamp(-MAX_EVIDENCE, MAX_EVIDENCE);
        tail.push(Mark::whole(index, &blocks[index], Reason::Teaser, foreign));
        if foreign >= SURE && evidence >= most {
            (most, start) = (evidence, index);
        }
    }
    tail.retain(|mark| mark.block >= start);
    tail.extend(glued::find(page, start, vocabulary));
    tail
}

/// The probability that a block starts another story; none of one that cannot.
fn foreign(blocks: &[Block], vocabulary: &Vocabulary<'_>, index: usize) -> f64 {
    let unit = index..index + 1;
    if !vocabulary.is_prose(unit.clone()) || form::is_listed(blocks, index, MAX_TAIL) {
        return 0.0;
    }
    let features = vocabulary.features(unit);
    let enough = vocabulary.words_before(index) >= MIN_WORDS_FOR_WHOLE;
    if enough || features.is_broken() { model::probability(&features) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Document;

    use super::*;
    use crate::repair::{layout, page::Known};

    fn cut(text: &str) -> Vec<String> {
        let blocks = layout::read(Document::from_text("t", text)).blocks;
        let marks = find(&Page::new(&blocks, &Known::default()));
        marks.iter().map(|mark| blocks[mark.block].text()[mark.range.clone()].to_owned()).collect()
    }

    const BODY: &str = "The council of Ardmoor voted on Tuesday to close the swing bridge for the winter.\n\n\
        Engineers had found cracks in two of its piers, and the repair would cost four million.\n\n\
        The mayor of Ardmoor said that the council did not know where the money would come from.";

    #[test]
    fn a_short_report_keeps_its_last_paragraph_whatever_its_words() {
        let last = "Head coach Rena Pell has just over a month to train her rowers for the regatta, but \
            the lack of a dry boathouse is a great hindrance to their hopes of rowing well. (ab)";
        assert_eq!(cut(&format!("{BODY}\n\n{last}")), [""; 0]);
    }

    #[test]
    fn what_is_broken_off_goes_on_its_own_line_and_on_that_of_the_article() {
        let teaser = "PRIZE ROW: A jury in Velden has given the largest prize for pianists under thirty to \
            Tomas Reuter, who learned on a keyboard that he had painted on his grandmother's";
        assert_eq!(cut(&format!("{BODY}\n\n{teaser}")), [teaser]);
        assert_eq!(cut(&format!("{BODY} {teaser}")), [teaser]);
    }
}
