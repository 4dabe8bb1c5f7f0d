//! The checker on sentences of our own, one kind of fault at a time.

mod asked;
mod places;
mod stated;

use super::*;
use crate::sentence::from_sentences;
use standfirst_core::article::Document;

const ARTICLE: [&str; 9] = [
    "The ferry company Orvane Lines bought three electric boats on Monday for $4.5 million.",
    "“We could not wait for the ministry any longer,” said Greta Holm, its chief executive.",
    "Mayor Tomas Reuter called the purchase reckless.",
    "He is open to talks about a subsidy of 200,000 euros, but the council has not agreed.",
    "The boats will carry up to 120 passengers each across Lake Orvane.",
    "Anders Pohl, who leads the dockers' union, said the old crews would keep their jobs.",
    "Two of the boats were built in Norway and one in Poland.",
    "In 2019 a diesel ferry sank near Velden and 14 people were rescued.",
    "The first crossing is planned for Jan. 10.",
];

fn check(sentence: &str) -> Finding {
    let article = from_sentences("t", &ARTICLE).unwrap();
    Checker::new(&article).summary(&[sentence]).remove(0)
}

/// What is wrong with the sentence itself.
fn flags(sentence: &str) -> Vec<Flag> {
    let mut flags = check(sentence).flags;
    flags.retain(|flag| *flag != Flag::Dangling);
    flags
}

#[test]
fn a_pronoun_dangles_unless_its_sentence_comes_before() {
    let article = from_sentences("t", &ARTICLE).unwrap();
    let checker = Checker::new(&article);
    let dangles = |sentences: &[&str]| {
        checker.summary(sentences).last().unwrap().flags.contains(&Flag::Dangling)
    };
    assert!(!dangles(&[ARTICLE[3]]), "a claim put forward alone");
    assert!(!dangles(&[ARTICLE[2], ARTICLE[3]]));
    // The article has another sentence between the two.
    assert!(dangles(&[ARTICLE[1], ARTICLE[3]]));
}

#[test]
fn a_copy_is_a_copy_whatever_the_marks() {
    let finding = check(
        "\"We could not wait for the ministry any longer,\" said Greta Holm, its chief executive.",
    );
    assert_eq!((finding.verdict, finding.support), (Verdict::Copied, 1.0));
    assert_eq!(finding.flags, []);
    let both = check(&format!("{} {}", ARTICLE[6], ARTICLE[7]));
    assert_eq!((both.verdict, both.evidence.len()), (Verdict::Copied, 2));
}

#[test]
fn a_copy_is_a_copy_however_its_letters_are_composed() {
    let article = from_sentences("t", &["Le café du port a fermé lundi après neuf ans."]).unwrap();
    let checker = Checker::new(&article);
    for copy in [
        "Le cafe\u{301} du port a ferme\u{301} lundi apre\u{300}s neuf ans.",
        "Le ca\u{ad}fé du port a fer\u{ad}mé lun\u{2060}di après neuf ans.",
    ] {
        let finding = checker.summary(&[copy]).remove(0);
        assert_eq!((finding.verdict, finding.support), (Verdict::Copied, 1.0), "{copy}");
    }
}

#[test]
fn numbers_that_are_not_there_or_belong_to_something_else() {
    assert_eq!(
        flags(
            "The ferry company Orvane Lines bought five electric boats on Monday for $4.5 million."
        ),
        [Flag::Number]
    );
    assert_eq!(
        flags("The boats will carry up to 14 passengers each across Lake Orvane."),
        [Flag::Number]
    );
    assert_eq!(flags("The first crossing is planned for January 10."), []);
    assert_eq!(flags("The first crossing is planned for March 10."), [Flag::Number]);
    assert_eq!(flags("Orvane Lines bought 3 electric boats for 4,500,000 dollars."), []);
}

#[test]
fn names_that_are_not_there_or_did_something_else() {
    assert_eq!(flags("Mayor Ivan Kolar called the purchase reckless."), [Flag::Name]);
    assert_eq!(flags("Mayor Greta Holm called the purchase reckless."), [Flag::Name]);
    assert_eq!(flags("Reuter called the purchase reckless."), []);
    assert_eq!(
        flags("In 2019 a diesel ferry sank near Norway and 14 people were rescued."),
        [Flag::Name]
    );
}

#[test]
fn quotations_and_speakers() {
    let altered = flags(
        "“We could not wait for the council any longer,” said Greta Holm, its chief executive.",
    );
    assert!(altered.contains(&Flag::Quote), "{altered:?}");
    let other = flags(
        "“We could not wait for the ministry any longer,” said Tomas Reuter, its chief executive.",
    );
    assert!(other.contains(&Flag::Speaker), "{other:?}");
    let invented = flags("Reuter called the purchase “a reckless waste”.");
    assert!(invented.contains(&Flag::Quote), "{invented:?}");
}

#[test]
fn negations_and_hedges() {
    assert_eq!(flags("The council has agreed."), [Flag::Negation]);
    assert_eq!(
        flags(
            "He will hold talks about a subsidy of 200,000 euros, but the council has not agreed."
        ),
        [Flag::Negation]
    );
    assert_eq!(
        flags("The boats will not carry up to 120 passengers each across Lake Orvane."),
        [Flag::Negation]
    );
}

#[test]
fn what_the_article_does_not_say_is_unsupported() {
    let finding = check("A court in Madrid sentenced the singer to nine months in prison.");
    assert_eq!(finding.verdict, Verdict::Unsupported);
    assert!(finding.support < 0.2, "{finding:?}");
}

#[test]
fn nothing_breaks_it() {
    for text in [
        "",
        " ",
        "…",
        "“",
        "'",
        "12",
        "\u{301}\u{301}",
        "東京",
        "a",
        &"no ".repeat(5_000),
        &"“‘".repeat(900),
        &"'a ".repeat(20_000),
        &"Reuter said 4 ".repeat(20_000),
    ] {
        let finding = check(text);
        assert!((0.0..=1.0).contains(&finding.support), "{text:.20}");
        assert_ne!(finding.verdict, Verdict::Supported, "{text:.20}");
    }
}

#[test]
fn dates_and_names_put_otherwise_are_not_flagged() {
    let pairs = [
        (
            "The company was founded in Lyon in the spring of 2009. By the end of that year it had 40 workers. \
             Its owner later moved to Berlin.",
            "By the end of 2009 the company had 40 workers.",
        ),
        (
            "The chancellor was offended. Putin, speaking in Sochi on Friday, had remarked that the talks were a \
             waste of time. Merkel left the summit early.",
            "Merkel was offended by Putin's remarks.",
        ),
        (
            "The envoys met in Moscow on Monday. They flew on to the French capital in the evening, where Paris \
             police lined the streets for them.",
            "The envoys travelled from Moscow to Paris.",
        ),
        (
            "Sales fell by 3 per cent in the last three months of 2009, the firm said. It will close two of its \
             nine plants by June 2011.",
            "At the end of 2009 the firm's sales dropped 3%.",
        ),
    ];
    for (article, sentence) in pairs {
        let article = crate::repair::clean(Document::from_text("t", article)).unwrap();
        let finding = Checker::new(&article).summary(&[sentence]).remove(0);
        assert_eq!((finding.flags, finding.faults), (Vec::new(), Vec::new()), "{sentence}");
    }
}
