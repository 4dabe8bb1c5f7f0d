//! A quotation in an answer: it has to stand in one of the source's, word for word.

use super::source::{BREAK, Source, plain};

/// A quotation that is being written.
#[derive(Clone, Debug)]
pub struct Quote {
    /// Whether single marks enclose it.
    single: bool,
    /// Where in [`Source::quoted`] it may go on.
    places: Vec<usize>,
    /// Whether nothing is in it yet.
    empty: bool,
    /// Whether a mark of the writer's own ends it, so that it has to be closed now.
    tail: bool,
    /// What came last.
    last: char,
}

impl Quote {
    /// One that `mark` opens; `None` if the source quotes nobody.
    pub fn open(mark: char, source: &Source) -> Option<Self> {
        let quoted = &source.quoted;
        let begins = |&at: &usize| {
            !matches!(quoted[at], BREAK | ' ')
                && (at == 0 || !quoted[at - 1].is_alphanumeric() || !quoted[at].is_alphanumeric())
        };
        let places: Vec<usize> = (0..quoted.len()).filter(begins).collect();
        let single = matches!(mark, '\'' | '‘');
        (!places.is_empty()).then_some(Self {
            single,
            places,
            empty: true,
            tail: false,
            last: mark,
        })
    }

    /// Goes on by `c`, and says whether that closes it; `None` if the source is not quoted so.
    pub fn step(&mut self, c: char, source: &Source) -> Option<bool> {
        let (c, closes) = (plain(c), self.closes(c));
        let before = std::mem::replace(&mut self.last, c);
        if !self.tail {
            let next = self.followed(c, source);
            if !next.is_empty() {
                self.places = next;
                self.empty = false;
                return Some(false);
            }
        }
        let at_end = !self.empty && (self.tail || self.at_word_end(source));
        if closes && at_end {
            self.last = before;
            return Some(true);
        }
        self.tail = at_end && !self.tail && matches!(c, ',' | '.' | '!' | '?' | ';' | '…');
        self.tail.then_some(false)
    }

    /// Whether its last mark ends a sentence.
    pub fn ends_sentence(&self) -> bool {
        matches!(self.last, '.' | '!' | '?' | '…')
    }

    fn closes(&self, c: char) -> bool {
        if self.single { c == '\'' } else { matches!(c, '"' | '”') }
    }

    /// Where it may go on after `c`; its first letter may be of either case.
    fn followed(&self, c: char, source: &Source) -> Vec<usize> {
        let same = |own: char| own == c || (self.empty && own.to_lowercase().eq(c.to_lowercase()));
        let places =
            self.places.iter().filter(|&&at| source.quoted.get(at).copied().is_some_and(same));
        places.map(|at| at + 1).collect()
    }

    fn at_word_end(&self, source: &Source) -> bool {
        let ends = |at: &usize| source.quoted.get(*at).is_none_or(|c| !c.is_alphanumeric());
        self.places.iter().any(ends)
    }
}
