//! How a sentence that is too long for a headline can honestly end sooner: before its last clause, where that
//! adds to what the first one says and takes nothing back.

use standfirst_text::{
    clause,
    lexicon::{Lexicon, Role, SPEECH},
    words,
};

/// Fewest words of a clause that is a headline.
const LEAST: usize = 5;
/// Where an English sentence of two clauses, divided by its only comma, can end after the first. `None` where
/// the second one says whose claim it is, takes anything back or denies anything, the first makes no statement that is
/// known to be one, or anything is quoted, between single marks as well.
pub(super) fn first(lexicon: &Lexicon, text: &str) -> Option<usize> {
    let mut commas = text.match_indices(',').filter(|&(at, _)| is_pause(text, at));
    let (end, _) = commas.next()?;
    let quoted = text.contains(['"', '“', '”', '«', '»', '(', ':', ';', '—', '–']);
    if commas.next().is_some() || quoted || clause::has_single_marks(text) {
        return None;
    }
    let rest: Vec<String> = words::words(&text[end..]).map(lower).collect();
    (is_whole(&text[..end]) && adds(lexicon, &rest)).then_some(end)
}

/// Whether a clause can be read alone.
fn is_whole(main: &str) -> bool {
    let opens_with_participle =
        words::words(main).next().is_none_or(|word| lower(word).ends_with("ing"));
    words::words(main).count() >= LEAST && !opens_with_participle && clause::is_statement(main)
}

/// Whether what the words of the last clause say only adds to the first one.
fn adds(lexicon: &Lexicon, rest: &[String]) -> bool {
    let Some(begins) = rest.first().map(String::as_str) else { return false };
    let participle = begins.ends_with("ing") && begins.len() > 4;
    let claims = |word: &String| lexicon.is(word, SPEECH | Role::Participle) || word == "according";
    let reverses = |word: &String| {
        lexicon.is(word, Role::Reversing | Role::Negator | Role::Conditional)
            || word.ends_with("n't")
    };
    (participle || lexicon.is(begins, Role::Adding))
        && !rest.iter().any(|word| claims(word) || reverses(word))
}

/// A word in small letters, with a straight apostrophe.
fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
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
                "The lake has grown by 1,200 metres, and the village sleeps badly.",
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
            "In the weeks before the vote in May, while the town slept, the bridge was shut.",
            "In the weeks before the vote in May, which was lost.",
            "In May the town closed its old bridge, which opened in 1901.",
            "Three towns in the valley of Orm, and two more beyond it.",
            "The town will close its old bridge, as long as the council agrees.",
            "The town will close its old bridge, with five of them suspended.",
            "The town will close its old bridge, and not in May.",
            "The town will close its old bridge, which won’t reopen.",
            "The town will close its old bridge, providing it agrees.",
            "The mayor said he wanted ‘a bridge that stands, which is rare’.",
            "The mayor of Orm wanted 'a bridge that stands, while it rains'.",
        ] {
            assert_eq!(end(whole), None, "{whole}");
        }
    }
}
