//! That the files are sound: a malformed one is found here and not by a user.

use std::{collections::BTreeSet, fs, path::Path};

use super::{data::File, *};

fn files(folder: &'static Folder) -> impl Iterator<Item = &'static File> {
    let Folder { words, calendar, numbers, connectives, contractions, ordinary, frequencies } =
        folder;
    let others = [calendar, numbers, connectives, contractions, ordinary, frequencies];
    words.iter().chain(others).filter(|file| !file.path.is_empty())
}

/// Every word of a folder with its roles.
fn all(lexicon: &Lexicon) -> Vec<(&'static str, Roles)> {
    let words = lexicon.entries().iter().flat_map(|entry| entry.words.iter().copied());
    words.map(|word| (word, lexicon.roles(word))).collect()
}

#[test]
fn every_file_is_read_and_says_what_it_lists() {
    for folder in Folder::all() {
        let entries = folder.words.iter().map(table::read).collect::<Result<Vec<_>, _>>();
        let words = entries.and_then(|entries| read_words(&entries.concat()));
        assert!(!words.unwrap().is_empty());
        Calendar::read(&folder.calendar).unwrap();
        Numbers::read(&folder.numbers).unwrap();
        connective::read(&folder.connectives).unwrap();
        read_contractions(folder).unwrap();
        read_frequencies(folder).unwrap();
        for file in files(folder) {
            assert!(file.text.starts_with("# "), "{} has no header", file.path);
            assert!(file.text.contains("Read by"), "{} does not say who reads it", file.path);
        }
    }
}

#[test]
fn no_file_lies_about_unread() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lexicon");
    let listed: BTreeSet<&str> = Folder::all().flat_map(files).map(|file| file.path).collect();
    for folder in ["en", "mul"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap());
            assert!(listed.contains(path.as_str()), "{path} is not in data.rs");
        }
    }
}

#[test]
fn every_role_is_somebodys() {
    let known = [english(), multilingual()].map(all).concat();
    for &role in Role::ALL {
        assert!(known.iter().any(|(_, roles)| roles.meets(role)), "{role:?}");
        assert_eq!(Role::named(role.name()), Some(role), "{role:?} shares its name");
    }
}

/// Which of two such roles decides would be left to the order of a rule.
#[test]
fn roles_that_exclude_each_other_have_no_word_in_common() {
    let apart: [&[Role]; 3] = [
        &[Role::Clausal, Role::Quoting],
        &[Role::Bound, Role::Numbered, Role::Clock, Role::Loose, Role::Foreign],
        &[Role::Country, Role::City],
    ];
    let both = [english(), multilingual()].map(all).concat();
    for roles in apart {
        for (word, known) in &both {
            let found = roles.iter().filter(|role| known.meets(**role)).count();
            assert!(found <= 1, "{word} has several of {roles:?}");
        }
    }
    for (word, roles) in both {
        let gendered = roles.meets(Role::Female | Role::Male);
        assert_eq!(roles.gender().is_some(), gendered, "{word} has two genders");
        let classed = roles.meets(Role::Bound | Role::Loose);
        let date = english().calendar().written(word).filter(|_| classed);
        assert_eq!(date, None, "{word} is a date and has a class");
    }
    let foreign = all(multilingual()).into_iter();
    let class = Role::Bound | Role::Loose | Role::Numbered;
    for (word, _) in foreign.filter(|(_, roles)| roles.meets(class)) {
        assert!(!english().is(word, class), "{word} has a class in both folders");
    }
}

#[test]
fn what_is_malformed_is_named_by_file_and_line() {
    let read = |text| {
        let entries = table::read(&File { path: "xx/test.txt", text });
        entries.and_then(|entries| read_words(&entries)).map_err(|error| error.to_string())
    };
    assert!(read("# A list.\n\ntitle female:\n    duchess\n    queen\nbody: NATO\n").is_ok());
    for (text, error) in [
        ("lost\ntitle: mr", "line 1: words before any head"),
        ("title:\n\nbody: NATO", "line 1: a head without words"),
        ("title: mr\n: ms", "line 2: nothing before the colon"),
        ("title: mr\ntitel: ms", "line 2: no role \"titel\""),
        ("title: mr ms mr", "line 1: \"mr\" has one of these roles already"),
    ] {
        assert_eq!(read(text).unwrap_err(), format!("lexicon/xx/test.txt, {error}"));
    }
    let numbers = Numbers::read(&File { path: "", text: "ten number: ten" });
    assert!(numbers.unwrap_err().to_string().contains("not a value"));
    let calendar = Calendar::read(&File { path: "", text: "month: May\nmonth: may" });
    assert!(calendar.unwrap_err().to_string().contains("already"));
}

#[test]
fn english_has_a_stemmer_and_stop_words_and_the_unknown_has_neither() {
    assert_eq!(english().stem("Negotiations"), "negoti");
    assert!(english().is_stop_word("The") && !english().is_stop_word("harbour"));
    let unknown = Lexicon::of(None);
    assert_eq!(unknown.stem("Negotiations"), "negotiations");
    assert!(!unknown.is_stop_word("The") && unknown.roles("said") == Roles::default());
    let german = Lexicon::of("de".parse().ok());
    assert_eq!(german.stem("Verhandlungen"), "verhandl");
    assert!(german.is_stop_word("Der") && !german.is("said", SPEECH));
}

#[test]
fn a_year_has_twelve_months_and_a_week_seven_days() {
    let calendar = english().calendar();
    let count =
        |month: bool| calendar.all().filter(|(_, date)| date.month == month && !date.short).count();
    assert_eq!((count(true), count(false)), (12, 7));
    let sept = calendar.lower("sept").unwrap();
    assert_eq!(calendar.spellings(sept), ["september", "sept", "sep"]);
    assert!(calendar.written("sept").is_none() && calendar.written("Sept").is_some());
    assert!(calendar.lower("mar").unwrap().stopped && !sept.stopped);
}

#[test]
fn numbers_have_values_and_names() {
    let numbers = english().numbers();
    assert_eq!(
        ["zero", "nineteen", "ninety"].map(|word| numbers.value(word)),
        [0, 19, 90].map(Some)
    );
    let bn = numbers.scale("bn").unwrap();
    assert_eq!((bn.name, bn.form, bn.factor), ("billion", Form::Multiplier, 1e9));
    assert_eq!(numbers.scale("dozens").map(|scale| scale.name), Some("dozen"));
}

#[test]
fn names_and_pronouns_tell_what_they_mean() {
    assert_eq!(english().usual("U.S"), "United_States");
    assert_eq!(english().usual("Norway"), "Norway");
    assert!(english().words(Role::Alias).all(|name| english().is(name, Role::Country)));
    assert!(english().acronyms().any(|pair| pair == ("European_Union", "EU")));
    for (word, gender) in
        [("herself", Gender::Female), ("Sergei", Gender::Male), ("mrs", Gender::Female)]
    {
        assert_eq!(english().gender(word), Some(gender), "{word}");
    }
}

#[test]
fn connectives_come_longest_first_and_know_their_exceptions() {
    let connectives = english().connectives();
    assert!(connectives.is_sorted_by_key(|known| std::cmp::Reverse(known.words.len())));
    let yet = connectives.iter().find(|known| known.words == ["yet"]).unwrap();
    assert_eq!(
        (yet.comma, yet.conditional, &yet.except[..]),
        (false, false, &["another", "more"][..])
    );
}

#[test]
fn rare_stems_weigh_more() {
    assert!(english().rarity("harbour") > english().rarity("govern"));
    assert!(english().is_ordinary("Abandoned") && !english().is_ordinary("Putin"));
}
