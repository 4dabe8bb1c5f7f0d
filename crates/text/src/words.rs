//! Words: what the lexical summarisers and the repair count.

use memchr::memchr;
use unicode_segmentation::{UnicodeSegmentation, UnicodeWords};

use standfirst_core::article::Span;

/// The words of `text` by Unicode's word boundaries (UAX #29), as written, punctuation left out.
pub fn words(text: &str) -> Words<'_> {
    let plain = if text.is_ascii() { text.len() } else { 0 };
    Words { text, at: 0, plain, part: None }
}

/// The [`words`] of a text, in order.
///
/// Every word of every article comes from here several times, so that what is ASCII is read by the few rules that
/// Unicode's come to there, and all else by the library. A blank is part of a word only where a sign that stands for
/// nothing by itself clings to it, and is left out here, so that a curly quotation mark somewhere in a text costs no
/// more than what stands between its blanks.
#[derive(Debug)]
pub struct Words<'a> {
    text: &'a str,
    /// How far the text has been read.
    at: usize,
    /// From `at` to here it is ASCII.
    plain: usize,
    /// What stands between two blanks, where that is not.
    part: Option<UnicodeWords<'a>>,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        loop {
            if let Some(part) = &mut self.part {
                if let Some(word) = part.next() {
                    return Some(word);
                }
                self.part = None;
            }
            let bytes = self.text.as_bytes();
            if let Some((start, end)) = next_plain(&bytes[..self.plain], self.at) {
                self.at = end;
                return Some(&self.text[start..end]);
            }
            self.at = self.plain;
            self.begin_part()?;
        }
    }
}

impl Words<'_> {
    /// Goes on to the next blank; `None` at the end of the text.
    fn begin_part(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b' ', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        self.plain = self.at + length;
        let part = &rest[..length];
        if !part.is_ascii() {
            self.at = self.plain;
            self.part = Some(part.trim_end_matches(' ').unicode_words());
        }
        Some(())
    }
}

/// What a byte of ASCII is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    Letter,
    Digit,
    /// Part of a word, and none by itself.
    Underscore,
    Other,
}

const BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Other; 256];
    let mut at = 0;
    while at < 128 {
        bytes[at as usize] = match at {
            b'a'..=b'z' | b'A'..=b'Z' => Byte::Letter,
            b'0'..=b'9' => Byte::Digit,
            b'_' => Byte::Underscore,
            _ => Byte::Other,
        };
        at += 1;
    }
    bytes
};

fn kind(byte: u8) -> Byte {
    BYTES[usize::from(byte)]
}

/// Where the next word of ASCII from byte `from` on starts and ends.
#[inline]
fn next_plain(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    loop {
        start += bytes.get(start..)?.iter().position(|&byte| kind(byte) != Byte::Other)?;
        let end = plain_end(bytes, start);
        // A row of underscores is no word.
        if kind(bytes[start]) != Byte::Underscore
            || bytes[start..end].iter().any(u8::is_ascii_alphanumeric)
        {
            return Some((start, end));
        }
        start = end;
    }
}

/// Where the run of letters, digits and underscores ends that starts at `start`, with marks that stand between two
/// letters or two digits.
#[inline]
fn plain_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start + 1;
    loop {
        let rest = &bytes[end..];
        let run = rest.iter().position(|&byte| kind(byte) == Byte::Other).unwrap_or(rest.len());
        end += run;
        match rest[run..] {
            [mark, next, ..] if mark != b' ' && joins(bytes[end - 1], mark, next) => end += 2,
            _ => return end,
        }
    }
}

/// Whether a mark goes on with a word between its neighbours: `3.14`, `don't`.
fn joins(before: u8, mark: u8, after: u8) -> bool {
    match mark {
        b'.' | b'\'' => {
            kind(before) == kind(after) && matches!(kind(before), Byte::Letter | Byte::Digit)
        }
        b':' => kind(before) == Byte::Letter && kind(after) == Byte::Letter,
        b',' | b';' => kind(before) == Byte::Digit && kind(after) == Byte::Digit,
        _ => false,
    }
}

/// Where the [`words`] of `text` stand, `offset` bytes further on.
pub(crate) fn spans(text: &str, offset: usize) -> impl Iterator<Item = Span> {
    let start = text.as_ptr().addr();
    words(text).map(move |word| {
        let at = offset + word.as_ptr().addr() - start;
        Span::new(at, at + word.len())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_those_of_the_whole_text_without_blanks(
            text in "([a-cA-C0-9'.,:;_-]|[ \u{a0}\t\n]|\\PC|[“’…éא״\u{301}\u{200d}\u{ad}\u{a51}ℹ\u{1f1e6}カ漢\u{e01}]){0,30}"
        ) {
            let whole = text.unicode_word_indices().map(|(at, word)| {
                let bare = word.trim_start_matches(' ');
                (at + word.len() - bare.len(), bare)
            });
            let whole: Vec<(usize, &str)> = whole.collect();
            let found: Vec<(usize, &str)> =
                spans(&text, 0).map(|span| (span.start, &text[span.range()])).collect();
            prop_assert_eq!(found, whole);
        }
    }
}
