//! Who is named in an article: people, organisations and countries, each with all the places where it
//! is mentioned by name, by office or by pronoun.
//!
//! Rules, not a network: capitalised runs (`entity/name.rs`), what is known of names beforehand
//! (`entity/gazetteer.rs`), and the article's own statistics. Names are joined where one is a part of the
//! other (`Petrov`, `Ivan Petrov`), by initials, and by the office that stands beside a name
//! (`Foreign Minister Ivan Petrov`, then `the foreign minister`). A pronoun is given to a
//! person only where a single one can be meant (`entity/pronoun.rs`): a missing mention is better than one
//! that blames the wrong person. English only; `crates/text/tests/entities.rs` measures it.

mod capital;
pub(crate) mod gazetteer;
mod join;
pub(crate) mod name;
mod office;
mod pronoun;
pub(crate) mod token;

use serde::Serialize;

use self::{gazetteer::Gender, token::Token};
use standfirst_core::{
    article::{Article, Span},
    language::Language,
};

/// Sentences of an article in which names are looked for; later ones name nobody. An article of this
/// length is a book.
const MAX_SENTENCES: usize = 10_000;

/// Somebody or something that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The fullest form of the name, without titles.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Every place where it is mentioned, in reading order; never empty.
    pub mentions: Vec<Mention>,
    /// How it is referred to, where that is known of a person.
    pub(crate) gender: Option<Gender>,
}

impl Entity {
    /// Whether *he*, *she*, *they* or *it* may mean it.
    pub(crate) fn answers_to(&self, pronoun: &str) -> bool {
        let person = self.kind == Kind::Person;
        match pronoun::gender(pronoun) {
            Some(gender) => person && self.gender.is_none_or(|known| known == gender),
            None => !person,
        }
    }
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A human being.
    Person,
    /// A company, party, authority or other body.
    Organisation,
    /// A country or a union of countries.
    Country,
    /// Anything else with a name: a place, an event, a work.
    Other,
}

/// One place where an entity is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Byte range into the text of the document; titles are not part of it.
    pub span: Span,
    /// Index of the sentence.
    pub sentence: usize,
    /// In which form.
    pub form: Form,
}

/// In which form an entity is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By name.
    Name,
    /// By office: *the minister*.
    Office,
    /// By *he*, *she* and their forms.
    Pronoun,
}

/// Who is named in `article`, as [`Reading::entities`](crate::reading::Reading::entities) says, which keeps
/// them. `tokens` gives those of a sentence.
pub(crate) fn find<'a>(article: &Article, tokens: impl Fn(usize) -> Vec<Token<'a>>) -> Vec<Entity> {
    if article.language().is_some_and(|language| language != Language::ENGLISH) {
        return Vec::new();
    }
    // Words take many times the room of their text. They are kept of one sentence at a time, and made again
    // of those in which somebody may be meant without being named.
    let (mut offices, mut pronouns) = (Vec::new(), Vec::new());
    let mut names = Vec::new();
    for at in 0..article.sentences().len().min(MAX_SENTENCES) {
        let words = tokens(at);
        offices.extend(office::may_be_in(&words).then_some(at));
        pronouns.extend(pronoun::may_be_in(&words).then_some(at));
        let asks = is_question(&article.sentences()[at].text);
        names.extend(name::names(&words, asks).into_iter().map(|name| (at, name)));
    }
    let mut joined = join::join(names);
    office::mention(&mut joined, offices.into_iter().map(|at| (at, tokens(at))));
    pronoun::mention(&mut joined, pronouns.into_iter().map(|at| (at, tokens(at))));
    let mut entities: Vec<Entity> = joined.into_iter().map(join::Joined::finish).collect();
    entities.sort_by_key(|entity| {
        (std::cmp::Reverse(entity.mentions.len()), entity.mentions[0].span.start)
    });
    entities
}

/// Whether a sentence ends as a question does, marks of quotation and brackets behind it or not.
fn is_question(text: &str) -> bool {
    text.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '?').ends_with('?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading;
    use crate::sentence::from_sentences;

    fn found(sentences: &[&str]) -> Vec<(String, Kind, usize)> {
        let article = from_sentences("t", sentences).unwrap();
        let entities = reading::of(&article).entities().to_vec().into_iter();
        entities.map(|entity| (entity.name, entity.kind, entity.mentions.len())).collect()
    }

    #[test]
    fn parts_of_a_name_are_one_entity() {
        let entities = found(&[
            "Russian Foreign Minister Ivan Petrov met Mary Holt, the U.S. envoy, in Oslo.",
            "Petrov was late, Ms. Holt said.",
            "The foreign minister left early.",
        ]);
        assert_eq!(entities[0], ("Ivan Petrov".into(), Kind::Person, 3));
        assert_eq!(entities[1], ("Mary Holt".into(), Kind::Person, 2));
        assert!(entities.contains(&("United States".into(), Kind::Country, 1)));
    }

    #[test]
    fn a_pronoun_counts_where_one_person_can_be_meant() {
        let entities = found(&["Ann Cole resigned on Monday.", "She gave no reason."]);
        assert_eq!(entities, [("Ann Cole".into(), Kind::Person, 2)]);
        let two = found(&["Ann Cole met Jane Reed on Monday.", "She gave no reason."]);
        assert!(two.iter().all(|(_, _, mentions)| *mentions == 1), "{two:?}");
    }

    #[test]
    fn an_alliance_is_nobody_and_stands_for_itself() {
        let entities = found(&[
            "Price met the NATO Allies in Oslo on Monday.",
            "NATO gave no reason, and he left early.",
        ]);
        let allies = entities.iter().find(|(name, ..)| name == "NATO Allies").unwrap();
        assert_eq!((allies.1, allies.2), (Kind::Organisation, 1), "{entities:?}");
        assert!(entities.contains(&("NATO".into(), Kind::Organisation, 1)), "{entities:?}");
    }

    #[test]
    fn initials_stand_for_a_body() {
        let entities =
            found(&["The Northern Harbour Agency closed the port.", "The NHA gave no reason."]);
        assert_eq!(entities, [("Northern Harbour Agency".into(), Kind::Organisation, 2)]);
    }

    #[test]
    fn spans_are_the_names_in_the_source() {
        let article =
            from_sentences("t", &["Later Mr. Hale’s aides told U.S. officials."]).unwrap();
        let text = &article.document().text;
        let names: Vec<&str> = reading::of(&article)
            .entities()
            .iter()
            .flat_map(|entity| &entity.mentions)
            .map(|mention| &text[mention.span.range()])
            .collect();
        assert_eq!(names, ["Hale", "U.S."]);
    }

    #[test]
    fn other_languages_and_empty_names_give_nobody() {
        let german = [
            "Der Minister sprach am Montag mit der Kanzlerin über den Haushalt des kommenden Jahres.",
            "Danach verließ er die Stadt und kehrte nicht mehr zurück.",
        ];
        assert!(found(&german).is_empty());
        assert!(found(&["12:30.", "— — —"]).is_empty());
    }
}
