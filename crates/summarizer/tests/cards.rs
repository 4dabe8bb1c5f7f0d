//! The registry: what ships, what a user adds, and what an id that leads nowhere is told.

use std::{collections::BTreeMap, fs, path::Path};

use standfirst_core::card::{Sha256, Task};
use standfirst_summarizer::{
    files::Cache,
    registry::{
        DEFAULT_SENTIMENT, DEFAULT_SUMMARIZER, FALLBACK_SUMMARIZER, FAST_SENTIMENT, LoadError,
        Registry, State,
    },
};

/// A user's card for an engine that no build has yet.
const OWN: &str = r#"id = "own"
task = "summarize"
engine = "rust-bert"
license = "MIT"
about = "a network of my own"
[[files]]
role = "config"
path = "config.json"
bytes = 12
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
sources = ["wheel:own==1.0!own/config.json"]
"#;

/// What ships, with no files.
fn registry(folder: &Path) -> Registry {
    Registry::new(Cache::at(folder.join("cache"))).unwrap()
}

/// The error that has to come instead of a summariser.
fn refused(registry: &Registry, id: &str) -> LoadError {
    registry.summarizer(id).err().unwrap()
}

#[test]
fn every_card_that_ships_is_registered_under_the_name_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let ids: Vec<_> = registry.cards().iter().map(|card| format!("{}.toml", card.id)).collect();
    let files: Vec<_> = standfirst_models::CARDS.iter().map(|(file, _)| *file).collect();
    assert_eq!(ids, files);
}

#[test]
fn the_defaults_are_there_and_what_stands_in_needs_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    assert!(registry.ids(Task::Summarize).contains(&DEFAULT_SUMMARIZER));
    assert_eq!(registry.summarizer(FALLBACK_SUMMARIZER).unwrap().info().id, FALLBACK_SUMMARIZER);
    assert!(registry.ids(Task::Sentiment).contains(&DEFAULT_SENTIMENT));
    assert_eq!(registry.sentiment(FAST_SENTIMENT).unwrap().info().id, FAST_SENTIMENT);
    assert!(registry.card(FALLBACK_SUMMARIZER).unwrap().is_none());
    // What `models fetch` brings for the one default is all that the other needs.
    let files = |id: &str| -> BTreeMap<String, Sha256> {
        let card = registry.card(id).unwrap().unwrap();
        card.files.iter().map(|file| (file.role.clone(), file.sha256)).collect()
    };
    let (mut tone, summarizer) = (files(DEFAULT_SENTIMENT), files(DEFAULT_SUMMARIZER));
    assert!(tone.remove("tone").is_some());
    assert!(tone.len() == 3 && tone.iter().all(|(role, sum)| summarizer.get(role) == Some(sum)));
}

#[test]
fn ids_are_unique_and_the_listing_has_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let listing = registry.models();
    let ids: std::collections::BTreeSet<_> = listing.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), listing.len());
    let lead = listing.iter().find(|row| row.id == FALLBACK_SUMMARIZER).unwrap();
    assert_eq!((lead.state, lead.bytes, lead.engine), (State::BuiltIn, 0, None));
    let centroid = listing.iter().find(|row| row.id == "centroid").unwrap();
    assert_eq!(centroid.bytes, 90_868_376 + 466_247 + 612);
    assert_eq!(centroid.license.as_deref(), Some("Apache-2.0"));
}

#[test]
fn an_unknown_id_is_told_what_is_near_and_a_wrong_task_what_would_do() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let message = refused(&registry, "centriod").to_string();
    assert!(
        message.contains("no model is called \"centriod\"; did you mean centroid"),
        "{message}"
    );
    let message = refused(&registry, "\u{1b}[31mx").to_string();
    assert!(message.contains("there are lead") && !message.contains('\u{1b}'), "{message}");
    let message = refused(&registry, FAST_SENTIMENT).to_string();
    assert!(
        message.contains("is for the task sentiment, not summarize; take one of lead"),
        "{message}"
    );
    let wrong = registry.sentiment("centroid").err().unwrap();
    assert!(matches!(wrong, LoadError::Task { is: Task::Summarize, .. }), "{wrong}");
    assert!(matches!(registry.card("nobody"), Err(LoadError::Unknown { .. })));
}

#[test]
fn a_users_cards_join_and_an_engine_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let cards = folder.path().join("cards");
    fs::create_dir(&cards).unwrap();
    fs::write(cards.join("own.toml"), OWN).unwrap();
    fs::write(cards.join("notes.txt"), "no card").unwrap();
    let mut registry = registry(folder.path());
    registry.add_folder(&cards).unwrap();
    assert_eq!(registry.card("own").unwrap().map(|card| card.id.as_str()), Some("own"));
    let message = refused(&registry, "own").to_string();
    assert!(
        message.contains("own needs the engine rust-bert, which this build does not"),
        "{message}"
    );
    assert_eq!(registry.models().pop().unwrap().state, State::NoEngine);

    // Which of two models of one name is meant, nobody knows.
    registry.add_folder(&cards).unwrap();
    let taken = registry.left_out().iter().find(|left| left.id == "own").unwrap();
    assert!(matches!(&*taken.why, LoadError::Taken { id, .. } if id == "own"), "{}", taken.why);
    assert!(refused(&registry, "own").to_string().contains("there is one already"));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut registry = registry(folder.path());
    let message = registry.add_folder(&folder.path().join("none")).unwrap_err().to_string();
    assert!(message.contains("none cannot be read"), "{message}");
}

#[test]
fn a_wrong_card_fails_only_who_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut registry = registry(folder.path());
    fs::write(folder.path().join("lead.toml"), OWN.replace("about", "abut")).unwrap();
    fs::write(folder.path().join("broken.toml"), OWN.replace("about", "abut")).unwrap();
    fs::write(folder.path().join("own.toml"), OWN).unwrap();
    registry.add_folder(folder.path()).unwrap();
    let ids: Vec<_> = registry.left_out().iter().map(|left| left.id.as_str()).collect();
    assert_eq!(ids, ["broken", "lead"]);
    for message in [
        refused(&registry, "broken").to_string(),
        registry.sentiment("broken").err().unwrap().to_string(),
        registry.card("broken").unwrap_err().to_string(),
    ] {
        assert!(message.contains("broken.toml cannot be used"), "{message}");
    }
    assert!(registry.summarizer("lead").is_ok() && registry.card("own").unwrap().is_some());
}
