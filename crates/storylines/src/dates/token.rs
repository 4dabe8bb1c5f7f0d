//! The words of a sentence as dates are written in them.

use standfirst_core::article::Span;

/// A word, a number or a mark.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    /// Bytes of the sentence.
    pub span: Span,
    /// As written.
    pub text: &'a str,
    /// In small letters, with straight apostrophes.
    pub lower: String,
}

impl Token<'_> {
    /// Whether it is a word or a number.
    pub fn is_word(&self) -> bool {
        self.text.starts_with(char::is_alphanumeric)
    }

    /// Whether it begins with a capital.
    pub fn is_capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// The number that it is, if it is written in digits alone.
    pub fn digits(&self) -> Option<i32> {
        let all = self.text.bytes().all(|byte| byte.is_ascii_digit());
        if all && self.text.len() <= 4 { self.text.parse().ok() } else { None }
    }
}

/// The words and marks of a sentence. Marks inside a number (`2009-01-20`, `23/04/2008`) and apostrophes
/// inside a word are parts of it.
pub(super) fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = sentence.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        if first.is_alphanumeric() {
            while let Some(&(at, c)) = rest.peek() {
                if !(c.is_alphanumeric() || joins(&sentence[start..at], c, &sentence[at..])) {
                    break;
                }
                end = at + c.len_utf8();
                rest.next();
            }
        }
        let text = &sentence[start..end];
        let lower = text.to_lowercase().replace('’', "'");
        tokens.push(Token { span: Span::new(start, end), text, lower });
    }
    tokens
}

/// Whether a mark joins what stands before and after it to one word.
fn joins(before: &str, mark: char, rest: &str) -> bool {
    let next = rest.chars().nth(1);
    match mark {
        '\'' | '’' => next.is_some_and(char::is_alphabetic),
        '-' | '/' | '.' | ',' => {
            let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            digits(before.chars().last()) && digits(next)
        }
        _ => false,
    }
}
