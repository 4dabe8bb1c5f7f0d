//! Stories of the CNN and Daily Mail set: an article, and after it the sentences that its editors wrote
//! above it, each under a marker of its own.

use standfirst_core::{
    annotations::REFERENCE,
    article::{Cut, Document, Reason, Span},
};

/// The line that comes before each of the sentences.
const MARKER: &str = "@highlight";

/// Takes what follows the first marker for the reference, one sentence a line, and cuts it.
pub(super) fn mark(document: &mut Document) {
    let Some(start) = first_marker(&document.text) else { return };
    let sentences: Vec<&str> = document.text[start..]
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && *line != MARKER)
        .collect();
    let reference = serde_json::Value::String(sentences.join("\n"));
    document.annotations = serde_json::Map::from_iter([(REFERENCE.to_owned(), reference)]).into();
    let end = document.text.trim_end().len();
    let span = Span::new(start, end);
    document.declared.push(Cut { span, reason: Reason::Boilerplate, confidence: 1.0 });
    document.notes.push(format!("what stands under {MARKER} is the reference"));
}

/// Where the first line stands that is a marker and has an article before it.
fn first_marker(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == MARKER {
            return (!text[..at].trim().is_empty()).then_some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_are_the_reference_and_no_text() {
        let text = "The bridge opened.\n\n@highlight\n\nBridge opens\n\n@highlight\n\nIt rained\n";
        let mut document = Document::from_text("t", text);
        mark(&mut document);
        assert_eq!(document.annotations.reference(), Some("Bridge opens\nIt rained"));
        assert_eq!(&text[..document.declared[0].span.start], "The bridge opened.\n\n");
        let mut plain = Document::from_text("t", "We say @highlight here.\n");
        mark(&mut plain);
        assert!(plain.declared.is_empty() && plain.annotations.is_empty());
    }
}
