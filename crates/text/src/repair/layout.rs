//! From lines to blocks: hard-wrapped lines are put together, all others stand for themselves.

use hashbrown::HashSet;

use crate::words;
use standfirst_core::article::{Document, Reason, Span};

use super::{
    block::{Block, Role},
    draft::Draft,
    edge::starts_lower,
};

/// A text with a longer line than this, in characters, was not wrapped by hand or by a mail program.
const MAX_WIDTH: u32 = 120;
/// A text wrapped narrower than this is a table or a list.
const MIN_WIDTH: u32 = 30;
/// How many of the full lines must go on in lower case to call a text hard-wrapped. In running
/// English some four words of five begin with a small letter; in reports full of names, fewer.
const MIN_LOWER: f64 = 0.3;

/// A stretch of one line.
#[derive(Clone, Copy, Debug)]
struct Line {
    span: Span,
    /// Characters; beyond four billion all lines are alike.
    width: u32,
    /// Whether it follows the line before with nothing between, not even an empty line.
    follows: bool,
    /// Whether it goes on with what the line before says.
    goes_on: bool,
    /// Which of the cuts that the format declares it is, if it is a heading.
    declared: Option<u32>,
}

/// Reads the document's lines as blocks; cuts that the format declares are made first.
pub(super) fn read(mut document: Document) -> Draft {
    let mut lines = lines(&document);
    if let Some(width) = wrap_width(&document.text, &lines) {
        for index in 1..lines.len() {
            lines[index].goes_on = goes_on(&document.text, &lines, index, width);
        }
    }
    let hyphens = hyphens(&document.text, &lines);
    document.markup = merged(document.markup, hyphens);
    let mut blocks = Vec::with_capacity(lines.iter().filter(|line| !line.goes_on).count());
    let runs = lines.chunk_by(|_, next| next.goes_on);
    blocks.extend(runs.filter_map(|run| block(&document, run)));
    let cuts =
        document.declared.iter().filter(|cut| cut.reason != Reason::Heading).copied().collect();
    Draft { document, blocks, cuts, changes: 0, origins: Vec::new() }
}

/// The block of a run of lines.
fn block(document: &Document, lines: &[Line]) -> Option<Block> {
    let (first, last) = (lines.first()?, lines.last()?);
    let declared = first.declared.and_then(|at| document.declared.get(at as usize));
    let role = declared.map_or(Role::Body, |cut| Role::Declared(cut.confidence));
    Block::new(document, vec![Span::new(first.span.start, last.span.end)], role)
}

/// The lines that are not blank, less the declared cuts.
fn lines(document: &Document) -> Vec<Line> {
    let text = &document.text;
    let mut lines = Vec::new();
    let mut follows = false;
    let mut declared = (0..).zip(&document.declared).peekable();
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        if line.trim().is_empty() {
            follows &= line.ends_with('\n') && start > 0 && text[..start].ends_with('\r');
        }
        let mut at = start;
        while let Some(&(number, cut)) = declared.peek().filter(|(_, cut)| cut.span.start < end) {
            push_line(&mut lines, text, at..cut.span.start.max(at), &mut follows, None);
            let to = cut.span.end.min(end).max(at);
            let heading = (cut.reason == Reason::Heading).then_some(number);
            if heading.is_some() {
                push_line(&mut lines, text, cut.span.start.max(at)..to, &mut false, heading);
            }
            follows = false;
            at = to;
            if cut.span.end > end {
                break;
            }
            declared.next();
        }
        push_line(&mut lines, text, at..end, &mut follows, None);
        start = end;
    }
    lines
}

/// Whether a character ends a line; all of them are white space.
fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Bytes that end a line, or begin a character that may.
const TELLING: [bool; 256] = {
    let mut telling = [false; 256];
    let bytes = b"\n\r\x0b\x0c\xc2\xe2";
    let mut at = 0;
    while at < bytes.len() {
        telling[bytes[at] as usize] = true;
        at += 1;
    }
    telling
};

/// Where the line that starts at byte `start` ends, its line break included.
fn line_end(text: &str, start: usize) -> usize {
    let mut at = start;
    while let Some(found) =
        text.as_bytes()[at..].iter().position(|&byte| TELLING[usize::from(byte)])
    {
        at += found;
        let c = text[at..].chars().next().unwrap_or_default();
        at += c.len_utf8();
        if is_line_break(c) {
            return at;
        }
    }
    text.len()
}

/// Adds a line if it is not blank; the next one then follows it.
fn push_line(
    lines: &mut Vec<Line>,
    text: &str,
    range: std::ops::Range<usize>,
    follows: &mut bool,
    declared: Option<u32>,
) {
    let piece = &text[range.clone()];
    let trimmed = piece.trim();
    if trimmed.is_empty() {
        return;
    }
    let start = range.start + (piece.len() - piece.trim_start().len());
    let span = Span::new(start, start + trimmed.len());
    let width = u32::try_from(trimmed.chars().count()).unwrap_or(u32::MAX);
    lines.push(Line { span, width, follows: *follows, goes_on: false, declared });
    *follows = declared.is_none();
}

/// The width in characters to which the text is wrapped; `None` if it is not.
fn wrap_width(text: &str, lines: &[Line]) -> Option<u32> {
    let width = lines.iter().map(|line| line.width).max()?;
    if !(MIN_WIDTH..=MAX_WIDTH).contains(&width) {
        return None;
    }
    let pairs = || lines.windows(2).filter(|pair| pair[1].follows);
    let full = || pairs().filter(|pair| is_full(text, pair, width));
    let lower = full().filter(|pair| starts_lower(&text[pair[1].span.range()])).count();
    let (full, pairs) = (full().count(), pairs().count());
    let wrapped = lower > 0 && lower as f64 >= MIN_LOWER * full as f64 && full * 2 >= pairs;
    wrapped.then_some(width)
}

/// Whether the first word of the second line would not have fitted on the first.
fn is_full(text: &str, pair: &[Line], width: u32) -> bool {
    let next = text[pair[1].span.range()].split_whitespace().next().unwrap_or_default();
    pair[0].width as usize + 1 + next.chars().count() > width as usize
}

/// Whether line `index` goes on with the paragraph of the line before it, in wrapped text.
fn goes_on(text: &str, lines: &[Line], index: usize, width: u32) -> bool {
    let line = lines[index];
    if !line.follows {
        return false;
    }
    if starts_lower(&text[line.span.range()]) {
        return true;
    }
    is_full(text, &lines[index - 1..=index], width) && !may_be_heading(text, lines, index, width)
}

/// Whether a line that comes after a full stop is short, has no stop of its own and is not continued.
fn may_be_heading(text: &str, lines: &[Line], index: usize, width: u32) -> bool {
    let before = &text[lines[index - 1].span.range()];
    let line = &text[lines[index].span.range()];
    let ends = |text: &str| text.ends_with(['.', '!', '?', '"', '”', '’', ':']);
    let goes_on = lines.get(index + 1).is_some_and(|next| {
        next.follows
            && (is_full(text, &lines[index..index + 2], width)
                || starts_lower(&text[next.span.range()]))
    });
    ends(before) && !ends(line) && !goes_on
}

/// What to leave out where a word was broken at the end of a line: the line break, and the hyphen if
/// it is a soft one or the text has the word elsewhere in one piece.
fn hyphens(text: &str, lines: &[Line]) -> Vec<Span> {
    let breaks = || {
        let inner = lines.windows(2).filter(|pair| pair[1].goes_on);
        inner.filter_map(|pair| broken_word(text, pair[0].span, pair[1].span))
    };
    if breaks().next().is_none() {
        return Vec::new();
    }
    let known: HashSet<String> = words::words(text).map(str::to_lowercase).collect();
    breaks()
        .map(|(gap, hyphen, whole)| {
            let soft = text[gap.range()].starts_with('\u{ad}');
            if soft || known.contains(&whole) {
                gap
            } else {
                Span::new(gap.start + hyphen, gap.end)
            }
        })
        .collect()
}

/// Two lists of spans as one, ascending and disjoint.
fn merged(mut spans: Vec<Span>, more: Vec<Span>) -> Vec<Span> {
    spans.extend(more);
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let overlaps = next.start < last.end;
        last.end = if overlaps { last.end.max(next.end) } else { last.end };
        overlaps
    });
    spans
}

/// If a word is broken between two lines: the hyphen and the white space after it, the bytes of the
/// hyphen, and the word in one piece.
fn broken_word(text: &str, line: Span, next: Span) -> Option<(Span, usize, String)> {
    let (before, after) = (&text[line.range()], &text[next.range()]);
    let hyphen = before.chars().next_back().filter(|c| matches!(c, '-' | '\u{ad}' | '\u{2010}'))?;
    let head: String = words::words(before.strip_suffix(hyphen)?).last()?.to_lowercase();
    let joined = before.strip_suffix(hyphen)?.ends_with(char::is_alphabetic);
    if !joined || !after.starts_with(char::is_lowercase) {
        return None;
    }
    let tail = words::words(after).next()?.to_lowercase();
    let gap = Span::new(line.end - hyphen.len_utf8(), next.start);
    Some((gap, hyphen.len_utf8(), head + &tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_core::article::Cut;

    fn texts(text: &str) -> Vec<String> {
        let draft = read(Document::from_text("t", text));
        draft.blocks.iter().map(|block| block.text().to_owned()).collect()
    }

    #[test]
    fn a_line_is_a_block_unless_the_text_is_wrapped() {
        let text =
            "The first paragraph stands on one line.\r\nThe second one too.\n\n\nAnd a third.";
        assert_eq!(
            texts(text),
            ["The first paragraph stands on one line.", "The second one too.", "And a third."]
        );
    }

    #[test]
    fn wrapped_lines_are_put_together_and_headings_stay_apart() {
        let text = "The council of Ardmoor voted on Tuesday to close the old swing bridge\n\
                    for the whole winter, after engineers found cracks in two of its\n\
                    piers.\n\
                    A costly repair\n\
                    The work would cost four million, said the mayor, and nobody knows\n\
                    where the money would come from.\n\n\
                    It opened in 1911.";
        let blocks = texts(text);
        assert_eq!(blocks.len(), 4, "{blocks:#?}");
        assert!(blocks[0].ends_with("two of its piers."));
        assert_eq!(blocks[1], "A costly repair");
        assert_eq!(blocks[3], "It opened in 1911.");
    }

    #[test]
    fn a_word_broken_at_the_end_of_a_line_is_mended_if_that_is_safe() {
        let text = "The harbour master of the well-\nknown port said that the engi-\n\
                    neers had come, that the soft\u{ad}\nware was safe; more engineers\nhad gone.";
        let blocks = texts(text);
        assert_eq!(blocks.len(), 1, "{blocks:#?}");
        assert!(blocks[0].contains("well-known") && blocks[0].contains("the engineers had come"));
        assert!(blocks[0].contains("software"));
    }

    #[test]
    fn declared_headings_are_blocks_and_other_declared_cuts_are_gone() {
        let mut document = Document::from_text("t", "# Title\nSome text.\n![x](y)\nMore text.");
        let cut = |start, end, reason| Cut { span: Span::new(start, end), reason, confidence: 1.0 };
        document.declared = vec![cut(0, 7, Reason::Heading), cut(19, 26, Reason::Caption)];
        document.markup = vec![Span::new(0, 2)];
        let draft = read(document);
        let texts: Vec<_> = draft.blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["Title", "Some text.", "More text."]);
        assert_eq!(draft.blocks[0].role, Role::Declared(1.0));
        assert_eq!(draft.cuts.len(), 1);
    }
}
