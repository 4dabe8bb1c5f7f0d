//! What one version of a text has that the other does not, sentence by sentence.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use standfirst_core::article::{Article, Span};
use standfirst_text::words;

use crate::hash;

/// Share of the words of the shorter of two sentences, in pairs, that makes them versions of one another.
const SAME_SENTENCE: f64 = 0.5;

/// How a version differs from the earliest one. All spans are bytes of the text of the article that is named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// Share of its sentences that the earliest one has word for word, 0–1.
    pub verbatim: f64,
    /// Sentences of this version alone.
    pub added: Vec<Span>,
    /// Sentences of the earliest version alone.
    pub left_out: Vec<Span>,
    /// Sentences that both have in other words.
    pub changed: Vec<Changed>,
}

/// A sentence that two versions have in other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// In the earliest version.
    pub before: Span,
    /// In this one.
    pub after: Span,
}

/// A sentence as it is compared.
struct Line {
    span: Span,
    whole: u64,
    pairs: HashSet<u64>,
}

/// What `version` has made of `earliest`.
pub fn variant(earliest: &Article, version: &Article) -> Variant {
    let (before, after) = (lines(earliest), lines(version));
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, line) in before.iter().enumerate() {
        places.entry(line.whole).or_default().push(at);
    }
    let mut kept = vec![false; before.len()];
    let mut verbatim = 0;
    let mut open = Vec::new();
    for line in &after {
        match places.get(&line.whole).and_then(|places| places.iter().find(|at| !kept[**at])) {
            Some(&at) => {
                kept[at] = true;
                verbatim += 1;
            }
            None => open.push(line),
        }
    }
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for line in open {
        let near = before.iter().enumerate().filter(|(at, _)| !kept[*at]);
        let near = near.map(|(at, other)| (shared(line, other), at));
        match near.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1))) {
            Some((share, at)) if share >= SAME_SENTENCE => {
                kept[at] = true;
                changed.push(Changed { before: before[at].span, after: line.span });
            }
            _ => added.push(line.span),
        }
    }
    let left_out = before.iter().zip(kept).filter(|(_, kept)| !kept).map(|(line, _)| line.span);
    let verbatim = f64::from(verbatim) / after.len().max(1) as f64;
    Variant { verbatim, added, left_out: left_out.collect(), changed }
}

fn lines(article: &Article) -> Vec<Line> {
    let line = |sentence: &standfirst_core::article::Sentence| {
        let words: Vec<u64> =
            words::words(&sentence.text).map(|word| hash::of(&word.to_lowercase())).collect();
        let whole = words.iter().fold(0, |key, word| hash::mix(key ^ word));
        let pairs =
            words.windows(2).map(|pair| hash::mix(pair[0].rotate_left(1) ^ pair[1])).collect();
        Line { span: sentence.span, whole, pairs }
    };
    article.sentences().iter().map(line).collect()
}

fn shared(one: &Line, other: &Line) -> f64 {
    let smaller = one.pairs.len().min(other.pairs.len());
    let common = one.pairs.intersection(&other.pairs).count();
    if smaller == 0 { 0.0 } else { common as f64 / smaller as f64 }
}

#[cfg(test)]
mod tests {
    use standfirst_text::sentence::from_sentences;

    use super::*;

    #[test]
    fn what_was_added_left_out_and_changed_is_told_by_its_place() {
        let earliest = from_sentences(
            "a",
            &[
                "The council closed the pool.",
                "The mayor said repairs would cost 4 million pounds.",
                "Parents protested in the hall.",
            ],
        )
        .unwrap();
        let version = from_sentences(
            "b",
            &[
                "The council closed the pool.",
                "Mayor Bell said repairs would cost 4 million.",
                "A new pool is planned across the river.",
            ],
        )
        .unwrap();
        let found = variant(&earliest, &version);
        let text = |article: &Article, span: Span| article.document().text[span.range()].to_owned();
        assert_eq!(
            found.added.iter().map(|s| text(&version, *s)).collect::<Vec<_>>(),
            ["A new pool is planned across the river."]
        );
        assert_eq!(
            found.left_out.iter().map(|s| text(&earliest, *s)).collect::<Vec<_>>(),
            ["Parents protested in the hall."]
        );
        assert_eq!(found.changed.len(), 1);
        assert!((found.verbatim - 1.0 / 3.0).abs() < 1e-9);
    }
}
