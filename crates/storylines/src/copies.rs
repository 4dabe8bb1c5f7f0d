//! Which articles are the same text: word for word, or cut, retitled, extended and edited on the way from an agency
//! to a page.
//!
//! Of every article a [`Sketch`] is kept: its shingles (runs of four words, Broder 1997), a `MinHash` signature of them, the
//! hashes of its sentences, and its facts (figures and names). Candidates come from bands of the signature
//! (locality-sensitive hashing) and from sentences that two articles share, so that not all pairs are looked
//! at; each is then compared. What shares its wording but not its facts is of one template, such as two
//! weather reports, and no copy.
//!
//! Crates for near duplicates that were looked at keep the signature alone; the facts and the share of the
//! shorter text decide here, so the two dozen lines of `MinHash` are our own.

mod agency;
mod sketch;
mod variant;

use std::collections::HashMap;

pub use self::{
    agency::agency,
    sketch::Sketch,
    variant::{Variant, variant},
};
use crate::union::Groups;
use sketch::{BANDS, contained};

/// Share of the shingles of the shorter of two articles that the other one has, from which on they are one text.
/// Chosen on generated copies, which `tests/copies.rs` measures.
pub const SAME_WORDING: f64 = 0.12;
/// The same of their facts.
pub const SAME_FACTS: f64 = 0.3;
/// Articles under one key that are compared with one another; further ones with the first alone. All copies
/// of one article are found by that, and a phrase of thousands costs no square of them.
const COMPARED: usize = 24;

/// Whether two articles are versions of one text.
pub fn same(one: &Sketch, other: &Sketch) -> bool {
    if one.whole == other.whole {
        return true;
    }
    one.is_comparable()
        && other.is_comparable()
        && contained(&one.shingles, &other.shingles) >= SAME_WORDING
        && contained(&one.facts, &other.facts) >= SAME_FACTS
}

/// The articles that are versions of one text, by index into `sketches`: groups of two and more, each ascending,
/// in the order of their first members.
pub fn groups(sketches: &[Sketch]) -> Vec<Vec<usize>> {
    let mut groups = Groups::new(sketches.len());
    let mut keys: Vec<(u64, usize)> = Vec::with_capacity(sketches.len());
    for band in 0..BANDS {
        keys.clear();
        keys.extend(sketches.iter().enumerate().filter_map(|(at, s)| Some((s.band(band)?, at))));
        join_alike(&mut keys, sketches, &mut groups);
    }
    let wholes = sketches.iter().enumerate().map(|(at, sketch)| (sketch.whole, at));
    join_alike(&mut wholes.collect(), sketches, &mut groups);
    let mut sentences: Vec<(u64, usize)> = sketches
        .iter()
        .enumerate()
        .flat_map(|(at, sketch)| sketch.sentences.iter().map(move |hash| (u64::from(*hash), at)))
        .collect();
    join_alike(&mut sentences, sketches, &mut groups);
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    for at in 0..sketches.len() {
        members.entry(groups.root(at)).or_default().push(at);
    }
    let mut found: Vec<Vec<usize>> =
        members.into_values().filter(|group| group.len() > 1).collect();
    found.sort_unstable();
    found
}

/// Joins those under equal keys that turn out to be the same.
fn join_alike(keys: &mut Vec<(u64, usize)>, sketches: &[Sketch], groups: &mut Groups) {
    keys.sort_unstable();
    keys.dedup();
    for alike in keys.chunk_by(|one, other| one.0 == other.0) {
        for (place, &(_, one)) in alike.iter().enumerate().skip(1) {
            let compared = if place < COMPARED { &alike[..place] } else { &alike[..1] };
            for &(_, other) in compared {
                if groups.root(one) != groups.root(other) && same(&sketches[one], &sketches[other])
                {
                    groups.join(one, other);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: [&str; 5] = [
        "The city council of Harwick voted on Tuesday to close the old swimming pool in Mill Street.",
        "Mayor Anna Bell said that repairs would have cost 4.2 million pounds over the next three years.",
        "Parents who had campaigned for the pool called the decision a disgrace and left the hall.",
        "The pool was opened in 1936 and has been used by about 300 swimmers a week since the last repair.",
        "A new pool on the other bank of the river is planned but has no date and no money yet.",
    ];

    fn sketch(sentences: &[&str]) -> Sketch {
        Sketch::of(sentences.iter().copied())
    }

    #[test]
    fn cut_and_retouched_versions_are_one_text_and_another_story_is_not() {
        let cut = sketch(&STORY[..3]);
        let other = sketch(&[
            "Rain is expected in the north of the country until the weekend, the weather service said.",
            "Farmers in the valley had hoped for a dry week to bring in what the storm of June has left.",
            "Rivers are high already, and the fire brigade has asked people to stay away from the banks.",
        ]);
        let edited = sketch(&[
            STORY[0],
            "Mayor Anna Bell told councillors repairs would cost 4.2 million pounds.",
            STORY[2],
            STORY[3],
        ]);
        assert_eq!(groups(&[sketch(&STORY), other, cut, edited]), [vec![0, 2, 3]]);
    }

    #[test]
    fn two_reports_of_one_template_are_no_copies() {
        let report = |home: &str, away: &str, scorer: &str, minute: &str, crowd: &str| {
            sketch(&[
                &format!(
                    "{home} beat {away} in front of a crowd of {crowd} after a goal late in the second half."
                ),
                &format!(
                    "{scorer} scored in minute {minute} from close range after a corner that nobody cleared."
                ),
                &format!(
                    "The visitors from {away} had the better chances before the break but did not take them."
                ),
            ])
        };
        let one = report("Harwick", "Dunmore", "Cole", "81", "2,310");
        let two = report("Selby", "Northam", "Iversen", "77", "904");
        assert!(contained(&one.shingles, &two.shingles) > SAME_WORDING, "the template is shared");
        assert!(groups(&[one, two]).is_empty());
    }

    #[test]
    fn thousands_of_copies_of_one_article_are_one_group() {
        let all: Vec<Sketch> = (0..3_000).map(|_| sketch(&STORY)).collect();
        assert_eq!(groups(&all).len(), 1);
        assert_eq!(groups(&all)[0].len(), 3_000);
    }

    #[test]
    fn texts_too_short_to_tell_are_the_same_only_if_equal() {
        let texts = [
            sketch(&["Fire in Harwick."]),
            sketch(&["Fire in Harwick!"]),
            sketch(&["Fire in Selby."]),
        ];
        assert_eq!(groups(&texts), [vec![0, 1]]);
        assert!(groups(&[sketch(&[]), sketch(&["Fire."])]).is_empty());
    }
}
