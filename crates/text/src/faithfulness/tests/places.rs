//! Which words are wrong, and what the article has in their place.

use super::*;
use crate::repair::clean;
use standfirst_core::article::Document;
use standfirst_core::report::Fault;

/// Kind, words of the sentence, and what is expected in their place.
fn places(article: &Article, sentence: &str) -> Vec<(Flag, String, Option<String>)> {
    let finding = Checker::new(article).summary(&[sentence]).remove(0);
    let place = |fault: &Fault| {
        let theirs = fault.article.map(|span| article.document().display(span));
        assert_eq!(theirs, fault.expected);
        (fault.kind, sentence[fault.summary.range()].to_owned(), theirs)
    };
    finding.faults.iter().map(place).collect()
}

fn of(sentence: &str) -> Vec<(Flag, String, Option<String>)> {
    places(&from_sentences("t", &ARTICLE).unwrap(), sentence)
}

fn found(kind: Flag, ours: &str, theirs: Option<&str>) -> (Flag, String, Option<String>) {
    (kind, ours.to_owned(), theirs.map(str::to_owned))
}

#[test]
fn a_wrong_number_stands_beside_the_right_one() {
    let wrong = "In 2018 a diesel ferry sank near Velden and 14 people were rescued.";
    assert_eq!(of(wrong), [found(Flag::Number, "2018", Some("2019"))]);
    let wrong = "The boats will carry up to 150 passengers each across Lake Orvane.";
    assert_eq!(of(wrong), [found(Flag::Number, "150", Some("120"))]);
}

#[test]
fn a_wrong_name_stands_beside_the_right_one() {
    let wrong = "Mayor Anders Pohl called the purchase reckless.";
    let names = of(wrong);
    assert!(names.contains(&found(Flag::Name, "Anders Pohl", Some("Tomas Reuter"))), "{names:?}");
}

#[test]
fn a_negation_is_shown_on_the_side_that_has_it() {
    let put_in = "The boats will not carry up to 120 passengers each across Lake Orvane.";
    assert_eq!(of(put_in), [found(Flag::Negation, "not", None)]);
    let dropped =
        "He is open to talks about a subsidy of 200,000 euros, but the council has agreed.";
    assert_eq!(of(dropped), [found(Flag::Negation, "agreed", Some("not"))]);
}

#[test]
fn what_has_nothing_in_its_place_has_no_place() {
    assert_eq!(
        of("The ferries will be painted green by 2031."),
        [found(Flag::Number, "2031", None)]
    );
    assert_eq!(of(ARTICLE[3]), []);
}

#[test]
fn places_are_those_of_the_text_as_it_was_read() {
    let text = "The ferry   company bought three\nelectric boats on Monday for 4.5 million euros.\n\n\
        The boats will carry up   to 120 passengers across the lake, the company said.";
    let article = clean(Document::from_text("t", text)).unwrap();
    let wrong = "The boats will carry up to 150 passengers across the lake, the company said.";
    let finding = Checker::new(&article).summary(&[wrong]).remove(0);
    let place = finding.faults[0].article.unwrap();
    assert_eq!(&text[place.range()], "120");
}
