//! What tells the beginning of another story from the end of this one.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use hashbrown::{HashMap, hash_map::Entry};
use rustc_hash::FxHashSet;

use crate::logistic::features;
use crate::{
    grouped::Grouped,
    lexicon::{Lexicon, Role, Roles, english, lowered},
    repair::{
        edge::{is_closing, is_stop},
        numbered::Word,
    },
    sentence, words,
};
use standfirst_core::article::Span;

features! {
    /// The evidence on one block, or how much each part of it counts.
    pub(super) struct Features {
        /// Always one.
        bias,
        /// Share of its stems, by weight, that stand before it.
        known,
        /// The same of those that are no names.
        known_words,
        /// The same of those that are names.
        known_names,
        /// Share of its stems that stand before it three times or more.
        frequent,
        /// Share of its stems that stand in the two blocks before it.
        known_nearby,
        /// Share of its stems that stand in the one block before it that has most of them.
        known_in_one,
        /// Logarithm of the weight of its names that do not stand before it.
        log_new_names,
        /// Logarithm of the weight of its stems that do.
        log_known,
        /// Logarithm of the weight of all its stems.
        log_weight,
        /// Logarithm of the number of words before it.
        log_before,
        /// Whether it ends without a stop.
        truncated,
        /// Whether it ends with an ellipsis.
        ellipsis,
        /// Whether it starts with words in capitals and a colon.
        kicker,
        /// Whether it starts with a quotation mark.
        quotation,
        /// Whether its first word points back.
        anaphora,
        /// Whether one of its first words is a pronoun that wants somebody named before.
        pronoun,
        /// Whether it names a day, as leads do.
        day,
        /// Whether one of its first names stands before it.
        opens_with_known,
        /// Share of its stems that stand before it, squared.
        known_squared,
        /// Share of its names that stand before it, times the logarithm of their weight.
        known_names_by_weight,
        /// Share of its stems that stand before it, times the logarithm of the number of words there.
        known_by_before,
        /// Whether it starts with an indefinite article.
        indefinite,
        /// Whether it starts with the definite article.
        definite,
        /// Whether one of its first words is of those with which leads tell what is new.
        perfect,
        /// Words of its first sentence, of twenty; at most two.
        first_sentence,
    }
}

impl Features {
    /// Whether it looks like the beginning of something, whatever its words: broken off, or with words in
    /// capitals in front.
    pub fn is_broken(&self) -> bool {
        self.truncated + self.ellipsis + self.kicker > 0.0
    }
}

/// In English at least this share of the words are stop words.
const MIN_STOP_WORDS: f64 = 0.2;

/// A lead has at least this many words.
const MIN_LEAD: usize = 10;
/// So many places of a stem are looked at to find the block that is most like another.
const MAX_PLACES: usize = 64;

/// Different words that there is room for from the start, as many as most articles have.
const ROOM: usize = 256;

/// A content word of a block.
#[derive(Clone, Copy)]
struct Term {
    /// Equal for equal stems.
    stem: u32,
    /// Whether it is written with a capital that no start of a sentence asks for.
    name: bool,
}

/// The words of all units of an article: blocks or, at its end, sentences.
pub(super) struct Vocabulary<'a> {
    units: Vec<&'a str>,
    /// Content words of all units, one after the other.
    terms: Vec<Term>,
    /// Where those of each unit start.
    starts: Vec<usize>,
    /// The units in which each stem stands, ascending, each as often as it stands there.
    places: Grouped<u32>,
    /// Words, stop words included, before each unit.
    before: Vec<usize>,
    /// Whether each unit names a day.
    dated: Vec<bool>,
    /// Words of all units.
    count: usize,
    counter: Counter<'a>,
}

/// Distinct stems, in the order of their numbers.
struct Stems {
    all: Vec<u32>,
    /// Those of words that are names, and of words that are none; a stem may be of both.
    names: Vec<u32>,
    others: Vec<u32>,
}

/// A block or a sentence, and its words.
pub(super) struct Unit<'a> {
    text: &'a str,
    /// Its words; `None` if they have to be read.
    words: Option<Read<'a>>,
}

/// Words of a text that are known.
struct Read<'a> {
    words: &'a [Word],
    /// The text that they are of, and where the unit begins in it.
    text: Text<'a>,
    start: usize,
}

/// A text, as it is and with its letters of ASCII in small ones.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    /// As it is.
    pub text: &'a str,
    /// In small letters.
    pub lowered: &'a str,
}

impl<'a> Unit<'a> {
    /// All of a text, whose words are known.
    pub fn new(text: Text<'a>, words: &'a [Word]) -> Self {
        Self { text: text.text, words: Some(Read { words, text, start: 0 }) }
    }

    /// A part of a text whose words are known.
    pub fn part(text: Text<'a>, span: Span, words: &'a [Word]) -> Self {
        let first = words.partition_point(|word| (word.start as usize) < span.start);
        let end = words.partition_point(|word| (word.start as usize) < span.end);
        let ends_by = |word: Option<&Word>, at| word.is_none_or(|word| word.end as usize <= at);
        // A sentence may begin or end within what is one word of the text: *here.There*.
        let whole = ends_by(words[..first].last(), span.start)
            && ends_by(words[first..end].last(), span.end);
        let read = Read { words: &words[first..end], text, start: span.start };
        Self { text: &text.text[span.range()], words: whole.then_some(read) }
    }

    /// A text of which nothing is known.
    #[cfg(test)]
    pub fn loose(text: &'a str) -> Self {
        Self { text, words: None }
    }
}

impl<'a> Vocabulary<'a> {
    /// Counts the words; `None` if the article is not in English.
    pub fn new(units: impl IntoIterator<Item = Unit<'a>>) -> Option<Self> {
        let counter = Counter {
            lexicon: english(),
            known: Vec::with_capacity(ROOM),
            stems: HashMap::with_capacity(ROOM),
            weights: Vec::with_capacity(ROOM),
        };
        let mut vocabulary = Self {
            units: Vec::new(),
            terms: Vec::new(),
            starts: Vec::new(),
            places: Grouped::default(),
            before: Vec::new(),
            dated: Vec::new(),
            count: 0,
            counter,
        };
        vocabulary.extend(units);
        vocabulary.is_english().then_some(vocabulary)
    }

    /// The same with other units in place of those from `index` on; `None` if that is not in English.
    pub fn with_end(
        mut self,
        index: usize,
        units: impl IntoIterator<Item = Unit<'a>>,
    ) -> Option<Self> {
        if let (Some(&start), Some(&before)) = (self.starts.get(index), self.before.get(index)) {
            self.terms.truncate(start);
            self.count = before;
        }
        self.units.truncate(index);
        self.starts.truncate(index);
        self.before.truncate(index);
        self.dated.truncate(index);
        self.extend(units);
        self.is_english().then_some(self)
    }

    /// Counts the words of more units.
    fn extend(&mut self, units: impl IntoIterator<Item = Unit<'a>>) {
        for unit in units {
            self.before.push(self.count);
            self.starts.push(self.terms.len());
            let (count, dated) = self.counter.push_terms(&unit, &mut self.terms);
            self.count += count;
            self.dated.push(dated);
            self.units.push(unit.text);
        }
        let places = (0..self.units.len()).zip(0..).flat_map(|(unit, number)| {
            let terms = self.terms_of(&(unit..unit + 1)).iter();
            terms.map(move |term| (term.stem as usize, number))
        });
        self.places = Grouped::new(self.counter.weights.len(), places);
    }

    /// The units in which a stem stands.
    fn places_of(&self, stem: u32) -> &[u32] {
        self.places.of(stem as usize)
    }

    fn weight(&self, stem: u32) -> f64 {
        self.counter.weights[stem as usize]
    }

    /// Whether enough of the words are stop words.
    fn is_english(&self) -> bool {
        let stop_words = self.count - self.terms.len();
        stop_words as f64 >= MIN_STOP_WORDS * self.count as f64
    }

    /// Words before unit `index`.
    pub fn words_before(&self, index: usize) -> usize {
        self.before[index]
    }

    /// Whether neighbouring units are running text, long enough to start a story: not a list of names or
    /// figures.
    pub fn is_prose(&self, units: Range<usize>) -> bool {
        let next = self.before.get(units.end).copied().unwrap_or(self.count);
        let count = next - self.before[units.start];
        let stop_words = count - self.terms_of(&units).len();
        count >= MIN_LEAD && stop_words as f64 >= MIN_STOP_WORDS * count as f64
    }

    /// The evidence on neighbouring units, taken together, against all units before them.
    pub fn features(&self, units: Range<usize>) -> Features {
        let texts = &self.units[units.clone()];
        let (opening, ending) = (texts[0], texts[texts.len() - 1]);
        let words = texts.iter().flat_map(|text| words::words(text));
        let first: Vec<Cow<'_, str>> = words.take(12).map(lowered).collect();
        let roles: Vec<Roles> = first.iter().map(|word| english().roles(word)).collect();
        let starts = roles.first().is_some_and(|first| first.meets(Role::Anaphoric));
        let Stems { all: stems, names, others } = self.stems(&units);
        let all = self.share(&stems, &units, 1, 0);
        let names = self.share(&names, &units, 1, 0);
        let near = units.start.saturating_sub(2);
        let before = self.before[units.start] as f64;
        Features {
            bias: 1.0,
            known: rate(all),
            known_words: rate(self.share(&others, &units, 1, 0)),
            known_names: rate(names),
            frequent: rate(self.share(&stems, &units, 3, 0)),
            known_nearby: rate(self.share(&stems, &units, 1, near)),
            known_in_one: rate((self.best_unit(&stems, &units), all.1)),
            log_new_names: (names.1 - names.0).ln_1p(),
            log_known: all.0.ln_1p(),
            log_weight: all.1.ln_1p(),
            log_before: before.ln_1p(),
            truncated: flag(is_truncated(ending)),
            ellipsis: flag(ending.ends_with('…') || ending.ends_with("...")),
            kicker: flag(has_kicker(opening)),
            quotation: flag(opening.starts_with(['"', '“', '‘', '\''])),
            anaphora: flag(starts),
            pronoun: flag(roles.iter().any(|roles| is_pronoun(*roles))),
            day: flag(self.dated[units.clone()].contains(&true)),
            opens_with_known: flag(self.opens_with_known_name(&units)),
            known_squared: rate(all).powi(2),
            known_names_by_weight: rate(names) * (1.0 + names.1).ln(),
            known_by_before: rate(all) * before.ln_1p(),
            indefinite: flag(first.first().is_some_and(|word| word == "a" || word == "an")),
            definite: flag(first.first().is_some_and(|word| word == "the")),
            perfect: flag(roles.iter().any(|roles| roles.meets(Role::Lead))),
            first_sentence: (first_sentence(opening) as f64 / 20.0).min(2.0),
        }
    }

    /// The content words of neighbouring units.
    fn terms_of(&self, units: &Range<usize>) -> &[Term] {
        let start = |unit: usize| self.starts.get(unit).copied().unwrap_or(self.terms.len());
        &self.terms[start(units.start)..start(units.end)]
    }

    /// The distinct stems of neighbouring units.
    fn stems(&self, units: &Range<usize>) -> Stems {
        // Numbers are put in order sooner than terms.
        let terms = self.terms_of(units).iter();
        let mut keys: Vec<u64> =
            terms.map(|term| u64::from(term.stem) << 1 | u64::from(term.name)).collect();
        keys.sort_unstable();
        keys.dedup();
        let stems = |keys: &mut dyn Iterator<Item = &u64>| -> Vec<u32> {
            keys.map(|key| u32::try_from(key >> 1).unwrap_or_default()).collect()
        };
        let mut all = stems(&mut keys.iter());
        all.dedup();
        let names = stems(&mut keys.iter().filter(|key| *key & 1 == 1));
        let others = stems(&mut keys.iter().filter(|key| *key & 1 == 0));
        Stems { all, names, others }
    }

    /// Of stems of neighbouring units: the weight of those that stand at least `times` times in the units
    /// from `from` up to them, and the weight of all.
    fn share(&self, stems: &[u32], units: &Range<usize>, times: usize, from: usize) -> (f64, f64) {
        let (mut part, mut whole) = (0.0, 0.0);
        for &stem in stems {
            let (weight, places) = (self.weight(stem), self.places_of(stem));
            let start =
                if from == 0 { 0 } else { places.partition_point(|&unit| (unit as usize) < from) };
            let last = places.get(start + times - 1);
            let known = last.is_some_and(|&unit| (unit as usize) < units.start);
            part += if known { weight } else { 0.0 };
            whole += weight;
        }
        (part, whole)
    }

    /// The weight of the stems that they share with the unit before them that shares most. Only the
    /// first places of a stem are looked at.
    fn best_unit(&self, stems: &[u32], units: &Range<usize>) -> f64 {
        let mut shared = vec![0.0; units.start];
        for &stem in stems {
            let mut last = None;
            for &place in self.places_of(stem).iter().take(MAX_PLACES) {
                let Some(shared) = shared.get_mut(place as usize) else { break };
                if last.replace(place) != Some(place) {
                    *shared += self.weight(stem);
                }
            }
        }
        shared.into_iter().fold(0.0, f64::max)
    }

    /// Whether one of their first names is known from before.
    fn opens_with_known_name(&self, units: &Range<usize>) -> bool {
        let mut names = self.terms_of(units).iter().take(6).filter(|term| term.name);
        names.any(|term| {
            let first = self.places_of(term.stem).first();
            first.is_some_and(|&unit| (unit as usize) < units.start)
        })
    }
}

/// Numbers stems, and remembers the words it has seen.
struct Counter<'a> {
    lexicon: &'static Lexicon,
    /// What words are, by their numbers.
    known: Vec<Option<Known>>,
    stems: HashMap<Cow<'a, str>, u32>,
    /// Inverse document frequency by number.
    weights: Vec<f64>,
}

/// What a word is.
#[derive(Clone, Copy)]
struct Known {
    /// The number of its stem; `None` for a stop word.
    stem: Option<u32>,
    /// Whether it dates the story.
    dated: bool,
}

impl<'a> Counter<'a> {
    /// Puts the content words of a text behind those of others: the number of all its words, and whether one of them
    /// dates the story.
    fn push_terms(&mut self, unit: &Unit<'a>, terms: &mut Vec<Term>) -> (usize, bool) {
        let text = unit.text;
        let (mut count, mut end, mut starts, mut dated) = (0, 0, true, false);
        let mut push = |word: &'a str, at: usize, known: Known| {
            starts |= opens(&text[end..at]);
            if let Some(stem) = known.stem {
                let name = !starts && word.starts_with(char::is_uppercase);
                terms.push(Term { stem, name });
            }
            dated |= known.dated;
            (count, end, starts) = (count + 1, at + word.len(), false);
        };
        if let Some(Read { words, text, start }) = &unit.words {
            for word in *words {
                let known = self.known(word.number, word.of(text.text), word.of(text.lowered));
                push(word.of(text.text), word.start as usize - start, known);
            }
        } else {
            for word in words::words(text) {
                push(word, word.as_ptr().addr() - text.as_ptr().addr(), self.learn(word));
            }
        }
        (count, dated)
    }

    /// What a word is that has a number; `small` is the word in small letters of ASCII.
    fn known(&mut self, number: u32, word: &'a str, small: &'a str) -> Known {
        // An ending in capitals is not cut off, and words of equal numbers may differ in that.
        if word.ends_with('S') && (word.ends_with("'S") || word.ends_with("’S")) {
            return self.learn(word);
        }
        let at = number as usize;
        if self.known.len() <= at {
            self.known.resize(at + 1, None);
        }
        if let Some(known) = self.known[at] {
            return known;
        }
        let known = self.learn(small);
        self.known[at] = Some(known);
        known
    }

    /// What any word is.
    fn learn(&mut self, word: &'a str) -> Known {
        let lower = lowered(word);
        let dated = is_dating(&lower);
        let bare = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word);
        if bare.len() <= 1 || self.lexicon.is_stop_word(&lower) {
            return Known { stem: None, dated };
        }
        Known { stem: Some(self.number(self.lexicon.stem_of(bare))), dated }
    }

    /// The number of a stem, a new one if need be.
    fn number(&mut self, stem: Cow<'a, str>) -> u32 {
        let next = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        match self.stems.entry(stem) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.weights.push(self.lexicon.rarity(new.key()));
                *new.insert(next)
            }
        }
    }
}

/// Whether what stands between two words lets a sentence or a quotation begin. Most often it is a blank.
fn opens(gap: &str) -> bool {
    gap != " " && gap.contains(['.', '!', '?', ':', '"', '“', '‘'])
}

/// A share, drawn towards one half where there is little to go by.
fn rate((part, whole): (f64, f64)) -> f64 {
    (part + 2.0) / (whole + 4.0)
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// Whether a text ends without a stop.
pub(super) fn is_truncated(text: &str) -> bool {
    !without_signature(text).trim_end_matches(is_closing).ends_with(is_stop)
}

/// A text without the writer's or the agency's letters in brackets behind its last stop: `… well. (ab)`.
fn without_signature(text: &str) -> &str {
    let Some((before, signature)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
    else {
        return text;
    };
    let before = before.trim_end();
    let short = signature.split(' ').count() <= 3 && !signature.contains(is_stop);
    if short && before.trim_end_matches(is_closing).ends_with(is_stop) { before } else { text }
}

/// Whether a text starts with words in capitals and a colon.
pub(super) fn has_kicker(text: &str) -> bool {
    let Some((kicker, _)) = text.split_once(':') else { return false };
    let letters = kicker.chars().filter(|c| c.is_alphabetic()).count();
    (3..=40).contains(&letters) && !kicker.contains(char::is_lowercase)
}

/// Words of the first sentence.
fn first_sentence(text: &str) -> usize {
    words::words(sentence::first(text)).count()
}

/// Whether it is a pronoun that wants somebody named before it.
fn is_pronoun(roles: Roles) -> bool {
    let cases = Role::Subject | Role::Object | Role::Possessive;
    roles.meets(cases) && !roles.meets(Role::Neuter)
}

/// Whether a word in small letters dates the story, as in leads: the day of the week, or today.
fn is_dating(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let days = english().calendar().all().filter(|(_, date)| !date.month && !date.short);
        let days = days.map(|(word, _)| word.to_lowercase());
        english().words(Role::Dating).map(str::to_owned).chain(days).collect()
    });
    // Their last letters, as a set: most words end otherwise.
    static ENDS: LazyLock<u32> =
        LazyLock::new(|| WORDS.iter().fold(0, |ends, word| ends | last_bit(word)));
    *ENDS & last_bit(word) != 0 && WORDS.contains(word)
}

/// A bit for the last letter of a word.
fn last_bit(word: &str) -> u32 {
    word.bytes().next_back().map_or(0, |last| 1 << (last & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_brackets_behind_a_stop_break_nothing_off() {
        assert!(!is_truncated("The crews rowed well. (ab/dpa)"));
        assert!(!is_truncated("“They rowed well.” (Wire)"));
        assert!(is_truncated("The crews rowed well (as ever"));
        assert!(is_truncated("The crews rowed well (AP)"));
    }
}
