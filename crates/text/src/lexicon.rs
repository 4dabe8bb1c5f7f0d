//! What is known of a language beforehand: its words and what each is good for, its calendar, its
//! numbers, its stop words and its stemmer.
//!
//! The words lie in `lexicon/<code>/*.txt`, a topic a file, and are compiled in. A word has roles
//! ([`Role`]), and a rule asks for a role, never for a list of its own. English is there now, and
//! `mul` has what the sentence splitter knows of other languages, which it is not told apart. Another
//! language is another folder and its line in `lexicon/data.rs`.
//!
//! A file is read when it is first asked for, once. One that is malformed is a fault of the build: the
//! tests read them all.

mod calendar;
mod connective;
mod data;
#[cfg(test)]
mod generate;
mod number;
mod role;
mod stem;
mod table;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use rust_stemmers::Stemmer;
use rustc_hash::{FxHashMap, FxHashSet};

pub use calendar::{Calendar, Date};
pub use connective::Connective;
use data::Folder;
pub use number::{Form, Numbers, Scale};
pub use role::{Gender, PRONOUN, Role, Roles, SPEECH};
use standfirst_core::language::Language;
use table::{Entry, Malformed};

/// What is known of one language. There is one of each, for as long as the program runs.
pub struct Lexicon {
    language: Option<Language>,
    stemmer: Option<Stemmer>,
    folder: &'static Folder,
    entries: OnceLock<Vec<Entry>>,
    stop_words: OnceLock<FxHashSet<&'static str>>,
    words: OnceLock<Table<Roles>>,
    aliases: OnceLock<Table<&'static str>>,
    calendar: OnceLock<Calendar>,
    numbers: OnceLock<Numbers>,
    connectives: OnceLock<Vec<Connective>>,
    contractions: OnceLock<Table<&'static str>>,
    ordinary: OnceLock<FxHashSet<&'static str>>,
    frequencies: OnceLock<Table<f64>>,
}

/// What is known of the words of a file. Every word of every article is looked up in several of them, so
/// they hash fast; who writes the articles does not choose the words of the files, and cannot make them
/// collide.
type Table<T> = FxHashMap<&'static str, T>;

static LEXICONS: LazyLock<HashMap<Option<Language>, Lexicon>> = LazyLock::new(|| {
    let languages = Language::all().map(Some).chain([None]);
    languages.map(|language| (language, Lexicon::new(language, Folder::of(language)))).collect()
});
static ENGLISH: LazyLock<&'static Lexicon> = LazyLock::new(|| Lexicon::of(Some(Language::ENGLISH)));
static MULTILINGUAL: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(None, &data::MULTILINGUAL));

/// What is known of English. For rules that were written for it; whoever knows of which language a
/// text is asks [`Lexicon::of`].
pub fn english() -> &'static Lexicon {
    &ENGLISH
}

/// What is known of the languages of Europe together, English left out, for whoever is not told which
/// it is.
pub fn multilingual() -> &'static Lexicon {
    &MULTILINGUAL
}

/// The frequency of a stem that the table does not have, in thousandths of the articles.
const RARE: f64 = 5.0;

impl Lexicon {
    /// What is known of `language`. Nothing of an unknown one; of those without a folder the stop words
    /// and the stemmer, where there are any.
    pub fn of(language: Option<Language>) -> &'static Self {
        // Every language that can be has an entry.
        LEXICONS.get(&language).unwrap_or(&MULTILINGUAL)
    }

    fn new(language: Option<Language>, folder: &'static Folder) -> Self {
        Self {
            language,
            stemmer: language.and_then(stem::algorithm).map(Stemmer::create),
            folder,
            entries: OnceLock::new(),
            stop_words: OnceLock::new(),
            words: OnceLock::new(),
            aliases: OnceLock::new(),
            calendar: OnceLock::new(),
            numbers: OnceLock::new(),
            connectives: OnceLock::new(),
            contractions: OnceLock::new(),
            ordinary: OnceLock::new(),
            frequencies: OnceLock::new(),
        }
    }

    /// Snowball stem of the lower-cased word; the lower-cased word itself without a stemmer.
    pub fn stem(&self, word: &str) -> String {
        self.stem_of(word).into_owned()
    }

    /// The same, borrowed where it can be: most words are in small letters, and most stems are the beginning of their
    /// word.
    pub fn stem_of<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match lowered(word) {
            Cow::Borrowed(word) => self.stem_of_lowered(word),
            Cow::Owned(word) => Cow::Owned(self.stem_of_lowered(&word).into_owned()),
        }
    }

    fn stem_of_lowered<'w>(&self, word: &'w str) -> Cow<'w, str> {
        match &self.stemmer {
            Some(stemmer) => stem::of(word, self.language, stemmer),
            None => Cow::Borrowed(word),
        }
    }

    /// Whether the word is a stop word, whatever its case.
    pub fn is_stop_word(&self, word: &str) -> bool {
        let words = self.stop_words.get_or_init(|| self.stop_words().collect());
        words.contains(&*lowered(word))
    }

    /// The stop words (NLTK's list), in small letters; none where the language has no list.
    pub fn stop_words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let code = self.language.map(Language::code);
        code.and_then(stop_words::lookup).unwrap_or_default().iter().copied()
    }

    /// The roles of a word. It is looked up as the files have it: in small letters, but for names and
    /// for short forms, which case tells from words (`Gen.`, `gen`).
    pub fn roles(&self, word: &str) -> Roles {
        let words = self.words.get_or_init(|| valid(read_words(self.entries())));
        words.get(word).copied().unwrap_or_default()
    }

    /// Whether the word, as the files have it, has the role, or one of the roles.
    pub fn is(&self, word: &str, roles: impl Into<Roles>) -> bool {
        self.roles(word).meets(roles)
    }

    /// The gender of whoever is called so, by title, given name or pronoun, where the word tells.
    pub fn gender(&self, word: &str) -> Option<Gender> {
        self.roles(word).gender()
    }

    /// The words that have a role, in the order of the files.
    pub fn words(&self, role: Role) -> impl Iterator<Item = &'static str> {
        self.with(role).flat_map(|entry| entry.words.iter().copied())
    }

    /// The short name of each full one: *United States* and *US*.
    pub fn acronyms(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let pair = |entry: &Entry| Some((*entry.words.first()?, *entry.words.get(1)?));
        self.with(Role::Acronym).filter_map(pair)
    }

    /// The usual name of what is called so; the word itself if it has no other. Blanks are `_`.
    pub fn usual<'a>(&self, name: &'a str) -> &'a str {
        let aliases = self.aliases.get_or_init(|| {
            let groups = self.with(Role::Alias).map(|entry| &entry.words);
            groups.flat_map(|names| names.iter().map(|name| (*name, names[0]))).collect()
        });
        aliases.get(name).copied().unwrap_or(name)
    }

    fn entries(&self) -> &[Entry] {
        let files = || self.folder.words.iter().flat_map(|file| valid(table::read(file)));
        self.entries.get_or_init(|| files().collect())
    }

    fn with(&self, role: Role) -> impl Iterator<Item = &Entry> {
        self.entries().iter().filter(move |entry| entry.heads.contains(&role.name()))
    }

    /// Its months and days.
    pub fn calendar(&self) -> &Calendar {
        self.calendar.get_or_init(|| valid(Calendar::read(&self.folder.calendar)))
    }

    /// Its number words.
    pub fn numbers(&self) -> &Numbers {
        self.numbers.get_or_init(|| valid(Numbers::read(&self.folder.numbers)))
    }

    /// The words that tie a sentence to the one before, the longer ones first.
    pub fn connectives(&self) -> &[Connective] {
        self.connectives.get_or_init(|| valid(connective::read(&self.folder.connectives)))
    }

    /// What the ending of a word after an apostrophe stands for, in small letters: a word, or nothing
    /// where that is not told. `None` for an ending that is none.
    pub fn contraction(&self, ending: &str) -> Option<&'static str> {
        let table = self.contractions.get_or_init(|| valid(read_contractions(self.folder)));
        table.get(ending).copied()
    }

    /// Whether the word, in any case, is mostly written small.
    pub fn is_ordinary(&self, word: &str) -> bool {
        let words = self.ordinary.get_or_init(|| table::lines(&self.folder.ordinary).collect());
        words.contains(&*lowered(word))
    }

    /// Inverse document frequency of a stem in the news: 0 for a word of every article, 5.3 for a rare
    /// one, and for any in a language without a table.
    pub fn rarity(&self, stem: &str) -> f64 {
        let table = self.frequencies.get_or_init(|| valid(read_frequencies(self.folder)));
        (1000.0 / table.get(stem).copied().unwrap_or(RARE)).ln()
    }
}

/// The word in small letters. Most are in them as they stand.
pub fn lowered(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// What a file of ours says.
///
/// # Panics
/// If it is malformed; a test reads them all.
fn valid<T>(read: Result<T, Malformed>) -> T {
    read.unwrap_or_else(|error| panic!("{error}"))
}

fn read_words(entries: &[Entry]) -> Result<Table<Roles>, Malformed> {
    let mut words = Table::<Roles>::default();
    for entry in entries {
        let roles = entry.heads.iter().map(|head| Role::named(head).ok_or(*head));
        let roles: Roles = roles
            .collect::<Result<_, _>>()
            .map_err(|head| entry.malformed(format!("no role {head:?}")))?;
        for word in &entry.words {
            let known = words.entry(word).or_default();
            if known.meets(roles.without_gender()) {
                return Err(entry.malformed(format!("{word:?} has one of these roles already")));
            }
            *known = *known | roles;
        }
    }
    Ok(words)
}

fn read_contractions(folder: &Folder) -> Result<Table<&'static str>, Malformed> {
    let mut endings = Table::default();
    for entry in table::read(&folder.contractions)? {
        let word = if entry.heads == ["-"] { "" } else { entry.heads[0] };
        endings.extend(entry.words.iter().map(|ending| (*ending, word)));
    }
    Ok(endings)
}

fn read_frequencies(folder: &Folder) -> Result<Table<f64>, Malformed> {
    let entry = |line: &'static str| {
        let (stem, share) = line.split_once(' ')?;
        Some((stem, share.parse().ok()?))
    };
    let file = &folder.frequencies;
    let malformed = |line| Malformed::new(file, 0, format!("not a stem and a number: {line:?}"));
    table::lines(file).map(|line| entry(line).ok_or_else(|| malformed(line))).collect()
}
