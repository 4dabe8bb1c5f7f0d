//! Words with their places.

use crate::lexicon::english;
use standfirst_core::article::Span;

/// A word of a sentence.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about one word")]
pub(super) struct Token<'a> {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// First byte of the word or of the marks that open before it.
    pub(super) lead: usize,
    /// In lower case, without `'s`, `'ll` and their like.
    pub(super) lower: String,
    /// As written, without them.
    pub(super) text: &'a str,
    /// Whether a contracted verb was left out: `it's`.
    pub(super) contracted: bool,
    /// Whether a comma or another mark stands between it and the next word.
    pub(super) comma: bool,
    /// Whether a closing quotation mark stands between it and the word before.
    pub(super) follows_quote: bool,
    /// Whether a hyphen ties it to the next word.
    pub(super) hyphen: bool,
}

impl Token<'_> {
    /// Whether it is written as a name is.
    pub(super) fn is_capitalised(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }
}

/// Longest stretch of a sentence that is looked at, in words: nothing further on changes an answer
/// that a reader would agree with.
pub(super) const MAX_WORDS: usize = 200;

/// The first of the `words` of `sentence`, in order.
pub(super) fn tokens<'a>(sentence: &'a str, words: &[Span]) -> Vec<Token<'a>> {
    let words = &words[..words.len().min(MAX_WORDS)];
    let mut tokens = Vec::with_capacity(words.len());
    let mut last = 0;
    for (i, &Span { start, end }) in words.iter().enumerate() {
        let next = words.get(i + 1).map_or(sentence.len(), |next| next.start);
        let (before, after) = (&sentence[last..start], &sentence[end..next]);
        let text = stem(&sentence[start..end]);
        let opens = before.trim_start_matches([',', ';', ':', '.']).trim_start();
        tokens.push(Token {
            start,
            end,
            lead: start - opens.len(),
            lower: text.to_lowercase(),
            text,
            contracted: text.len() < end - start,
            comma: after.trim_start().starts_with([',', ';', ':']),
            follows_quote: before.contains(['"', '”', '’', '\'']),
            hyphen: after.starts_with('-'),
        });
        last = end;
    }
    tokens
}

/// The word before an apostrophe with a contraction after it, such as `s` or `ll`.
fn stem(word: &str) -> &str {
    match word.char_indices().rfind(|&(_, c)| matches!(c, '\'' | '’')) {
        Some((at, mark)) if at > 0 => {
            let ending = &word[at + mark.len_utf8()..];
            if english().contraction(ending).is_some() { &word[..at] } else { word }
        }
        _ => word,
    }
}
