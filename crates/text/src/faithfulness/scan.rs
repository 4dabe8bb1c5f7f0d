//! A text as words and numbers that can be compared, however they were written.
//!
//! "Jan. 10" and "January 10", "$3bn" and "3 billion dollars", "two" and "2", "U.S." and "US", "don't"
//! and "do not" come out the same; possessives, hyphens, quotation marks and the odd spacing of
//! tokenised text make no difference.

use std::ops::Range;

use super::figures;
use crate::lexicon::english;

/// One word or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lower case, or the value of a number in digits.
    pub word: String,
    /// Whether it is a number that means a quantity or a date; "one" mostly is not.
    pub number: bool,
    /// Whether it is written with a capital.
    pub capital: bool,
    /// Whether there is punctuation between it and the word before.
    pub after_break: bool,
}

/// The words and numbers of `text`, in order.
pub(super) fn scan(text: &str) -> Vec<Raw> {
    let mut scanner = Scanner::default();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let len = run(&text[at..]);
        if len > 0 {
            let apostrophe = text[..at].ends_with(['\'', '’']);
            let stop = text[at + len..].starts_with('.');
            scanner.word(&text[at..at + len], at, apostrophe, stop);
            at += len;
        } else {
            scanner.mark(c, at);
            at += c.len_utf8();
        }
    }
    figures::merge(&scanner.found)
}

/// Bytes of the word that `rest` begins with; none if it begins with something else.
fn run(rest: &str) -> usize {
    let mut letters = 0;
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        if is_ideograph(c) {
            return if end == 0 { c.len_utf8() } else { end };
        }
        if is_letter(c) {
            letters += 1;
        } else if end > 0 && joins(&rest[..at], c, next, letters) {
            letters = 0;
        } else {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// Scripts without blanks between the words: each sign is a word of its own.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters, digits, and the signs that combine with them.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{d7f}' | '\u{e30}'..='\u{e4f}')
}

/// Whether a mark inside a word belongs to it; `letters` stand between it and the mark before.
fn joins(before: &str, mark: char, next: Option<char>, letters: usize) -> bool {
    let Some(next) = next.filter(|&c| is_letter(c) && !is_ideograph(c)) else { return false };
    match mark {
        '\'' | '’' => next.is_alphabetic(),
        '.' | ',' | ':' if next.is_ascii_digit() => before.ends_with(|c: char| c.is_ascii_digit()),
        // "U.S": single letters with stops between them.
        '.' => letters == 1 && before.ends_with(char::is_alphabetic) && next.is_alphabetic(),
        _ => false,
    }
}

/// What was found so far.
#[derive(Default)]
struct Scanner {
    found: Vec<Raw>,
    after_break: bool,
}

impl Scanner {
    /// A mark between words.
    fn mark(&mut self, c: char, at: usize) {
        let unit = match c {
            '$' => "dollar",
            '£' => "pound",
            '€' => "euro",
            '¥' => "yen",
            '%' => "percent",
            _ => {
                self.after_break |= !c.is_whitespace() && !matches!(c, '-' | '\'' | '’' | '.');
                self.after_break |= c == '.' && !self.after_initial();
                return;
            }
        };
        // A pound sign that was read in the wrong encoding has an "Â" in front.
        self.found.pop_if(|last| last.span.end == at && last.word == "â");
        self.push(at..at + c.len_utf8(), unit, false);
    }

    /// Whether the last word is a single letter, after which a stop ends nothing.
    fn after_initial(&self) -> bool {
        self.found.last().is_some_and(|last| last.word.chars().count() == 1)
    }

    /// A run of letters and digits, of which some may be clipped.
    fn word(&mut self, run: &str, at: usize, apostrophe: bool, stop: bool) {
        let lower = run.to_lowercase().replace('’', "'");
        let capital = run.starts_with(char::is_uppercase);
        let span = at..at + run.len();
        if apostrophe && let Some(full) = english().contraction(&lower) {
            return self.push(span, full, false);
        }
        if let Some(rest) =
            lower.strip_suffix("n't").or_else(|| lower.strip_suffix("cannot").map(|_| "can"))
        {
            let base = match rest {
                "ca" => "can",
                "wo" => "will",
                "sha" => "shall",
                other => other,
            };
            self.push(span.clone(), base, capital);
            return self.push(span, "not", false);
        }
        let (base, clip) = lower.rsplit_once('\'').unwrap_or((&lower, ""));
        match english().contraction(clip).filter(|_| !base.is_empty()) {
            Some(full) => {
                self.push(span.clone(), &base.replace(['\'', '.'], ""), capital);
                self.push(span, full, false);
            }
            None if lower.starts_with(|c: char| c.is_ascii_digit()) => {
                self.push(span, &lower, capital);
            }
            None => {
                let word = lower.replace(['\'', '.'], "");
                self.push(span, month(&word, stop).unwrap_or(&word), capital);
            }
        }
    }

    fn push(&mut self, span: Range<usize>, word: &str, capital: bool) {
        if !word.is_empty() {
            let after_break = std::mem::take(&mut self.after_break);
            self.found.push(Raw {
                span,
                word: word.to_owned(),
                number: false,
                capital,
                after_break,
            });
        }
    }
}

/// The full name of a month, or of nothing; some are words of their own without a stop after them.
fn month(word: &str, stop: bool) -> Option<&'static str> {
    let calendar = english().calendar();
    let shortened = calendar.lower(word).filter(|date| date.month && date.short);
    let date = shortened.filter(|date| stop || !date.stopped)?;
    calendar.spellings(date).first().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        scan(text).into_iter().map(|raw| raw.word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_same_thing_in_two_spellings_is_the_same() {
        for (one, other) in [
            ("on Jan. 10", "on January 10"),
            ("$3bn", "3 billion dollar"),
            ("$3b", "3 billion dollar"),
            ("two hundred and five", "205"),
            ("twenty-one boats", "21 boats"),
            ("the U.S. fleet", "the US fleet"),
            ("Petrov's aide", "Petrov aide"),
            ("12 per cent", "12%"),
            ("it doesn't", "it does not"),
            ("it does n't", "it does not"),
            ("she cannot", "she can not"),
            ("the 3rd of 1,500", "the 3 of 1500"),
            ("well-known", "well known"),
            ("“Yes,” ``no''", "\"yes\" 'no'"),
            ("â£50,000", "£50000"),
            ("they 've", "they've"),
        ] {
            assert_eq!(words(one), words(other), "{one} / {other}");
        }
    }

    #[test]
    fn values_and_their_places() {
        assert_eq!(
            words("The £2.5m deal of 21:45, by J.K. Ayre"),
            "the 2500000 pound deal of 21:45 by jk ayre"
        );
        let text = "Paid €7 (Tuesday).";
        let found = scan(text);
        assert_eq!(&text[found[1].span.clone()], "7");
        assert!(found[1].number && found[3].after_break && found[3].capital);
    }

    #[test]
    fn one_is_mostly_no_quantity() {
        assert!(!scan("No one came.")[1].number);
        assert!(scan("Only 1 came.")[1].number);
    }

    #[test]
    fn other_scripts_and_rubbish_pass() {
        assert_eq!(words("東京 で"), "東 京 で");
        assert_eq!(words("Он сказал"), "он сказал");
        assert_eq!(words("'''... -- $ % ’s"), "dollar percent");
        assert_eq!(words(""), "");
    }
}
