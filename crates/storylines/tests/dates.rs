//! Time expressions of our own sentences, with what they mean written beside them before the rules were.

use standfirst_core::article::Span;
use standfirst_storylines::dates::{Anchor, mentions};

/// A sentence without its marks, where they were, and what stands in them.
struct Case {
    published: String,
    sentence: String,
    gold: Vec<(Span, String)>,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("dates.txt").lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty()).map(case).collect()
}

fn case(line: &str) -> Case {
    let fields: Vec<&str> = line.split('\t').collect();
    let [published, marked, meant] = fields[..] else { panic!("not three fields: {line}") };
    let (mut sentence, mut spans) = (String::new(), Vec::new());
    for (at, part) in marked.split("[[").enumerate() {
        let (inside, outside) = if at == 0 { ("", part) } else { part.split_once("]]").unwrap() };
        if at > 0 {
            spans.push(Span::new(sentence.len(), sentence.len() + inside.len()));
        }
        sentence.push_str(inside);
        sentence.push_str(outside);
    }
    let meant: Vec<String> = meant.split(' ').map(str::to_owned).collect();
    assert_eq!(spans.len(), meant.len(), "{line}");
    Case { published: published.to_owned(), sentence, gold: spans.into_iter().zip(meant).collect() }
}

#[test]
fn at_least_95_of_100_are_resolved_right_and_none_wrong() {
    let (mut right, mut told, mut wrong) = (0, 0, Vec::new());
    let mut missed = Vec::new();
    for case in cases() {
        let anchor = Anchor::day(case.published.parse().unwrap());
        let found = mentions(&case.sentence, Some(anchor));
        let mut used = vec![false; found.len()];
        for (span, meant) in &case.gold {
            let answers =
                found.iter().enumerate().filter(|(_, mention)| mention.span.overlaps(*span));
            let mut answer = None;
            for (at, mention) in answers {
                used[at] = true;
                answer = answer.or(mention.meaning);
            }
            let expects = meant != "-";
            told += usize::from(expects);
            match answer.map(|days| days.to_string()) {
                Some(days) if expects && days == *meant => right += 1,
                None if expects => missed.push(format!("{} ({meant})", case.sentence)),
                None => {}
                Some(days) => wrong.push(format!("{} ({meant}): {days}", case.sentence)),
            }
        }
        let strays =
            found.iter().zip(used).filter(|(mention, used)| !used && mention.meaning.is_some());
        wrong.extend(strays.map(|(mention, _)| format!("{}: {mention:?}", case.sentence)));
    }
    println!("{right} of {told} right, {} wrong; missed: {missed:#?}", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right * 100 >= told * 95, "{right} of {told}; {missed:#?}");
}

#[test]
fn any_text_is_read_without_a_panic() {
    let anchor = Some(Anchor::day("9999-12-31".parse().unwrap()));
    for text in [
        "",
        "in",
        "the",
        "31 February",
        "Dec. 99",
        "next year tomorrow",
        "in 999 years we will",
        "é’s 11th",
        "last",
    ] {
        mentions(text, anchor);
    }
    let long = "on Monday and in May ".repeat(2_000);
    assert!(mentions(&long, anchor).len() > 1_000);
}
