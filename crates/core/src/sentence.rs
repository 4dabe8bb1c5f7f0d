//! Sentence splitting.

use crate::article::Span;

/// The sentences of one paragraph of `text`, as ascending, disjoint spans without white space at
/// their ends. White space inside, line ends included, separates words and nothing else.
pub fn split(text: &str, paragraph: Span) -> Vec<Span> {
    let body = &text[paragraph.range()];
    let mut spans = Vec::new();
    let mut start = 0;
    for (at, c) in body.char_indices() {
        let end = at + c.len_utf8();
        if matches!(c, '.' | '!' | '?')
            && body[end..].chars().next().is_none_or(char::is_whitespace)
        {
            push_trimmed(&mut spans, body, start, end, paragraph.start);
            start = end;
        }
    }
    push_trimmed(&mut spans, body, start, body.len(), paragraph.start);
    spans
}

fn push_trimmed(spans: &mut Vec<Span>, body: &str, start: usize, end: usize, offset: usize) {
    let piece = &body[start..end];
    let lead = piece.len() - piece.trim_start().len();
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        spans.push(Span::new(offset + start + lead, offset + start + lead + trimmed.len()));
    }
}
