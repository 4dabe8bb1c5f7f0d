//! Quotations: where they start and end, also over several paragraphs.

use memchr::{memchr2, memchr3_iter};

use crate::lexicon::{Role, english, lowered};
use standfirst_core::article::Span;

use super::block::Block;

/// Which way a quotation mark faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A quotation starts, or goes on in a new paragraph.
    Opens,
    /// A quotation ends.
    Closes,
    /// The mark alone does not tell.
    Either,
}

/// A double quotation mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuoteMark {
    /// Bytes of the text.
    at: usize,
    /// Bytes of the mark.
    len: usize,
    /// Which way it faces.
    pub side: Side,
}

/// The first bytes of the marks that are not of ASCII: of `“`, `”`, `„` and `‘`, and of `«` and `»`.
const LEADS: [u8; 2] = ["“".as_bytes()[0], "«".as_bytes()[0]];

/// The double quotation marks of a text, in order.
pub(super) fn marks(text: &str) -> impl Iterator<Item = QuoteMark> {
    let mut low = false;
    // The first bytes of all marks, and of few other characters.
    memchr3_iter(b'"', LEADS[0], LEADS[1], text.as_bytes()).filter_map(move |at| {
        let c = text[at..].chars().next()?;
        let before = text[..at].chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let side = side(c, before, after, low)?;
        low = c == '„';
        Some(QuoteMark { at, len: c.len_utf8(), side })
    })
}

/// Which way `c` faces between its neighbours; `None` if it is no double quotation mark. `low` says
/// that the mark before was a low one, which the German high mark closes.
fn side(c: char, before: Option<char>, after: Option<char>, low: bool) -> Option<Side> {
    match c {
        '“' => Some(if low { Side::Closes } else { Side::Opens }),
        '"' => Some(facing(before, after)),
        '”' => {
            Some(if facing(before, after) == Side::Opens { Side::Opens } else { Side::Closes })
        }
        '«' if is_tight(before) && !is_tight(after) => Some(Side::Closes),
        '»' if is_tight(after) && !is_tight(before) => Some(Side::Opens),
        '„' | '«' => Some(Side::Opens),
        '»' => Some(Side::Closes),
        _ => None,
    }
}

/// Whether a neighbour belongs to the words inside.
fn is_tight(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Which way a mark faces by the blanks and the punctuation around it.
fn facing(before: Option<char>, after: Option<char>) -> Side {
    let starts =
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '‘'));
    let ends =
        after.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '[' | '(' | '$' | '£' | '€'));
    let dots = after.is_some_and(|c| matches!(c, '.' | '…' | '‘' | '\'' | '-'));
    match (starts, ends) {
        (true, false) => Side::Opens,
        (true, true) if dots => Side::Opens,
        (false, true) => Side::Closes,
        _ => Side::Either,
    }
}

/// The quotations of the body, marks included, ascending and disjoint. Headings end a quotation; so
/// does a paragraph that neither opens it again nor closes it.
pub(super) fn find(blocks: &[Block]) -> Vec<Span> {
    let mut finder = Finder::default();
    for block in blocks {
        if block.is_heading() {
            finder.give_up();
        } else {
            finder.read(block);
        }
    }
    finder.give_up();
    finder.found
}

/// The quotations found so far, and the one that is open.
#[derive(Default)]
struct Finder {
    found: Vec<Span>,
    /// Where the open one starts, and the end of the last paragraph that it certainly reaches.
    open: Option<Span>,
}

impl Finder {
    /// Goes through one paragraph.
    fn read(&mut self, block: &Block) {
        let mut marks = marks(block.text()).peekable();
        let goes_on = marks.peek().is_some_and(|first| first.side == Side::Closes || first.at == 0);
        if self.open.is_some() && goes_on {
            marks.next_if(|first| first.at == 0 && first.side != Side::Closes);
        } else {
            self.give_up();
        }
        let mut from = 0;
        for mark in marks {
            let here = spans_from(block, mark.at, mark.len);
            match (self.open, mark.side) {
                (None, Side::Opens | Side::Either) => {
                    self.single(block, from, mark.at);
                    self.open = Some(here);
                }
                (Some(open), Side::Closes | Side::Either) => {
                    self.found.push(Span::new(open.start, here.end));
                    self.open = None;
                    from = mark.at + mark.len;
                }
                _ => {}
            }
        }
        match &mut self.open {
            Some(open) => open.end = block.pieces().last().map_or(open.end, |piece| piece.end),
            None => self.single(block, from, block.text().len()),
        }
    }

    /// Ends an open quotation at the end of its last paragraph.
    fn give_up(&mut self) {
        self.found.extend(self.open.take());
    }

    /// Finds quotations in single marks in `from..to` of the block, where no double ones are.
    fn single(&mut self, block: &Block, from: usize, to: usize) {
        let text = &block.text()[from..to];
        let mut at = 0;
        while let Some(open) =
            memchr2(b'\'', LEADS[0], &text.as_bytes()[at..]).map(|found| at + found)
        {
            let mark = text[open..].chars().next().unwrap_or_default();
            let len = mark.len_utf8();
            at = open + len;
            if !matches!(mark, '‘' | '\'') {
                continue;
            }
            if let Some(close) = single_end(text, open, len) {
                let end = close + text[close..].chars().next().map_or(1, char::len_utf8);
                let range = from + open..from + end;
                let spans = block.locate(&range);
                if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
                    self.found.push(Span::new(first.start, last.end));
                }
                at = end;
            }
        }
    }
}

/// The span of a mark in the source.
fn spans_from(block: &Block, at: usize, len: usize) -> Span {
    block.locate(&(at..at + len)).first().copied().unwrap_or_default()
}

/// A quotation in single marks is not longer than this, in bytes: further off, the second mark is
/// more likely an apostrophe.
const MAX_SINGLE: usize = 600;

/// Where the quotation ends that a single mark at `open` starts; `None` if it is an apostrophe.
fn single_end(text: &str, open: usize, len: usize) -> Option<usize> {
    let starts = text[..open].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let rest = &text[open + len..];
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let quoted = word.chars().next().is_some_and(char::is_alphabetic);
    if !starts || !quoted || english().is(&lowered(&word), Role::Clipped) {
        return None;
    }
    let closes = rest.char_indices().take_while(|(at, _)| *at < MAX_SINGLE).filter(|&(at, c)| {
        matches!(c, '’' | '\'')
            && rest[at + c.len_utf8()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    });
    let closes: Vec<usize> = closes.map(|(at, _)| at).collect();
    let punctuated = |at: &&usize| rest[..**at].ends_with([',', '.', '!', '?']);
    let possessive = |at: &&usize| rest[..**at].ends_with(['s', 'S']);
    let close = closes.iter().find(|at| punctuated(at) || !possessive(at)).or(closes.first())?;
    Some(open + len + close)
}

#[cfg(test)]
mod tests {
    use super::super::layout;
    use super::*;
    use standfirst_core::article::Document;

    fn quotations(text: &str) -> Vec<&str> {
        let draft = layout::read(Document::from_text("t", text));
        find(&draft.blocks).into_iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn straight_and_curly_marks_and_no_apostrophes() {
        assert_eq!(
            quotations("\"Yes,\" he said. It's the players' day. “No,” they said."),
            ["\"Yes,\"", "“No,”"]
        );
        assert_eq!(quotations("Das ist „gut“, sagte er. Elle dit « oui »."), ["„gut“", "« oui »"]);
        assert_eq!(quotations("They don't like the '90s or rock 'n' roll."), [""; 0]);
        assert_eq!(quotations("It was ‘business as usual’, he's told."), ["‘business as usual’"]);
        assert_eq!(
            quotations("He said 'the clubs' wages are high,' and left."),
            ["'the clubs' wages are high,'"]
        );
    }

    #[test]
    fn a_quotation_over_several_paragraphs_is_one() {
        let text = "“We knew. It was plain,” she said. “Nobody came.\n\n“Nobody wrote.\n\n“Nobody called.”\n\nShe left.";
        let found = quotations(text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].starts_with("“Nobody came.") && found[1].ends_with("called.”"));
    }

    #[test]
    fn a_quotation_that_is_never_closed_ends_with_its_paragraph() {
        assert_eq!(quotations("\"We knew, he said.\n\nThen he left."), ["\"We knew, he said."]);
    }
}
