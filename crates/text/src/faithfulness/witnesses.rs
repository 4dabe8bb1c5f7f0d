//! What is compared one by one, whatever the sentence as a whole looks like: numbers, names, quotations,
//! speakers, negations and hedges.

use std::ops::Range;

use super::{
    alignment::Alignment,
    edits::Comparison,
    hedges::{self, Flip},
    index::{Index, Token},
    names, numbers,
    quotes::Quotation,
    speakers,
};
use standfirst_core::report::Flag;

/// A sentence that shares this part of its words, in order, with a passage is nearly that passage.
const NEAR: f64 = 0.5;

/// Words of a sentence that the article does not bear out, by kind: their indices.
#[derive(Default)]
pub(super) struct Witnesses {
    /// Names that the article lacks.
    pub absent_names: Vec<usize>,
    /// Names in the place of others.
    pub swapped_names: Vec<usize>,
    /// Numbers and dates that the article lacks.
    pub absent_numbers: Vec<usize>,
    /// Numbers and dates of something else.
    pub misplaced_numbers: Vec<usize>,
    /// Quotations that are not verbatim, or were not said.
    pub wrong_quotes: Vec<Range<usize>>,
    /// Names that are given somebody else's words.
    pub wrong_speakers: Vec<Range<usize>>,
    /// Negations and hedges that were dropped or put in.
    pub flips: Vec<Flip>,
}

impl Witnesses {
    /// Of a sentence that rests on `alignment` and differs from its best passage by `comparison`.
    pub fn of(
        index: &Index,
        tokens: &[Token],
        quotations: &[Quotation],
        alignment: &Alignment,
        comparison: &Comparison,
    ) -> Self {
        let near = is_near(tokens, comparison);
        let theirs = alignment.best(index);
        let swapped_names =
            if near { names::swapped(index, tokens, alignment, comparison) } else { Vec::new() };
        let mut speakers = speakers::find(index, tokens, &quoted(tokens.len(), quotations));
        speakers.retain(|speaker| swapped_names.iter().any(|at| speaker.contains(at)));
        let wrong = |quotation: &&Quotation| {
            quotation.is_wrong() || (near && quotation.is_edited(comparison))
        };
        Self {
            absent_names: names::absent(index, tokens),
            swapped_names,
            absent_numbers: numbers::absent(index, tokens),
            misplaced_numbers: numbers::misplaced(index, tokens, alignment, comparison),
            wrong_quotes: quotations.iter().filter(wrong).map(|q| q.tokens.clone()).collect(),
            wrong_speakers: speakers,
            flips: if near { hedges::flips(tokens, theirs, comparison) } else { Vec::new() },
        }
    }

    /// In what respects something is wrong, in the order of [`Flag`].
    pub fn flags(&self) -> Vec<Flag> {
        let flags = [
            (Flag::Number, self.absent_numbers.len() + self.misplaced_numbers.len()),
            (Flag::Name, self.absent_names.len() + self.swapped_names.len()),
            (Flag::Quote, self.wrong_quotes.len()),
            (Flag::Negation, self.flips.len()),
            (Flag::Speaker, self.wrong_speakers.len()),
        ];
        flags.into_iter().filter(|(_, count)| *count > 0).map(|(flag, _)| flag).collect()
    }
}

/// Whether a sentence is nearly the passage that it is compared with.
pub(super) fn is_near(tokens: &[Token], comparison: &Comparison) -> bool {
    comparison.common as f64 >= NEAR * tokens.len() as f64
}

/// Which of so many words stand in quotation marks.
fn quoted(words: usize, quotations: &[Quotation]) -> Vec<bool> {
    let mut quoted = vec![false; words];
    for quotation in quotations {
        let end = quotation.tokens.end.min(words);
        quoted[quotation.tokens.start.min(end)..end].fill(true);
    }
    quoted
}
