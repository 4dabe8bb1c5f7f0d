//! The article while it is being repaired: its blocks, and what has been cut so far.

use std::ops::Range;

use standfirst_core::article::{Cut, Document, Reason, Span};

use super::{
    block::{Block, Role},
    join,
    numbered::stored,
};

/// A stretch of one block that a repair wants out of the body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Index of the block.
    pub block: usize,
    /// Bytes of [`Block::text`], on character boundaries.
    pub range: Range<usize>,
    /// Why.
    pub reason: Reason,
    /// How sure the repair is, 0–1.
    pub confidence: f64,
}

impl Mark {
    /// A mark over the whole of block `index`.
    pub fn whole(index: usize, block: &Block, reason: Reason, confidence: f64) -> Self {
        Self { block: index, range: 0..block.text().len(), reason, confidence }
    }
}

/// The blocks that are left, in order, and the cuts made, in any order.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What is being repaired.
    pub document: Document,
    /// What is left.
    pub blocks: Vec<Block>,
    /// What is not.
    pub cuts: Vec<Cut>,
    /// How often blocks were cut or joined: equal numbers are equal blocks.
    pub changes: u32,
    /// For each block, which one it was before the last change; `None` of one that is new.
    pub origins: Vec<Option<u32>>,
}

impl Draft {
    /// Takes the marked stretches out of the blocks; whether there were any. A block with a hole in
    /// the middle becomes two. Of marks that overlap the first one counts.
    pub fn cut(&mut self, mut marks: Vec<Mark>) -> bool {
        if marks.is_empty() {
            return false;
        }
        marks.sort_by_key(|mark| (mark.block, mark.range.start));
        let mut marks = marks.into_iter().peekable();
        let mut left = Vec::with_capacity(self.blocks.len());
        self.origins.clear();
        for (index, block) in std::mem::take(&mut self.blocks).into_iter().enumerate() {
            let mut mine = Vec::new();
            while let Some(mark) = marks.next_if(|mark| mark.block == index) {
                mine.push(mark);
            }
            if mine.is_empty() {
                left.push(block);
                self.origins.push(Some(stored(index)));
            } else {
                self.cut_block(&block, tidy(&block, mine), &mut left);
                self.origins.resize(left.len(), None);
            }
        }
        self.blocks = left;
        self.changes += 1;
        true
    }

    /// Cuts one block; what is left of it goes to `left`.
    fn cut_block(&mut self, block: &Block, marks: Vec<Mark>, left: &mut Vec<Block>) {
        let mut at = 0;
        for mark in marks {
            self.keep(block, at..mark.range.start, left);
            let cut = |span| Cut { span, reason: mark.reason, confidence: mark.confidence };
            let range = trim(block.text(), mark.range.clone());
            self.cuts.extend(block.locate(&range).into_iter().map(cut));
            at = mark.range.end;
        }
        self.keep(block, at..block.text().len(), left);
    }

    /// Keeps a stretch of a block as a block of its own.
    fn keep(&self, block: &Block, range: Range<usize>, left: &mut Vec<Block>) {
        let range = trim(block.text(), range);
        if !range.is_empty() {
            left.extend(Block::new(&self.document, block.locate(&range), block.role));
        }
    }

    /// Joins blocks that are one paragraph broken in two; whether there were any.
    pub fn join(&mut self) -> bool {
        let count = self.blocks.len();
        // In place: a second list of as many blocks would be a good part of all that an article takes.
        let mut last = 0;
        self.origins.clear();
        self.origins.extend((0..count).take(1).map(|first| Some(stored(first))));
        for next in 1..count {
            let (first, second) = (&self.blocks[last], &self.blocks[next]);
            if join::continues(first, second) {
                let pieces = self.connect(first, second);
                if let Some(joined) = Block::new(&self.document, pieces, Role::Body) {
                    self.blocks[last] = joined;
                    self.origins[last] = None;
                }
            } else {
                self.origins.push(Some(stored(next)));
                last += 1;
                self.blocks.swap(last, next);
            }
        }
        self.blocks.truncate(last + 1);
        let joined = self.blocks.len() < count;
        self.changes += u32::from(joined);
        joined
    }

    /// The pieces of two neighbours; one piece where they meet, if no cut lies between.
    fn connect(&self, first: &Block, second: &Block) -> Vec<Span> {
        let mut pieces = first.pieces().to_vec();
        for &piece in second.pieces() {
            match pieces.last_mut() {
                Some(last) if !self.is_cut_between(last.end, piece.start) => last.end = piece.end,
                _ => pieces.push(piece),
            }
        }
        pieces
    }

    /// Whether a cut lies in `start..end` of the source. Few joins meet many cuts.
    fn is_cut_between(&self, start: usize, end: usize) -> bool {
        self.cuts.iter().any(|cut| cut.span.start < end && start < cut.span.end)
    }
}

/// Marks of one block without overlaps, each grown over neighbouring scraps that hold no word.
fn tidy(block: &Block, marks: Vec<Mark>) -> Vec<Mark> {
    let text = block.text();
    let wordless = |range: Range<usize>| !text[range].contains(char::is_alphanumeric);
    let mut tidied: Vec<Mark> = Vec::with_capacity(marks.len());
    for mut mark in marks {
        let before = tidied.last().map_or(0, |last| last.range.end);
        if mark.range.start < before || mark.range.is_empty() {
            continue;
        }
        if wordless(before..mark.range.start) {
            mark.range.start = before;
        }
        tidied.push(mark);
    }
    if let Some(last) = tidied.last_mut()
        && wordless(last.range.end..text.len())
    {
        last.range.end = text.len();
    }
    tidied
}

/// The range without the white space at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.end - (piece.len() - piece.trim_end().len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        let document = Document::from_text("t", text);
        let all = vec![Span::new(0, text.len())];
        let blocks = Block::new(&document, all, Role::Body).into_iter().collect();
        Draft { document, blocks, cuts: Vec::new(), changes: 0, origins: Vec::new() }
    }

    fn mark(range: Range<usize>) -> Mark {
        Mark { block: 0, range, reason: Reason::Boilerplate, confidence: 1.0 }
    }

    #[test]
    fn a_hole_makes_two_blocks_and_scraps_go_with_it() {
        let mut draft = draft("One stays. READ MORE -- Two stays. SHARE.");
        assert!(draft.cut(vec![mark(35..40), mark(11..20), mark(15..18)]));
        let left: Vec<_> = draft.blocks.iter().map(Block::text).collect();
        assert_eq!(left, ["One stays.", "-- Two stays."]);
        let cuts: Vec<_> =
            draft.cuts.iter().map(|cut| &draft.document.text[cut.span.range()]).collect();
        assert_eq!(cuts, ["READ MORE", "SHARE."]);
        assert!(!draft.cut(Vec::new()));
    }

    #[test]
    fn a_sentence_broken_by_a_cut_is_one_block_of_two_pieces() {
        let mut draft = draft("The harbour master closed the old Advertisement bridge on Monday.");
        draft.cut(vec![mark(34..47)]);
        assert!(draft.join());
        assert_eq!(draft.blocks.len(), 1);
        assert_eq!(draft.blocks[0].pieces().len(), 2);
    }
}
