//! What an article's text has of names, numbers and quotations.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Bound,
};

use standfirst_text::lexicon::english;

use super::counts;

/// How far apart in an unbroken run of names and numbers two of them may stand to be said in one
/// breath: `Foreign Minister Ivan Petrov` allows `Minister Petrov`.
const REACH: usize = 6;
/// Ends of numbers that say nothing new: `20th`, `1990s`.
const ENDINGS: [&str; 5] = ["s", "st", "nd", "rd", "th"];
/// Longest quotation in single marks, in characters; beyond, a mark was an apostrophe.
const MAX_SINGLE: usize = 300;
/// Between two quotations.
pub const BREAK: char = '\0';

/// What may be named, counted and quoted. All words are in small letters.
#[derive(Debug, Default)]
pub struct Source {
    /// Every word.
    pub words: BTreeSet<String>,
    /// Words that have a capital somewhere.
    pub names: BTreeSet<String>,
    /// Those of them that have it elsewhere than at the start of a sentence.
    pub proper: HashSet<String>,
    /// Numbers in digits, with and without commas.
    pub numbers: BTreeSet<String>,
    /// What may stand right behind the digits of a number.
    pub endings: BTreeSet<String>,
    /// Counts in words, and scales.
    pub counts: HashSet<String>,
    /// Canonical names and numbers of which the second follows the first in one breath.
    pub pairs: HashSet<(String, String)>,
    /// Quotations, white space folded and apostrophes straight, with [`BREAK`] around each.
    pub quoted: Vec<char>,
}

/// A word or a number of a text.
struct Piece<'a> {
    text: &'a str,
    /// What stands between it and the piece before.
    gap: &'a str,
    number: bool,
}

impl Source {
    /// What `text` has.
    pub fn new(text: &str) -> Self {
        let mut source = Self::default();
        source.endings.extend(ENDINGS.map(str::to_owned));
        let mut run: Vec<String> = Vec::new();
        let (mut after_number, mut acronym) = (false, String::new());
        for piece in pieces(text) {
            let lower = piece.text.to_lowercase();
            if after_number && piece.gap.is_empty() {
                source.endings.insert(lower.clone());
            }
            let named = source.take(&piece, &lower);
            let suffix = after_number && counts::is_scale(&lower);
            let strong = piece.number || named || counts::counts(&lower) || suffix;
            if !strong || breaks(piece.gap) {
                run.clear();
            }
            if strong {
                source.follow(&mut run, counts::canonical(&lower));
            }
            if !(letter(piece.text) && named && piece.gap == ".") {
                acronym.clear();
            }
            acronym.push_str(&lower);
            if acronym.len() > lower.len() {
                // US for U.S.
                source.names.insert(acronym.clone());
                source.proper.insert(acronym.clone());
                source.follow(&mut run, acronym.clone());
            }
            after_number = piece.number;
        }
        source.add_spellings();
        source.quoted = quotations(text);
        source
    }

    /// Takes up a piece; says whether it is a name.
    fn take(&mut self, piece: &Piece<'_>, lower: &str) -> bool {
        if piece.number {
            self.numbers.insert(lower.to_owned());
            self.numbers.insert(lower.replace(',', ""));
            self.counts.extend(counts::spellings(&counts::canonical(lower)));
            return false;
        }
        self.words.insert(lower.to_owned());
        if counts::counts(lower) || counts::is_scale(lower) {
            let canon = counts::canonical(lower);
            if canon.starts_with(|c: char| c.is_ascii_digit()) {
                self.numbers.insert(canon.clone());
            }
            self.counts.extend(counts::spellings(&canon));
        }
        let named = piece.text.contains(char::is_uppercase);
        if named {
            self.names.insert(lower.to_owned());
            if !starts_sentence(piece.gap) {
                self.proper.insert(lower.to_owned());
            }
            if (2..=4).contains(&piece.text.len())
                && piece.text.chars().all(|c| c.is_ascii_uppercase())
            {
                self.spell_out(lower);
            }
        }
        named
    }

    /// Notes that `next` follows what is in `run`.
    fn follow(&mut self, run: &mut Vec<String>, next: String) {
        self.pairs.extend(run.iter().map(|before| (before.clone(), next.clone())));
        if run.len() == REACH {
            run.remove(0);
        }
        run.push(next);
    }

    /// Allows the letters of a short name with a full stop behind each: U.S. for US.
    fn spell_out(&mut self, lower: &str) {
        let letters: Vec<String> = lower.chars().map(String::from).collect();
        self.pairs.extend(letters.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())));
        self.names.extend(letters);
    }

    /// Adds other ways to write what is there.
    fn add_spellings(&mut self) {
        let months: Vec<String> =
            self.names.iter().filter(|name| counts::is_month(name)).cloned().collect();
        for month in months {
            self.names.extend(counts::spellings(&counts::canonical(&month)));
        }
        for (full, short) in english().acronyms() {
            let (full, short) = (full.to_lowercase(), short.to_lowercase());
            let Some((first, second)) = full.split_once('_') else { continue };
            let pair = (first.to_owned(), second.to_owned());
            if self.names.contains(&short) || self.pairs.contains(&pair) {
                self.names.extend([first, second, &short].map(str::to_owned));
                self.pairs.insert(pair);
            }
        }
    }
}

/// The words of a set that begin with `prefix`.
pub fn beginning<'a>(set: &'a BTreeSet<String>, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let from: (Bound<&str>, Bound<&str>) = (Bound::Included(prefix), Bound::Unbounded);
    set.range::<str, _>(from).map(String::as_str).take_while(move |word| word.starts_with(prefix))
}

fn letter(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
}

/// Whether what stands between two words ends a run of names and numbers.
fn breaks(gap: &str) -> bool {
    !gap.chars().all(|c| matches!(c, ' ' | '-' | '.' | '\'' | '’'))
}

/// Whether what stands before a word starts a sentence, or may.
pub fn starts_sentence(gap: &str) -> bool {
    gap.is_empty()
        || gap.contains(['\n', ':', '"', '“', '‘'])
        || (gap.contains(['.', '!', '?']) && gap.contains(char::is_whitespace))
}

/// Words, and numbers with the marks inside them: `1,200`, `3.5`, `10:30`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut end) = (Vec::new(), 0);
    while let Some(start) = text[end..].find(char::is_alphanumeric).map(|at| end + at) {
        let number = text[start..].starts_with(|c: char| c.is_ascii_digit());
        let length =
            if number { number_length(&text[start..]) } else { word_length(&text[start..]) };
        let gap = &text[end..start];
        end = start + length;
        pieces.push(Piece { text: &text[start..end], gap, number });
    }
    pieces
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while digit(end) || (joins(bytes.get(end).copied()) && digit(end + 1)) {
        end += 1;
    }
    end
}

/// Whether a byte may stand between the digits of a number.
pub fn joins(byte: Option<u8>) -> bool {
    matches!(byte, Some(b'.' | b',' | b':' | b'/'))
}

/// Curly apostrophes made straight, any white space a blank.
pub fn plain(c: char) -> char {
    match c {
        '’' | '‘' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The insides of quotation marks, in order.
fn quotations(text: &str) -> Vec<char> {
    let mut found = vec![BREAK];
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let end = match chars[at] {
                '“' | '”' | '"' => double(&chars, at),
                '\'' | '‘' => single(&chars, at),
                _ => None,
            };
            let Some(end) = end else {
                at += 1;
                continue;
            };
            push_folded(&mut found, &chars[at + 1..end]);
            at = end + 1;
        }
        // One that was opened before the text begins.
        if let Some(end) = chars.iter().position(|c| matches!(c, '“' | '”' | '"'))
            && closes(&chars, end)
        {
            push_folded(&mut found, &chars[..end]);
        }
    }
    found
}

/// Where the double quotation that opens at `at` ends; it may run to the line's end.
fn double(chars: &[char], at: usize) -> Option<usize> {
    if closes(chars, at) {
        return None;
    }
    let inside = chars[at + 1..].iter().position(|c| matches!(c, '”' | '"' | '“'));
    Some(inside.map_or(chars.len(), |inside| at + 1 + inside))
}

/// Where the single quotation that opens at `at` ends, if it is one.
fn single(chars: &[char], at: usize) -> Option<usize> {
    let opens = at == 0 || !chars[at - 1].is_alphanumeric();
    let word = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric());
    if !opens || !word(at + 1) {
        return None;
    }
    let limit = chars.len().min(at + MAX_SINGLE);
    (at + 2..limit).find(|&end| matches!(chars[end], '\'' | '’') && !word(end + 1))
}

/// Whether the double mark at `at` closes: something stands right before it.
fn closes(chars: &[char], at: usize) -> bool {
    chars[at] == '”'
        || (chars[at] == '"' && at > 0 && !matches!(chars[at - 1], ' ' | '(' | '[' | '—' | '-'))
}

fn push_folded(found: &mut Vec<char>, inside: &[char]) {
    for c in inside.iter().copied().map(plain) {
        let doubled = c == ' ' && matches!(found.last(), Some(&' ' | &BREAK));
        if !doubled && c != BREAK {
            found.push(c);
        }
    }
    if found.last() != Some(&BREAK) {
        found.push(BREAK);
    }
}
