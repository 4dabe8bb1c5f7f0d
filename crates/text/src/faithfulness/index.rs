//! An article prepared for many questions: which words stand where.

use std::{
    borrow::Cow,
    hash::BuildHasher,
    ops::{Deref, Range},
    sync::Arc,
};

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::{quotes, raw::Raw, scan};
use crate::{
    lexicon::{Lexicon, english},
    reading::{self, atom::Kind},
};
use standfirst_core::{
    article::{Article, Reason, Sentence, Span},
    language::Language,
};

/// Stands for a word; equal ids are equal words.
pub(super) type Id = u32;

/// What is known of a word wherever it stands.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "of all that is known of a word, one is the word")]
pub(super) struct Word {
    /// In the words of the scanner.
    pub word: Box<str>,
    /// Its stem, where that is another word.
    root: Option<Box<str>>,
    /// The word itself, lower-cased.
    pub form: Id,
    /// Its stem.
    pub stem: Id,
    /// A stop word.
    pub stop: bool,
    /// How much it tells: 0 for a stop word, 5.3 for a rare word.
    pub weight: f64,
}

impl Word {
    fn root(&self) -> &str {
        self.root.as_deref().unwrap_or(&self.word)
    }
}

/// One word of a sentence: what is known of it, shared by all its places, and what is seen of it here. There are as
/// many as an article has words, so that each byte of it counts.
#[derive(Clone, Debug)]
pub(super) struct Token {
    known: Arc<Word>,
    start: u32,
    /// Its length, and what is seen of it.
    rest: u32,
}

/// A number that means a quantity or a date.
const NUMBER: u32 = 1 << 31;
/// Written with a capital.
const CAPITAL: u32 = 1 << 30;
/// Punctuation stands before it.
const AFTER_BREAK: u32 = 1 << 29;
/// Longest word that is told from a longer one, in bytes.
const LENGTH: u32 = AFTER_BREAK - 1;

impl Deref for Token {
    type Target = Word;

    fn deref(&self) -> &Word {
        &self.known
    }
}

impl Token {
    fn new(raw: &Raw<'_>, known: Arc<Word>) -> Self {
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        let seen = flag(raw.number, NUMBER)
            | flag(raw.capital, CAPITAL)
            | flag(raw.after_break, AFTER_BREAK);
        let rest = place(raw.span.len()).min(LENGTH) | seen;
        Self { known, start: place(raw.span.start), rest }
    }

    /// Bytes of the sentence's text.
    pub fn span(&self) -> Span {
        let start = self.start as usize;
        Span::new(start, start + (self.rest & LENGTH) as usize)
    }

    /// A number that means a quantity or a date.
    pub fn number(&self) -> bool {
        self.rest & NUMBER != 0
    }

    /// Written with a capital.
    pub fn capital(&self) -> bool {
        self.rest & CAPITAL != 0
    }

    /// Punctuation stands before it.
    pub fn after_break(&self) -> bool {
        self.rest & AFTER_BREAK != 0
    }

    /// Whether it carries meaning of its own.
    pub fn is_content(&self) -> bool {
        !self.stop
    }
}

/// A sentence of the article, or something else in it that may bear witness: a heading, a caption.
pub(super) struct Passage {
    /// Where it stands in the document.
    pub span: Span,
    /// Whether there are quotation marks in it.
    pub quotes: bool,
    /// Where its words start among those of all passages.
    start: u32,
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
    lexicon: &'static Lexicon,
    /// Words of all passages, one after the other.
    tokens: Vec<Token>,
    /// Their stems.
    stems: Vec<Id>,
    /// What is known of each word as written.
    known: HashTable<Arc<Word>>,
    /// A word of each stem.
    roots: HashTable<Arc<Word>>,
    hasher: DefaultHashBuilder,
    /// How many ids there are.
    count: u32,
    /// The words as written, in order.
    words: Vec<Arc<Word>>,
    /// Places of all stems, those of one after those of another, each in order.
    places: Vec<Place>,
    /// Where those of each stem start among them.
    starts: Vec<u32>,
    /// Stems seen with a capital in the middle of a sentence.
    names: Vec<bool>,
    /// Stems seen without a capital.
    small: Vec<bool>,
    /// Where each pair of stems of one passage stands among the words, in the order of the pairs.
    pairs: Vec<u32>,
    /// The values of the numbers.
    values: Vec<f64>,
    /// First letters of the words, in order; a blank for a word without a capital.
    initials: String,
}

/// So many places of one pair are looked at: the others are as good.
const MAX_PAIR: usize = 256;
/// So many places of a word are looked at for a run that it is part of.
const MAX_PLACES: usize = 4_000;
/// The weight from which on a word that is always capitalised is taken for a name.
const RARE: f64 = 4.0;

impl Index {
    /// Reads the body, then headings, captions and bylines.
    pub fn new(article: &Article) -> Self {
        let mut index = Self {
            passages: Vec::with_capacity(article.sentences().len()),
            lexicon: Lexicon::of(article.language().or(Some(Language::ENGLISH))),
            tokens: Vec::new(),
            stems: Vec::new(),
            known: HashTable::new(),
            roots: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            count: 0,
            words: Vec::new(),
            places: Vec::new(),
            starts: Vec::new(),
            names: Vec::new(),
            small: Vec::new(),
            pairs: Vec::new(),
            values: Vec::new(),
            initials: String::new(),
        };
        let reading = reading::of(article);
        // Hardly a word is made of less than an atom: lists that grow would take three times their size.
        let words =
            |at| reading.atoms(at).list.iter().filter(|atom| atom.kind != Kind::Mark).count();
        let most = (0..article.sentences().len()).map(words).sum();
        index.tokens.reserve_exact(most);
        index.stems.reserve_exact(most);
        index.pairs.reserve_exact(most);
        for (at, Sentence { span, text, .. }) in article.sentences().iter().enumerate() {
            index.add(*span, text, scan::view(reading.atoms(at)), true);
        }
        let document = article.document();
        let witness = |reason| matches!(reason, Reason::Heading | Reason::Caption | Reason::Byline);
        for cut in article.cuts().iter().filter(|cut| witness(cut.reason)) {
            let text = document.display(cut.span);
            let words = scan::scan(&text);
            index.add(cut.span, &text, words, false);
        }
        index.finish();
        index
    }

    /// Adds a passage.
    fn add(&mut self, span: Span, text: &str, words: Vec<Raw<'_>>, body: bool) {
        let start = self.tokens.len();
        for raw in words {
            let token = Token::new(&raw, self.learn(&raw.word));
            let stem = token.stem as usize;
            let first = self.tokens.len() == start;
            self.names[stem] |= body && token.capital() && !first && !token.after_break();
            self.small[stem] |= body && !token.capital();
            self.stems.push(token.stem);
            self.tokens.push(token);
        }
        let tokens = &self.tokens[start..];
        let numbers = tokens.iter().filter(|token| token.number());
        self.values.extend(numbers.filter_map(|token| token.word.parse::<f64>().ok()));
        for token in tokens.iter().filter(|token| token.capital() || !token.stop) {
            self.initials
                .extend(token.word.chars().next().filter(|_| token.capital()).or(Some(' ')));
        }
        self.initials.push(' ');
        self.pairs.extend((start + 1..self.stems.len()).map(|second| place(second - 1)));
        self.passages.push(Passage { span, quotes: quotes::are_in(text), start: place(start) });
    }

    /// Puts in order what is looked up, once all passages are there.
    fn finish(&mut self) {
        self.tokens.shrink_to_fit();
        self.stems.shrink_to_fit();
        self.pairs.shrink_to_fit();
        self.sort_pairs();
        self.words = self.known.iter().cloned().collect();
        self.words.sort_unstable_by(|one, other| one.word.cmp(&other.word));
        let mut next = vec![0_u32; self.count as usize + 1];
        for &stem in &self.stems {
            next[stem as usize + 1] += 1;
        }
        for at in 1..next.len() {
            next[at] += next[at - 1];
        }
        self.starts.clone_from(&next);
        self.places = vec![Place { passage: 0, token: 0 }; self.stems.len()];
        for passage in 0..self.passages.len() {
            let range = self.range(passage);
            for (token, &stem) in self.stems[range].iter().enumerate() {
                let slot = &mut next[stem as usize];
                self.places[*slot as usize] =
                    Place { passage: place(passage), token: place(token) };
                *slot += 1;
            }
        }
    }

    /// Puts the pairs in order: by their first stem, which takes one pass, and those of each by the second.
    fn sort_pairs(&mut self) {
        let stems = &self.stems;
        let mut ends = vec![0_u32; self.count as usize + 1];
        for &at in &self.pairs {
            ends[stems[at as usize] as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut sorted = vec![0_u32; self.pairs.len()];
        for &at in &self.pairs {
            let slot = &mut ends[stems[at as usize] as usize];
            sorted[*slot as usize] = at;
            *slot += 1;
        }
        let mut start = 0;
        for &end in &ends[..self.count as usize] {
            let end = end as usize;
            sorted[start..end].sort_unstable_by_key(|&at| (stems[at as usize + 1], at));
            start = end;
        }
        self.pairs = sorted;
    }

    /// What is known of a word of the article.
    fn learn(&mut self, word: &str) -> Arc<Word> {
        if let Some(known) = self.known(word) {
            return Arc::clone(known);
        }
        let (root, stop, weight) = self.reading(word);
        let form = self.next_id();
        let before = self.stem(&root);
        let stem = before.unwrap_or_else(|| self.next_id());
        let root = (root != word).then(|| root.into());
        let known = Arc::new(Word { word: word.into(), root, form, stem, stop, weight });
        let hasher = &self.hasher;
        let hash = |known: &Arc<Word>| hasher.hash_one(&known.word);
        self.known.insert_unique(hash(&known), Arc::clone(&known), hash);
        if before.is_none() {
            let hash = |known: &Arc<Word>| hasher.hash_one(known.root());
            self.roots.insert_unique(hash(&known), Arc::clone(&known), hash);
        }
        known
    }

    /// What is known of a word, if the article has it.
    fn known(&self, word: &str) -> Option<&Arc<Word>> {
        self.known.find(self.hasher.hash_one(word), |known| &*known.word == word)
    }

    /// The id of a stem, if the article has it.
    fn stem(&self, root: &str) -> Option<Id> {
        let known = self.roots.find(self.hasher.hash_one(root), |known| known.root() == root);
        known.map(|known| known.stem)
    }

    /// A new id.
    fn next_id(&mut self) -> Id {
        let id = self.count;
        self.count = self.count.saturating_add(1);
        self.names.push(false);
        self.small.push(false);
        id
    }

    /// Stem, whether it is a stop word, and weight.
    fn reading<'w>(&self, word: &'w str) -> (Cow<'w, str>, bool, f64) {
        let stop = self.lexicon.is_stop_word(word);
        let stem = if word.starts_with(|c: char| c.is_ascii_digit()) {
            Cow::Borrowed(word)
        } else {
            self.lexicon.stem_of(word)
        };
        let weight = if stop { 0.0 } else { english().rarity(&stem) };
        (stem, stop, weight)
    }

    /// The words of another text, by the article's numbers; words that the article lacks get numbers
    /// past them.
    pub fn read(&self, text: &str) -> Vec<Token> {
        let mut strange: HashMap<String, Arc<Word>> = HashMap::new();
        let mut stems: HashMap<String, Id> = HashMap::new();
        let mut next = self.count;
        let mut number = || {
            next = next.saturating_add(1);
            next - 1
        };
        let mut tokens = Vec::new();
        for raw in scan::scan(text) {
            let word = &*raw.word;
            let known = self.known(word).or_else(|| strange.get(word)).cloned();
            let known = known.unwrap_or_else(|| {
                let (root, stop, weight) = self.reading(word);
                let form = number();
                let stem = match self.stem(&root) {
                    Some(id) => id,
                    None => *stems.entry(root.into_owned()).or_insert_with(&mut number),
                };
                let known =
                    Arc::new(Word { word: word.into(), root: None, form, stem, stop, weight });
                strange.insert(word.to_owned(), Arc::clone(&known));
                known
            });
            tokens.push(Token::new(&raw, known));
        }
        tokens
    }

    /// The words of a passage.
    pub fn tokens(&self, passage: usize) -> &[Token] {
        &self.tokens[self.range(passage)]
    }

    /// Where those stand among all.
    fn range(&self, passage: usize) -> Range<usize> {
        self.passages[passage].start as usize..self.end_of(passage)
    }

    /// Where a stem stands; nowhere for a stem that the article lacks.
    pub fn places(&self, stem: Id) -> &[Place] {
        let stem = stem as usize;
        match self.starts.get(stem..stem + 2) {
            Some(&[start, end]) => &self.places[start as usize..end as usize],
            _ => &[],
        }
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
        !token.stop && !token.number() && (of(&self.names) || (token.capital() && always))
    }

    /// The longest run of the article's words that `stems` begins with: its length, and the passage;
    /// at least two words.
    pub fn longest_run(&self, stems: &[Id]) -> Option<(usize, usize)> {
        let [first, second, ..] = stems else { return None };
        let lengths = self.pairs_of((*first, *second)).take(MAX_PAIR).map(|at| {
            let passage = self.passage_of(at as usize);
            let there = &self.stems[at as usize..self.end_of(passage)];
            let length = there.iter().zip(stems).take_while(|(one, other)| one == other).count();
            (length, passage)
        });
        // Of equally long runs the first.
        lengths.max_by_key(|&(length, passage)| (length, std::cmp::Reverse(passage)))
    }

    /// Where a pair of stems stands in the stream, in order.
    fn pairs_of(&self, wanted: (Id, Id)) -> impl Iterator<Item = u32> {
        let first = self.pairs.partition_point(|&at| pair(&self.stems, at) < wanted);
        let same = move |at: &u32| pair(&self.stems, *at) == wanted;
        self.pairs[first..].iter().copied().take_while(same)
    }

    /// The passage of a place in the stream: the last that starts there or before.
    fn passage_of(&self, at: usize) -> usize {
        self.passages.partition_point(|passage| passage.start as usize <= at) - 1
    }

    /// Where a passage ends in the stream.
    fn end_of(&self, passage: usize) -> usize {
        self.passages.get(passage + 1).map_or(self.tokens.len(), |next| next.start as usize)
    }

    /// Where the very words stand, over the ends of sentences, too: places in the stream.
    pub fn verbatim(&self, tokens: &[Token]) -> Vec<usize> {
        let rarest =
            tokens.iter().enumerate().min_by_key(|(_, token)| self.places(token.stem).len());
        let Some((pivot, rarest)) = rarest else { return Vec::new() };
        let same = |start: &usize| {
            self.tokens.get(*start..start + tokens.len()).is_some_and(|there| {
                there.iter().zip(tokens).all(|(one, other)| one.form == other.form)
            })
        };
        let places = self.places(rarest.stem).iter().take(MAX_PLACES);
        let starts = places.filter_map(|place| {
            let start = self.passages[place.passage as usize].start;
            (start as usize + place.token as usize).checked_sub(pivot)
        });
        starts.filter(same).collect()
    }

    /// The passages that a run of the stream touches, and whether it begins and ends with one.
    pub fn passages_of(&self, start: usize, length: usize) -> (Range<usize>, bool) {
        let first = self.passage_of(start);
        let last = self.passage_of(start + length.max(1) - 1);
        let whole =
            self.passages[first].start as usize == start && self.end_of(last) == start + length;
        (first..last + 1, whole)
    }

    /// Whether a pair of stems stands in the article.
    pub fn has_pair(&self, pair: (Id, Id)) -> bool {
        self.pairs_of(pair).next().is_some()
    }

    /// The values of all numbers, in order.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.values.iter().copied()
    }

    /// The words of the article that begin like this, in order.
    pub fn words_with_front<'a>(&'a self, front: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let front = front.to_owned();
        let first = self.words.partition_point(|known| &*known.word < front.as_str());
        let words = self.words[first..].iter().map(|known| &*known.word);
        words.take_while(move |word| word.starts_with(&front))
    }

    /// Whether words in a row begin with these letters, each with a capital.
    pub fn has_initials(&self, letters: &str) -> bool {
        letters.chars().count() > 1 && self.initials.contains(letters)
    }
}

/// The pair of stems that begins at a place in the stream.
fn pair(stems: &[Id], at: u32) -> (Id, Id) {
    (stems[at as usize], stems[at as usize + 1])
}

/// An index as it is stored. Articles are far shorter than the four billion words that fit.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
