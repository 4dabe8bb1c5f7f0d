//! The lists that were counted, counted anew: the tests that they still are what counting gives.
//!
//! Texts come from the folder that `STANDFIRST_DATA` names; with `STANDFIRST_BLESS=1` a test writes its
//! file anew under the header that is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use unicode_segmentation::UnicodeSegmentation as _;

use super::english;

/// The least frequent stems of the table, in thousandths.
const FLOOR: usize = 12;

/// The articles of a data set.
fn texts(set: &str) -> Vec<String> {
    let rows = standfirst_testdata::rows(&format!("data/{set}"));
    rows.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

/// Holds a file to its lines, or writes it.
fn hold(path: &str, lines: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lexicon").join(path);
    let text = fs::read_to_string(&path).unwrap();
    let header: String = text.split_inclusive('\n').filter(|line| line.starts_with('#')).collect();
    let anew = format!("{header}\n{lines}");
    if env::var_os("STANDFIRST_BLESS").is_some() {
        fs::write(&path, &anew).unwrap();
    }
    assert!(text == anew, "STANDFIRST_BLESS=1 writes {} anew", path.display());
}

/// Every stem that stands in at least [`FLOOR`] thousandths of the articles, and how many those are.
fn frequencies(texts: &[String]) -> String {
    let lexicon = english();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        let bare = |word: &str| word.trim_end_matches("'s").trim_end_matches("’s").to_owned();
        let words = text.unicode_words().filter(|word| !lexicon.is_stop_word(word)).map(bare);
        let stems: BTreeSet<String> = words.map(|word| lexicon.stem(&word)).collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1;
        }
    }
    let shares = counts.into_iter().map(|(stem, count)| (stem, count * 1000 / texts.len()));
    let common = shares.filter(|(stem, share)| stem.len() > 1 && *share >= FLOOR);
    let lines: Vec<String> = common.map(|(stem, share)| format!("{stem} {share}\n")).collect();
    lines.concat()
}

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_the_frequencies_are_what_counting_gives() {
    hold("en/frequency.txt", &frequencies(&texts("cnndm/train.jsonl")));
}
