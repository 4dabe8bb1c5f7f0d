use super::*;
use crate::reading::tests::assert_golden;

/// Kind and words of what dangles.
fn dangling(sentence: &str) -> Option<(Kind, &str)> {
    find(sentence, None).map(|found| (found.kind, &sentence[found.span.range()]))
}

#[test]
fn pronouns_that_open_a_sentence_dangle() {
    for (sentence, words) in [
        ("He resigned on Monday.", "He"),
        ("Her lawyer declined to comment.", "Her"),
        ("They left before dawn.", "They"),
        ("It sank within minutes.", "It"),
        ("It took off from there.", "It"),
        ("It turned into a race.", "It"),
        ("It's a small boat.", "It's"),
        ("\"I am tired,\" she said.", "she"),
        ("“We tried everything,” he told reporters.", "he"),
    ] {
        assert_eq!(dangling(sentence), Some((Kind::Pronoun, words)), "{sentence}");
    }
}

#[test]
fn pronouns_that_stand_for_nothing_do_not() {
    for sentence in [
        "It is thought that the bridge was old.",
        "It was Marta Ruiz who found the boat.",
        "It rained all week.",
        "It took three hours to row across.",
        "It turned out that the boat was old.",
        "It's unclear whether the ferry will sail.",
        "\"I am tired,\" Marta Ruiz said.",
        "\"I am tired,\" she said, according to Lt. Ames.",
        "This week the ferry sails again.",
        "Those who were rescued went home.",
        "That the bridge held surprised no one.",
        "The decision to close the harbour came late.",
        "The pair, who met in Rome, have two sons.",
        "Yet another storm is on its way.",
        "So far nobody has been hurt.",
        "However hard they tried, the men could not lift it.",
        "Such is life on the island.",
        "",
        "12:30",
        "…",
    ] {
        assert_eq!(dangling(sentence), None, "{sentence}");
    }
}

#[test]
fn pointing_phrases_dangle() {
    for (sentence, words) in [
        ("This angered the union.", "This"),
        ("This is the third time.", "This"),
        ("That's why the ferry stopped.", "That's"),
        ("These figures were denied.", "These figures"),
        ("The decision came late.", "The decision"),
        ("The pair denied it.", "The pair"),
        ("Both were taken to hospital.", "Both"),
    ] {
        assert_eq!(dangling(sentence), Some((Kind::Demonstrative, words)), "{sentence}");
    }
}

#[test]
fn a_connective_goes_with_its_comma_and_leaves_a_sentence() {
    for (sentence, kind, rest) in [
        ("But the bridge held.", Kind::Connective, "the bridge held."),
        ("However, the bridge held.", Kind::Connective, "the bridge held."),
        ("On the other hand, \"it held\".", Kind::Connective, "\"it held\"."),
        ("Meanwhile, he left.", Kind::Connective, "he left."),
        ("Otherwise it will fall.", Kind::Condition, "it will fall."),
    ] {
        let found = find(sentence, None).unwrap();
        assert_eq!(found.kind, kind, "{sentence}");
        assert_eq!(&sentence[found.span.end..], rest);
    }
}

#[test]
fn what_stands_before_answers() {
    assert_eq!(find("He resigned.", Some("Marta praised the old mayor, Tom Hale.")), None);
    assert_eq!(find("But the bridge held.", Some("The flood came at night.")), None);
    assert_eq!(find("They left.", Some("Forty passengers were saved.")), None);
    let nobody = find("But he resigned.", Some("The bridge fell in the night."));
    assert_eq!(
        nobody.map(|found| (found.kind, found.span)),
        Some((Kind::Pronoun, Span::new(4, 6)))
    );
}

/// What opens the sentence as if it were known.
fn vague(sentence: &str) -> Option<&str> {
    Lean::of(sentence).vague().map(|span| &sentence[span.range()])
}

#[test]
fn what_is_spoken_of_as_known_is_seen() {
    for (sentence, opening) in [
        ("The company said it would close the yard.", "The company said"),
        ("The cardinal used the old road.", "The cardinal used"),
        ("The small auction house is offering both.", "The small auction house is"),
        ("The 27-year-old won on Sunday.", "The 27-year-old won"),
        ("But the rally faded by noon.", "the rally faded"),
        ("Despite the rally it's down for the year.", "Despite the rally it's"),
        ("With two games left they were safe.", "With two games left they"),
        ("With that in mind, Quill left.", "With that"),
        ("In it, Quill denies everything.", "In it"),
        ("Since then, Quill has left.", "Since then"),
        ("The forest burned for a week.", "The forest burned"),
    ] {
        assert_eq!(vague(sentence), Some(opening), "{sentence}");
    }
    for sentence in [
        "The government said it would close the yard.",
        "The owner of the yard said it would close.",
        "The Velden yard closed.",
        "The ferry, an old one, sank.",
        "The decision to close the yard was taken on Monday.",
        "The biggest yard closed.",
        "The first ferry sank.",
        "The yard where Quill worked closed.",
        "A company said it would close the yard.",
        "In the cold it rained.",
        "During this year, Quill left.",
        "Given that Quill resigned, the board met.",
        "For those who work at Orvane, it was a blow to Quill.",
        "Unlike those of its rivals, Quillon's shares rose.",
        "As this newspaper reported, Quill left.",
        "The new breed of ferry came.",
        "The high speed line between Velden and Orvane opened.",
        "The newly elected mayor of Velden said nothing.",
        "The hard left of the party voted.",
        "After he had left, Quill said nothing.",
        "When Quill came, he sang.",
        "The old harbour bridge near the slip fell.",
    ] {
        assert_eq!(vague(sentence), None, "{sentence}");
    }
}

/// `"` after a closing mark; the word; `+` for what was left out of it, `,` and `-` for what follows.
fn shown(token: &Token<'_>) -> String {
    let flag = |set: bool, mark: &'static str| if set { mark } else { "" };
    let (quote, contracted) = (flag(token.follows_quote, "\""), flag(token.contracted, "+"));
    let (comma, hyphen) = (flag(token.comma, ","), flag(token.hyphen, "-"));
    format!("{quote}{}{contracted}{comma}{hyphen}", token.lower)
}

#[test]
fn hard_cases_stay_what_they_are() {
    assert_golden("opens", |text| {
        let words: Vec<Span> = words::spans(text, 0).collect();
        tokens(text, &words).iter().map(shown).collect()
    });
}

proptest::proptest! {
    #[test]
    fn no_text_upsets_it(sentence in "\\PC{0,80}", before in proptest::option::of("\\PC{0,40}")) {
        if let Some(found) = find(&sentence, before.as_deref()) {
            proptest::prop_assert!(sentence.get(found.span.range()).is_some());
        }
    }
}
