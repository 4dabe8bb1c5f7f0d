//! What the repairs are shown: the blocks that are left, their sentences and their words.

use std::{
    cell::{Cell, OnceCell},
    ops::{Deref, Range},
};

use standfirst_core::article::Span;

use super::{
    block::Block,
    numbered::{Numbered, stored},
};
use crate::sentence::Split;

/// The blocks that are left, in order.
pub(super) struct Page<'a> {
    blocks: &'a [Block],
    known: &'a Known,
}

impl<'a> Page<'a> {
    /// `known` is what is known of these blocks, or of none yet.
    pub fn new(blocks: &'a [Block], known: &'a Known) -> Self {
        Self { blocks, known }
    }

    /// Each block with its sentences: bytes of its text.
    pub fn sentences(&self) -> impl Iterator<Item = (&'a Block, &'a [Span])> {
        self.blocks.iter().zip(self.known.sentences_of(self.blocks).groups())
    }

    /// The sentences of one block.
    pub fn sentences_of(&self, block: usize) -> &'a [Span] {
        self.known.sentences_of(self.blocks).group(block)
    }

    /// Where it is kept which of some looks, a bit each, have found nothing in each block; what they find is to hang on
    /// nothing but the text.
    pub fn passed(&self) -> &'a [Cell<u16>] {
        self.known.passed.get_or_init(|| vec![Cell::new(0); self.blocks.len()])
    }

    /// Their text in small letters.
    pub fn lowered(&self) -> &'a Lowered {
        self.known.lowered.get_or_init(|| Lowered::of(self.blocks))
    }

    /// The words of all blocks.
    pub fn words(&self) -> &'a Numbered {
        self.known.words.get_or_init(|| Numbered::of(self.lowered()))
    }

    /// The blocks.
    pub fn blocks(&self) -> &'a [Block] {
        self.blocks
    }
}

impl Deref for Page<'_> {
    type Target = [Block];

    fn deref(&self) -> &[Block] {
        self.blocks
    }
}

/// What is known of blocks, found when it is first asked for: several repairs look at it, and finding it takes as long as
/// all else that these do.
#[derive(Default)]
pub(super) struct Known {
    sentences: OnceCell<Split>,
    passed: OnceCell<Vec<Cell<u16>>>,
    lowered: OnceCell<Lowered>,
    words: OnceCell<Numbered>,
}

impl Known {
    /// The sentences, without the rest.
    pub fn sentences_alone(self) -> Self {
        Self { sentences: self.sentences, ..Self::default() }
    }

    /// What is known still once the blocks have changed, of those that were there before, which `origins` says: the
    /// sentences and what looks have found nothing in. Small letters and words of all of them are forgotten.
    pub fn carried(self, blocks: &[Block], origins: &[Option<u32>]) -> Self {
        let known = Self::default();
        if let Some(old) = self.sentences.into_inner() {
            let mut split = Split::with_capacity(blocks.len());
            for (block, origin) in blocks.iter().zip(origins) {
                match origin {
                    Some(before) => split.push_group(old.group(*before as usize)),
                    None => push(&mut split, block),
                }
            }
            let _ = known.sentences.set(split);
        }
        if let Some(old) = self.passed.into_inner() {
            let passed = |before: u32| old[before as usize].clone();
            let carried = origins.iter().map(|origin| origin.map(passed).unwrap_or_default());
            let _ = known.passed.set(carried.collect());
        }
        known
    }

    /// The sentences of each of `blocks`, in bytes of its text.
    pub fn sentences_of(&self, blocks: &[Block]) -> &Split {
        self.sentences.get_or_init(|| {
            let mut split = Split::with_capacity(blocks.len());
            for block in blocks {
                push(&mut split, block);
            }
            split
        })
    }
}

/// Puts the sentences of a block behind those of others.
fn push(split: &mut Split, block: &Block) {
    split.push(block.text(), Span::new(0, block.text().len()));
}

/// The text of all blocks, one after the other, in which only the letters of ASCII are in small ones: every byte stands where
/// it does in its block.
pub(super) struct Lowered {
    text: String,
    /// Where each block ends.
    ends: Vec<u32>,
}

impl Lowered {
    fn of(blocks: &[Block]) -> Self {
        let mut text = String::with_capacity(blocks.iter().map(|block| block.text().len()).sum());
        let mut ends = Vec::with_capacity(blocks.len());
        for block in blocks {
            text.push_str(block.text());
            ends.push(stored(text.len()));
        }
        text.make_ascii_lowercase();
        Self { text, ends }
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of each block.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        let mut start = 0;
        self.ends.iter().map(move |&end| std::mem::replace(&mut start, end as usize)..end as usize)
    }

    /// One block.
    pub fn block(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[at] as usize]
    }

    /// Each block.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.ranges().map(|range| &self.text[range])
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::{Document, Reason};

    use super::*;
    use crate::repair::{draft::Mark, layout};

    #[test]
    fn what_is_carried_over_a_change_is_what_would_be_found_anew() {
        let text = "One came. Two left.\nADVERT\nThree stayed. SHARE THIS. Four went.\nThe keepers of the old\nbridge left.\nFive. Six.";
        let mut draft = layout::read(Document::from_text("t", text));
        let known = Known::default();
        let page = Page::new(&draft.blocks, &known);
        assert!(page.sentences().count() > 4);
        page.passed().iter().for_each(|passed| passed.set(1));
        let mark = |block: usize, range: Range<usize>| Mark {
            block,
            range,
            reason: Reason::Boilerplate,
            confidence: 1.0,
        };
        draft.cut(vec![mark(1, 0..6), mark(2, 14..25)]);
        let known = known.carried(&draft.blocks, &draft.origins);
        assert!(draft.join(), "{:?}", draft.blocks);
        let known = known.carried(&draft.blocks, &draft.origins);
        let (page, anew) = (Page::new(&draft.blocks, &known), Known::default());
        let sentences = |known| -> Vec<Vec<Span>> {
            let page = Page::new(&draft.blocks, known);
            page.sentences().map(|(_, spans)| spans.to_vec()).collect()
        };
        assert_eq!(sentences(&known), sentences(&anew));
        let texts: Vec<&str> = page.iter().map(Block::text).collect();
        let new = ["Three stayed.", "Four went.", "The keepers of the old bridge left."];
        for (text, passed) in texts.iter().zip(page.passed()) {
            assert_eq!(passed.get() == 0, new.contains(text), "{texts:?}");
        }
    }
}
