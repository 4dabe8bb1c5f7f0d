//! How a sentence that is too long for a headline can honestly end sooner: before its last clause, where that
//! adds to what the first one says and takes nothing back.

use standfirst_text::{
    lexicon::{Lexicon, SPEECH},
    words,
};

/// Fewest words of a clause that is a headline.
const LEAST: usize = 5;
/// What a clause begins with that only adds to the one before it; participles do, too.
const ADDING: [&str; 11] =
    ["and", "while", "as", "after", "before", "when", "which", "who", "where", "whose", "with"];
/// What a clause begins with that is none by itself.
const SUBORDINATE: [&str; 14] = [
    "after", "although", "as", "because", "before", "despite", "if", "once", "since", "though",
    "unless", "until", "when", "while",
];
/// What takes back, or makes a condition of, what was said.
const REVERSING: [&str; 12] = [
    "but", "if", "unless", "although", "though", "however", "except", "despite", "until", "yet",
    "nor", "without",
];

/// Where an English sentence of two clauses, divided by its only comma, can end after the first. `None` where
/// the second one says whose claim it is, takes anything back, or the first is no whole one.
pub(super) fn first(lexicon: &Lexicon, text: &str) -> Option<usize> {
    let mut commas = text.match_indices(',').filter(|&(at, _)| is_pause(text, at));
    let (end, _) = commas.next()?;
    let quoted = text.contains(['"', '“', '”', '«', '»', '(', ':', ';', '—', '–']);
    if commas.next().is_some() || quoted {
        return None;
    }
    let lower = |text: &str| words::words(text).map(str::to_lowercase).collect::<Vec<String>>();
    let (main, rest) = (lower(&text[..end]), lower(&text[end..]));
    let (opening, begins) = (main.first()?.as_str(), rest.first()?.as_str());
    let participle = begins.ends_with("ing") && begins.len() > 4;
    let adds = participle || ADDING.contains(&begins);
    let claims = rest.iter().any(|word| lexicon.is(word, SPEECH) || word == "according");
    let reverses = rest.iter().any(|word| REVERSING.contains(&word.as_str()));
    let whole = main.len() >= LEAST && !SUBORDINATE.contains(&opening) && !opening.ends_with("ing");
    (adds && whole && !claims && !reverses).then_some(end)
}

/// Whether a comma is between words, and not in a number.
fn is_pause(text: &str, at: usize) -> bool {
    !text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_that_adds_may_go_and_one_that_takes_back_stays() {
        let end = |text| first(standfirst_text::lexicon::english(), text).map(|end| &text[..end]);
        for (text, kept) in [
            (
                "Dockers at Orm walked out on Tuesday, leaving 19 ships in the bay.",
                "Dockers at Orm walked out on Tuesday",
            ),
            (
                "The lake has grown by 1,200 metres, and nobody in the village sleeps well.",
                "The lake has grown by 1,200 metres",
            ),
            (
                "The town will close its bridge, which opened in 1901.",
                "The town will close its bridge",
            ),
        ] {
            assert_eq!(end(text), Some(kept), "{text}");
        }
        for whole in [
            "The town will close its old bridge, the mayor said.",
            "The town will close its old bridge, according to the mayor.",
            "The town will close its old bridge, and the mayor denied it.",
            "The town will close its old bridge, but not this year.",
            "The town will close its old bridge, while lorries may pass if they are light.",
            "After the long flood of May, while it rained the bridge was shut.",
            "The bridge, which opened in 1901, has been shut.",
            "Three towns in the valley, and two more beyond it, lost their bridges.",
            "The bridge held.",
        ] {
            assert_eq!(end(whole), None, "{whole}");
        }
    }
}
