//! A text as words and numbers that can be compared, however they were written.
//!
//! "Jan. 10" and "January 10", "$3bn" and "3 billion dollars", "two" and "2", "U.S." and "US", "don't"
//! and "do not" come out the same; possessives, hyphens, quotation marks and the odd spacing of
//! tokenised text make no difference.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::UnicodeNormalization;

use super::{figures, raw::Raw};
use crate::{
    lexicon::{english, lowered},
    reading::atom::{self, Atoms, Kind},
};

/// The words and numbers of `text`, in order.
pub(super) fn scan(text: &str) -> Vec<Raw<'_>> {
    view(Atoms { text, list: &atom::atoms(text) })
}

/// The words and numbers that `atoms` make, in order.
pub(super) fn view<'a>(atoms: Atoms<'a, '_>) -> Vec<Raw<'a>> {
    let text = atoms.text;
    let mut scanner = Scanner::default();
    let mut at = 0;
    while let Some(&first) = atoms.list.get(at) {
        let start = first.span().start;
        if first.kind == Kind::Mark {
            scanner.mark(atoms.first(first), start);
            at += 1;
            continue;
        }
        at = run_end(atoms, at);
        let end = atoms.list[at - 1].span().end;
        let apostrophe = text[..start].ends_with(['\'', '’']);
        scanner.word(&text[start..end], start, apostrophe, text[end..].starts_with('.'));
    }
    figures::merge(scanner.found)
}

/// One past the atoms of the word that begins with atom `start`.
fn run_end(atoms: Atoms<'_, '_>, start: usize) -> usize {
    let first = atoms.list[start];
    let letters = |kind| matches!(kind, Kind::Word | Kind::Combining);
    if !letters(first.kind) {
        return start + 1;
    }
    // How many letters there are since the last mark.
    let mut count = atoms.text_of(first).chars().count();
    let mut end = start + 1;
    while let Some(atom) = atoms.touching(end) {
        if letters(atom.kind) {
            count += atoms.text_of(atom).chars().count();
        } else if let Some(next) = atoms.touching(end + 1)
            && atom.kind == Kind::Mark
            && letters(next.kind)
            && joins(
                &atoms.text[first.span().start..atom.span().start],
                atoms.first(atom),
                atoms.first(next),
                count,
            )
        {
            count = 0;
        } else {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a mark inside a word belongs to it, with `next` behind it; `letters` stand between it and the
/// mark before.
fn joins(before: &str, mark: char, next: char, letters: usize) -> bool {
    match mark {
        '\'' | '’' => next.is_alphabetic(),
        '.' | ',' | ':' if next.is_ascii_digit() => before.ends_with(|c: char| c.is_ascii_digit()),
        // "U.S": single letters with stops between them.
        '.' => letters == 1 && before.ends_with(char::is_alphabetic) && next.is_alphabetic(),
        _ => false,
    }
}

/// A word in composed letters, and without the signs inside it that nobody sees.
fn plain(run: &str) -> Cow<'_, str> {
    if run.is_ascii() {
        return Cow::Borrowed(run);
    }
    Cow::Owned(run.nfc().filter(|&c| !atom::is_invisible(c)).collect())
}

/// What was found so far.
#[derive(Default)]
struct Scanner<'a> {
    found: Vec<Raw<'a>>,
    after_break: bool,
}

impl<'a> Scanner<'a> {
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
        self.push(at..at + c.len_utf8(), Cow::Borrowed(unit), false);
    }

    /// Whether the last word is a single letter, after which a stop ends nothing.
    fn after_initial(&self) -> bool {
        self.found.last().is_some_and(|last| last.word.chars().count() == 1)
    }

    /// A run of letters and digits, of which some may be clipped.
    fn word(&mut self, run: &'a str, at: usize, apostrophe: bool, stop: bool) {
        let capital = run.starts_with(char::is_uppercase);
        let span = at..at + run.len();
        // As most are: no apostrophe, no stop, no figure, nothing shortened before it.
        if !apostrophe && run.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let lower = lowered(run);
            if !lower.ends_with("cannot") {
                let full = month(&lower, stop).map(Cow::Borrowed);
                return self.push(span, full.unwrap_or(lower), capital);
            }
        }
        let lower = plain(run).to_lowercase().replace('’', "'");
        if apostrophe && let Some(full) = english().contraction(&lower) {
            return self.push(span, Cow::Borrowed(full), false);
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
            self.push(span.clone(), Cow::Owned(base.to_owned()), capital);
            return self.push(span, Cow::Borrowed("not"), false);
        }
        let (base, clip) = lower.rsplit_once('\'').unwrap_or((&lower, ""));
        match english().contraction(clip).filter(|_| !base.is_empty()) {
            Some(full) => {
                self.push(span.clone(), Cow::Owned(base.replace(['\'', '.'], "")), capital);
                self.push(span, Cow::Borrowed(full), false);
            }
            None if lower.starts_with(|c: char| c.is_ascii_digit()) => {
                self.push(span, Cow::Owned(lower), capital);
            }
            None => {
                let word = lower.replace(['\'', '.'], "");
                let full = month(&word, stop).map(Cow::Borrowed);
                self.push(span, full.unwrap_or(Cow::Owned(word)), capital);
            }
        }
    }

    fn push(&mut self, span: Range<usize>, word: Cow<'a, str>, capital: bool) {
        if !word.is_empty() {
            let after_break = std::mem::take(&mut self.after_break);
            self.found.push(Raw { span, word, number: false, capital, after_break });
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
    use proptest::prelude::*;

    use super::*;
    use crate::reading::tests::assert_golden;

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

    /// `,` after a mark, `^` for a capital, `#` for a number; the word, and what it stands for.
    fn shown(raw: &Raw<'_>, text: &str) -> String {
        let flag = |set: bool, mark: &'static str| if set { mark } else { "" };
        let (after, capital) = (flag(raw.after_break, ","), flag(raw.capital, "^"));
        let number = flag(raw.number, "#");
        let source = text[raw.span.clone()].replace(' ', "_");
        let source = if source == *raw.word { String::new() } else { format!("={source}") };
        format!("{after}{capital}{number}{}{source}", raw.word)
    }

    #[test]
    fn hard_cases_stay_what_they_are() {
        assert_golden("check", |text| scan(text).iter().map(|raw| shown(raw, text)).collect());
    }

    proptest! {
        #[test]
        fn every_word_has_its_place(text in "(\\PC|[A-Ca-cnts0-9'’.,:$£%東・\u{301} -]){0,40}") {
            for raw in scan(&text) {
                prop_assert!(text.get(raw.span).is_some_and(|source| !source.is_empty()));
                prop_assert!(!raw.word.is_empty() && raw.word == raw.word.to_lowercase());
            }
        }
    }
}
