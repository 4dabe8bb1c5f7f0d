//! What the repairs are shown: the blocks that are left, and their sentences.

use std::{cell::OnceCell, ops::Deref};

use standfirst_core::article::Span;

use super::block::Block;
use crate::sentence;

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
        let split = self.sentences.0.get_or_init(|| Split::of(self.blocks));
        let mut start = 0;
        self.blocks.iter().zip(&split.ends).map(move |(block, &end)| {
            (block, &split.spans[std::mem::replace(&mut start, end)..end])
        })
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

struct Split {
    /// Sentences of all blocks, one after the other.
    spans: Vec<Span>,
    /// Where those of each block end.
    ends: Vec<usize>,
}

impl Split {
    fn of(blocks: &[Block]) -> Self {
        let mut split = Self { spans: Vec::new(), ends: Vec::with_capacity(blocks.len()) };
        for block in blocks {
            let all = Span::new(0, block.text().len());
            sentence::push_split(&mut split.spans, block.text(), all);
            split.ends.push(split.spans.len());
        }
        split
    }
}
