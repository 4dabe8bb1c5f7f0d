//! How far an answer has come, letter by letter, and what may come next.

use std::collections::BTreeSet;

use super::{
    counts,
    quote::Quote,
    source::{Source, beginning, joins},
};

/// An answer so far.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The word or number that is being written.
    open: Open,
    /// The name or number right before it, canonical, if nothing but a blank or the like is between.
    before: Option<String>,
    /// Whether the next word opens a sentence.
    start: bool,
    /// Whether a mark that ends a sentence came last, but for quotation marks and brackets.
    ended: bool,
    /// Whether a blank, a line's end or nothing came last.
    blank: bool,
    quote: Option<Quote>,
}

#[derive(Clone, Debug, Default)]
enum Open {
    #[default]
    Nothing,
    Word(Word),
    /// Digits and marks between digits; the last may be a mark that belongs to the sentence.
    Number(String),
    /// The letters behind the digits of a number.
    Ending {
        number: String,
        letters: String,
    },
}

#[derive(Clone, Debug)]
struct Word {
    /// In small letters.
    lower: String,
    /// Whether it has a capital or a digit.
    strong: bool,
    /// Whether it opens a sentence.
    start: bool,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            open: Open::Nothing,
            before: None,
            start: true,
            ended: false,
            blank: true,
            quote: None,
        }
    }
}

impl Walk {
    /// Goes on by `c`; `false` if nothing that `source` allows goes on so.
    pub fn step(&mut self, c: char, source: &Source) -> bool {
        if let Some(quote) = &mut self.quote {
            let Some(closed) = quote.step(c, source) else { return false };
            if closed {
                self.ended = quote.ends_sentence();
                self.quote = None;
                (self.before, self.start, self.blank) = (None, false, false);
            }
            return true;
        }
        if c.is_alphanumeric() { self.letter(c, source) } else { self.mark(c, source) }
    }

    /// Whether the answer may end here.
    pub fn may_end(&self, source: &Source) -> bool {
        self.quote.is_none() && self.clone().close(source)
    }

    /// Whether a token may end here: a count that the source does not have is refused as soon as it
    /// stands there, since hardly any word goes on from it.
    pub fn may_rest(&self, source: &Source) -> bool {
        match &self.open {
            Open::Word(word) if counts::counts(&word.lower) => source.counts.contains(&word.lower),
            _ => true,
        }
    }

    /// Whether it makes a difference which letter comes next.
    pub fn is_bound(&self) -> bool {
        self.quote.is_some()
            || match &self.open {
                Open::Nothing => false,
                Open::Word(word) => word.strong,
                Open::Number(_) | Open::Ending { .. } => true,
            }
    }

    fn letter(&mut self, c: char, source: &Source) -> bool {
        self.blank = false;
        match std::mem::take(&mut self.open) {
            Open::Nothing => self.begin(c, source),
            Open::Word(word) => self.spell(word, c, source),
            Open::Number(number) => self.count(number, c, source),
            Open::Ending { number, letters } => self.suffix(number, letters, c, source),
        }
    }

    fn begin(&mut self, c: char, source: &Source) -> bool {
        let start = std::mem::take(&mut self.start);
        self.ended = false;
        if c.is_ascii_digit() {
            return self.count(String::new(), c, source);
        }
        self.spell(Word { lower: String::new(), strong: false, start }, c, source)
    }

    fn spell(&mut self, mut word: Word, c: char, source: &Source) -> bool {
        word.strong |= c.is_uppercase() || c.is_ascii_digit();
        word.lower.extend(c.to_lowercase());
        let goes_on = !word.strong || self.is_known(&word, false, source);
        self.open = Open::Word(word);
        goes_on
    }

    /// Whether a strong word is one that may stand here, or begins one.
    fn is_known(&self, word: &Word, whole: bool, source: &Source) -> bool {
        let lower = word.lower.as_str();
        let fits = |known: &str| if whole { known == lower } else { known.starts_with(lower) };
        let from = |set: &BTreeSet<String>, may: &dyn Fn(&str) -> bool| {
            beginning(set, lower).any(|known| fits(known) && may(known))
        };
        if word.start {
            return from(&source.names, &|_| true)
                || from(&source.words, &|_| true)
                || from(super::openers(), &|_| true);
        }
        let follows = |name: &str| match &self.before {
            Some(before) if !before.starts_with(|c: char| c.is_ascii_digit()) => {
                source.pairs.contains(&(before.clone(), counts::canonical(name)))
            }
            _ => true,
        };
        from(&source.names, &follows) || plural(lower, source) || fits("i")
    }

    fn count(&mut self, mut number: String, c: char, source: &Source) -> bool {
        if c.is_ascii_digit() {
            number.push(c);
            let goes_on = self.is_counted(&number, false, source);
            self.open = Open::Number(number);
            return goes_on;
        }
        let joined = number.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned();
        if !self.is_counted(&joined, true, source) {
            return false;
        }
        if joined.len() < number.len() {
            self.before = None;
            return self.begin(c, source);
        }
        self.suffix(number, String::new(), c, source)
    }

    /// Whether a number is one of the source's, or begins one.
    fn is_counted(&self, number: &str, whole: bool, source: &Source) -> bool {
        let after_month = self.before.as_deref().filter(|before| counts::is_month(before));
        let dated = |known: &str| {
            after_month.is_none_or(|month| {
                source.pairs.contains(&(month.to_owned(), counts::canonical(known)))
            })
        };
        beginning(&source.numbers, number).any(|known| (!whole || known == number) && dated(known))
    }

    fn suffix(&mut self, number: String, mut letters: String, c: char, source: &Source) -> bool {
        letters.extend(c.to_lowercase());
        let known = beginning(&source.endings, &letters).next().is_some();
        self.open = Open::Ending { number, letters };
        known
    }

    fn mark(&mut self, c: char, source: &Source) -> bool {
        if let Open::Number(number) = &mut self.open
            && number.ends_with(|c: char| c.is_ascii_digit())
            && joins(u8::try_from(c).ok())
        {
            number.push(c);
            let number = number.clone();
            self.ended = matches!(c, '.');
            return self.is_counted(&number, false, source)
                || self.is_counted(&number[..number.len() - 1], true, source);
        }
        let apostrophe = matches!(self.open, Open::Word(_) | Open::Ending { .. });
        if !self.close(source) {
            return false;
        }
        let opens_single = matches!(c, '\'' | '‘') && !apostrophe && self.blank;
        if matches!(c, '"' | '“') || opens_single {
            self.quote = Quote::open(c, source);
            return self.quote.is_some();
        }
        self.pass(c);
        c != '”'
    }

    /// Takes up a mark or a blank between words.
    fn pass(&mut self, c: char) {
        if !matches!(c, ' ' | '-' | '.' | '\'' | '’') {
            self.before = None;
        }
        match c {
            '.' | '!' | '?' => self.ended = true,
            '\n' | ':' => self.start = true,
            c if c.is_whitespace() => self.start |= std::mem::take(&mut self.ended),
            ')' | ']' | '’' | '\'' => {}
            _ => self.ended = false,
        }
        self.blank = c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–');
    }

    /// Ends the word or number that is being written; `false` if it is none of the source's.
    fn close(&mut self, source: &Source) -> bool {
        match std::mem::take(&mut self.open) {
            Open::Nothing => true,
            Open::Word(word) => self.close_word(&word, source),
            Open::Number(number) => {
                let digits = number.trim_end_matches(|c: char| !c.is_ascii_digit());
                let known = self.is_counted(digits, true, source);
                let breaks = digits.len() < number.len() && !number.ends_with('.');
                self.before = (!breaks).then(|| counts::canonical(digits));
                known
            }
            Open::Ending { number, letters } => {
                let pair = (counts::canonical(&number), counts::canonical(&letters));
                let known = source.endings.contains(&letters)
                    && (!counts::is_scale(&letters) || source.pairs.contains(&pair));
                self.before = Some(pair.1);
                known
            }
        }
    }

    fn close_word(&mut self, word: &Word, source: &Source) -> bool {
        let canon = counts::canonical(&word.lower);
        let counts = counts::counts(&word.lower);
        let number = self.before.take_if(|before| before.starts_with(|c: char| c.is_ascii_digit()));
        let known = if counts {
            let pair = |number: String| source.pairs.contains(&(number, canon.clone()));
            source.counts.contains(&word.lower)
                && (!counts::is_scale(&word.lower) || number.is_none_or(pair))
        } else {
            !word.strong || self.is_known(word, true, source)
        };
        let named = word.strong && (!word.start || source.proper.contains(&word.lower));
        self.before = (counts || named).then_some(canon);
        known
    }
}

/// Whether a word is the plural of a name.
fn plural(lower: &str, source: &Source) -> bool {
    lower.strip_suffix('s').is_some_and(|one| source.names.contains(one))
}
