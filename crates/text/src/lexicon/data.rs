//! Which files there are.

use standfirst_core::language::Language;

/// A file of words.
#[derive(Debug)]
pub(super) struct File {
    /// Where it lies, under `lexicon/`.
    pub path: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// What there is of one language. A topic that it has no file for is an empty one.
#[derive(Debug)]
pub(super) struct Folder {
    /// Words with roles.
    pub words: &'static [File],
    /// Months and days.
    pub calendar: File,
    /// Number words.
    pub numbers: File,
    /// Connectives.
    pub connectives: File,
    /// Endings after an apostrophe.
    pub contractions: File,
    /// Words that are mostly written small.
    pub ordinary: File,
    /// How common the stems are.
    pub frequencies: File,
}

macro_rules! file {
    ($path:literal) => {
        File { path: $path, text: include_str!($path) }
    };
}

const NONE: File = File { path: "", text: "" };

/// The folders of single languages, by their codes.
const FOLDERS: &[(&str, Folder)] = &[("en", ENGLISH)];

const ENGLISH: Folder = Folder {
    words: &[
        file!("en/abbreviations.txt"),
        file!("en/acronyms.txt"),
        file!("en/function.txt"),
        file!("en/given.txt"),
        file!("en/modality.txt"),
        file!("en/nobody.txt"),
        file!("en/nouns.txt"),
        file!("en/organisations.txt"),
        file!("en/particles.txt"),
        file!("en/places.txt"),
        file!("en/pronouns.txt"),
        file!("en/relief.txt"),
        file!("en/speech.txt"),
        file!("en/titles.txt"),
        file!("en/verbs.txt"),
    ],
    calendar: file!("en/calendar.txt"),
    numbers: file!("en/numbers.txt"),
    connectives: file!("en/connectives.txt"),
    contractions: file!("en/contractions.txt"),
    ordinary: file!("en/ordinary.txt"),
    frequencies: file!("en/frequency.txt"),
};

/// What is known of several languages together.
pub(super) static MULTILINGUAL: Folder = Folder {
    words: &[file!("mul/abbreviations.txt"), file!("mul/openers.txt"), file!("mul/ordinals.txt")],
    ..EMPTY
};

const EMPTY: Folder = Folder {
    words: &[],
    calendar: NONE,
    numbers: NONE,
    connectives: NONE,
    contractions: NONE,
    ordinary: NONE,
    frequencies: NONE,
};

impl Folder {
    /// What there is of a language: nothing but of those that have a folder.
    pub fn of(language: Option<Language>) -> &'static Self {
        static NOTHING: Folder = EMPTY;
        let code = language.map(Language::code);
        let found = FOLDERS.iter().find(|(own, _)| Some(*own) == code);
        found.map_or(&NOTHING, |(_, folder)| folder)
    }

    /// Every folder.
    #[cfg(test)]
    pub fn all() -> impl Iterator<Item = &'static Self> {
        FOLDERS.iter().map(|(_, folder)| folder).chain([&MULTILINGUAL])
    }
}
