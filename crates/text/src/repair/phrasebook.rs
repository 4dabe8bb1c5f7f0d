//! Wordings that are known, and whether a text has one of them.
//!
//! Compiling a regular expression takes longer than looking at a whole article, and there are a hundred of them, of
//! which an article meets two or three. So each comes with words of which every text that it matches has one, or begins
//! with one; one automaton looks for all of them at once, another at the beginning alone, and an expression is
//! compiled when one of its words is first met. Most texts have none of the words, which is found out first, many bytes
//! at once ([`Glance`]).

use std::{iter, ops::Range, sync::OnceLock};

use aho_corasick::{
    AhoCorasick, AhoCorasickBuilder, Anchored, Input, MatchKind, StartKind,
    automaton::OverlappingState, packed::Searcher,
};
use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

/// Patterns that are looked for together, whatever the case of the text.
pub(super) struct Phrasebook {
    /// Keys that may stand anywhere.
    inner: Keys,
    /// Keys that a text begins with.
    first: Keys,
    patterns: Vec<Pattern>,
}

/// Keys, and the pattern that each belongs to.
struct Keys {
    glance: Glance,
    automaton: AhoCorasick,
    owners: Vec<usize>,
    anchored: Anchored,
}

struct Pattern {
    source: String,
    compiled: OnceLock<Regex>,
    #[cfg(test)]
    keys: String,
}

impl Phrasebook {
    /// At most 64 patterns, each after its keys: of these, in small letters and with bars between them, one stands in
    /// every text that the pattern matches, in the letters of ASCII (a *ſ* for an *s* goes unseen); or, with `^` before
    /// each, every such text begins with one. They are matched with texts that start and end with a letter, a figure or
    /// one of the signs that are known to tell something there.
    ///
    /// # Panics
    /// If the constants are no patterns, or too many, or keys are too long, too short or not in small letters; a test
    /// looks at all.
    pub fn new(patterns: &[(&str, &str)]) -> Self {
        assert!(patterns.len() <= 64, "one bit a pattern");
        let long = |keys: &str| keys.split('|').any(|key| key.len() > LONGEST_KEY);
        assert!(!patterns.iter().any(|(keys, _)| long(keys)), "keys of so many bytes");
        let small = |keys: &str| !keys.bytes().any(|byte| byte.is_ascii_uppercase());
        assert!(patterns.iter().all(|(keys, _)| small(keys)), "keys in small letters");
        let keys = || {
            let numbered = patterns.iter().enumerate();
            numbered.flat_map(|(owner, (keys, _))| keys.split('|').map(move |key| (key, owner)))
        };
        let first = keys().filter_map(|(key, owner)| Some((key.strip_prefix('^')?, owner)));
        let inner = keys().filter(|(key, _)| !key.starts_with('^'));
        let (first, inner) = (Keys::new(first, Anchored::Yes), Keys::new(inner, Anchored::No));
        Self { inner, first, patterns: patterns.iter().map(Pattern::new).collect() }
    }

    /// Whether one of the patterns matches a text.
    pub fn is_match(&self, text: &str) -> bool {
        let mut tried = 0_u64;
        self.first.owners_in(text).chain(self.inner.owners_in(text)).any(|owner| {
            let bit = 1 << owner;
            let new = tried & bit == 0;
            tried |= bit;
            new && self.patterns[owner].is_match(text)
        })
    }
}

impl Keys {
    fn new<'k>(keys: impl Iterator<Item = (&'k str, usize)>, anchored: Anchored) -> Self {
        let (keys, owners): (Vec<&str>, Vec<usize>) = keys.unzip();
        let start =
            if anchored.is_anchored() { StartKind::Anchored } else { StartKind::Unanchored };
        let glance =
            if anchored.is_anchored() { Glance::first(&keys) } else { Glance::inner(&keys) };
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .start_kind(start)
            .build(keys)
            .expect("a few short keys");
        Self { glance, automaton, owners, anchored }
    }

    /// The patterns whose keys a text has where they are to be, some more than once.
    fn owners_in(&self, text: &str) -> impl Iterator<Item = usize> {
        let input = Input::new(text).anchored(self.anchored);
        let mut state = OverlappingState::start();
        iter::from_fn(move || {
            self.automaton.find_overlapping(input.clone(), &mut state);
            state.get_match().map(|found| self.owners[found.pattern().as_usize()])
        })
    }
}

/// A first look at keys, by which most texts are passed over.
enum Glance {
    /// For keys that a text begins with: by the low bits of their first byte, those of their second as a set.
    First([u32; 32]),
    /// For keys anywhere.
    Inner {
        /// Looks for the longer ones, if there are any, by several bytes of each at once.
        long: Option<Searcher>,
        /// The short ones, which that would stumble over.
        short: Vec<Finder<'static>>,
    },
    /// Where the processor cannot, nothing is passed over.
    Blind,
}

/// Keys of fewer bytes than this are looked for one by one.
const SHORT: usize = 3;

impl Glance {
    fn first(keys: &[&str]) -> Self {
        let mut seconds = [0; 32];
        for key in keys {
            let (first, second) = Self::bits(key).expect("keys of two bytes at least");
            seconds[first] |= second;
        }
        Self::First(seconds)
    }

    fn inner(keys: &[&str]) -> Self {
        let (short, long): (Vec<&str>, Vec<&str>) = keys.iter().partition(|key| key.len() < SHORT);
        let short = short.iter().map(|key| Finder::new(key).into_owned()).collect();
        if long.is_empty() {
            return Self::Inner { long: None, short };
        }
        Searcher::new(long).map_or(Self::Blind, |long| Self::Inner { long: Some(long), short })
    }

    /// The low bits of the first byte, and those of the second as a set.
    fn bits(text: &str) -> Option<(usize, u32)> {
        let &[first, second, ..] = text.as_bytes() else { return None };
        Some((usize::from(first & 31), 1 << (second & 31)))
    }

    /// Whether a text in small letters may begin with a key.
    fn begins(&self, lowered: &str) -> bool {
        match self {
            Self::First(seconds) => {
                Self::bits(lowered).is_some_and(|(first, second)| seconds[first] & second != 0)
            }
            _ => true,
        }
    }

    /// Where a key may stand first in a text in small letters.
    fn next(&self, lowered: &[u8]) -> Option<usize> {
        match self {
            Self::Inner { long, short } => {
                let long = long.as_ref().and_then(|long| Some(long.find(lowered)?.start()));
                let short = short.iter().filter_map(|key| key.find(lowered));
                short.chain(long).min()
            }
            _ => Some(0),
        }
    }
}

/// No key has more bytes than this.
const LONGEST_KEY: usize = 40;
/// So many bytes are searched for a key at once: a text in which some keys stand everywhere must not be searched to its end
/// for the others from each of them.
const WINDOW: usize = 4_096;

/// Looks for the patterns of a phrasebook in parts of a text, one after the other: where the next key is need not be
/// found out for each of them.
pub(super) struct Lookup<'a> {
    book: &'a Phrasebook,
    /// In small letters.
    text: &'a str,
    /// Between these no inner key begins.
    free: Range<usize>,
}

impl<'a> Lookup<'a> {
    /// At a text in small letters.
    pub fn new(book: &'a Phrasebook, text: &'a str) -> Self {
        Self { book, text, free: 0..0 }
    }

    /// Whether a pattern may match this part of the text, the parts coming in the order in which they begin.
    pub fn sees(&mut self, part: Range<usize>) -> bool {
        if self.book.first.glance.begins(&self.text[part.clone()]) {
            return true;
        }
        if !self.free.contains(&part.start) {
            let all = self.text.len();
            let end = all.min((part.end + LONGEST_KEY).max(part.start + WINDOW));
            let next = self.book.inner.glance.next(&self.text.as_bytes()[part.start..end]);
            // A key may begin at the end of what was searched.
            let searched = if end == all { all } else { end - LONGEST_KEY };
            self.free = part.start..next.map_or(searched, |next| part.start + next);
        }
        self.free.end < part.end
    }
}

impl Pattern {
    fn new(pattern: &(&str, &str)) -> Self {
        Self {
            source: plain(pattern.1),
            compiled: OnceLock::new(),
            #[cfg(test)]
            keys: pattern.0.to_owned(),
        }
    }

    fn is_match(&self, text: &str) -> bool {
        let compile = || RegexBuilder::new(&self.source).case_insensitive(true).build();
        self.compiled.get_or_init(|| compile().expect("a constant pattern")).is_match(text)
    }
}

/// The pattern with classes of ASCII: the wording is English, and Unicode's classes take a hundred
/// times as long to compile.
pub(super) fn plain(pattern: &str) -> String {
    let classes = [
        (r"\b", r"(?-u:\b)"),
        (r"\d", "[0-9]"),
        (r"[\w", "[A-Za-z0-9_À-ÿ"),
        (r"\w", "[A-Za-z0-9_À-ÿ]"),
    ];
    let plain = |pattern: String, (class, ascii): (&str, &str)| pattern.replace(class, ascii);
    classes.into_iter().fold(pattern.replace(r"\s", " "), plain)
}

#[cfg(test)]
pub(super) mod tests {
    use regex_syntax::hir::{Hir, HirKind, Look, literal::Extractor};

    use super::*;

    /// Whether every text that `hir` matches has one of the keys.
    fn asks_for(hir: &Hir, keys: &[&str]) -> bool {
        match hir.kind() {
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).unwrap().to_lowercase();
                keys.iter().any(|key| text.contains(key))
            }
            HirKind::Capture(capture) => asks_for(&capture.sub, keys),
            HirKind::Repetition(repetition) => {
                repetition.min > 0 && asks_for(&repetition.sub, keys)
            }
            HirKind::Concat(parts) => parts.iter().any(|part| asks_for(part, keys)),
            HirKind::Alternation(ways) => ways.iter().all(|way| asks_for(way, keys)),
            HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => false,
        }
    }

    /// Whether every text that `hir` matches begins with one of the keys.
    fn begins_with(hir: &Hir, keys: &[&str]) -> bool {
        let mut extractor = Extractor::new();
        extractor.limit_total(10_000).limit_class(20);
        let beginnings = extractor.extract(hir);
        let begins = |text: &[u8]| {
            let text = std::str::from_utf8(text).unwrap().to_lowercase();
            keys.iter().any(|key| text.starts_with(key))
        };
        hir.properties().look_set_prefix().contains(Look::Start)
            && beginnings.literals().is_some_and(|all| all.iter().all(|one| begins(one.as_bytes())))
    }

    /// That no text goes unlooked at for want of a key.
    pub fn assert_sound(book: &Phrasebook) {
        for pattern in &book.patterns {
            let hir = regex_syntax::parse(&pattern.source).unwrap();
            let keys: Vec<&str> = pattern.keys.split('|').collect();
            let first: Vec<&str> = keys.iter().filter_map(|key| key.strip_prefix('^')).collect();
            let sound = match first.len() {
                0 => asks_for(&hir, &keys),
                all => all == keys.len() && begins_with(&hir, &first),
            };
            assert!(sound, "{keys:?} of {}", pattern.source);
            // Compiles it.
            assert!(!pattern.is_match(""), "{}", pattern.source);
            // And no key is passed over, whatever stands around it.
            for key in keys {
                let (keys, text) = match key.strip_prefix('^') {
                    Some(key) => (&book.first, format!("{key} and the rest of a sentence")),
                    None => (&book.inner, format!("what stands before {key} and behind it")),
                };
                assert!(keys.owners_in(&text).next().is_some(), "{text}");
                assert!(Lookup::new(book, &text).sees(0..text.len()), "{text}");
            }
        }
    }

    fn matches(book: &Phrasebook, text: &str) -> bool {
        let seen = Lookup::new(book, &text.to_ascii_lowercase()).sees(0..text.len());
        assert!(seen || !book.is_match(text), "{text}");
        seen && book.is_match(text)
    }

    #[test]
    fn no_part_with_a_key_is_passed_over() {
        let book = Phrasebook::new(&[("tea|(", "tea|[(]"), ("^cup", "^cup")]);
        let parts = ["a mug", "of tea", "cups", "(of", "milk", "tea)", "x"];
        let text = parts.join(" ");
        let mut look = Lookup::new(&book, &text);
        let mut start = 0;
        let seen = parts.map(|part| {
            let range = start..start + part.len();
            start = range.end + 1;
            look.sees(range)
        });
        assert_eq!(seen, [false, true, true, true, false, true, false]);
    }

    #[test]
    fn a_key_is_seen_wherever_a_search_ends() {
        let book = Phrasebook::new(&[("tea time", "tea time")]);
        for before in WINDOW - 2 * LONGEST_KEY..WINDOW + LONGEST_KEY {
            let text = format!("{} tea time", "x".repeat(before));
            let mut look = Lookup::new(&book, &text);
            assert!(!look.sees(0..10));
            assert!(look.sees(before..text.len()), "behind {before} bytes");
        }
    }

    #[test]
    fn a_text_is_matched_by_any_of_the_patterns() {
        let book = Phrasebook::new(&[("tea", r"^tea\b.*\d$"), ("cup|mug", r"^a (cup|mug)s?$")]);
        let matches = |text| matches(&book, text);
        assert!(matches("Tea for 2") && matches("A MUG") && matches("a cups"));
        assert!(!matches("Teapots 2") && !matches("a cup of tea") && !matches(""));
    }

    #[test]
    fn a_key_at_the_beginning_is_looked_for_there_alone() {
        let book = Phrasebook::new(&[("^tea |^a cup", r"^(tea|a cup) of\b"), ("mug", "mug$")]);
        assert_sound(&book);
        let matches = |text| matches(&book, text);
        assert!(matches("A CUP of joy") && matches("Tea of old") && matches("a cup in a mug"));
        assert!(!matches("with a cup of joy") && !matches("tea off") && !matches(""));
    }

    #[test]
    #[should_panic = "of ^a? ?tea"]
    fn a_pattern_that_begins_otherwise_is_found() {
        assert_sound(&Phrasebook::new(&[("^tea", "^a? ?tea")]));
    }

    #[test]
    #[should_panic = "of ^a (cup|mug)"]
    fn a_pattern_that_matches_without_its_key_is_found() {
        assert_sound(&Phrasebook::new(&[("cup", "^a (cup|mug)")]));
    }
}
