//! Which languages have a stemmer, and the stems that it found last.

mod english;

use std::{borrow::Cow, cell::RefCell, hash::BuildHasher};

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxBuildHasher;

use standfirst_core::language::Language;

/// The Snowball algorithm of a language, where there is one.
pub(super) fn algorithm(language: Language) -> Option<Algorithm> {
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

/// So many stems are remembered by each thread. News has a few thousand words that come again and again.
const REMEMBERED: usize = 1 << 13;
/// Words and stems of more bytes are not.
const LONGEST: usize = 23;

/// A short string in place.
#[derive(Clone, Copy, Default)]
struct Short {
    length: u8,
    bytes: [u8; LONGEST],
}

impl Short {
    fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { length: u8::try_from(text.len()).ok()?, bytes })
    }

    fn text(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// A word and its stem. No word is empty, so a slot of which nothing is known answers for none.
#[derive(Clone, Copy, Default)]
struct Slot {
    language: Option<Language>,
    word: Short,
    stem: Short,
}

thread_local! {
    /// The stems found last, each in the one place that the hash of its word names: two words of one place take
    /// turns there, so that whoever writes the articles can make this useless, and nothing worse.
    static FOUND: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// The stem of a word in small letters. In English by rules of our own; else by the stemmer of its language or from
/// memory: the stemmer takes some ten times as long, and every part of the program asks it about the same words.
pub(super) fn of<'w>(word: &'w str, language: Option<Language>, stemmer: &Stemmer) -> Cow<'w, str> {
    if language == Some(Language::ENGLISH)
        && let Some(stem) = english::stem(word)
    {
        return stem;
    }
    let Some(short) = Short::of(word).filter(|short| short.length > 0) else {
        return stemmer.stem(word);
    };
    FOUND.with_borrow_mut(|slots| {
        slots.resize(REMEMBERED, Slot::default());
        let place = FxBuildHasher.hash_one(word) % REMEMBERED as u64;
        let slot = &mut slots[usize::try_from(place).unwrap_or_default()];
        if slot.language == language && slot.word.text() == word {
            return Cow::Owned(slot.stem.text().to_owned());
        }
        let stem = stemmer.stem(word);
        if let Some(remembered) = Short::of(&stem) {
            *slot = Slot { language, word: short, stem: remembered };
        }
        stem
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_stemmer_gives() {
        let language = |code: &str| {
            let language: Language = code.parse().unwrap();
            (Some(language), Stemmer::create(algorithm(language).unwrap()))
        };
        let languages = [language("en"), language("de"), language("en")];
        // More words than there is room for, so that they take turns, and such as just fit and just do not.
        let letters = |n: usize| {
            ["negotiations", "häusern", "running"][n % 3].to_owned() + &"ab".repeat(n % 7)
        };
        let mut words: Vec<String> =
            (0..3 * REMEMBERED).map(|n| format!("{}{n}ings", letters(n))).collect();
        words.extend([
            String::new(),
            "x".repeat(LONGEST - 3) + "ing",
            "x".repeat(LONGEST - 2) + "ing",
        ]);
        for (language, stemmer) in &languages {
            for word in words.iter().chain(&words[words.len() - 5_000..]) {
                assert_eq!(of(word, *language, stemmer), stemmer.stem(word), "{word}");
            }
        }
    }
}
