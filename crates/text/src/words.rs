//! Words, stems and stop words: what the lexical summarisers and the repair count.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

use standfirst_core::{article::Span, language::Language};

/// The words of `text` by Unicode's word boundaries (UAX #29), as written, punctuation left out.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// Where the [`words`] of `text` stand, `offset` bytes further on.
pub(crate) fn spans(text: &str, offset: usize) -> impl Iterator<Item = Span> {
    let words = text.unicode_word_indices();
    words.map(move |(at, word)| Span::new(offset + at, offset + at + word.len()))
}

/// What we have for one language: its Snowball stemmer and its stop words, where there are any.
///
/// Cheap to make; make one per article, not per word.
pub struct Lexicon {
    stemmer: Option<Stemmer>,
    stop_words: HashSet<&'static str>,
}

impl Lexicon {
    /// The stemmer and the stop words (NLTK's lists) of `language`; neither where it is unknown.
    pub fn new(language: Option<Language>) -> Self {
        Self {
            stemmer: language.and_then(algorithm).map(Stemmer::create),
            stop_words: language.into_iter().flat_map(stop_words).collect(),
        }
    }

    /// Snowball stem of the lower-cased word; the lower-cased word itself without a stemmer.
    pub fn stem(&self, word: &str) -> String {
        let lower = word.to_lowercase();
        match &self.stemmer {
            Some(stemmer) => stemmer.stem(&lower).into_owned(),
            None => lower,
        }
    }

    /// Whether the word is a stop word, whatever its case.
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word.to_lowercase().as_str())
    }
}

/// The stop words (NLTK's list) of `language`, in small letters; none where it has no list.
pub fn stop_words(language: Language) -> impl Iterator<Item = &'static str> {
    stop_words::lookup(language.code()).unwrap_or_default().iter().copied()
}

/// Days of the week, lower-cased.
pub(crate) const WEEKDAYS: &[&str] =
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Months, lower-cased.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether an English word, lower-cased, is a day of the week or a month. "may" and "march" are words,
/// too: the caller has to know which is meant.
pub(crate) fn is_day_or_month(word: &str) -> bool {
    WEEKDAYS.contains(&word) || MONTHS.contains(&word)
}

/// The Snowball algorithm of a language, where there is one.
fn algorithm(language: Language) -> Option<Algorithm> {
    Some(match language.code() {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "nl" => Algorithm::Dutch,
        "en" => Algorithm::English,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "es" => Algorithm::Spanish,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_has_a_stemmer_and_stop_words_and_the_unknown_has_neither() {
        let english = Lexicon::new(Some(Language::ENGLISH));
        assert_eq!(english.stem("Negotiations"), "negoti");
        assert!(english.is_stop_word("The") && !english.is_stop_word("harbour"));
        let unknown = Lexicon::new(None);
        assert_eq!(unknown.stem("Negotiations"), "negotiations");
        assert!(!unknown.is_stop_word("The"));
    }
}
