//! Text in lines of a terminal. Commands that it names stay in one piece, so that they can be copied.

use std::borrow::Cow;

use textwrap::WordSplitter::{HyphenSplitter, NoHyphenation};

/// A blank at which no line ends.
const GLUE: &str = "\u{a0}";
/// How a command that a text names begins.
const COMMAND: &str = "`standfirst ";

/// `text` in lines of at most `width` columns where its words and commands allow it, the first of them after `first`,
/// the others after `next`.
pub fn wrap(text: &str, width: usize, first: &str, next: &str) -> Vec<String> {
    let (text, commands) = in_one_piece(text);
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(next)
        .break_words(!commands)
        .word_splitter(if commands { NoHyphenation } else { HyphenSplitter });
    let lines = textwrap::wrap(&text, options).into_iter();
    lines.map(|line| if commands { line.replace(GLUE, " ") } else { line.into_owned() }).collect()
}

/// `text` with commands between backticks in one piece each, and whether there is one.
fn in_one_piece(text: &str) -> (Cow<'_, str>, bool) {
    if !text.contains(COMMAND) {
        return (Cow::Borrowed(text), false);
    }
    let pieces = text.split('`').enumerate();
    let pieces = pieces.map(|(place, piece)| match place % 2 {
        1 if piece.starts_with(&COMMAND[1..]) => piece.replace(' ', GLUE),
        _ => piece.to_owned(),
    });
    (Cow::Owned(pieces.collect::<Vec<_>>().join("`")), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_commands_are_not() {
        let text =
            "salience needs 3 files; `standfirst models fetch salience` gets what is missing";
        let lines = wrap(text, 30, "", "  ");
        assert_eq!(
            lines,
            [
                "salience needs 3 files;",
                "  `standfirst models fetch salience`",
                "  gets what is missing"
            ]
        );
        assert_eq!(wrap("a longish-word", 10, "", ""), ["a longish-", "word"]);
        assert_eq!(wrap("", 10, "", ""), [""]);
    }
}
