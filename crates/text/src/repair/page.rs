//! What the repairs are shown: the blocks that are left, and their sentences.

use std::{cell::OnceCell, ops::Deref};

use standfirst_core::article::Span;

use super::block::Block;
use crate::sentence::Split;

/// The blocks that are left, in order.
pub(super) struct Page<'a> {
    blocks: &'a [Block],
    sentences: &'a Sentences,
}

impl<'a> Page<'a> {
    /// `sentences` are those of these blocks, or of none yet.
    pub fn new(blocks: &'a [Block], sentences: &'a Sentences) -> Self {
        Self { blocks, sentences }
    }

    /// Each block with its sentences: bytes of its text.
    pub fn sentences(&self) -> impl Iterator<Item = (&'a Block, &'a [Span])> {
        self.blocks.iter().zip(self.sentences.of(self.blocks).groups())
    }
}

impl Deref for Page<'_> {
    type Target = [Block];

    fn deref(&self) -> &[Block] {
        self.blocks
    }
}

/// The sentences of blocks, found when they are first asked for: several repairs look at them, and finding them takes
/// as long as all else that these do.
#[derive(Default)]
pub(super) struct Sentences(OnceCell<Split>);

impl Sentences {
    /// Those of each of `blocks`, in bytes of its text.
    pub fn of(&self, blocks: &[Block]) -> &Split {
        self.0.get_or_init(|| {
            let mut split = Split::with_capacity(blocks.len());
            for block in blocks {
                split.push(block.text(), Span::new(0, block.text().len()));
            }
            split
        })
    }
}
