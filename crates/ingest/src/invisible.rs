//! Characters that show nothing and stand inside words: they are notation, as the marks of Markdown are.

use standfirst_core::article::{Document, Span};

/// Soft hyphen, word joiner, and the byte order mark where it stands for a blank of no width.
const INVISIBLE: [char; 3] = ['\u{AD}', '\u{2060}', '\u{FEFF}'];

/// Whether a character shows nothing, wherever it stands.
pub(crate) fn is(c: char) -> bool {
    INVISIBLE.contains(&c)
}

/// Adds the characters that show nothing to the markup, so that offsets stay and words are whole.
pub(crate) fn mark(document: &mut Document) {
    let found = document.text.char_indices().filter(|&(_, c)| is(c));
    let spans: Vec<Span> = found.map(|(at, c)| Span::new(at, at + c.len_utf8())).collect();
    if spans.is_empty() {
        return;
    }
    let inside = |span: &Span| {
        let next = document.markup.partition_point(|mark| mark.end <= span.start);
        document.markup.get(next).is_some_and(|mark| mark.start <= span.start)
    };
    let outside: Vec<Span> = spans.into_iter().filter(|span| !inside(span)).collect();
    document.markup.extend(outside);
    document.markup.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_offsets_stay() {
        let mut document = Document::from_text("t", "The har\u{ad}bour \u{feff}*pier*\u{2060}.");
        let star = document.text.find('*').unwrap();
        document.markup = vec![Span::new(star, star + 1)];
        mark(&mut document);
        assert_eq!(document.display(Span::new(0, document.text.len())), "The harbour pier*.");
        assert!(document.markup.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}
