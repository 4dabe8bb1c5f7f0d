//! An article prepared once for the measures of all its abstracts.

use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};

use standfirst_core::{article::Span, report::ArticleReport};
use standfirst_text::{grouped::Grouped, lexicon::lowered, words};

/// Longest n-gram that novelty is counted for.
pub const LONGEST: usize = 4;
/// Of a word that stands in the article more often than this, the later places are not tried as
/// beginnings of a fragment: the work stays linear in the abstract.
const MAX_PLACES: usize = 2_000;
/// Fills the places of an n-gram that is shorter than [`LONGEST`].
const NONE: u32 = u32::MAX;
/// From so many places of its rarest word on an n-gram is looked for in a set of all.
const MANY_PLACES: usize = 64;

/// The words of an article's body, numbered. What the repair cut is not part of it.
#[derive(Default)]
pub struct Source {
    numbers: HashMap<String, u32>,
    words: Vec<u32>,
    /// Where each word stands.
    places: Grouped<u32>,
    /// Every n-gram, if one is asked for whose places are [`MANY_PLACES`] or more.
    grams: OnceLock<HashSet<[u32; LONGEST]>>,
    kept: Vec<Span>,
    bytes: usize,
}

impl Source {
    /// The body of `report`; `None` if the report does not carry its text.
    pub fn new(report: &ArticleReport) -> Option<Self> {
        let text = report.text.as_deref()?;
        let mut source = Self { kept: kept(text.len(), report), ..Self::default() };
        source.bytes = source.kept.iter().map(|span| span.len()).sum();
        for span in source.kept.clone() {
            // A span from a file that somebody edited may point anywhere.
            source.read(text.get(span.range()).unwrap_or_default());
        }
        let places = source.words.iter().map(|&word| word as usize).zip(0..);
        source.places = Grouped::new(source.numbers.len(), places);
        Some(source)
    }

    /// Numbers the words of a text. Small letters part words where capitals do.
    fn read(&mut self, text: &str) {
        let text = text.to_ascii_lowercase();
        for word in words::words(&text) {
            let next = number(self.numbers.len());
            let number = self.numbers.entry_ref(&*lowered(word)).or_insert(next);
            self.words.push(*number);
        }
    }

    /// The first places of a word.
    fn places(&self, word: u32) -> &[u32] {
        let places = self.places.of(word as usize);
        &places[..places.len().min(MAX_PLACES)]
    }

    /// How many words the body has.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the body has no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words of `text` by their numbers here; those that the body lacks get numbers of their own.
    pub fn number(&self, text: &str) -> Vec<u32> {
        let mut new: HashMap<String, u32> = HashMap::new();
        let numbers = words::words(text).map(|word| {
            let word = lowered(word);
            self.numbers.get(&*word).copied().unwrap_or_else(|| {
                let next = number(self.numbers.len() + new.len());
                *new.entry(word.into_owned()).or_insert(next)
            })
        });
        numbers.collect()
    }

    /// Whether the body has this n-gram.
    pub fn has(&self, gram: [u32; LONGEST]) -> bool {
        let length = gram.iter().position(|&word| word == NONE).unwrap_or(LONGEST);
        let gram_words = &gram[..length];
        let rarest =
            gram_words.iter().enumerate().min_by_key(|(_, word)| self.places(**word).len());
        let Some((offset, &rarest)) = rarest else { return false };
        let places = self.places(rarest);
        if places.len() >= MANY_PLACES {
            let all = || (1..=LONGEST).flat_map(|window| grams(&self.words, window)).collect();
            return self.grams.get_or_init(all).contains(&gram);
        }
        places.iter().any(|&place| {
            let start = (place as usize).checked_sub(offset);
            let there = start.and_then(|start| self.words.get(start..start + length));
            there == Some(gram_words)
        })
    }

    /// Lengths of the extractive fragments of `summary` (Grusky et al. 2018, figure 3): going through
    /// it, the longest stretch that stands in the body, then on behind it.
    pub fn fragments(&self, summary: &[u32]) -> Vec<usize> {
        let mut lengths = Vec::new();
        let mut at = 0;
        while at < summary.len() {
            let longest = self.longest_match(&summary[at..]);
            if longest > 0 {
                lengths.push(longest);
            }
            at += longest.max(1);
        }
        lengths
    }

    fn longest_match(&self, summary: &[u32]) -> usize {
        let from = |&place: &u32| {
            let body = self.words.get(place as usize..).unwrap_or_default();
            body.iter().zip(summary).take_while(|(a, b)| a == b).count()
        };
        self.places(summary[0]).iter().map(from).max().unwrap_or(0)
    }

    /// Where in the body a byte of the text stands: 0 at its first, 1 past its last. `None` for an
    /// empty body.
    pub fn position(&self, byte: usize) -> Option<f64> {
        let before: usize =
            self.kept.iter().map(|span| byte.clamp(span.start, span.end) - span.start).sum();
        (self.bytes > 0).then(|| before as f64 / self.bytes as f64)
    }

    /// How many bytes the body has.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

fn number(next: usize) -> u32 {
    u32::try_from(next).unwrap_or(NONE)
}

/// Every n-gram of `window` words, in order.
pub fn grams(words: &[u32], window: usize) -> impl Iterator<Item = [u32; LONGEST]> {
    words.windows(window).map(|words| {
        let mut gram = [NONE; LONGEST];
        gram[..words.len()].copy_from_slice(words);
        gram
    })
}

/// What the cuts leave of a text of `length` bytes.
fn kept(length: usize, report: &ArticleReport) -> Vec<Span> {
    let mut cuts: Vec<Span> = report.cuts.iter().map(|cut| cut.span).collect();
    cuts.sort_unstable();
    let (mut kept, mut at) = (Vec::new(), 0);
    for cut in cuts {
        if cut.start > at {
            kept.push(Span::new(at, cut.start.min(length)));
        }
        at = at.max(cut.end).min(length);
    }
    if at < length {
        kept.push(Span::new(at, length));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_core::article::{Cut, Reason};

    fn source(text: &str, cuts: &[Span]) -> Source {
        let mut report = ArticleReport::failed("id".into(), "source".into(), String::new().into());
        report.text = Some(text.into());
        let cut = |&span| Cut { span, reason: Reason::Teaser, confidence: 1.0 };
        report.cuts = cuts.iter().map(cut).collect();
        Source::new(&report).unwrap()
    }

    #[test]
    fn fragments_by_hand() {
        let body = source("The old bridge fell on Monday. The mayor wept.", &[]);
        let lengths = |summary| body.fragments(&body.number(summary));
        assert_eq!(lengths("the old bridge fell on monday"), [6]);
        // "the mayor" and "fell on" stand there; "quietly" does not.
        assert_eq!(lengths("The mayor quietly fell on"), [2, 2]);
        assert_eq!(lengths("nothing alike"), [0_usize; 0]);
    }

    #[test]
    fn cuts_are_not_part_of_the_body() {
        let text = "Rain fell. ADVERT HERE. Wind rose.";
        let body = source(text, &[Span::new(11, 24)]);
        assert_eq!(body.len(), 4);
        assert_eq!(body.fragments(&body.number("advert here")), [0_usize; 0]);
        let position = |byte| body.position(byte).unwrap();
        assert!((position(24) - 11.0 / 21.0).abs() < 1e-12);
        assert!((position(17) - position(11)).abs() < 1e-12);
        assert!((position(text.len()) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn spans_past_the_end_and_across_each_other_do_no_harm() {
        let body = source("Rain fell.", &[Span::new(2, 6), Span::new(4, 900)]);
        assert_eq!(body.bytes(), 2);
        assert_eq!(source("", &[]).position(0), None);
    }

    #[test]
    fn the_body_has_the_n_grams_that_stand_in_it_and_no_others() {
        let has = |body: &Source, words: &str| {
            let numbers = body.number(words);
            grams(&numbers, numbers.len()).all(|gram| body.has(gram))
        };
        let body = source("The old bridge fell. The BRIDGE was old.", &[]);
        for there in ["the", "old bridge", "bridge fell the bridge", "was old"] {
            assert!(has(&body, there), "{there}");
        }
        for not_there in ["new", "bridge old", "old the", "fell the bridge fell", "old new"] {
            assert!(!has(&body, not_there), "{not_there}");
        }
        // Beyond the places that are tried one by one.
        let often = source(&("so it is. ".repeat(MANY_PLACES) + "It is so."), &[]);
        assert!(has(&often, "it is so") && has(&often, "so it is it") && !has(&often, "is it so"));
    }

    #[test]
    fn a_word_repeated_without_end_is_not_quadratic() {
        let body = source(&"buffalo ".repeat(100_000), &[]);
        let summary = body.number(&"buffalo ".repeat(50_000));
        assert_eq!(body.fragments(&summary), [50_000]);
    }
}
