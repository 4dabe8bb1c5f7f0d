//! How a line begins and ends: whether it may go on with the one before, and whether it is finished.

/// Whether the first letter, quotation marks and brackets aside, is a small one.
pub(super) fn starts_lower(text: &str) -> bool {
    let opening = |c: char| matches!(c, '"' | '“' | '‘' | '\'' | '(' | '[');
    text.trim_start_matches(opening).starts_with(char::is_lowercase)
}

/// Whether a character ends a sentence or announces something.
pub(super) fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | ':' | ';' | '。' | '！' | '？' | '؟' | '।')
}

/// Whether a character may stand after the stop of a sentence.
pub(super) fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '’' | '\'' | '»' | ')' | ']' | '“' | '*')
}
