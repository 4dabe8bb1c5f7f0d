//! What is known of names beforehand: titles, given names, countries, the words that organisations are
//! called by, and the capitalised words that name nobody.

use std::borrow::Cow;

pub(crate) use crate::lexicon::Gender;
use crate::lexicon::{Role, english, lowered};

/// Whether a word, in any case and with a stop or not, is what a person may be titled by.
pub(crate) fn is_title(word: &str) -> bool {
    english().is(&folded(word), Role::Title)
}

/// How a person with this title is referred to, where it tells.
pub(crate) fn gender_of_title(word: &str) -> Option<Gender> {
    let roles = english().roles(&folded(word));
    roles.gender().filter(|_| roles.meets(Role::Title))
}

/// How a person with this given name is mostly referred to, where it is in the list.
pub(crate) fn gender_of_given(word: &str) -> Option<Gender> {
    let roles = english().roles(word);
    roles.gender().filter(|_| roles.meets(Role::Given))
}

/// Whether a person may be called so by their first name, whoever is.
pub(crate) fn is_given(word: &str) -> bool {
    english().is(word, Role::Given)
}

/// Whether a name that ends so is that of a thing: a street, a law, a day.
pub(crate) fn is_thing(word: &str) -> bool {
    english().is(word, Role::Thing)
}

/// Whether only an organisation is called by this word.
pub(crate) fn is_organisation_word(word: &str) -> bool {
    english().is(&folded(word), Role::Organisation)
}

/// Whether the name is that of a well-known body or group.
pub(crate) fn is_body(name: &str) -> bool {
    english().is(&key(name), Role::Body)
}

/// The usual name of a country, if the name is one.
pub(crate) fn country(name: &str) -> Option<String> {
    let key = key(name);
    let known = english().is(&key, Role::Country);
    known.then(|| english().usual(&key).replace('_', " "))
}

/// Whether the name is that of a well-known place that is no country.
pub(crate) fn is_place(name: &str) -> bool {
    english().is(&key(name), Role::City)
}

/// Whether names of places begin with this word.
pub(crate) fn is_front(word: &str) -> bool {
    english().is(word, Role::Front)
}

/// Whether the word only says of which country, people or belief something is.
pub(crate) fn is_demonym(word: &str) -> bool {
    english().is(word, Role::Demonym)
}

/// Whether the word names nobody although it is written with a capital.
pub(crate) fn is_nobody(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    english().is(word, Role::Nobody) || english().calendar().written(word).is_some()
}

/// Whether the word is mostly written small.
pub(crate) fn is_ordinary(word: &str) -> bool {
    english().is_ordinary(word)
}

/// A name as the files have it.
fn key(name: &str) -> Cow<'_, str> {
    let name = name.trim_end_matches('.');
    if name.contains(' ') { Cow::Owned(name.replace(' ', "_")) } else { Cow::Borrowed(name) }
}

fn folded(word: &str) -> Cow<'_, str> {
    lowered(word.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_one_name() {
        for name in ["US", "U.S.", "United States", "USA"] {
            assert_eq!(country(name).as_deref(), Some("United States"), "{name}");
        }
        assert_eq!(country("New Zealand").as_deref(), Some("New Zealand"));
        assert_eq!(country("Harbour"), None);
    }

    #[test]
    fn months_and_days_name_nobody_however_they_are_shortened() {
        assert!(["May", "Sept.", "Thur", "Weds."].iter().all(|word| is_nobody(word)));
    }

    #[test]
    fn titles_are_known_in_any_case() {
        assert!(is_title("Mr.") && is_title("Minister") && !is_title("Bridge"));
        assert_eq!(gender_of_title("Mrs."), Some(Gender::Female));
        assert_eq!(gender_of_given("Sergei"), Some(Gender::Male));
    }
}
