//! One line of the repaired text, and where each of its characters stands in the source.

use std::ops::Range;

use standfirst_core::article::{Document, Span};

/// A paragraph or a heading as a reader would see it. The repairs look at nothing but [`Block::text`],
/// so that they find in the repaired text what they found in the source: nothing more to do.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// [`Document::display`] of the pieces, joined by blanks. There may be a block for every word, so that
    /// each byte of a block counts.
    text: Box<str>,
    layout: Layout,
    /// Whether the file format declares it an item of a list.
    item: bool,
    /// What is known of it beside its words.
    pub role: Role,
}

/// Where a block stands in the source.
#[derive(Clone, Debug)]
enum Layout {
    /// In one piece, which is shown as it stands.
    Straight(Span),
    /// Otherwise.
    Bent(Box<Bent>),
}

/// A block that is shown otherwise than it stands.
#[derive(Clone, Debug, Default)]
struct Bent {
    /// Ascending, more than one where a cut lies inside.
    pieces: Vec<Span>,
    text: String,
    /// Where the source stops running in step: offset into `text`, offset into the source.
    steps: Vec<(usize, usize)>,
}

/// What a block is to the article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Part of the body.
    Body,
    /// A heading found by its looks, with a confidence; found anew in every round.
    Heading(f64),
    /// A heading that the file format declares, with its confidence.
    Declared(f64),
}

impl Block {
    /// The block of `pieces`; `None` if a reader would see nothing there.
    pub fn new(document: &Document, pieces: Vec<Span>, role: Role) -> Option<Self> {
        let start = pieces.first().map_or(0, |piece| piece.start);
        let next = document.items.partition_point(|item| item.end <= start);
        let item = document.items.get(next).is_some_and(|item| item.start <= start);
        if let [piece] = pieces[..]
            && document.is_straight(piece)
        {
            let text = document.text[piece.range()].into();
            return Some(Self { text, layout: Layout::Straight(piece), item, role });
        }
        let mut bent = Bent::default();
        for piece in pieces {
            bent.push_piece(document, piece);
        }
        bent.pieces.shrink_to_fit();
        bent.steps.shrink_to_fit();
        let text = std::mem::take(&mut bent.text).into_boxed_str();
        let layout = Layout::Bent(Box::new(bent));
        (!text.is_empty()).then_some(Self { text, layout, item, role })
    }

    /// The words as a reader sees them: no line breaks, single blanks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in the source.
    pub fn pieces(&self) -> &[Span] {
        match &self.layout {
            Layout::Straight(piece) => std::slice::from_ref(piece),
            Layout::Bent(bent) => &bent.pieces,
        }
    }

    /// Where it starts in the source, if it is shown as it stands there, in one piece.
    pub fn straight_start(&self) -> Option<usize> {
        match self.layout {
            Layout::Straight(piece) => Some(piece.start),
            Layout::Bent(_) => None,
        }
    }

    /// Whether the file format declares it an item of a list.
    pub fn is_item(&self) -> bool {
        self.item
    }

    /// Whether it is a heading of either kind.
    pub fn is_heading(&self) -> bool {
        self.role != Role::Body
    }

    /// Where the bytes `range` of the text stand: the parts of the pieces between its ends.
    /// The range is not empty and has no blank at its ends.
    pub fn locate(&self, range: &Range<usize>) -> Vec<Span> {
        let last = self.text[range.clone()].chars().next_back().map_or(0, char::len_utf8);
        let start = self.source(range.start);
        let end = self.source(range.end - last) + last;
        let inside = |piece: &Span| {
            let (from, to) = (piece.start.max(start), piece.end.min(end));
            (from < to).then(|| Span::new(from, to))
        };
        self.pieces().iter().filter_map(inside).collect()
    }

    /// Offset into the source of the character at `at` of the text.
    fn source(&self, at: usize) -> usize {
        let bent = match &self.layout {
            Layout::Straight(piece) => return piece.start + at,
            Layout::Bent(bent) => bent,
        };
        let next = bent.steps.partition_point(|step| step.0 <= at);
        let (shown, source) = bent.steps[next - 1];
        source + (at - shown)
    }
}

impl Bent {
    /// Appends what is shown of `piece`, and the piece if anything is.
    fn push_piece(&mut self, document: &Document, piece: Span) {
        let before = self.text.len();
        if before > 0 {
            self.push(' ', piece.start);
        }
        let start = self.text.len();
        let mut at = piece.start;
        let first = document.markup.partition_point(|mark| mark.end <= piece.start);
        for mark in document.markup[first..].iter().take_while(|mark| mark.start < piece.end) {
            self.push_folded(&document.text, at..mark.start.max(at), start);
            at = mark.end.min(piece.end);
        }
        self.push_folded(&document.text, at..piece.end, start);
        self.text.truncate(self.text.trim_end().len());
        if self.text.len() > start {
            self.pieces.push(piece);
        } else {
            self.text.truncate(before);
        }
        let shown = self.text.len();
        self.steps.truncate(self.steps.partition_point(|step| step.0 < shown));
    }

    /// Appends the source's `range` with white space folded, none at `start` of the text.
    fn push_folded(&mut self, source: &str, range: Range<usize>, start: usize) {
        let from = range.start;
        for (at, c) in source[range].char_indices() {
            if !c.is_whitespace() {
                self.push(c, from + at);
            } else if self.text.len() > start && !self.text.ends_with(' ') {
                self.push(' ', from + at);
            }
        }
    }

    /// Appends one character that stands at `source`.
    fn push(&mut self, c: char, source: usize) {
        let shown = self.text.len();
        let in_step = self.steps.last().is_some_and(|step| source == step.1 + (shown - step.0));
        if !in_step {
            self.steps.push((shown, source));
        }
        self.text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_display_shows_and_finds_it_again() {
        let mut document = Document::from_text("t", " The **old**\u{a0}\n bridge, Zürich “fell”. ");
        document.markup = vec![Span::new(5, 7), Span::new(10, 12)];
        let all = Span::new(0, document.text.len());
        let block = Block::new(&document, vec![all], Role::Body).unwrap();
        assert_eq!(block.text(), document.display(all));
        for word in ["The", "old", "bridge,", "Zürich", "“fell”."] {
            let at = block.text().find(word).unwrap();
            let spans = block.locate(&(at..at + word.len()));
            assert_eq!(spans.len(), 1);
            assert_eq!(&document.text[spans[0].range()], word);
        }
    }

    #[test]
    fn a_block_of_two_pieces_reads_as_one_line() {
        let document = Document::from_text("t", "The bridge\nAdvertisement\nfell on Monday.");
        let pieces = vec![Span::new(0, 11), Span::new(25, 40)];
        let block = Block::new(&document, pieces.clone(), Role::Body).unwrap();
        assert_eq!(block.text(), "The bridge fell on Monday.");
        assert_eq!(block.locate(&(4..15)), [Span::new(4, 11), Span::new(25, 29)]);
        assert!(Block::new(&document, vec![Span::new(10, 11)], Role::Body).is_none());
    }
}
