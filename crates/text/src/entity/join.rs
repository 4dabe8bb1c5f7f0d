//! Names that belong together, as one entity.

use hashbrown::{HashMap, HashSet};

use super::{
    Entity, Form, Kind, Mention,
    gazetteer::{
        self, Gender, country, gender_of_given, gender_of_title, is_given, is_organisation_word,
    },
    name::Name,
    token::Shape,
};
use crate::lexicon::{Role, english, lowered};
use standfirst_core::article::Span;

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
    /// Mentions that are those of a place or a thing: with *the*, a preposition of place, or an office behind.
    placelike: usize,
    /// Mentions that stand as a common noun does.
    commons: usize,
    /// Mentions of one word that open their sentence.
    openers: usize,
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
        self.placelike += usize::from(name.definite || name.placed || name.attached);
        self.commons += usize::from(name.common);
        self.openers += usize::from(name.opens);
        self.shortened += usize::from(name.words == [self.last()] && self.words.len() > 1);
        let told = name.title.iter().find_map(|title| gender_of_title(title));
        self.gender = self.gender.or(told);
        let phrase = name.title.join(" ");
        if !phrase.is_empty() && !self.titles.contains(&phrase) {
            self.titles.push(phrase);
        }
    }

    /// Whether it is a person, and may be meant by *he* or *she*: a single word that stands as places and things
    /// do is one only where words around it, a title or a gender say so.
    pub(super) fn is_proved(&self) -> bool {
        let evidence = self.personal > 0 || self.gender.is_some() || !self.titles.is_empty();
        self.is_person() && (evidence || self.words.len() > 1 || self.placelike == 0)
    }

    /// Whether it is a single word that only ever opens sentences and that nothing says to be a name: it may be
    /// an ordinary one.
    fn only_opens(&self) -> bool {
        self.words.len() == 1
            && self.openers == self.mentions.len()
            && self.personal == 0
            && self.titles.is_empty()
            && !is_acronym(&self.words[0])
            && !gazetteer::is_body(&self.words[0])
            && country(&self.words[0]).is_none()
            && !gazetteer::is_place(&self.words[0])
    }

    /// Whether it is an acronym that is mostly a common noun.
    fn is_common_noun(&self) -> bool {
        self.words.len() == 1 && self.commons * 2 > self.mentions.len()
    }

    /// Whether a number ends it.
    fn is_numbered(&self) -> bool {
        self.words.len() > 1 && self.last().bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether it is one of several that are told apart by numbers, as stations are.
    fn is_series(&self) -> bool {
        let before = self.words.len().checked_sub(2).map(|at| &self.words[at]);
        self.is_numbered() && before.is_some_and(|word| english().is(word, Role::Series))
    }

    /// Whether it is of two partners: *Holt & Lindqvist*.
    fn is_pair(&self) -> bool {
        self.words.iter().any(|word| word == "&")
    }

    /// Whether it begins with a word that *of* goes on with: *Isle of Sheppey*.
    fn is_headed(&self) -> bool {
        self.words.get(1).is_some_and(|word| word == "of")
    }

    /// Whether it is a team or a company: a place before a plural that has *the* before it.
    fn is_crew(&self) -> bool {
        let [places @ .., last] = &self.words[..] else { return false };
        let place = places.join(" ");
        let known = || gazetteer::is_place(&place) || country(&place).is_some();
        let fronted = || {
            let [front, rest @ ..] = places else { return false };
            gazetteer::is_front(front) && country(&rest.join(" ")).is_some()
        };
        self.definite * 2 > self.mentions.len() - self.shortened
            && last.ends_with('s')
            && !last.ends_with("ss")
            && !gazetteer::is_thing(last)
            && !english().is(&lowered(last), Role::Document)
            && !places.is_empty()
            && (known() || fronted())
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
/// `small` says which of some words stand in small letters in the article.
pub(super) fn join(
    mut names: Vec<(usize, Name<'_>)>,
    small: impl Fn(HashSet<String>) -> HashSet<String>,
) -> Vec<Joined> {
    number(&mut names);
    let mut entities = full_names(&names);
    let index = Index::new(&entities);
    names.retain(|(_, name)| !name.doubtful || index.parts.contains_key(name.words[0]));
    names.retain(|(_, name)| !name.surname || index.surnames.contains(name.words[0]));
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
    entities.retain(|entity| !entity.mentions.is_empty() && !entity.is_common_noun());
    let opening = entities.iter().filter(|entity| entity.only_opens());
    let opening: HashSet<String> = opening.map(|entity| entity.words[0].to_lowercase()).collect();
    if !opening.is_empty() {
        let words = small(opening);
        let ordinary = |entity: &Joined| words.contains(&entity.words[0].to_lowercase());
        entities.retain(|entity| !(entity.only_opens() && ordinary(entity)));
    }
    entities.iter_mut().for_each(classify);
    entities
}

/// Gives the names the number that belongs to them: the same one after most mentions, of which there are several,
/// or one after the name of a series of numbered things. Scores and line-ups have ever other ones.
fn number(names: &mut [(usize, Name<'_>)]) {
    let mut told: HashMap<Vec<&str>, (usize, HashMap<&str, usize>)> = HashMap::new();
    if names.iter().all(|(_, name)| name.number.is_none()) {
        return;
    }
    for (_, name) in &*names {
        let (mentions, numbers) = told.entry(name.words.clone()).or_default();
        *mentions += 1;
        if let Some((number, _)) = name.number {
            *numbers.entry(number).or_default() += 1;
        }
    }
    for (_, name) in names {
        let Some((number, end)) = name.number else { continue };
        let (mentions, numbers) = &told[&name.words];
        let often = numbers[number] > 1 && numbers[number] * 2 > *mentions;
        let series = name.words.last().is_some_and(|word| english().is(word, Role::Series));
        if often && !name.personal || series {
            name.words.push(number);
            name.span = Span::new(name.span.start, end);
        }
    }
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
    /// The last words of the full names that begin as those of people do.
    surnames: HashSet<String>,
}

impl Index {
    fn new(entities: &[Joined]) -> Self {
        let mut index = Self {
            keys: HashMap::new(),
            parts: HashMap::new(),
            initials: HashMap::new(),
            surnames: HashSet::new(),
        };
        for (at, entity) in entities.iter().enumerate() {
            let words: Vec<&str> = entity.words.iter().map(String::as_str).collect();
            index.keys.insert(key(&words), at);
            if is_given(words[0]) {
                index.surnames.insert(entity.last().to_owned());
            }
            let ends = [words.first(), words.last()];
            for part in ends.into_iter().flatten() {
                let parts = index.parts.entry((*part).to_owned());
                let parts = parts.or_insert_with(|| Vec::with_capacity(1));
                if parts.last() != Some(&at) {
                    parts.push(at);
                }
            }
            // "CDC" leaves the last part of a name out that "and" has before it.
            let and = words.iter().position(|word| *word == "and");
            for end in [words.len()].into_iter().chain(and) {
                let initials = words[..end].iter().filter_map(|word| word.chars().next());
                let initials: String = initials.filter(|c| c.is_uppercase()).collect();
                index.initials.entry(initials).or_insert(at);
            }
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
        // A surname is of a person before it is of a thing that is called after one.
        let surname = |&at: &usize| entities[at].last() == word && entities[at].words[0] != word;
        let fitting = match fitting.iter().copied().filter(surname).collect::<Vec<_>>() {
            people if people.is_empty() => fitting,
            people => people,
        };
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
        && !(entity.words[0] == word && entity.last() != word && is_whole(entity, word))
        && (!organised || entity.words[0] == word && !gazetteer::is_demonym(word))
}

/// Whether the first word of a name never stands for it: a place that a body or another place is called after,
/// whoever a report or a street is called after, and one of two partners.
fn is_whole(entity: &Joined, first: &str) -> bool {
    let last = entity.last();
    let thing = gazetteer::is_thing(last) || english().is(&lowered(last), Role::Document);
    !is_given(first) && (gazetteer::is_place(first) || thing) || entity.is_pair()
}

/// Says what an entity is, from its words and from what its mentions told.
fn classify(entity: &mut Joined) {
    let name = entity.words.join(" ");
    let named = entity.words.len() > 1 && is_given(&entity.words[0]);
    let given = gender_of_given(&entity.words[0]).filter(|_| named);
    let organised = entity.is_pair() || entity.words.iter().any(|word| is_organisation_word(word));
    let acronym = has_acronym(&entity.words);
    let mentions = entity.mentions.len();
    let kind = if country(&name).is_some() {
        Kind::Country
    } else if gazetteer::is_place(&name) || entity.is_thing(named) {
        Kind::Other
    } else if gazetteer::is_body(&name)
        || entity.is_series()
        || entity.is_crew()
        || (organised && entity.personal * 2 < mentions)
    {
        Kind::Organisation
    } else if entity.personal > 0 {
        Kind::Person
    } else if entity.mastheads > 0 {
        Kind::Organisation
    } else if named {
        Kind::Person
    } else if entity.placed * 2 >= mentions
        || entity.is_numbered()
        || entity.is_headed()
        || entity.sounds_like_a_thing()
    {
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
