//! Quotations: what stands between the marks, and whether the article has it word for word.

use std::ops::Range;

use super::{
    edits::{Comparison, Edit},
    index::{Index, Token},
};

/// Marks that face a way of their own, and those that do not.
const OPENING: [&str; 4] = ["“", "„", "«", "``"];
const CLOSING: [&str; 3] = ["”", "»", "''"];
/// A quotation of fewer words in single marks is an apostrophe or a title.
const MIN_SINGLE: usize = 2;
/// A quotation in single marks is not longer than this, in bytes: further off, the second mark is more
/// likely an apostrophe.
const MAX_SINGLE: usize = 600;
/// Fewer words than this in marks may be a nickname or an ironic word, and need no speaker.
const MIN_SPOKEN: usize = 3;
/// So many sentences around the words are searched for the marks of the quotation.
const MARKS_AROUND: usize = 3;

/// What stands in double or single quotation marks, marks left out: bytes of `text`. An open end
/// reaches to the end of the text, and a lone closing mark back to its beginning.
pub(super) fn regions(text: &str) -> Vec<Range<usize>> {
    let mut regions = doubles(text);
    if regions.is_empty() {
        regions = singles(text);
    }
    regions
}

fn doubles(text: &str) -> Vec<Range<usize>> {
    let mut regions = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    // The bytes that marks begin with, and few other characters.
    let begins = |byte: &u8| matches!(byte, b'"' | b'`' | b'\'' | 0xc2 | 0xe2);
    while let Some(next) = text.as_bytes()[at..].iter().position(begins) {
        at += next;
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { break };
        let mark =
            |marks: &[&str]| marks.iter().find(|mark| rest.starts_with(**mark)).map(|m| m.len());
        let (len, opens) = if let Some(len) = mark(&OPENING) {
            (len, Some(true))
        } else if let Some(len) = mark(&CLOSING) {
            (len, Some(false))
        } else if c == '"' {
            (1, if open.is_some() { Some(false) } else { Some(!closes(text, at, 1)) })
        } else {
            (c.len_utf8(), None)
        };
        match (opens, open) {
            (Some(true), None) => open = Some(at + len),
            (Some(false), Some(start)) => {
                regions.push(start..at);
                open = None;
            }
            (Some(false), None) if regions.is_empty() => regions.push(0..at),
            _ => {}
        }
        at += len;
    }
    regions.extend(open.map(|start| start..text.len()));
    regions
}

/// Whether a mark that could face either way closes: it hangs on to the word before it.
fn closes(text: &str, at: usize, len: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + len..].chars().next();
    before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '['))
        && after.is_none_or(|c| !c.is_alphanumeric())
}

/// Quotations in single marks or backticks, as far as they can be told from apostrophes.
fn singles(text: &str) -> Vec<Range<usize>> {
    let mut regions = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['‘', '`', '\'']) {
        let open = at + found;
        let inside = open + text[open..].chars().next().map_or(1, char::len_utf8);
        at = inside;
        let starts = text[..open].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let word = text[inside..].trim_start().starts_with(|c: char| c.is_alphanumeric());
        let hugged =
            !text[inside..].starts_with(char::is_whitespace) || text[open..].starts_with('`');
        if let Some(close) = (starts && word && hugged).then(|| single_end(text, inside)).flatten()
        {
            regions.push(inside..close);
            at = close + text[close..].chars().next().map_or(1, char::len_utf8);
        }
    }
    regions.retain(|region| text[region.clone()].split_whitespace().count() >= MIN_SINGLE);
    regions
}

/// Where the quotation ends that begins at `inside`.
fn single_end(text: &str, inside: usize) -> Option<usize> {
    let near = text[inside..].char_indices().take_while(|(at, _)| *at < MAX_SINGLE);
    let ends = near.map(|(at, c)| (inside + at, c)).filter(|&(at, c)| {
        matches!(c, '’' | '\'')
            && text[at + c.len_utf8()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
            && !text[..at].ends_with(char::is_whitespace)
    });
    let ends: Vec<usize> = ends.map(|(at, _)| at).collect();
    let firm = |at: &&usize| text[..**at].ends_with([',', '.', '!', '?', ';']);
    ends.iter()
        .find(firm)
        .or(ends.iter().find(|at| !text[..**at].ends_with('s')))
        .or(ends.first())
        .copied()
}

/// A quotation of the sentence.
pub(super) struct Quotation {
    /// Its words, as a range of the sentence's.
    pub tokens: Range<usize>,
    /// The passages that have it word for word; none if there are none.
    pub passages: Option<Range<usize>>,
    /// Whether the article has the words, but not as something that was said.
    pub unspoken: bool,
}

impl Quotation {
    /// Whether it is a single word in the place of another one: that the article has the word somewhere
    /// else says nothing.
    pub fn is_edited(&self, comparison: &Comparison) -> bool {
        let touches =
            |edit: &&Edit| edit.ours.start < self.tokens.end && self.tokens.start < edit.ours.end;
        self.tokens.len() == 1
            && comparison.edits.iter().filter(touches).any(|edit| !edit.theirs.is_empty())
    }

    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        self.passages.is_none() || self.unspoken
    }
}

/// The quotations of a sentence. What was left out (`…`) or put in (`[the mayor]`) divides one.
pub(super) fn find(index: &Index, text: &str, tokens: &[Token]) -> Vec<Quotation> {
    let mut found = Vec::new();
    for region in regions(text) {
        for piece in pieces(text, region) {
            let first = tokens.partition_point(|token| token.span().start < piece.start);
            let last = tokens.partition_point(|token| token.span().end <= piece.end);
            if first < last {
                found.push(look_up(index, tokens, first..last));
            }
        }
    }
    found
}

fn look_up(index: &Index, tokens: &[Token], range: Range<usize>) -> Quotation {
    let words = &tokens[range.clone()];
    let places = index.verbatim(words);
    let spans: Vec<Range<usize>> =
        places.iter().map(|&start| index.passages_of(start, words.len()).0).collect();
    let spoken = spans.iter().find(|passages| is_spoken(index, passages));
    let unspoken = spoken.is_none() && !spans.is_empty() && words.len() >= MIN_SPOKEN;
    Quotation { tokens: range, passages: spoken.or(spans.first()).cloned(), unspoken }
}

/// Whether there are quotation marks in the passages or near them.
fn is_spoken(index: &Index, passages: &Range<usize>) -> bool {
    let from = passages.start.saturating_sub(MARKS_AROUND);
    let to = (passages.end + MARKS_AROUND).min(index.passages.len());
    index.passages[from..to].iter().any(|passage| passage.quotes)
}

/// Whether there are quotation marks in a text.
pub(super) fn are_in(text: &str) -> bool {
    text.contains(['“', '”', '„', '«', '»', '"', '‘', '`'])
        || text.contains("''")
        || !singles(text).is_empty()
}

/// The parts of a quotation that are said to be verbatim.
fn pieces(text: &str, region: Range<usize>) -> Vec<Range<usize>> {
    let inside = &text[region.clone()];
    let mut pieces = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, c) in inside.char_indices() {
        let divides = matches!(c, '[' | ']' | '…') || inside[at..].starts_with("...");
        if divides && depth == 0 {
            pieces.push(region.start + start..region.start + at);
        }
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if divides {
            start = at + c.len_utf8();
        }
    }
    pieces.push(region.start + start..region.end);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        regions(text).into_iter().map(|region| &text[region]).collect()
    }

    #[test]
    fn marks_of_every_kind() {
        assert_eq!(quoted("“We won,” she said. “Again.”"), ["We won,", "Again."]);
        assert_eq!(quoted("\"We won,\" she said."), ["We won,"]);
        assert_eq!(quoted("`` we won '' , she said"), [" we won "]);
        assert_eq!(quoted("He called it ‘a bad day’ at the players' ball."), ["a bad day"]);
        assert_eq!(quoted("` the clubs are broke,' he said"), [" the clubs are broke,"]);
    }

    #[test]
    fn one_mark_alone_reaches_to_the_end_or_the_beginning() {
        assert_eq!(quoted("She said: “We won."), ["We won."]);
        assert_eq!(quoted("We won again,” she said."), ["We won again,"]);
    }

    #[test]
    fn apostrophes_are_no_quotations() {
        assert_eq!(quoted("It's the players' day, and they don't like the '90s."), [""; 0]);
    }

    #[test]
    fn what_was_put_in_or_left_out_is_not_quoted() {
        let text = "we [the council] won … again";
        let found: Vec<&str> =
            pieces(text, 0..text.len()).into_iter().map(|p| text[p].trim()).collect();
        assert_eq!(found, ["we", "won", "again"]);
    }
}
