use proptest::prelude::*;

use super::*;

const SOURCE: &str = "Harbour chief Ines Vold met Prime Minister Tor Brekke in Oslo on Jan. 10. \
    Seven ferries, worth 1,200 crowns or $3bn, stayed in port for 20 days.\n\
    \"We will not sail before the storm is over,\" Vold said. Brekke called it a 'heavy burden'. \
    The U.S. Coast Guard sent the G20 team from Zürich at 10:30.";

/// How much of `text` may be written, in characters: all of it, or up to the first that may not.
fn written<'a>(source: &Source, text: &'a str) -> Result<(), &'a str> {
    let mut walk = Walk::default();
    for (at, c) in text.char_indices() {
        if !walk.step(c, source) {
            return Err(&text[..at]);
        }
    }
    if walk.may_end(source) { Ok(()) } else { Err(text) }
}

fn source() -> Source {
    Source::new(SOURCE)
}

#[test]
fn what_the_source_says_may_be_said_in_other_words() {
    let source = source();
    for text in [
        SOURCE,
        "Officials said Vold met Brekke.",
        "Prime Minister Brekke met the chief in Oslo in January.",
        "On January 10 the ferries stayed in port. However, they sailed later.",
        "Ferries worth 1200 crowns stayed.",
        "7 ferries stayed for twenty days.",
        "Ferries worth $3 billion; 3 billion in all.",
        "Vold said: \"We will not sail.\" Then she left.",
        "She said \"we will not sail before the storm,\" and left.",
        "It was a \"heavy burden\", he said.",
        "The US Coast Guard's team came from Zürich.",
        "Vold's ferries and Brekke’s ministers. I think so.",
        "The Volds, the G20 and the 20th day, at 10:30.",
        "One of the ferries - the first - sank.",
    ] {
        assert_eq!(written(&source, text), Ok(()), "{text}");
    }
}

#[test]
fn what_the_source_does_not_say_stops_where_it_departs() {
    let source = source();
    for (text, up_to) in [
        ("The chief met Solberg", "The chief met S"),
        ("Vold met Ines Brekke", "Vold met Ines "),
        ("Smith said", "S"),
        ("In Paris", "In P"),
        ("On January 11", "On January 1"),
        ("On February 10", "On "),
        ("It cost 1,300 crowns", "It cost 1,"),
        ("for 200 days", "for 20"),
        ("for 2 days", "for 2"),
        ("at 10:45", "at 10:"),
        ("worth 3m crowns", "worth 3"),
        ("It cost 20 billion crowns", "It cost 20 billion"),
        ("worth 3 million", "worth 3 million"),
        ("\"We will sail\"", "\"We will "),
        ("\"We will not sa\"", "\"We will not sa"),
        ("said \"\"", "said \""),
        ("\"We will not sail", "\"We will not sail"),
        ("the G7 met", "the G"),
        ("in Zuerich", "in Z"),
        ("eight ferries", "eight"),
    ] {
        assert_eq!(written(&source, text), Err(up_to), "{text}");
    }
    assert_eq!(written(&Source::new("No words of anyone."), "\"No"), Err(""));
}

#[test]
fn tokens_are_refused_by_where_they_lead() {
    let vocabulary = crate::engine::native::tokens::tests::vocabulary();
    let id = |text: &str| vocabulary.encode_text(text).unwrap()[0];
    let mut grounding = Grounding::new(&vocabulary, "The end came in Zürich to two of them.");
    let end = vocabulary.end_of_generation()[0];
    for text in ["T", "Z", "the", "t", " ", "i"] {
        assert!(grounding.allows(id(text)), "{text}");
    }
    assert!(
        !grounding.allows(id("Q")) && !grounding.allows(id("7")) && !grounding.allows(id("\""))
    );
    assert!(!grounding.allows(1), "a control token that ends nothing");
    for &token in &vocabulary.encode_text("in Z").unwrap() {
        assert!(grounding.allows(token));
        grounding.take(token);
    }
    // The name has begun: neither an end nor another name, and of ü's two bytes each in its turn.
    assert!(!grounding.allows(end) && !grounding.allows(id("a")));
    let bytes = vocabulary.encode_text("ü").unwrap();
    assert!(grounding.allows(bytes[0]) && !grounding.allows(bytes[1]));
    grounding.take(bytes[0]);
    assert!(!grounding.allows(end) && grounding.allows(bytes[1]));
    for &token in &vocabulary.encode_text("ürich").unwrap()[1..] {
        grounding.take(token);
    }
    assert!(grounding.allows(end) && grounding.allows(id(" ")));
}

proptest! {
    #[test]
    fn every_text_may_say_itself_again(text in "(([A-Z]?[a-zé]{1,6}|[0-9]{1,3}|U\\.S\\.|two|\"[a-z ]{1,5}[a-z]\")[ ,.]{0,2} ){0,12}") {
        let source = Source::new(&text);
        // Marks that no rule for quotations could pair are no part of the promise.
        prop_assume!(!text.contains('"'));
        prop_assert_eq!(written(&source, &text), Ok(()));
    }

    #[test]
    fn no_text_is_too_odd(text in any::<String>(), answer in any::<String>()) {
        let source = Source::new(&text);
        let _ = written(&source, &answer);
        let _ = written(&source, &text);
    }
}
