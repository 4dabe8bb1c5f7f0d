//! A teaser on the same line as the end of the article: the last sentences of the last block, compared with
//! all before them.

use super::{
    MAX_TAIL, MIN_BODY_WORDS, MIN_WORDS_FOR_WHOLE,
    features::{Features, Text, Unit, Vocabulary},
    form, model,
};
use crate::repair::{draft::Mark, page::Page};
use standfirst_core::article::{Reason, Span};

/// A glued tail is foreign with at least this probability.
const SURE: f64 = 0.97;
/// So many sentences at the end are looked at.
const MAX_SENTENCES: usize = 6;

/// What is glued to the last block before `end`, where the teasers begin that stand for themselves; `vocabulary` is
/// that of the blocks.
pub(super) fn find<'a>(page: &Page<'a>, end: usize, vocabulary: Vocabulary<'a>) -> Option<Mark> {
    let (blocks, index) = (page.blocks(), end.checked_sub(1)?);
    let block = &blocks[index];
    if block.is_heading() || block.is_item() || form::is_listed(blocks, index, MAX_TAIL) {
        return None;
    }
    let (text, sentences) = (block.text(), page.sentences_of(index));
    let words = page.words().of_block(index);
    let whole = Text { text, lowered: page.lowered().block(index) };
    let units = sentences.iter().map(|&span| Unit::part(whole, span, words));
    let mut best: Option<(usize, f64)> = None;
    each(vocabulary, index, sentences, units, |start, features| {
        let foreign = features.probability(&model::GLUED);
        if best.is_none_or(|(_, most)| foreign > most) {
            best = Some((start, foreign));
        }
    });
    let (start, foreign) = best.filter(|(_, foreign)| *foreign >= SURE)?;
    let (range, reason) = (start..text.len(), Reason::Teaser);
    Some(Mark { block: index, range, reason, confidence: foreign })
}

/// Calls back for each tail of the `sentences` of a text, all of them but the first, that might be of
/// another story, the shortest first: where it starts, and the evidence against what stands before it, which is the
/// first `before` units of a vocabulary. `units` are the sentences.
pub(super) fn each<'a>(
    vocabulary: Vocabulary<'a>,
    before: usize,
    sentences: &[Span],
    units: impl Iterator<Item = Unit<'a>>,
    mut found: impl FnMut(usize, Features),
) {
    if sentences.len() < 2 {
        return;
    }
    let Some(vocabulary) = vocabulary.with_end(before, units) else { return };
    for at in (1..sentences.len()).rev().take(MAX_SENTENCES) {
        let units = before + at..before + sentences.len();
        let words = vocabulary.words_before(units.start);
        if words >= MIN_BODY_WORDS && vocabulary.is_prose(units.clone()) {
            let features = vocabulary.features(units);
            if words >= MIN_WORDS_FOR_WHOLE || features.is_broken() {
                found(sentences[at].start, features);
            }
        }
    }
}
