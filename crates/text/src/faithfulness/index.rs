//! An article prepared for many questions: which words stand where.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{raw::Raw, scan};
use crate::{
    lexicon::{Lexicon, english},
    reading,
};
use standfirst_core::{
    article::{Article, Reason, Sentence, Span},
    language::Language,
};

/// Stands for a word; equal ids are equal words.
pub(super) type Id = u32;

/// One word of a sentence.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations, none a state")]
pub(super) struct Token {
    /// Bytes of the sentence's text.
    pub span: Span,
    /// The word itself, lower-cased.
    pub form: Id,
    /// Its stem.
    pub stem: Id,
    /// A number that means a quantity or a date.
    pub number: bool,
    /// Written with a capital.
    pub capital: bool,
    /// A stop word.
    pub stop: bool,
    /// Punctuation stands before it.
    pub after_break: bool,
    /// How much it tells: 0 for a stop word, 5.3 for a rare word.
    pub weight: f64,
    /// In the words of the scanner.
    pub word: String,
}

impl Token {
    /// Whether it carries meaning of its own.
    pub fn is_content(&self) -> bool {
        !self.stop
    }
}

/// A sentence of the article, or something else in it that may bear witness: a heading, a caption.
pub(super) struct Passage {
    /// Where it stands in the document.
    pub span: Span,
    /// As a reader sees it.
    pub text: String,
    /// Its words.
    pub tokens: Vec<Token>,
}

/// Where a word stands: passage, and place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub passage: u32,
    pub token: u32,
}

/// The words of the article.
pub(super) struct Index {
    pub passages: Vec<Passage>,
    language: Option<Language>,
    lexicon: &'static Lexicon,
    /// Ids of the words, each with a `=` in front, and of the stems.
    ids: BTreeMap<String, Id>,
    /// What is known of a word as written: its ids, whether it is a stop word, and its weight.
    known: HashMap<String, (Id, Id, bool, f64)>,
    /// Places of every stem, in order.
    places: Vec<Vec<Place>>,
    /// Stems seen with a capital in the middle of a sentence.
    names: Vec<bool>,
    /// Stems seen without a capital.
    small: Vec<bool>,
    /// Words of all passages, one after the other, as written but for case.
    forms: Vec<Id>,
    /// Their stems.
    stems: Vec<Id>,
    /// Where each passage starts in these.
    starts: Vec<u32>,
    /// Where each pair of stems of one passage stands in these.
    pairs: HashMap<(Id, Id), Vec<u32>>,
    /// The values of the numbers.
    values: Vec<f64>,
    /// First letters of the words, in order; a blank for a word without a capital.
    initials: String,
}

/// So many places of one pair are remembered: the others are as good.
const MAX_PAIR: usize = 256;
/// So many places of a word are looked at for a run that it is part of.
const MAX_PLACES: usize = 4_000;
/// The weight from which on a word that is always capitalised is taken for a name.
const RARE: f64 = 4.0;

impl Index {
    /// Reads the body, then headings, captions and bylines.
    pub fn new(article: &Article) -> Self {
        let mut index = Self {
            passages: Vec::new(),
            language: article.language(),
            lexicon: Lexicon::of(article.language().or(Some(Language::ENGLISH))),
            ids: BTreeMap::new(),
            known: HashMap::new(),
            places: Vec::new(),
            names: Vec::new(),
            small: Vec::new(),
            forms: Vec::new(),
            stems: Vec::new(),
            starts: Vec::new(),
            pairs: HashMap::new(),
            values: Vec::new(),
            initials: String::new(),
        };
        let reading = reading::of(article);
        for (at, Sentence { span, text, .. }) in article.sentences().iter().enumerate() {
            index.add(*span, text.clone(), scan::view(reading.atoms(at)), true);
        }
        let document = article.document();
        let witness = |reason| matches!(reason, Reason::Heading | Reason::Caption | Reason::Byline);
        for cut in article.cuts().iter().filter(|cut| witness(cut.reason)) {
            let text = document.display(cut.span);
            let words = scan::scan(&text);
            index.add(cut.span, text, words, false);
        }
        index
    }

    /// Whether the article is in English, as far as is known.
    pub fn is_english(&self) -> bool {
        self.language.is_none_or(|language| language == Language::ENGLISH)
    }

    /// Adds a passage.
    fn add(&mut self, span: Span, text: String, words: Vec<Raw>, body: bool) {
        let tokens: Vec<Token> = words.into_iter().map(|raw| self.learn(raw)).collect();
        let passage = place(self.passages.len());
        for (at, token) in tokens.iter().enumerate() {
            let stem = token.stem as usize;
            self.places[stem].push(Place { passage, token: place(at) });
            self.names[stem] |= body && token.capital && at > 0 && !token.after_break;
            self.small[stem] |= body && !token.capital;
        }
        self.extend_stream(&tokens);
        self.passages.push(Passage { span, text, tokens });
    }

    /// Puts a passage behind the others.
    fn extend_stream(&mut self, tokens: &[Token]) {
        let start = self.stems.len();
        self.starts.push(place(start));
        self.forms.extend(tokens.iter().map(|token| token.form));
        self.stems.extend(tokens.iter().map(|token| token.stem));
        let numbers = tokens.iter().filter(|token| token.number);
        self.values.extend(numbers.filter_map(|token| token.word.parse::<f64>().ok()));
        for token in tokens.iter().filter(|token| token.capital || !token.stop) {
            self.initials.extend(token.word.chars().next().filter(|_| token.capital).or(Some(' ')));
        }
        self.initials.push(' ');
        for at in start..(start + tokens.len()).saturating_sub(1) {
            let places = self.pairs.entry((self.stems[at], self.stems[at + 1])).or_default();
            if places.len() < MAX_PAIR {
                places.push(place(at));
            }
        }
    }

    /// A word of the article.
    fn learn(&mut self, raw: Raw) -> Token {
        if !self.known.contains_key(&raw.word) {
            let entry = self.entry(&raw.word);
            self.known.insert(raw.word.clone(), entry);
        }
        token(raw, |word| self.known[word])
    }

    /// Numbers a new word and its stem.
    fn entry(&mut self, word: &str) -> (Id, Id, bool, f64) {
        let (stem, stop, weight) = self.reading(word);
        let form = self.number(format!("={word}"));
        (form, self.number(stem), stop, weight)
    }

    fn number(&mut self, key: String) -> Id {
        let next = place(self.places.len());
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.places.push(Vec::new());
            self.names.push(false);
            self.small.push(false);
        }
        id
    }

    /// Stem, whether it is a stop word, and weight.
    fn reading(&self, word: &str) -> (String, bool, f64) {
        let stop = self.lexicon.is_stop_word(word);
        let stem = if word.starts_with(|c: char| c.is_ascii_digit()) {
            word.to_owned()
        } else {
            self.lexicon.stem(word)
        };
        let weight = if stop { 0.0 } else { english().rarity(&stem) };
        (stem, stop, weight)
    }

    /// The words of another text, by the article's numbers; words that the article lacks get numbers
    /// past them.
    pub fn read(&self, text: &str) -> Vec<Token> {
        let mut strange: HashMap<String, Id> = HashMap::new();
        let mut number = |key: String| {
            self.ids.get(&key).copied().unwrap_or_else(|| {
                let next = place(self.places.len() + strange.len());
                *strange.entry(key).or_insert(next)
            })
        };
        let mut tokens = Vec::new();
        for raw in scan::scan(text) {
            let entry = self.known.get(&raw.word).copied().unwrap_or_else(|| {
                let (stem, stop, weight) = self.reading(&raw.word);
                (number(format!("={}", raw.word)), number(stem), stop, weight)
            });
            tokens.push(token(raw, |_| entry));
        }
        tokens
    }

    /// Where a stem stands; nowhere for a stem that the article lacks.
    pub fn places(&self, stem: Id) -> &[Place] {
        self.places.get(stem as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether the article has the stem.
    pub fn has(&self, stem: Id) -> bool {
        !self.places(stem).is_empty()
    }

    /// Whether a word looks like a name here: the article writes it with a capital in the middle of a
    /// sentence, or always with a capital and it is rare.
    pub fn is_name(&self, token: &Token) -> bool {
        let stem = token.stem as usize;
        let of = |list: &[bool]| list.get(stem).copied().unwrap_or_default();
        let always = self.has(token.stem) && !of(&self.small) && token.weight >= RARE;
        !token.stop && !token.number && (of(&self.names) || (token.capital && always))
    }

    /// The longest run of the article's words that `stems` begins with: its length, and the passage;
    /// at least two words.
    pub fn longest_run(&self, stems: &[Id]) -> Option<(usize, usize)> {
        let [first, second, ..] = stems else { return None };
        let lengths = self.pairs.get(&(*first, *second))?.iter().map(|&at| {
            let passage = self.passage_of(at as usize);
            let there = &self.stems[at as usize..self.end_of(passage)];
            let length = there.iter().zip(stems).take_while(|(one, other)| one == other).count();
            (length, passage)
        });
        // Of equally long runs the first.
        lengths.max_by_key(|&(length, passage)| (length, std::cmp::Reverse(passage)))
    }

    /// The passage of a place in the stream.
    fn passage_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= at) - 1
    }

    /// Where a passage ends in the stream.
    fn end_of(&self, passage: usize) -> usize {
        self.starts.get(passage + 1).map_or(self.stems.len(), |&start| start as usize)
    }

    /// Where the very words stand, over the ends of sentences, too: places in the stream.
    pub fn verbatim(&self, tokens: &[Token]) -> Vec<usize> {
        let rarest =
            tokens.iter().enumerate().min_by_key(|(_, token)| self.places(token.stem).len());
        let Some((pivot, rarest)) = rarest else { return Vec::new() };
        let same = |start: &usize| {
            self.forms.get(*start..start + tokens.len()).is_some_and(|there| {
                there.iter().zip(tokens).all(|(form, token)| *form == token.form)
            })
        };
        let places = self.places(rarest.stem).iter().take(MAX_PLACES);
        let starts = places.filter_map(|place| {
            (self.starts[place.passage as usize] as usize + place.token as usize).checked_sub(pivot)
        });
        starts.filter(same).collect()
    }

    /// The passages that a run of the stream touches, and whether it begins and ends with one.
    pub fn passages_of(&self, start: usize, length: usize) -> (Range<usize>, bool) {
        let first = self.passage_of(start);
        let last = self.passage_of(start + length.max(1) - 1);
        let whole = self.starts[first] as usize == start && self.end_of(last) == start + length;
        (first..last + 1, whole)
    }

    /// Whether a pair of stems stands in the article.
    pub fn has_pair(&self, pair: (Id, Id)) -> bool {
        self.pairs.contains_key(&pair)
    }

    /// The values of all numbers, in order.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.values.iter().copied()
    }

    /// The words of the article that begin like this.
    pub fn words_with_front<'a>(&'a self, front: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let front = format!("={front}");
        let words = self.ids.range(front.clone()..).map(|(word, _)| word.as_str());
        words
            .take_while(move |word| word.starts_with(&front))
            .filter_map(|word| word.strip_prefix('='))
    }

    /// Whether words in a row begin with these letters, each with a capital.
    pub fn has_initials(&self, letters: &str) -> bool {
        letters.chars().count() > 1 && self.initials.contains(letters)
    }
}

/// A token from what the scanner found and what is known of the word.
fn token(raw: Raw, entry: impl Fn(&str) -> (Id, Id, bool, f64)) -> Token {
    let (form, stem, stop, weight) = entry(&raw.word);
    Token {
        span: raw.span.into(),
        form,
        stem,
        number: raw.number,
        capital: raw.capital,
        stop,
        after_break: raw.after_break,
        weight,
        word: raw.word,
    }
}

/// An index as it is stored. Articles are far shorter than the four billion words that fit.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
