//! How much of real news pages the HTML reader gets right, in the measures of the public
//! article-extraction benchmark: 4-token shingles (a token is `\w+`), precision and recall per page
//! over multisets, the means of both, and the F1 of the means. Beside it the mean F1 of token
//! multisets. Run with `--include-ignored --nocapture` to see the figures.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{Cursor, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use regex::Regex;
use standfirst_ingest::{self as ingest, Format, Options};

/// What the HTML reader is held to, in F1 of 4-token shingles.
const BAR: f64 = 0.96;
const SHINGLE: usize = 4;

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_real_pages_reach_the_bar() {
    let folder = standfirst_testdata::path("data/html_extraction");
    let lines = fs::read_to_string(folder.join("dev.jsonl")).expect("dev.jsonl is in the data");
    let pages: Vec<Score> = lines.lines().map(|line| score_page(&folder, line)).collect();
    let (precision, recall) = (mean(&pages, |p| p.precision), mean(&pages, |p| p.recall));
    let (shingles, tokens) = (f1(precision, recall), mean(&pages, |p| p.token_f1));
    println!(
        "{} pages: {SHINGLE}-shingles P {precision:.4} R {recall:.4} F1 {shingles:.4}; \
         token multisets mean F1 {tokens:.4}",
        pages.len()
    );
    assert!(shingles >= BAR, "F1 of shingles is {shingles:.4}");
}

struct Score {
    precision: f64,
    recall: f64,
    token_f1: f64,
}

fn score_page(folder: &Path, line: &str) -> Score {
    let page: serde_json::Value = serde_json::from_str(line).expect("the data is JSON");
    let field = |key: &str| page[key].as_str().expect("the key is a string").to_owned();
    let html = unpack(&folder.join(field("html")));
    let found = extract(html.clone());
    assert_eq!(found, extract(html), "the same page gives the same text: {}", field("id"));
    let (wanted, found) = (tokens(&field("text")), tokens(&found));
    let (precision, recall) = overlap(&wanted, &found, SHINGLE);
    let (token_precision, token_recall) = overlap(&wanted, &found, 1);
    Score { precision, recall, token_f1: f1(token_precision, token_recall) }
}

fn unpack(path: &Path) -> Vec<u8> {
    let mut html = Vec::new();
    let file = File::open(path).expect("the page is in the data");
    GzDecoder::new(file).read_to_end(&mut html).expect("the page is gzip");
    html
}

/// The text of the page; a page that cannot be read counts as empty.
fn extract(html: Vec<u8>) -> String {
    let options = Options { format: Some(Format::Html), ..Options::default() };
    let mut inputs = ingest::from_reader("page", Cursor::new(html), &options);
    let pending = inputs.next().expect("a page is one input").expect("a page is small enough");
    pending.read().map(|document| document.text).unwrap_or_default()
}

fn tokens(text: &str) -> Vec<String> {
    let word = Regex::new(r"\w+").expect("the pattern is valid");
    word.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// Precision and recall of the shingles of `found`; 0 where there are none.
fn overlap(wanted: &[String], found: &[String], size: usize) -> (f64, f64) {
    let (wanted, found) = (shingles(wanted, size), shingles(found, size));
    let common: usize =
        found.iter().map(|(key, &count)| count.min(wanted.get(key).copied().unwrap_or(0))).sum();
    let share =
        |all: &HashMap<&[String], usize>| common as f64 / all.values().sum::<usize>().max(1) as f64;
    (share(&found), share(&wanted))
}

/// Runs of `size` tokens and how often each stands there; a shorter text is one run.
fn shingles(tokens: &[String], size: usize) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    let last = tokens.len().saturating_sub(size);
    for start in 0..=last {
        *counts.entry(&tokens[start..tokens.len().min(start + size)]).or_default() += 1;
    }
    counts
}

fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
}

fn mean(pages: &[Score], of: impl Fn(&Score) -> f64) -> f64 {
    pages.iter().map(of).sum::<f64>() / pages.len() as f64
}
