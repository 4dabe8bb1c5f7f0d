//! What stands before and after a possible end of a sentence.

use std::borrow::Cow;

use super::words::{self, Case, Class};

/// How far back the word before a stop is looked for, in bytes; longer ones are no abbreviations.
const REACH: usize = 48;
/// How many opening marks are passed over before the next word.
const MOST_OPENERS: usize = 8;

/// Marks that may stand before the first word of a sentence, quotation marks aside.
const OPENERS: &str = "([{¿¡—–-•*#@$£€.…]";

/// The word before a stop.
#[derive(Debug)]
pub(super) struct Before<'a> {
    /// The word, its inner dots included, quotation marks and brackets before it not.
    word: &'a str,
    /// The word before that one.
    previous: &'a str,
    /// Whether white space stands between the word and the stop.
    pub spaced: bool,
    /// Whether the word opens the sentence, as the number of a list does.
    pub leads: bool,
}

impl<'a> Before<'a> {
    /// Looks back over `sentence`, which ends where the stop starts.
    pub(super) fn read(sentence: &'a str) -> Self {
        let left = tail(sentence);
        let trimmed = left.trim_end();
        let (rest, word) = last_word(trimmed);
        let (_, previous) = last_word(rest.trim_end());
        Self {
            word: word.trim_start_matches(|c: char| !c.is_alphanumeric()),
            previous,
            spaced: trimmed.len() < left.len(),
            leads: left.len() == sentence.len() && !rest.contains(char::is_alphanumeric),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.word.is_empty()
    }

    /// What kind of shortened word it is; `None` for an ordinary word.
    pub(super) fn class(&self, next: &Next) -> Option<Class> {
        let word = self.word.rsplit(['-', '–', '/', '(']).next().unwrap_or(self.word);
        let mut letters = word.chars();
        match (letters.next(), letters.next()) {
            (None, _) => None,
            (Some(c), None) if c.is_alphabetic() => self.letter_class(c),
            _ if word.chars().all(|c| c.is_ascii_digit()) => self.number_class(word, next),
            _ => words::class(word)
                .or_else(|| match next.case.titled(word) {
                    // As most are; it was looked up so.
                    Cow::Borrowed(_) => None,
                    Cow::Owned(titled) => words::class(&titled),
                })
                .or_else(|| acronym_class(word)),
        }
        .or_else(|| (self.leads && self.is_roman()).then_some(Class::Bound))
    }

    /// A single letter: an initial, a short form such as the German `z. B.`, or, small and after a
    /// number, a unit like any other word. After a noun that is numbered with letters it is its label.
    fn letter_class(&self, letter: char) -> Option<Class> {
        let unit = letter.is_ascii_lowercase() && self.previous.ends_with(char::is_numeric);
        if letter.is_ascii_uppercase() && words::is_labelled(self.previous) {
            return None;
        }
        Some(match letter {
            'M' | 'v' => Class::Bound,
            'h' if unit => Class::Number,
            'm' if matches!(self.previous, "a." | "p.") => Class::Clock,
            _ if self.leads => Class::Bound,
            _ if unit => return None,
            _ if letter.is_ascii() => Class::Initial,
            _ => Class::Foreign,
        })
    }

    /// A number: of a list, or a German ordinal before its noun.
    fn number_class(&self, word: &str, next: &Next) -> Option<Class> {
        let listed = word.len() <= 2 && (self.leads || self.previous.ends_with([':', ';']));
        let ordinal = word.len() <= 2
            && (words::is_german_noun(next.word) || words::is_german_article(self.previous));
        (listed || ordinal).then_some(Class::Bound)
    }

    fn is_roman(&self) -> bool {
        self.word.len() <= 5 && self.word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
    }

    /// Whether it is a web or e-mail address, whose dots end nothing.
    pub(super) fn is_address(&self) -> bool {
        self.word.contains(['@', '/']) || self.word.starts_with("www.")
    }

    /// Whether it is a name that is written with a mark, such as `Yahoo!`.
    pub(super) fn is_name_with_mark(&self) -> bool {
        words::has_mark_in_name(self.word) || self.word.chars().count() == 1
    }

    /// Whether it can be the last word of a sentence: three capitals such as `BBC`, or two characters
    /// or more of which the last is no capital.
    pub(super) fn ends_like_a_word(&self) -> bool {
        let acronym = self.word.len() > 2 && self.word.bytes().all(|b| b.is_ascii_uppercase());
        let ends_low = self.word.chars().next_back().is_some_and(|c| !c.is_uppercase());
        acronym || ends_low && self.word.chars().nth(1).is_some()
    }
}

/// The last bytes of `left`, about [`REACH`] of them, from a character boundary.
fn tail(left: &str) -> &str {
    let mut from = left.len().saturating_sub(REACH);
    while !left.is_char_boundary(from) {
        from += 1;
    }
    &left[from..]
}

/// Splits off the last word.
fn last_word(left: &str) -> (&str, &str) {
    let cut =
        left.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '“' | '‘' | '(' | '[' | '«'));
    let from = cut.map_or(0, |at| at + left[at..].chars().next().map_or(0, char::len_utf8));
    left.split_at(from)
}

/// Acronyms with inner dots: `U.S`, `Ph.D`, `EE.UU`.
fn acronym_class(word: &str) -> Option<Class> {
    let dotted = word.contains('.')
        && word.split('.').all(|part| {
            (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
        });
    dotted.then_some(Class::Loose)
}

/// What follows a stop.
#[derive(Debug)]
pub(super) struct Next<'a> {
    /// The next word without the marks that open it.
    pub word: &'a str,
    /// Whether white space follows the stop.
    pub gap: bool,
    /// Whether nothing follows but white space.
    pub at_end: bool,
    /// The first character that is not white space.
    first: Option<char>,
    /// Whether a quotation mark opens before the word.
    pub quoted: bool,
    /// What its capitals tell.
    case: Case,
    /// From the word on.
    tail: &'a str,
}

impl<'a> Next<'a> {
    /// Looks ahead into `rest`, which starts right after the stop.
    pub(super) fn read(rest: &'a str, case: Case) -> Self {
        let trimmed = rest.trim_start();
        let (tail, quoted) = skip_openers(trimmed);
        let end = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
        Self {
            word: &tail[..end],
            gap: trimmed.len() < rest.len(),
            at_end: trimmed.is_empty(),
            first: trimmed.chars().next(),
            quoted,
            case,
            tail,
        }
    }

    fn letter(&self) -> Option<char> {
        self.tail.chars().next()
    }

    /// Whether it begins with a small letter, and not as `iPhone` does.
    pub(super) fn starts_low(&self) -> bool {
        let mut letters = self.word.chars();
        letters.next().is_some_and(char::is_lowercase)
            && !letters.next().is_some_and(char::is_uppercase)
    }

    /// Whether one of the next words is a verb of speech, where capitals do not tell who speaks.
    pub(super) fn reports_speech(&self) -> bool {
        let bare = |token: &'a str| token.trim_matches(|c: char| !c.is_alphanumeric());
        self.case != Case::Mixed
            && self
                .tail
                .split_whitespace()
                .take(4)
                .any(|token| words::is_speech_verb(&bare(token).to_lowercase()))
    }

    pub(super) fn starts_with_digit(&self) -> bool {
        self.letter().is_some_and(char::is_numeric)
    }

    /// Whether it begins with a letter of a script that has no capitals.
    pub(super) fn is_caseless(&self) -> bool {
        self.letter().is_some_and(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase())
    }

    /// Whether a mark follows that only stands within a sentence.
    pub(super) fn is_joining_mark(&self) -> bool {
        self.first.is_some_and(|c| {
            matches!(c, ',' | ';' | ':' | ')' | ']' | '/' | '&' | '%' | '，' | '、')
        })
    }

    /// Whether it is a word that, with a capital, mostly opens a sentence.
    pub(super) fn is_opener_word(&self) -> bool {
        !self.is_initial() && words::opens_sentences(&self.case.titled(self.word))
    }

    /// The same in any language that we have a list for.
    fn is_foreign_opener_word(&self) -> bool {
        !self.is_initial() && words::opens_foreign_sentences(&self.case.titled(self.word))
    }

    fn is_initial(&self) -> bool {
        self.word.chars().nth(1).is_none() && self.tail[self.word.len()..].starts_with('.')
    }

    /// Whether a quotation opens here with a capital.
    fn opens_quotation(&self) -> bool {
        self.quoted && self.letter().is_some_and(char::is_uppercase)
    }

    /// Whether what stands right behind a stop looks like the start of another sentence.
    pub(super) fn looks_glued(&self) -> bool {
        let mut letters = self.word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase);
        let second = letters.next();
        let solid = match second {
            None => matches!(self.word, "I" | "A") && !self.tail[1..].starts_with('.'),
            Some(c) if c.is_lowercase() => !words::is_domain(self.word),
            Some(_) => self.word.len() >= 3 && !words::is_file_ending(self.word),
        };
        capital && solid || self.first == Some('•')
    }

    /// Whether hiragana goes on after a closed quotation, as in `」と述べた`.
    pub(super) fn continues_japanese(&self) -> bool {
        !self.gap
            && self
                .first
                .is_some_and(|c| matches!(c, 'と' | 'っ' | 'は' | 'が' | 'を' | 'に' | 'の' | 'な'))
    }

    /// Whether a name and a verb of speech follow, as in `"Why?" Anna Bell asked.`
    pub(super) fn is_attribution(&self) -> bool {
        if words::is_day(self.word) {
            return true;
        }
        for (names, token) in self.tail.split_whitespace().take(5).enumerate() {
            let word = token.trim_matches(|c: char| !c.is_alphanumeric());
            if words::is_speech_verb(word) {
                return names > 0 && !self.clause_follows(token);
            }
            let starter = words::opens_sentences(word) && !words::is_courtesy(word);
            if !word.starts_with(char::is_uppercase) || names == 0 && starter {
                return false;
            }
        }
        false
    }

    /// Whether the verb governs a clause of its own: `Doyle said he did not know`.
    fn clause_follows(&self, verb: &str) -> bool {
        let after = self.tail.split_whitespace().skip_while(|token| *token != verb).nth(1);
        verb.ends_with(char::is_alphabetic) && after.is_some_and(words::opens_clause)
    }
}

/// Passes over the marks that may open a sentence, and over `[...]`.
fn skip_openers(text: &str) -> (&str, bool) {
    let mut rest = text;
    let mut quoted = false;
    for _ in 0..MOST_OPENERS {
        let Some(c) = rest.chars().next() else { break };
        match c {
            '"' | '“' | '”' | '„' | '\'' | '‘' | '’' | '«' | '»' | '‚' => {
                quoted = true;
            }
            _ if OPENERS.contains(c) => {}
            _ => break,
        }
        rest = rest[c.len_utf8()..].trim_start();
    }
    (rest, quoted)
}

impl Class {
    /// Whether a sentence ends after a word of this class, given what follows.
    pub(super) fn ends(self, next: &Next) -> bool {
        match self {
            Self::Bound => false,
            Self::Number => !next.starts_with_digit(),
            Self::Clock => {
                let goes_on = next.starts_low() || words::follows_clock(next.word);
                !next.starts_with_digit() && !goes_on
            }
            Self::Day => !words::is_month(next.word),
            Self::Initial => next.is_opener_word(),
            Self::Loose => next.is_opener_word() || next.opens_quotation(),
            Self::Foreign => next.is_foreign_opener_word(),
        }
    }
}
