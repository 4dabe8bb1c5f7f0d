//! What tells the beginning of another story from the end of this one.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use hashbrown::HashMap;
use rustc_hash::FxHashSet;

use crate::logistic::features;
use crate::{
    lexicon::{Lexicon, Role, Roles, english, lowered},
    repair::edge::{is_closing, is_stop},
    sentence, words,
};

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

/// How a stem is spread over the article.
#[derive(Clone, Default)]
struct Spread {
    /// How much it tells: its inverse document frequency.
    weight: f64,
    /// The units in which it stands, ascending, each as often as it stands there.
    blocks: Vec<u32>,
}

/// The words of all units of an article: blocks or, at its end, sentences.
pub(super) struct Vocabulary<'a> {
    units: Vec<&'a str>,
    /// Content words of all units, one after the other.
    terms: Vec<Term>,
    /// Where those of each unit start.
    starts: Vec<usize>,
    spreads: Vec<Spread>,
    /// Words, stop words included, before each unit.
    before: Vec<usize>,
    /// Words of all units.
    count: usize,
    counter: Counter<'a>,
}

impl<'a> Vocabulary<'a> {
    /// Counts the words; `None` if the article is not in English.
    pub fn new(units: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let counter = Counter {
            lexicon: english(),
            known: HashMap::with_capacity(ROOM),
            stems: HashMap::with_capacity(ROOM),
            weights: Vec::with_capacity(ROOM),
        };
        let mut vocabulary = Self {
            units: Vec::new(),
            terms: Vec::new(),
            starts: Vec::new(),
            spreads: Vec::new(),
            before: Vec::new(),
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
        units: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        if let (Some(&start), Some(&before)) = (self.starts.get(index), self.before.get(index)) {
            for term in self.terms.drain(start..) {
                self.spreads[term.stem as usize].blocks.pop();
            }
            self.count = before;
        }
        self.units.truncate(index);
        self.starts.truncate(index);
        self.before.truncate(index);
        self.extend(units);
        self.is_english().then_some(self)
    }

    /// Counts the words of more units.
    fn extend(&mut self, units: impl IntoIterator<Item = &'a str>) {
        for unit in units {
            let index = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
            let first = self.terms.len();
            self.before.push(self.count);
            self.starts.push(first);
            self.count += self.counter.push_terms(unit, &mut self.terms);
            let new = self.counter.weights[self.spreads.len()..].iter();
            self.spreads.extend(new.map(|&weight| Spread { weight, blocks: Vec::new() }));
            for term in &self.terms[first..] {
                self.spreads[term.stem as usize].blocks.push(index);
            }
            self.units.push(unit);
        }
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
        let has = |role: Role| first.iter().any(|word| english().is(word, role));
        let starts = first.first().is_some_and(|word| english().is(word, Role::Anaphoric));
        let (stems, names) = (self.stems(&units, |_| true), self.stems(&units, |term| term.name));
        let others = self.stems(&units, |term| !term.name);
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
            pronoun: flag(first.iter().any(|word| is_pronoun(english().roles(word)))),
            day: flag(texts.iter().any(|text| is_dated(text))),
            opens_with_known: flag(self.opens_with_known_name(&units)),
            known_squared: rate(all).powi(2),
            known_names_by_weight: rate(names) * (1.0 + names.1).ln(),
            known_by_before: rate(all) * before.ln_1p(),
            indefinite: flag(first.first().is_some_and(|word| word == "a" || word == "an")),
            definite: flag(first.first().is_some_and(|word| word == "the")),
            perfect: flag(has(Role::Lead)),
            first_sentence: (first_sentence(opening) as f64 / 20.0).min(2.0),
        }
    }

    /// The content words of neighbouring units.
    fn terms_of(&self, units: &Range<usize>) -> &[Term] {
        let start = |unit: usize| self.starts.get(unit).copied().unwrap_or(self.terms.len());
        &self.terms[start(units.start)..start(units.end)]
    }

    /// The distinct chosen stems of neighbouring units.
    fn stems(&self, units: &Range<usize>, chosen: fn(&Term) -> bool) -> Vec<u32> {
        let terms = self.terms_of(units).iter().filter(|term| chosen(term));
        let mut stems: Vec<u32> = terms.map(|term| term.stem).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    /// Of stems of neighbouring units: the weight of those that stand at least `times` times in the units
    /// from `from` up to them, and the weight of all.
    fn share(&self, stems: &[u32], units: &Range<usize>, times: usize, from: usize) -> (f64, f64) {
        let (mut part, mut whole) = (0.0, 0.0);
        for &stem in stems {
            let Spread { weight, blocks } = &self.spreads[stem as usize];
            let start = blocks.partition_point(|&block| (block as usize) < from);
            let last = blocks.get(start + times - 1);
            let known = last.is_some_and(|&block| (block as usize) < units.start);
            part += if known { *weight } else { 0.0 };
            whole += weight;
        }
        (part, whole)
    }

    /// The weight of the stems that they share with the unit before them that shares most. Only the
    /// first places of a stem are looked at.
    fn best_unit(&self, stems: &[u32], units: &Range<usize>) -> f64 {
        let mut shared: HashMap<u32, f64> = HashMap::new();
        for &stem in stems {
            let Spread { weight, blocks } = &self.spreads[stem as usize];
            let before = |&&block: &&u32| (block as usize) < units.start;
            let mut last = None;
            for &place in blocks.iter().take(MAX_PLACES).filter(before) {
                if last.replace(place) != Some(place) {
                    *shared.entry(place).or_default() += weight;
                }
            }
        }
        shared.values().copied().fold(0.0, f64::max)
    }

    /// Whether one of their first names is known from before.
    fn opens_with_known_name(&self, units: &Range<usize>) -> bool {
        let mut names = self.terms_of(units).iter().take(6).filter(|term| term.name);
        names.any(|term| {
            let first = self.spreads[term.stem as usize].blocks.first();
            first.is_some_and(|&block| (block as usize) < units.start)
        })
    }
}

/// Numbers stems, and remembers the words it has seen.
struct Counter<'a> {
    lexicon: &'static Lexicon,
    /// Stem of a word as written; `None` for a stop word.
    known: HashMap<&'a str, Option<u32>>,
    stems: HashMap<Cow<'a, str>, u32>,
    /// Inverse document frequency by number.
    weights: Vec<f64>,
}

impl<'a> Counter<'a> {
    /// Puts the content words of a text behind those of others; the number of all its words.
    fn push_terms(&mut self, text: &'a str, terms: &mut Vec<Term>) -> usize {
        let (mut count, mut end, mut starts) = (0, 0, true);
        for word in words::words(text) {
            let at = word.as_ptr().addr() - text.as_ptr().addr();
            starts |= text[end..at].contains(['.', '!', '?', ':', '"', '“', '‘']);
            if let Some(stem) = self.stem(word) {
                let name = !starts && word.starts_with(char::is_uppercase);
                terms.push(Term { stem, name });
            }
            (count, end, starts) = (count + 1, at + word.len(), false);
        }
        count
    }

    /// The number of a stem, a new one if need be.
    fn number(&mut self, stem: Cow<'a, str>) -> u32 {
        let weight = self.lexicon.rarity(&stem);
        let next = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        *self.stems.entry(stem).or_insert_with(|| {
            self.weights.push(weight);
            next
        })
    }

    /// The number of the word's stem; `None` for a stop word.
    fn stem(&mut self, word: &'a str) -> Option<u32> {
        if let Some(stem) = self.known.get(word) {
            return *stem;
        }
        let bare = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word);
        let stem = (!self.lexicon.is_stop_word(word) && bare.len() > 1).then(|| {
            let stem = self.lexicon.stem(bare);
            self.number(if stem == bare { Cow::Borrowed(bare) } else { Cow::Owned(stem) })
        });
        self.known.insert(word, stem);
        stem
    }
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

/// Whether a word dates the story, as in leads: the day of the week, or today.
fn is_dated(text: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let days = english().calendar().all().filter(|(_, date)| !date.month && !date.short);
        let days = days.map(|(word, _)| word.to_lowercase());
        english().words(Role::Dating).map(str::to_owned).chain(days).collect()
    });
    static LONGEST: LazyLock<usize> =
        LazyLock::new(|| WORDS.iter().map(String::len).max().unwrap_or_default());
    let words = words::words(text).filter(|word| word.len() <= *LONGEST);
    words.map(lowered).any(|word| WORDS.contains(&*word))
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
