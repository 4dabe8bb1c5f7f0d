use standfirst_text::sentence::from_sentences;
use std::num::NonZeroUsize;

use standfirst_core::{article::Document, language::Language};
use standfirst_text::repair::clean;

use super::*;

/// English sentences, so that the language can be told.
const ENGLISH: &str = "The people of the town were told about the work that has to be done there.";

fn article(sentences: &[&str]) -> Article {
    let mut all = sentences.to_vec();
    all.extend([
        ENGLISH,
        "It is thought that the rest of the summer will be dry and warm as well.",
    ]);
    let article = from_sentences("t", &all).unwrap();
    assert_eq!(article.language(), Some(Language::ENGLISH));
    article
}

fn texts(article: &Article, ranking: &[usize], count: usize) -> Vec<String> {
    let budget = Budget::Sentences(NonZeroUsize::new(count).unwrap());
    summarize(article, ranking, budget).sentences.into_iter().map(|s| s.text).collect()
}

#[test]
fn an_opening_connective_is_left_out_and_owned_up_to() {
    let article = article(&["The flood came.", "But the old bridge held until noon."]);
    let budget = Budget::Sentences(NonZeroUsize::MIN);
    let summary = summarize(&article, &[1, 0, 2, 3], budget);
    assert_eq!(summary.sentences[0].text, "The old bridge held until noon.");
    let dropped = article.document().text.find("But").unwrap();
    let origin = Origin::Mended {
        index: 1,
        dropped: Some(Span::new(dropped, dropped + 3)),
        name: None,
        ended: None,
        stands_in: false,
    };
    assert_eq!(summary.sentences[0].origin, origin);
    assert_eq!(texts(&article, &[0, 1, 2, 3], 2)[1], "But the old bridge held until noon.");
}

#[test]
fn a_pronoun_is_no_name() {
    let article = article(&[
        "The bridge fell on Monday.",
        "He says the crew was warned.",
        "He says the town was told as well.",
    ]);
    let only = |ranking: &[usize]| texts(&article, ranking, 1).remove(0);
    assert!(!only(&[2, 1, 0, 3, 4]).contains('['), "somebody is called He");
}

#[test]
fn what_nobody_has_named_is_exchanged_for_what_names_it() {
    let article = article(&[
        "Quillon Motors closed its works at Orvane on Friday.",
        "The company blamed the price of steel.",
        "Its workers heard of it by letter.",
    ]);
    assert_eq!(
        texts(&article, &[1, 0, 2, 3, 4], 1),
        ["Quillon Motors closed its works at Orvane on Friday."]
    );
    let both = texts(&article, &[1, 0, 2, 3, 4], 2);
    assert_eq!(both[1], "The company blamed the price of steel.", "what stands before names it");
}

#[test]
fn the_only_person_who_can_be_meant_is_named() {
    let article = article(&[
        "Marta Ruiz said the bridge was safe.",
        "However, she resigned on Monday after the report was out.",
    ]);
    assert_eq!(
        texts(&article, &[1, 2, 3, 0], 1),
        ["She [Marta Ruiz] resigned on Monday after the report was out."]
    );
    let Origin::Mended { name: Some(name), .. } =
        summarize(&article, &[1, 2, 3, 0], Budget::Sentences(NonZeroUsize::MIN)).sentences[0]
            .origin
    else {
        panic!("no name")
    };
    assert_eq!(&article.document().text[name.range()], "Marta Ruiz");
}

#[test]
fn nobody_is_named_where_two_could_be_meant() {
    for before in [
        "Marta Ruiz said Ana Polk was right about the bridge.",
        "Marta Ruiz said he was right about the bridge.",
        "Mr Ruiz said the bridge was safe.",
        "Orvane Steel built the bridge.",
        "Marta Ruiz's office was searched.",
    ] {
        let article = article(&[before, "She resigned on Monday after the report was out."]);
        assert_eq!(name::antecedent(&reading::of(&article), 1, "she"), None, "{before}");
    }
}

#[test]
fn a_sound_sentence_nearly_as_good_takes_the_place() {
    let article = article(&["They were tired.", "They left the harbour before dawn.", ENGLISH]);
    assert_eq!(texts(&article, &[1, 2, 0, 3, 4], 1), [ENGLISH]);
    assert_eq!(
        texts(&article, &[1, 0, 2, 3, 4], 2),
        ["They were tired.", "They left the harbour before dawn."],
        "what it leans on was picked"
    );
}

#[test]
fn a_quotation_is_whole_or_passed_over() {
    let article =
        article(&["\"We waited for hours.", "Then the boat came,\" said Marta Ruiz.", ENGLISH]);
    assert!(texts(&article, &[0, 2, 1, 3, 4], 2)[1].starts_with("Then"), "both halves");
    assert_eq!(texts(&article, &[0, 2, 1, 3, 4], 1), [ENGLISH]);
}

#[test]
fn half_a_quotation_without_marks_is_passed_over_or_completed() {
    let quoted = [
        "“We waited for hours on the deck.",
        "Nobody came to tell us anything.",
        "Then the boat came,” said Marta Ruiz.",
    ];
    let article = article(&[quoted[0], quoted[1], quoted[2], ENGLISH]);
    assert_eq!(texts(&article, &[1, 4, 3, 0, 2, 5], 1), [ENGLISH], "the middle has no mark");
    assert_eq!(texts(&article, &[0, 2, 1, 3, 4, 5], 3), quoted, "nothing is missing");
    let article = from_sentences_of_two();
    assert_eq!(
        texts(&article, &[0, 3, 1, 2], 2),
        ["“We waited for hours on the deck.", "Then the boat came,” said Marta Ruiz."],
        "completed by the one that closes it"
    );
}

/// A quotation of two sentences, and two of the author's own that are worth less.
fn from_sentences_of_two() -> Article {
    article(&["“We waited for hours on the deck.", "Then the boat came,” said Marta Ruiz."])
}

#[test]
fn markup_and_other_languages_do_not_confuse_it() {
    let mut document = Document::from_text(
        "t",
        "The flood came in the night and the people of the town had to leave their houses.\n\n\
         **But**  the old bridge held until noon, and many of them were saved by it.",
    );
    let at = document.text.find("**").unwrap();
    document.markup = vec![Span::new(at, at + 2), Span::new(at + 5, at + 7)];
    let article = clean(document).unwrap();
    let summary = summarize(&article, &[1, 0], Budget::Sentences(NonZeroUsize::MIN));
    let Origin::Mended { dropped: Some(span), .. } = summary.sentences[0].origin else {
        panic!("{:?}", summary.sentences[0])
    };
    assert_eq!(article.document().display(span), "But");
    let german = "Er sagte am Dienstag, der Hafen werde im Winter nicht geschlossen.";
    let article = from_sentences("t", &["But he said so.", german, german]).unwrap();
    let plain = super::super::summarize(&article, &[0, 1], Budget::DEFAULT);
    assert_eq!(summarize(&article, &[0, 1], Budget::DEFAULT), plain);
}
