//! Who says what, on cases written for it: `tests/golden/voices.txt`.

use standfirst_core::article::Document;
use standfirst_text::{
    attribution::{self, Speaker},
    reading,
    repair::clean,
};

const CASES: &str = include_str!("../../../tests/golden/voices.txt");
/// Share of the questions that must be answered rightly.
const BAR: f64 = 0.9;

/// An article, and what is asked about it: words and whose voice they are in.
fn cases() -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let blocks = CASES.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks
        .map(|block| {
            let (asked, text): (Vec<_>, Vec<_>) =
                block.trim().lines().partition(|line| line.starts_with("> "));
            let asked = asked.iter().map(|line| line[2..].split_once(" => ").unwrap());
            (text.join("\n"), asked.collect())
        })
        .collect()
}

fn voice_of(text: &str, words: &str) -> String {
    let at = text.find(words).unwrap_or_else(|| panic!("{words:?} is not in {text:?}"));
    let article = clean(Document::from_text("t", text)).unwrap();
    let reading = reading::of(&article);
    match attribution::at(reading.statements(), at) {
        None => "author".to_owned(),
        Some(Speaker::Entity(id)) => reading.entities()[*id].name.clone(),
        Some(Speaker::Unnamed(words)) => words.clone(),
    }
}

#[test]
fn nine_of_ten_voices_are_right() {
    let (mut asked, mut right) = (0_u32, 0_u32);
    for (text, questions) in cases() {
        for (words, expected) in questions {
            let found = voice_of(&text, words);
            asked += 1;
            right += u32::from(found == expected);
            if found != expected {
                println!("{text}\n    {words:?} is {expected:?}'s, found {found:?}");
            }
        }
    }
    println!("{right} of {asked} voices right");
    assert!(asked >= 100, "{asked} questions are too few to tell");
    assert!(f64::from(right) >= BAR * f64::from(asked), "{right} of {asked}");
}
