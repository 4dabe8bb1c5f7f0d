//! The memory that a model is reckoned to take, against what the system says that it takes. A program of its own,
//! since all tests of one share its memory.
#![cfg(target_os = "linux")]

use std::fs;

use standfirst_core::{article::Article, plugin::Budget};
use standfirst_summarizer::{
    abstractive::Mode,
    registry::{Options, Registry},
};
use standfirst_text::sentence::from_sentences;

/// Articles that are summarised together, as many as a thread takes at a time.
const TOGETHER: usize = 16;

/// The most that this process has had in memory so far, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kibibytes: u64 = line.trim().strip_suffix("kB").unwrap().trim().parse().unwrap();
    kibibytes * 1024
}

/// More than any model here reads.
fn long(number: usize) -> Article {
    let sentence = |i: usize| {
        format!(
            "On day {i} the harbour board of town {number} heard about bridge {i} and its ferry."
        )
    };
    let sentences: Vec<String> = (0..400).map(sentence).collect();
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    from_sentences(&format!("long-{number}"), &sentences).unwrap()
}

#[test]
#[ignore = "needs the files of smollm2-135m"]
fn a_writer_takes_what_it_is_reckoned_to_take() {
    let options = Options { mode: Mode::Generate, ..Options::default() };
    let registry = Registry::from_env(&[]).unwrap().with_options(options);
    let need = registry.need("smollm2-135m").unwrap();
    let articles: Vec<Article> = (0..TOGETHER).map(long).collect();
    // What the program itself keeps of any article is there before.
    registry.summarizer("lexrank").unwrap().summarize(&articles[0], Budget::DEFAULT).unwrap();
    let before = peak();
    let model = registry.summarizer("smollm2-135m").unwrap();
    let loaded = peak() - before;
    let (loading, weights) = (need.weights + need.file, need.weights);
    assert!(loaded.abs_diff(loading) * 100 <= 15 * loading, "{loaded} bytes, reckoned {loading}");
    let together: Vec<&Article> = articles.iter().collect();
    for answer in model.summarize_all(&together, Budget::DEFAULT) {
        answer.unwrap();
    }
    let most = peak() - before;
    assert!(most > weights && !need.guessed);
    let total = need.total();
    assert!(most.abs_diff(total) * 100 <= 15 * total, "{most} bytes, reckoned {total}: {need:?}");
}
