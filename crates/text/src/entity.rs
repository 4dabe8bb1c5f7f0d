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

use std::borrow::Cow;

use hashbrown::HashSet;

use serde::Serialize;

use self::{gazetteer::Gender, token::Token};
use standfirst_core::{
    article::{Article, Span},
    language::Language,
};

/// Sentences of an article in which names are looked for; later ones name nobody. An article of this
/// length is a book.
const MAX_SENTENCES: usize = 10_000;

/// Sentences whose words are kept while names are looked for, at most, and words of one.
const KEPT: usize = 256;
/// See [`KEPT`].
const KEPT_WORDS: usize = 256;

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
    // Words take many times the room of their text. They are kept of one sentence at a time, and of a few in which
    // somebody may be meant without being named; of further ones like that they are made again.
    let (mut offices, mut pronouns) = (Vec::new(), Vec::new());
    let mut kept: Vec<(usize, Vec<Token<'a>>)> = Vec::new();
    let mut names = Vec::new();
    let mut scene = pronoun::Scene::new(article);
    for at in 0..article.sentences().len().min(MAX_SENTENCES) {
        let words = tokens(at);
        let (office, pronoun) = (office::may_be_in(&words), pronoun::may_be_in(&words));
        offices.extend(office.then_some(at));
        pronouns.extend(pronoun.then_some(at));
        scene.see(at, &words);
        let asks = is_question(&article.sentences()[at].text);
        names.extend(name::names(&words, asks).into_iter().map(|name| (at, name)));
        if (office || pronoun) && kept.len() < KEPT && words.len() <= KEPT_WORDS {
            kept.push((at, words));
        }
    }
    let again = |at| match kept.binary_search_by_key(&at, |(at, _)| *at) {
        Ok(index) => (at, Cow::Borrowed(&kept[index].1[..])),
        Err(_) => (at, Cow::Owned(tokens(at))),
    };
    let mut joined = join::join(names, |words| small(article, &words));
    office::mention(&mut joined, offices.into_iter().map(again));
    pronoun::mention(&mut joined, &scene, pronouns.into_iter().map(again));
    let mut entities: Vec<Entity> = joined.into_iter().map(join::Joined::finish).collect();
    entities.sort_by_key(|entity| {
        (std::cmp::Reverse(entity.mentions.len()), entity.mentions[0].span.start)
    });
    entities
}

/// Which of the words stand in small letters somewhere in the article.
fn small(article: &Article, words: &HashSet<String>) -> HashSet<String> {
    let sentences = article.sentences().iter().take(MAX_SENTENCES);
    let written = sentences.flat_map(|s| s.text.split(|c: char| !c.is_alphanumeric()));
    let found: HashSet<&str> = written.filter(|word| words.contains(*word)).collect();
    found.into_iter().map(str::to_owned).collect()
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

    /// Those of a text whose paragraphs and quotations count.
    fn of_text(text: &str) -> Vec<Entity> {
        let document = standfirst_core::article::Document::from_text("t", text);
        let article = crate::repair::clean(document).unwrap();
        reading::of(&article).entities().to_vec()
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

    fn names_of(sentences: &[&str]) -> Vec<String> {
        found(sentences).into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn acronyms_that_are_common_nouns_name_nobody() {
        let few = names_of(&["She put a DVD, two MP3s and her GPS beside the X-ray of the GP."]);
        assert!(few.is_empty(), "{few:?}");
        let added =
            names_of(&["It led to a gross harbour tax (GHT) of 3 %.", "Five PQDs are left."]);
        assert!(added.is_empty(), "{added:?}");
        let told = names_of(&["PA reported on Monday that the port was closed."]);
        assert_eq!(told, ["PA"]);
        assert_eq!(names_of(&["A spokesman of the HZN gave no reason."]), ["HZN"]);
    }

    #[test]
    fn a_place_is_not_the_body_that_is_called_after_it() {
        let entities = found(&[
            "Many children in Missouri are ill.",
            "The Missouri Department of Health gave no reason.",
        ]);
        assert!(entities.contains(&("Missouri".into(), Kind::Other, 1)), "{entities:?}");
        let surname = found(&[
            "The Lindqvist Report came late.",
            "Anna Lindqvist was glad, and Lindqvist left.",
        ]);
        assert_eq!(surname[0], ("Anna Lindqvist".into(), Kind::Person, 2), "{surname:?}");
    }

    #[test]
    fn numbers_belong_to_stations_and_to_what_always_has_them() {
        let station = names_of(&["He spoke on Harbour Radio 4 on Monday."]);
        assert_eq!(station, ["Harbour Radio 4"]);
        let star = names_of(&["The star HZ 681 is far away.", "Nobody has seen HZ 681."]);
        assert_eq!(star, ["HZ 681"]);
        let scores = names_of(&["Petrov 3 Lindqvist 1.", "Petrov 2 Abadi 0, said Petrov."]);
        assert!(scores.iter().all(|name| !name.contains(' ')), "{scores:?}");
    }

    #[test]
    fn a_word_that_only_opens_sentences_is_one() {
        let plant =
            names_of(&["People eat nightshade for their health.", "Nightshade is no cure."]);
        assert!(plant.is_empty(), "{plant:?}");
    }

    #[test]
    fn a_surname_that_is_a_title_needs_its_bearer() {
        let with = found(&["Jason King spoke on Sunday.", "That is over, King said."]);
        assert_eq!(with, [("Jason King".into(), Kind::Person, 2)]);
        assert!(names_of(&["That is over, King said."]).is_empty());
    }

    #[test]
    fn an_office_of_another_body_is_somebody_elses() {
        let entities = found(&[
            "Norway assistant manager Ola Berg was glad.",
            "The Lakeside manager was late.",
        ]);
        assert!(entities.contains(&("Ola Berg".into(), Kind::Person, 1)), "{entities:?}");
    }

    #[test]
    fn a_team_is_an_organisation() {
        let entities =
            found(&["The owner of the New England Harriers will speak.", "The Harriers lost."]);
        assert_eq!(entities, [("New England Harriers".into(), Kind::Organisation, 2)]);
    }

    #[test]
    fn nobody_with_a_name_is_meant_behind_somebody_without_one() {
        let entities =
            found(&["Ann Cole changed the rules.", "One young woman said she was glad."]);
        assert_eq!(entities, [("Ann Cole".into(), Kind::Person, 1)]);
        let own = found(&["Ann Cole, a woman of few words, said she was glad."]);
        assert_eq!(own, [("Ann Cole".into(), Kind::Person, 2)]);
    }

    #[test]
    fn a_place_is_no_he() {
        let entities = found(&["In Torrey, he set up a shop.", "Torrey is large.", "He likes it."]);
        assert!(entities.iter().all(|(_, _, mentions)| *mentions <= 2), "{entities:?}");
    }

    #[test]
    fn who_is_quoted_speaks_of_somebody_else() {
        let text = "Tom Reed was injured in the first half of the game at the harbour on Saturday.\n\n\
                    \"I think his knee is bad,\" said the coach, Ola Berg, after the game was over. \
                    \"He will not play again.\"\n\nThe club gave no reason for the long delay.";
        let entities = of_text(text);
        let coach = entities.iter().find(|entity| entity.name == "Ola Berg").unwrap();
        assert_eq!(coach.mentions.len(), 1, "{entities:?}");
        assert_eq!(entities[0].name, "Tom Reed");
        assert_eq!(entities[0].mentions[1].form, Form::Pronoun);
    }

    #[test]
    fn the_speaker_of_one_quotation_is_not_that_of_the_next() {
        let text = "Tom Reed met nobody at the harbour on Saturday before the long game began there.\n\n\
                    \"He is tired and he will rest,\" the fisherman said. \"We lost the game,\" said Ola Berg.";
        let entities = of_text(text);
        let mentions = |name: &str| {
            entities.iter().find(|entity| entity.name == name).map(|entity| entity.mentions.len())
        };
        assert_eq!(
            (mentions("Tom Reed"), mentions("Ola Berg")),
            (Some(3), Some(1)),
            "{entities:?}"
        );
    }

    #[test]
    fn a_company_is_no_common_noun() {
        let names = names_of(&["Shares in BP fell.", "Daimler AG rose, and BP's profits fell."]);
        assert!(
            ["BP", "Daimler AG"].iter().all(|name| names.iter().any(|n| n == name)),
            "{names:?}"
        );
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
