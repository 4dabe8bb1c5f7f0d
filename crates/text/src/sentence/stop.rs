//! Finds the places where a sentence might end.

/// What a possible end is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `.`
    Period,
    /// `...` or `…`
    Ellipsis,
    /// `!`, `?`, mixtures, and four dots or more.
    Mark,
    /// A mark that has no other use, such as `。` or `।`.
    Wide,
}

/// How a stop stands to a bracket, or to a short quotation, that was opened in mid-sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    /// Not in one.
    Outside,
    /// In one that goes on.
    Inside,
    /// It closes right after the stop.
    Closing,
}

/// A place where a sentence might end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// First byte of the marks.
    pub start: usize,
    /// One past the marks and all that closes with them.
    pub end: usize,
    /// What it is made of.
    pub kind: Kind,
    /// Whether a quotation mark closes with it.
    pub closed_quote: bool,
    /// What was opened around it.
    pub aside: Aside,
    /// Whether the sentence has a word yet.
    pub has_words: bool,
}

/// Longest bracketed insert, in bytes, that is kept in one sentence with what surrounds it.
const LONGEST_ASIDE: usize = 240;

/// Longest quotation, in bytes, of which the same is true: longer ones are speech, and read sentence by sentence.
const LONGEST_QUOTED: usize = 120;

/// Bytes at which the scanner has to look: marks that [`Scanner::note`] or [`is_stop`] know, and all that is not ASCII.
const TELLING: [bool; 256] = {
    let mut telling = [false; 256];
    let marks = b".!?\"([";
    let mut at = 0;
    while at < marks.len() {
        telling[marks[at] as usize] = true;
        at += 1;
    }
    let mut byte = 128;
    while byte < 256 {
        telling[byte] = true;
        byte += 1;
    }
    telling
};

/// Walks over a paragraph from stop to stop.
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(super) struct Scanner<'a> {
    body: &'a str,
    at: usize,
    tells_case: bool,
    /// Whether a straight double quotation mark is open.
    straight_open: bool,
    /// Whether „ is open, so that “ closes.
    low_open: bool,
    /// Where the bracket or the quotation closes that was opened in mid-sentence.
    aside_end: usize,
    has_words: bool,
}

impl<'a> Scanner<'a> {
    /// Over `body`, in which a small letter says that a sentence goes on if it `tells_case`.
    pub(super) fn new(body: &'a str, tells_case: bool) -> Self {
        let (straight_open, low_open, has_words) = (false, false, false);
        Self { body, at: 0, tells_case, straight_open, low_open, aside_end: 0, has_words }
    }

    /// Tells the scanner that a sentence ended at the last stop.
    pub(super) fn begin_sentence(&mut self) {
        self.has_words = false;
        self.aside_end = 0;
    }

    /// The next stop, or `None` at the end of the paragraph.
    pub(super) fn next_stop(&mut self) -> Option<Stop> {
        loop {
            self.pass_over();
            let c = self.peek()?;
            if is_stop(c) && !self.is_decimal_point(c) {
                return Some(self.read_stop());
            }
            self.note(c);
            self.at += c.len_utf8();
        }
    }

    /// Goes on to the next character that is more than a part of a word or a gap between two.
    fn pass_over(&mut self) {
        let rest = &self.body.as_bytes()[self.at..];
        let length = rest.iter().position(|&byte| TELLING[usize::from(byte)]).unwrap_or(rest.len());
        self.has_words |= rest[..length].iter().any(u8::is_ascii_alphanumeric);
        self.at += length;
    }

    fn rest(&self) -> &'a str {
        &self.body[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether `c` is a dot right before a letter or digit and not after one: `.22`, `.com`.
    fn is_decimal_point(&self, c: char) -> bool {
        c == '.'
            && self.rest()[1..]
                .starts_with(|next: char| next.is_ascii_digit() || next.is_lowercase())
            && !self.body[..self.at].ends_with(char::is_alphanumeric)
    }

    /// Keeps track of words, quotation marks and brackets.
    fn note(&mut self, c: char) {
        match c {
            '"' => {
                self.straight_open = self.opens();
                self.note_quotation('"', self.straight_open);
            }
            '„' => self.low_open = true,
            '“' | '”' => {
                self.note_quotation('”', c == '“' && !self.low_open);
                self.low_open = false;
            }
            '(' | '[' if self.has_words && self.at >= self.aside_end => self.note_bracket(c),
            _ if c.is_alphanumeric() => self.has_words = true,
            _ => {}
        }
    }

    /// Whether the straight quotation mark at hand opens: by its neighbours, or else by turns.
    fn opens(&self) -> bool {
        let left = self.body[..self.at].chars().next_back();
        let right = self.rest().chars().nth(1);
        let free_left = left.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—'));
        let free_right = right.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '.' | ')'));
        if free_left == free_right { !self.straight_open } else { free_left }
    }

    /// Remembers where the quotation at hand closes, if it `opens` in mid-sentence and the sentence goes on behind it
    /// soon: the “Stop. Think.” campaign. Only in the marks of English, and not around another quotation.
    fn note_quotation(&mut self, close: char, opens: bool) {
        if !opens || !self.tells_case || !self.has_words || self.at < self.aside_end {
            return;
        }
        let mut near =
            self.rest().char_indices().skip(1).take_while(|(at, _)| *at < LONGEST_QUOTED);
        let Some((offset, mark)) = near.find(|(_, c)| *c == close || *c == '“') else { return };
        let mut behind = self.rest()[offset + mark.len_utf8()..].chars();
        let goes_on = behind.next().is_some_and(char::is_whitespace)
            && behind.next().is_some_and(char::is_lowercase);
        if mark == close && goes_on {
            self.aside_end = self.at + offset;
        }
    }

    /// Remembers where the bracket at hand closes, if it does so soon.
    fn note_bracket(&mut self, open: char) {
        let close = if open == '(' { b')' } else { b']' };
        let rest = self.rest().as_bytes();
        let near = &rest[..rest.len().min(LONGEST_ASIDE)];
        if let Some(offset) = near.iter().position(|&byte| byte == close) {
            self.aside_end = self.at + offset;
        }
    }

    /// Reads the marks at hand and what closes with them.
    fn read_stop(&mut self) -> Stop {
        let start = self.at;
        let has_words = self.has_words;
        let mut marks = Marks::default();
        self.read_marks(&mut marks);
        let mut closed_quote = false;
        while self.read_closer(&mut closed_quote) {
            self.read_marks(&mut marks);
        }
        let aside = match self.aside_end {
            end if end < start => Aside::Outside,
            end if self.at <= end => Aside::Inside,
            _ => Aside::Closing,
        };
        Stop { start, end: self.at, kind: marks.kind(), closed_quote, aside, has_words }
    }

    /// Reads a run of stops; dots may be set apart by single blanks.
    fn read_marks(&mut self, marks: &mut Marks) {
        while let Some(c) = self.peek() {
            if is_stop(c) && !(marks.dots == 0 && self.is_decimal_point(c)) {
                marks.add(c);
                self.at += c.len_utf8();
            } else if c.is_whitespace() && marks.dots > 0 && self.spaced_dot_follows(c) {
                self.at += c.len_utf8();
            } else {
                break;
            }
        }
    }

    /// Whether a blank is followed by a dot that belongs to nothing else.
    fn spaced_dot_follows(&self, blank: char) -> bool {
        let mut ahead = self.rest()[blank.len_utf8()..].chars();
        ahead.next() == Some('.') && !ahead.next().is_some_and(char::is_alphanumeric)
    }

    /// Takes one closing quotation mark or bracket, if the next character is one.
    fn read_closer(&mut self, closed_quote: &mut bool) -> bool {
        let rest = self.rest();
        let inner = rest.trim_start();
        let Some(c) = inner.chars().next() else { return false };
        let spaced = inner.len() < rest.len();
        let after = inner[c.len_utf8()..].chars().next();
        if !self.closes(c, after, spaced) {
            return false;
        }
        self.straight_open &= c != '"';
        self.low_open &= c != '“';
        *closed_quote |= !matches!(c, ')' | ']' | '}' | '）' | '】' | '》' | '〉');
        self.at += rest.len() - inner.len() + c.len_utf8();
        true
    }

    /// Whether `c`, with `after` behind it, closes something. Set off by a blank, only marks that
    /// stand free on both sides do.
    fn closes(&self, c: char, after: Option<char>, spaced: bool) -> bool {
        let free = after.is_none_or(|next| !next.is_alphanumeric());
        let blank = after.is_none_or(|next| next.is_whitespace() || matches!(next, ',' | '.'));
        match c {
            '"' if spaced => self.straight_open && blank,
            '"' => self.straight_open || free,
            '”' | '»' | '›' | ')' | ']' if spaced => blank,
            _ if spaced => false,
            '”' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '】' | '》' | '〉' => {
                true
            }
            '\'' | '’' => !after.is_some_and(char::is_lowercase),
            '“' => self.low_open || blank,
            '«' | '‹' | '‘' => free,
            _ => false,
        }
    }
}

/// What a run of stops holds.
#[derive(Default)]
struct Marks {
    dots: usize,
    ellipsis: bool,
    loud: bool,
    wide: bool,
}

impl Marks {
    fn add(&mut self, c: char) {
        match c {
            '.' => self.dots += 1,
            '…' => self.ellipsis = true,
            '!' | '?' => self.loud = true,
            _ => self.wide = true,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self { wide: true, .. } => Kind::Wide,
            Self { loud: true, .. } | Self { dots: 4.., .. } => Kind::Mark,
            Self { ellipsis: true, .. } | Self { dots: 3, .. } => Kind::Ellipsis,
            _ => Kind::Period,
        }
    }
}

/// Whether `c` can end a sentence in some script.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
        || matches!(
            c,
            '。' | '！'
                | '？'
                | '｡'
                | '．'
                | '؟'
                | '۔'
                | '।'
                | '॥'
                | '։'
                | '።'
                | '။'
                | '។'
                | '‼'
                | '⁇'
                | '⁈'
                | '⁉'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_tells_nothing_but_that_there_are_words() {
        for byte in (0..=u8::MAX).filter(|byte| !TELLING[usize::from(*byte)]) {
            let text = char::from(byte).to_string();
            assert!(!is_stop(char::from(byte)), "{text:?}");
            let mut scanner = Scanner::new(&text, true);
            scanner.note(char::from(byte));
            let noted =
                (scanner.has_words, scanner.straight_open, scanner.low_open, scanner.aside_end);
            assert_eq!(noted, (byte.is_ascii_alphanumeric(), false, false, 0), "{text:?}");
        }
    }
}
