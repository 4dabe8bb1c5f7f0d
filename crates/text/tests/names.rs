//! First names that are words, organisations of several words, and words that name nobody: sentences
//! written for it, `fixtures/names.txt`.

use std::collections::BTreeSet;

use standfirst_text::{entity::Kind, reading, sentence::from_sentences};

const FIXTURE: &str = include_str!("fixtures/names.txt");
/// Shares of the names that must be found, and of those found that must be names.
const RECALL: f64 = 0.93;
const PRECISION: f64 = 0.95;

/// A name and what it is, as the fixture has it.
type Named = (char, String);

/// The texts of a part, and who is named in each.
fn part(name: &str) -> Vec<(Vec<&'static str>, BTreeSet<Named>)> {
    let head = format!("[{name}]\n");
    let from = FIXTURE.find(&head).unwrap() + head.len();
    let lines = FIXTURE[from..].lines().take_while(|line| !line.starts_with('['));
    let case = |line: &'static str| {
        let (text, named) = line.split_once(" => ").unwrap();
        let named = named.split("; ").filter(|name| *name != "-");
        let named = named.map(|name| (name.chars().next().unwrap(), name[2..].to_owned()));
        (text.split(" || ").collect(), named.collect())
    };
    lines.filter(|line| !line.is_empty()).map(case).collect()
}

/// The people, organisations and countries that are found. English is taken for granted: a single
/// sentence is too little to tell a language by.
fn found(sentences: &[&str]) -> BTreeSet<Named> {
    let article = from_sentences("t", sentences).unwrap();
    let entities = reading::of(&article).entities().to_vec();
    let named = entities.into_iter().filter_map(|entity| {
        let kind = match entity.kind {
            Kind::Person => 'p',
            Kind::Organisation => 'o',
            Kind::Country => 'c',
            Kind::Other => return None,
        };
        Some((kind, entity.name))
    });
    named.collect()
}

/// Asserts that the part is found as far as the bars say.
fn assert_found(name: &str) {
    let (mut asked, mut given, mut right) = (0_u32, 0_u32, 0_u32);
    for (sentences, expected) in part(name) {
        let found = found(&sentences);
        asked += u32::try_from(expected.len()).unwrap();
        given += u32::try_from(found.len()).unwrap();
        right += u32::try_from(found.intersection(&expected).count()).unwrap();
        if found != expected {
            println!("{sentences:?}\n    expected {expected:?}\n    found    {found:?}");
        }
    }
    let (recall, precision) =
        (f64::from(right) / f64::from(asked), f64::from(right) / f64::from(given));
    println!("{name}: {right} of {asked} found, {given} given: {recall:.3}, {precision:.3}");
    assert!(asked > 60 && recall >= RECALL && precision >= PRECISION);
}

#[test]
fn names_that_are_words_are_found_and_words_are_not() {
    assert_found("looked at");
}

#[test]
fn so_are_those_that_were_kept_back() {
    assert_found("held back");
}
