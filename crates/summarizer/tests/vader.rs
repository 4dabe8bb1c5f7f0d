//! VADER against vaderSentiment 3.3.2, digit for digit. `tests/golden/golden_vader.py` made the
//! expected values.

use std::{fs, path::PathBuf};

use serde::Deserialize;
use standfirst_core::plugin::{Label, Passage};
use standfirst_summarizer::sentiment::vader;
use vader_parity::SentimentIntensityAnalyzer;

/// The four scores of the reference implementation.
#[derive(Deserialize)]
struct Golden {
    text: String,
    neg: f64,
    neu: f64,
    pos: f64,
    compound: f64,
}

fn golden() -> Vec<Golden> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/vader.jsonl");
    // By '\n' alone: the sentences hold other characters that end lines.
    let rows = fs::read_to_string(path).unwrap();
    rows.split_terminator('\n').map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[test]
#[expect(clippy::float_cmp, reason = "equal digits are the point")]
fn all_four_scores_are_those_of_the_reference() {
    let golden = golden();
    assert_eq!(golden.len(), 1_000);
    let analyzer = SentimentIntensityAnalyzer::new();
    for row in &golden {
        let ours = analyzer.polarity_scores(&row.text);
        let ours = [ours.neg, ours.neu, ours.pos, ours.compound];
        assert_eq!(ours, [row.neg, row.neu, row.pos, row.compound], "{:?}", row.text);
    }
}

#[test]
#[expect(clippy::float_cmp, reason = "equal digits are the point")]
fn the_plugin_gives_the_compound_and_its_class() {
    let golden = golden();
    let passages: Vec<Passage<'_>> =
        golden.iter().map(|row| Passage { text: &row.text, target: None }).collect();
    let scores = vader::make().score(&passages).unwrap();
    assert_eq!(scores.len(), golden.len());
    for (score, row) in scores.iter().zip(&golden) {
        assert_eq!(score.polarity.get(), row.compound, "{:?}", row.text);
        let label = match row.compound {
            compound if compound >= 0.05 => Label::Positive,
            compound if compound <= -0.05 => Label::Negative,
            _ => Label::Neutral,
        };
        assert_eq!((score.label, score.confidence), (label, None), "{:?}", row.text);
    }
    for label in [Label::Negative, Label::Neutral, Label::Positive] {
        assert!(scores.iter().filter(|score| score.label == label).count() > 50, "{label:?}");
    }
}
