//! Every score of 500 pairs against Google's `rouge-score` 0.1.2 (`tests/golden/rouge.py`).

use serde::Deserialize;
use standfirst_eval::metric::rouge::{Rouge, Score, Scores};

#[derive(Deserialize)]
struct Pair {
    reference: String,
    summary: String,
    plain: [[f64; 3]; 4],
    stemmed: [[f64; 3]; 4],
}

fn numbers(scores: &Scores) -> [[f64; 3]; 4] {
    let row = |score: Score| [score.precision, score.recall, score.f];
    [row(scores.rouge1), row(scores.rouge2), row(scores.rouge_l), row(scores.rouge_lsum)]
}

fn check(stem: bool, expected: impl Fn(&Pair) -> [[f64; 3]; 4]) {
    let golden = include_str!("../../../tests/golden/rouge.json");
    let pairs: Vec<Pair> = serde_json::from_str(golden).unwrap();
    assert_eq!(pairs.len(), 500);
    let rouge = Rouge::new(stem);
    for pair in &pairs {
        let ours = numbers(&rouge.score(&pair.reference, &pair.summary));
        let theirs = expected(pair);
        let equal =
            ours.iter().flatten().zip(theirs.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(equal, "{:?} / {:?}: {ours:?} {theirs:?}", pair.reference, pair.summary);
    }
}

#[test]
fn plain_scores_equal_those_of_the_reference_package() {
    check(false, |pair| pair.plain);
}

#[test]
fn stemmed_scores_equal_those_of_the_reference_package() {
    check(true, |pair| pair.stemmed);
}
