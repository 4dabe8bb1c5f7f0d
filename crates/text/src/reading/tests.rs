use crate::sentence::from_sentences;
use proptest::prelude::*;

use super::*;
use crate::{entity::Form, repair::clean};
use standfirst_core::article::Document;

/// Sentences, and the words that each view of their atoms makes of them.
const GOLDEN: &str = include_str!("../../../../tests/golden/tokens.txt");

/// Asserts that `view` makes of every sentence of the golden file the words that stand behind `name`.
pub(crate) fn assert_golden(name: &str, view: impl Fn(&str) -> Vec<String>) {
    let blocks = GOLDEN.split("\n\n").filter(|block| !block.starts_with('#'));
    let mut compared = 0;
    for block in blocks {
        let line = |of: &str| {
            let mut lines = block.lines().filter_map(|line| line.strip_prefix(of));
            lines.next().unwrap_or_else(|| panic!("no {of:?} in {block:?}"))
        };
        let text = line("text: ");
        assert_eq!(view(text).join(" "), line(&format!("{name}:")).trim(), "{text}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} sentences");
}

#[test]
fn whoever_asks_is_given_the_same() {
    let article = from_sentences("t", &["Ann Cole said it was over."]).unwrap();
    let (one, other) = (of(&article), of(&article));
    assert_eq!(one.entities()[0].name, "Ann Cole");
    assert_eq!(one.statements().len(), 1);
    assert!(std::ptr::eq(one.entities(), other.entities()));
    assert!(std::ptr::eq(one.statements(), other.statements()));
    assert!(std::ptr::eq(one.places(0), other.places(0)));
}

#[test]
fn many_threads_read_at_once() {
    let article = from_sentences("t", &["Ann Cole left.", "She gave no reason."]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let reading = of(&article);
                let mentions = &reading.entities()[0].mentions;
                assert_eq!(mentions.iter().filter(|m| m.form == Form::Pronoun).count(), 1);
                assert_eq!(reading.words(1).next(), Some("She"));
            });
        }
    });
}

#[test]
fn names_stand_in_the_source_and_words_in_what_is_shown() {
    let mut document = Document::from_text("t", "The  **old** bridge at  Velden fell.");
    document.markup = vec![Span::new(5, 7), Span::new(10, 12)];
    let article = clean(document).unwrap();
    let reading = of(&article);
    let words: Vec<&str> = reading.words(0).collect();
    assert_eq!(words, ["The", "old", "bridge", "at", "Velden", "fell"]);
    for (token, word) in reading.tokens(0).iter().zip(words) {
        assert_eq!(&article.document().text[token.span.range()], word);
    }
}

proptest! {
    #[test]
    fn atoms_are_all_but_the_white_space(text in "(\\PC|[a-c'’. \u{301}\u{93e}\u{94d}\u{e31}東・\u{ad}]){0,60}") {
        let atoms = atom::atoms(&text);
        let within: String = atoms.iter().map(|atom| &text[atom.span().range()]).collect();
        let without: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        prop_assert_eq!(within, without);
        prop_assert!(atoms.windows(2).all(|pair| pair[0].span().end <= pair[1].span().start));
        prop_assert!(atoms.iter().all(|atom| !atom.span().is_empty()));
    }

    #[test]
    fn what_is_kept_is_what_a_loose_text_gives(text in "(\\PC|[A-Ca-c0-9'’.,“” ]){1,60}", before in "\\PC{1,30}") {
        let Ok(article) = from_sentences("t", &[&before, &text]) else { return Ok(()) };
        let reading = of(&article);
        for (at, sentence) in article.sentences().iter().enumerate() {
            let (text, span) = (&sentence.text, sentence.span);
            let source = &article.document().text[span.range()];
            prop_assert_eq!(reading.tokens(at), token::tokens(source, span.start));
            prop_assert!(reading.words(at).eq(words::words(text)));
            prop_assert_eq!(reading.lean(at), Lean::of(text));
        }
    }
}
