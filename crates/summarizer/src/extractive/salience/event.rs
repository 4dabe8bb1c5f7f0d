//! Which of the best sentences says what happened? Where one sentence is all, it should be that one: not what somebody
//! said of it, what was before, or what is to come.

use standfirst_core::{article::Article, language::Language};
use standfirst_text::{
    clause::{self, Time},
    reading::{self, Reading},
};

/// Sentences of a ranking that one is chosen of.
const NEAR: usize = 3;
/// What each place further down in the ranking takes away.
const RANK: f64 = 0.5;
/// What each of the others that stands before it in the article takes away.
const PLACE: f64 = 0.5;
/// What it takes away to lean on another sentence.
const LEANS: f64 = 1.5;
/// What it takes away that somebody speaks: the writer of themselves, or somebody who is quoted.
const SPEAKS: f64 = 1.0;
/// Words of somebody who speaks to others.
const OWN: [&str; 12] =
    ["we", "We", "you", "You", "my", "My", "our", "Our", "your", "Your", "us", "me"];

/// Puts the one of the first sentences of `ranking` first that says best what happened, the rest staying in order.
/// Of other languages than English nothing is known.
pub(super) fn first(article: &Article, ranking: &mut [usize]) {
    if article.language() != Some(Language::ENGLISH) {
        return;
    }
    let reading = reading::of(article);
    let near = &ranking[..ranking.len().min(NEAR)];
    let merit = |rank: usize| {
        let earlier = near.iter().filter(|&&other| other < near[rank]).count();
        alone(&reading, near[rank]) - RANK * rank as f64 - PLACE * earlier as f64
    };
    let merits: Vec<f64> = (0..near.len()).map(merit).collect();
    // Of equals the better one.
    let best = (0..near.len()).rev().max_by(|&a, &b| merits[a].total_cmp(&merits[b]));
    if let Some(best) = best {
        ranking[..=best].rotate_right(1);
    }
}

/// Whether somebody speaks of themselves, or to others, in these words. *US* is a country, *World War I* nobody.
fn is_own<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let mut in_name = false;
    let mut own = words.map(|word| {
        let named = std::mem::replace(&mut in_name, word.starts_with(char::is_uppercase));
        OWN.contains(&word) || word == "I" && !named
    });
    own.any(|own| own)
}

/// How far a sentence by itself says what happened.
fn alone(reading: &Reading<'_>, index: usize) -> f64 {
    let text = &reading.article().sentences()[index].text;
    let told = match clause::time(text) {
        Time::Happened => 0.5,
        Time::Holds | Time::Unknown => 0.0,
        Time::Said | Time::Ahead => -0.5,
        Time::Before => -1.5,
    };
    let leans = reading.lean(index).find(None).is_some();
    let own = is_own(reading.words(index));
    let quoted = text.starts_with(['"', '“', '‘']);
    let taken = |is: bool, price: f64| if is { price } else { 0.0 };
    told - taken(leans, LEANS) - taken(own || quoted, SPEAKS)
}

#[cfg(test)]
mod tests {
    use standfirst_text::sentence::from_sentences;

    use super::*;

    fn first_of(sentences: &[&str], ranking: &[usize]) -> Vec<usize> {
        let mut ranking = ranking.to_vec();
        first(&from_sentences("t", sentences).unwrap(), &mut ranking);
        ranking
    }

    #[test]
    fn what_happened_comes_before_what_is_said_is_to_come_or_was_before() {
        let fell = "The harbour bridge at Orvane fell on Monday.";
        for other in [
            "Ada Quill said the bridge at Orvane was an old one.",
            "The council of Orvane will build another bridge by May.",
            "The council of Orvane had closed the bridge to trucks in May.",
            "But the council of Orvane closed the bridge in May.",
            "I crossed the old bridge at Orvane in May.",
            "We crossed the old bridge at Orvane in May.",
        ] {
            assert_eq!(first_of(&[fell, other], &[1, 0]), [0, 1], "{other}");
            assert_eq!(first_of(&[fell, other], &[0, 1]), [0, 1], "{other}");
        }
    }

    #[test]
    fn a_country_and_a_war_are_nobody_who_speaks() {
        for name in ["US", "World War I"] {
            let named = format!("The {name} bridge at Orvane fell on Monday.");
            let plain = "The harbour bridge at Orvane fell on Monday.";
            assert_eq!(first_of(&[&named, plain], &[0, 1]), [0, 1], "{name}");
        }
    }

    #[test]
    fn what_is_far_behind_stays_there_and_equals_stay_in_order() {
        let opened = "The council of Orvane opened the old bridge in May.";
        let weak = "But I crossed the bridge in May.";
        // The last of the ranking is the first of the article.
        let sentences = [opened, weak, weak, weak];
        assert_eq!(first_of(&sentences, &[1, 2, 0, 3]), [0, 1, 2, 3]);
        assert_eq!(first_of(&sentences, &[1, 2, 3, 0]), [1, 2, 3, 0]);
        let will = "The council will build another bridge by May.";
        assert_eq!(first_of(&[will, will, will, will], &[0, 1, 2, 3]), [0, 1, 2, 3]);
    }
}
