//! Text in an article is text: what a terminal would obey is made visible instead.

use std::borrow::Cow;

/// One line of `text` that a terminal only prints: white space of any kind becomes a blank, other
/// control characters their pictures (U+2400…), and marks that reorder the line U+FFFD.
pub fn line(text: &str) -> String {
    text.chars().map(neutral).collect()
}

/// As [`line()`], with the line breaks kept.
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { neutral(c) }).collect()
}

/// A word as a shell has to be given it, in quotation marks where it is not plain.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

/// The harmless stand-in for `c`, or itself.
fn neutral(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '\u{2421}',
        // C1 controls, of which U+009B alone begins an escape sequence on some terminals; bidi
        // embeddings, overrides and isolates, which can show a line other than it is written.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_blanks_is_quoted_for_a_shell() {
        assert_eq!(shell_word("samples/*.txt"), "'samples/*.txt'");
        assert_eq!(shell_word("--model=lead,kl"), "--model=lead,kl");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn escapes_and_overrides_lose_their_power() {
        assert_eq!(line("a\u{1b}[31mred\u{7}"), "a␛[31mred␇");
        assert_eq!(line("\u{9b}2J\u{7f}"), "\u{fffd}2J␡");
        assert_eq!(line("abc\u{202e}fed\u{2066}"), "abc\u{fffd}fed\u{fffd}");
        assert_eq!(line("a\r\nb\tc\u{2028}d"), "a  b c d");
        assert_eq!(lines("a\nb\rc"), "a\nb c");
    }

    #[test]
    fn other_scripts_pass() {
        let text = "naïve — «да» 東京 العربية";
        assert_eq!(line(text), text);
    }
}
