//! Which sentences say something by themselves. A head that was trained on hard news has seldom seen others,
//! and picks them where an article is an interview, a list, a review or a ticker.

use std::sync::LazyLock;

use regex::Regex;
use standfirst_core::article::Article;
use standfirst_text::reading::{self, Reading};

/// Words from which on a sentence is more than a fragment.
const MIN_WORDS: usize = 5;
/// Share of an article's sentences from which on something is its manner, and tells none of them from another.
const MANNER: f64 = 0.5;
/// Sentences that have to be left without it for it to tell them apart all the same.
const ENOUGH: usize = 5;
/// What may stand behind the last mark of a sentence.
const CLOSING: [char; 7] = ['"', '”', '’', '\'', ')', ']', '»'];

/// Whether each sentence of `article`, for which there are as many as are asked for, is no statement: a
/// question, a fragment, an item or the head of a list, words of somebody who is not named.
pub fn are_none(article: &Article, count: usize) -> Vec<bool> {
    let reading = reading::of(article);
    let texts: Vec<&str> =
        article.sentences().iter().take(count).map(|sentence| sentence.text.trim()).collect();
    let mut weak: Vec<bool> =
        (0..texts.len()).map(|i| is_fragment(&reading, i, texts[i])).collect();
    for kind in [is_question, leads_on, is_item, is_unended, is_speech] {
        let found: Vec<bool> = texts.iter().map(|text| kind(text)).collect();
        let count = found.iter().filter(|&&found| found).count();
        let share = count as f64 / found.len().max(1) as f64;
        if share < MANNER || found.len() - count >= ENOUGH {
            weak.iter_mut().zip(found).for_each(|(weak, found)| *weak |= found);
        }
    }
    weak
}

fn is_fragment(reading: &Reading<'_>, sentence: usize, text: &str) -> bool {
    // Where words are not parted by blanks, nothing is known of how many there are.
    text.is_ascii() && reading.words(sentence).len() < MIN_WORDS
}

fn body(text: &str) -> &str {
    text.trim_end_matches(CLOSING)
}

fn is_question(text: &str) -> bool {
    body(text).ends_with(['?', '？', '؟'])
}

/// What it says comes after it.
fn leads_on(text: &str) -> bool {
    body(text).trim_end_matches('.').ends_with(':')
}

fn is_item(text: &str) -> bool {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[-–—*•·▪►]+|\(?\d{1,2}[.)])\s").expect("constant pattern")
    });
    MARK.is_match(text)
}

fn is_unended(text: &str) -> bool {
    !body(text).ends_with(['.', '!', '?', '…', '。', '！', '？', ':', '؟'])
}

/// Words in quotation marks and none outside: whose they are, another sentence says.
fn is_speech(text: &str) -> bool {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""[^"]*(?:"|$)|[“«][^”»]*(?:[”»]|$)"#).expect("constant pattern")
    });
    text.starts_with(['"', '“', '«']) && !QUOTED.replace_all(text, "").contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use standfirst_text::sentence::from_sentences;

    use super::*;

    fn weak(sentences: &[&str]) -> Vec<bool> {
        are_none(&from_sentences("t", sentences).unwrap(), sentences.len())
    }

    #[test]
    fn statements_are_told_from_what_leans_on_others() {
        let plain = "The harbour bridge at Orvane fell on Monday.";
        for other in [
            "Who will pay for it in the end?",
            "\"Who will pay for all of it?\"",
            "About pi.",
            "Here are the ten bridges to see:",
            "-- May 3 at the slip in Velden.",
            "(after extra time, the score at ninety minutes)",
            "\"I will never cross it again, not for money.\"",
        ] {
            assert_eq!(weak(&[plain, plain, other]), [false, false, true], "{other}");
        }
        for statement in [
            "\"I will never cross it again,\" said Ada Quill.",
            "Five of the crew were hurt.",
            "The board asked: \"Who will pay for it?\" Nobody answered.",
            "橋が落ちた。",
        ] {
            assert_eq!(weak(&[plain, plain, statement]), [false; 3], "{statement}");
        }
    }

    #[test]
    fn what_an_article_is_made_of_is_no_weakness() {
        let lines = ["the bridge fell on monday night", "crews came from all over the bay"];
        assert_eq!(weak(&lines), [false; 2], "none of them has a full stop");
        let list = ["1. The slip at Velden.", "2. The ferry at Orvane.", "3. The old town wall."];
        let own: Vec<String> = (2..6).map(|n| format!("Visitors go to bridge {n}.")).collect();
        let mut mixed: Vec<&str> = list.iter().chain(&list).copied().collect();
        mixed.extend(own.iter().map(String::as_str));
        assert!(!weak(&mixed).contains(&true), "four sentences are too few to do without the list");
        mixed.push("The last bridge fell on Monday.");
        assert_eq!(weak(&mixed), [[true; 6].as_slice(), &[false; 5]].concat());
        let talk = ["\"I saw it fall from my window.\"", "\"It made no sound at all.\""];
        assert_eq!(weak(&talk), [false; 2]);
    }
}
