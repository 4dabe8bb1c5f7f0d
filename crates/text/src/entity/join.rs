//! Names that belong together, as one entity.

use std::collections::{HashMap, HashSet};

use super::{
    Entity, Form, Kind, Mention,
    gazetteer::{
        self, Gender, country, gender_of_given, gender_of_title, is_given, is_organisation_word,
    },
    name::Name,
    token::Shape,
};

/// An entity while its mentions are collected.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    /// The words of the fullest form.
    pub words: Vec<String>,
    /// Titles that stood before it, lower-cased, each once.
    pub titles: Vec<String>,
    pub mentions: Vec<Mention>,
    pub gender: Option<Gender>,
    pub kind: Option<Kind>,
    personal: usize,
    definite: usize,
    placed: usize,
    things: usize,
    mastheads: usize,
    /// How often the last of several words stands for all.
    shortened: usize,
}

impl Joined {
    pub(super) fn is_person(&self) -> bool {
        self.kind == Some(Kind::Person)
    }

    pub(super) fn add(&mut self, mention: Mention) {
        self.mentions.push(mention);
    }

    /// With the mentions in reading order.
    pub(super) fn finish(mut self) -> Entity {
        self.mentions.sort_by_key(|mention| mention.span.start);
        self.mentions.shrink_to_fit();
        let name = country(&self.words.join(" ")).unwrap_or_else(|| self.words.join(" "));
        Entity {
            name,
            kind: self.kind.unwrap_or(Kind::Other),
            mentions: self.mentions,
            gender: self.gender,
        }
    }

    fn of(name: &Name<'_>) -> Self {
        let words = name.words.iter().map(|&word| word.to_owned()).collect();
        // Most are mentioned once.
        Self { words, mentions: Vec::with_capacity(1), ..Self::default() }
    }

    /// Notes what one mention tells.
    fn note(&mut self, name: &Name<'_>, sentence: usize) {
        self.mentions.push(Mention { span: name.span, sentence, form: Form::Name });
        self.personal += usize::from(name.personal);
        self.definite += usize::from(name.definite);
        self.placed += usize::from(name.placed);
        self.things += usize::from(name.thing);
        self.mastheads += usize::from(name.masthead);
        self.shortened += usize::from(name.words == [self.last()] && self.words.len() > 1);
        let told = name.title.iter().find_map(|title| gender_of_title(title));
        self.gender = self.gender.or(told);
        let phrase = name.title.join(" ");
        if !phrase.is_empty() && !self.titles.contains(&phrase) {
            self.titles.push(phrase);
        }
    }

    /// Whether it is a street, a law or a day. "Tony Park" is somebody, whose name is no longer.
    fn is_thing(&self, given: bool) -> bool {
        let somebody = self.personal > 0 || given && self.words.len() == 2 && self.placed == 0;
        self.things * 2 > self.mentions.len() && !somebody
    }

    /// Whether its last word is an ordinary one that never stands for it, as a surname would.
    fn ends_like_a_thing(&self) -> bool {
        gazetteer::is_ordinary(self.last()) && self.shortened == 0
    }

    /// Whether a place is called so, or it is a single word that is an ordinary one.
    fn sounds_like_a_thing(&self) -> bool {
        match &self.words[..] {
            // "J.D." is somebody, and nobody who is known.
            [word] => gazetteer::is_ordinary(word) && !is_acronym(word) || word.contains('.'),
            [first, ..] => gazetteer::is_front(first),
            [] => true,
        }
    }

    fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// All names, each with its sentence in front, joined: in the order in which their fullest forms appear, then
/// those that have one form only.
pub(super) fn join(mut names: Vec<(usize, Name<'_>)>) -> Vec<Joined> {
    let mut entities = full_names(&names);
    let index = Index::new(&entities);
    names.retain(|(_, name)| !name.doubtful || index.parts.contains_key(name.words[0]));
    let mut latest: HashMap<String, usize> = HashMap::new();
    let mut single: HashMap<String, usize> = HashMap::new();
    for (sentence, name) in names {
        let found = index
            .find(&entities, &name, &latest)
            .unwrap_or_else(|| *single.entry(key(&name.words)).or_insert(entities.len()));
        if found == entities.len() {
            entities.push(Joined::of(&name));
        }
        entities[found].note(&name, sentence);
        latest.insert(entities[found].last().to_owned(), found);
    }
    entities.retain(|entity| !entity.mentions.is_empty());
    entities.iter_mut().for_each(classify);
    entities
}

/// An entity for every name of several words; one that is the middle or the shortening of another
/// joins it.
fn full_names(names: &[(usize, Name<'_>)]) -> Vec<Joined> {
    let mut entities: Vec<Joined> = Vec::new();
    let mut seen = HashSet::new();
    for (_, name) in names.iter().filter(|(_, name)| name.words.len() > 1) {
        if seen.insert(key(&name.words)) {
            entities.push(Joined::of(name));
        }
    }
    entities
}

/// Country names share a key; so do forms that differ by stops and middle initials only.
fn key(words: &[&str]) -> String {
    if let Some(country) = country(&words.join(" ")) {
        return country;
    }
    let last = words.len() - 1;
    let inner = |at: usize, word: &str| {
        at > 0 && at < last && word.trim_end_matches('.').chars().count() == 1
    };
    let kept = words.iter().enumerate().filter(|(at, word)| !inner(*at, word));
    kept.map(|(_, word)| word.replace('.', "")).collect::<Vec<_>>().join(" ")
}

/// Entities of several words, by the forms that a shorter name may have.
struct Index {
    keys: HashMap<String, usize>,
    parts: HashMap<String, Vec<usize>>,
    initials: HashMap<String, usize>,
}

impl Index {
    fn new(entities: &[Joined]) -> Self {
        let mut index =
            Self { keys: HashMap::new(), parts: HashMap::new(), initials: HashMap::new() };
        for (at, entity) in entities.iter().enumerate() {
            let words: Vec<&str> = entity.words.iter().map(String::as_str).collect();
            index.keys.insert(key(&words), at);
            let ends = [words.first(), words.last()];
            for part in ends.into_iter().flatten() {
                let parts = index.parts.entry((*part).to_owned());
                let parts = parts.or_insert_with(|| Vec::with_capacity(1));
                if parts.last() != Some(&at) {
                    parts.push(at);
                }
            }
            let initials: String = words
                .iter()
                .filter_map(|w| w.chars().next())
                .filter(|c| c.is_uppercase())
                .collect();
            index.initials.entry(initials).or_insert(at);
        }
        index
    }

    /// The entity that a name is a form of. Of several with the same surname the one mentioned last;
    /// before any of them was mentioned, the first.
    fn find(
        &self,
        entities: &[Joined],
        name: &Name<'_>,
        latest: &HashMap<String, usize>,
    ) -> Option<usize> {
        if name.words.len() > 1 {
            return self.keys.get(&key(&name.words)).copied();
        }
        let word = name.words[0];
        let told = name.title.iter().find_map(|title| gender_of_title(title));
        let fits = |&at: &usize| {
            let known = entities[at].gender.or_else(|| gender_of_given(&entities[at].words[0]));
            told.is_none() || known.is_none() || told == known
        };
        let bearers = self.parts.get(word).into_iter().flatten().copied();
        // A first word alone stands for a person, or for a body, but not for a street or a law.
        let fitting: Vec<usize> =
            bearers.filter(fits).filter(|&at| shortens(&entities[at], word)).collect();
        let recent = latest.get(word).copied().filter(|at| fitting.contains(at));
        let initials = || {
            let plain = word.replace('.', "");
            self.initials.get(&plain).copied().filter(|_| plain.len() > 1)
        };
        recent.or_else(|| fitting.first().copied()).or_else(initials)
    }
}

/// Whether one word may stand for the entity.
fn shortens(entity: &Joined, word: &str) -> bool {
    let organised = entity.words.iter().any(|word| is_organisation_word(word));
    // NATO is not short for NATO Allies.
    let complete = is_acronym(word) && gazetteer::is_body(word);
    country(word).is_none()
        && !complete
        && (!organised || entity.words[0] == word && !gazetteer::is_demonym(word))
}

/// Says what an entity is, from its words and from what its mentions told.
fn classify(entity: &mut Joined) {
    let name = entity.words.join(" ");
    let named = entity.words.len() > 1 && is_given(&entity.words[0]);
    let given = gender_of_given(&entity.words[0]).filter(|_| named);
    let organised = entity.words.iter().any(|word| is_organisation_word(word));
    let acronym = has_acronym(&entity.words);
    let mentions = entity.mentions.len();
    let kind = if country(&name).is_some() {
        Kind::Country
    } else if gazetteer::is_place(&name) || entity.is_thing(named) {
        Kind::Other
    } else if gazetteer::is_body(&name) || (organised && entity.personal * 2 < mentions) {
        Kind::Organisation
    } else if entity.personal > 0 {
        Kind::Person
    } else if entity.mastheads > 0 {
        Kind::Organisation
    } else if named {
        Kind::Person
    } else if entity.placed * 2 >= mentions || entity.sounds_like_a_thing() {
        Kind::Other
    } else if acronym || entity.definite * 2 > mentions {
        Kind::Organisation
    } else if entity.ends_like_a_thing() {
        Kind::Other
    } else if (2..=3).contains(&entity.words.len()) || mentions > 1 {
        Kind::Person
    } else {
        Kind::Other
    };
    entity.kind = Some(kind);
    entity.gender = entity.gender.or(given).filter(|_| kind == Kind::Person);
}

/// Whether it is an acronym, or an acronym is part of it: *CNN*, *NATO Allies*. Initials of a person are
/// none, and neither are words of a line that is all in capitals.
fn has_acronym(words: &[String]) -> bool {
    let spelt = |word: &String| is_acronym(word) && word.chars().count() > 2 && !word.contains('.');
    match words {
        [word] => is_acronym(word),
        _ => words.iter().any(spelt) && !words.iter().all(spelt),
    }
}

fn is_acronym(word: &str) -> bool {
    super::token::tokens(word, 0).first().is_some_and(|token| token.shape == Shape::Acronym)
}
