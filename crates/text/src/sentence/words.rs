//! The words that the rules of sentence splitting know. They are looked up as written, because case
//! tells `Gen.` from a generator's `gen`.

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::lexicon::{Role, english, lowered, multilingual};

/// What kind of shortened word stands before a stop, by how it lets a sentence end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Bound to what follows, such as a title to a name: never an end.
    Bound,
    /// Ends nothing if a number follows.
    Number,
    /// `a.m.`, `p.m.`: ends nothing before a day or a time zone.
    Clock,
    /// A day of the week: ends nothing before a month.
    Day,
    /// A single letter: ends a sentence only before a word that mostly opens one.
    Initial,
    /// Ends a sentence only before a word that mostly opens one, or before a quotation.
    Loose,
    /// The same in other languages than English.
    Foreign,
}

/// The class of a word as it stands before the stop; `None` for an ordinary one.
pub(super) fn class(word: &str) -> Option<Class> {
    as_written(word).or_else(|| as_written(&from_capitals(word)?))
}

/// The class that each role makes.
const CLASSES: [(Role, Class); 5] = [
    (Role::Bound, Class::Bound),
    (Role::Numbered, Class::Number),
    (Role::Clock, Class::Clock),
    (Role::Loose, Class::Loose),
    (Role::Foreign, Class::Foreign),
];

/// The class of every word that has one: in English, else in any other language.
static SHORTENED: LazyLock<FxHashMap<&'static str, Class>> = LazyLock::new(|| {
    let mut classes = FxHashMap::default();
    for lexicon in [english(), multilingual()] {
        for (role, class) in CLASSES {
            for word in lexicon.words(role) {
                classes.entry(word).or_insert(class);
            }
        }
    }
    for (word, date) in english().calendar().all().filter(|(_, date)| date.short) {
        classes.entry(word).or_insert(if date.month { Class::Number } else { Class::Day });
    }
    classes
});

fn as_written(word: &str) -> Option<Class> {
    SHORTENED.get(word).copied()
}

/// `SEN` as `Sen`; `None` if it is not all capitals, or so short that it is an acronym of its own.
fn from_capitals(word: &str) -> Option<String> {
    let long = word.len() > 2 || matches!(word, "MR" | "DR" | "ST");
    let capitals = long && word.bytes().all(|byte| byte.is_ascii_uppercase());
    capitals.then(|| word[..1].to_owned() + &word[1..].to_ascii_lowercase())
}

/// How a text is written in which capitals tell nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// As most are.
    Mixed,
    /// In small letters only.
    Small,
    /// In capitals only.
    Capital,
}

impl Case {
    /// A word as it would be written at the start of a sentence.
    pub fn titled(self, word: &str) -> Cow<'_, str> {
        let mut letters = word.chars();
        match (self, letters.next()) {
            (Self::Small, Some(first)) => Cow::Owned(first.to_uppercase().chain(letters).collect()),
            (Self::Capital, Some(first)) => {
                Cow::Owned(first.to_string() + &letters.as_str().to_lowercase())
            }
            _ => Cow::Borrowed(word),
        }
    }
}

/// Whether a single letter after the word is its label: `size S`.
pub(super) fn is_labelled(word: &str) -> bool {
    english().is(&lowered(word), Role::Labelled)
}

/// Whether the word, written with a capital, mostly opens a sentence.
pub(super) fn opens_sentences(word: &str) -> bool {
    english().is(word, Role::Opener)
}

/// The same in any language that we have a list for.
pub(super) fn opens_foreign_sentences(word: &str) -> bool {
    multilingual().is(word, Role::Opener) || opens_sentences(word)
}

/// Whether it is a courtesy title, which may open a sentence or name a speaker.
pub(super) fn is_courtesy(word: &str) -> bool {
    english().is(word, Role::Courtesy)
}

/// Whether the word opens the clause that a verb of speech governs.
pub(super) fn opens_clause(word: &str) -> bool {
    english().is(word, Role::ClauseOpener)
}

/// Whether it is a verb that reports speech.
pub(super) fn is_speech_verb(word: &str) -> bool {
    english().is(word, Role::Splitter)
}

/// Whether the name is written with a mark of its own.
pub(super) fn has_mark_in_name(word: &str) -> bool {
    english().is(word, Role::Marked)
}

/// Whether the word may follow a time of day in the same sentence.
pub(super) fn follows_clock(word: &str) -> bool {
    english().is(word, Role::AfterClock) || is_day(word) || is_month(word)
}

/// Whether it names a day of the week.
pub(super) fn is_day(word: &str) -> bool {
    english().calendar().written(word).is_some_and(|date| !date.month && !date.short)
}

/// Whether it names a month, in full or shortened.
pub(super) fn is_month(word: &str) -> bool {
    english().calendar().written(word).is_some_and(|date| date.month)
}

/// Whether it is a noun that a German ordinal stands before: `3. Oktober`, `2. Liga`.
pub(super) fn is_german_noun(word: &str) -> bool {
    multilingual().is(word, Role::AfterOrdinal)
}

/// Whether a German ordinal may follow the word.
pub(super) fn is_german_article(word: &str) -> bool {
    multilingual().is(word, Role::BeforeOrdinal)
}

/// Whether it is the last part of a host name with a capital by mistake.
pub(super) fn is_domain(word: &str) -> bool {
    matches!(
        word,
        "Com" | "Net" | "Org" | "Gov" | "Edu" | "Co" | "Io" | "Tv" | "Uk" | "Js" | "Info"
    )
}

/// Whether it is the ending of a file's name or of a product's, in capitals.
pub(super) fn is_file_ending(word: &str) -> bool {
    matches!(word, "NET" | "COM" | "ORG" | "PDF" | "DOC" | "EXE" | "JPG" | "PNG" | "MP3" | "MP4")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_tells_titles_from_words() {
        assert_eq!(class("Rep"), Some(Class::Bound));
        assert_eq!(class("REP"), Some(Class::Bound));
        assert_eq!(class("rep"), None);
    }
}
