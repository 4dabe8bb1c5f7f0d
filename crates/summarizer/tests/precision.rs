//! Encoders in 8 bits against the same in 32: the vectors, and what is chosen and judged by them.

mod common;

use std::{num::NonZeroUsize, sync::Arc};

use standfirst_core::{
    article::Article,
    card::Precision,
    plugin::{Budget, Summarizer},
};
use standfirst_eval::metric::rouge::Rouge;
use standfirst_ingest as ingest;
use standfirst_summarizer::{
    engine::{Encoder as _, native::BertEncoder},
    registry::{Options, Registry},
};
use standfirst_text::repair::clean;

/// As the cards have it.
const MAX_TOKENS: usize = 256;

fn encoder(precision: Precision) -> BertEncoder {
    BertEncoder::load_as(&common::encoder_files("centroid"), MAX_TOKENS, precision).unwrap()
}

fn registry(precision: Precision) -> Registry {
    let options = Options { precision: Some(precision), ..Options::default() };
    Registry::from_env(&[]).unwrap().with_options(options)
}

/// The repaired articles of the dev part of `set`, with what they were summarised to.
fn articles(set: &str) -> Vec<(Article, Option<String>)> {
    let path = standfirst_testdata::path(&format!("data/{set}/dev.jsonl"));
    ingest::open(vec![path], ingest::Options::default())
        .map(|row| {
            let document = row.unwrap().read().unwrap();
            let reference = document.annotations.reference().map(ToOwned::to_owned);
            (clean(document).unwrap(), reference)
        })
        .collect()
}

#[test]
#[ignore = "needs the files of centroid"]
fn a_sentence_has_the_very_same_vector_in_any_company() {
    let encoder = encoder(Precision::Int8);
    let texts: Vec<String> =
        (1..40).map(|i| format!("Ship {i} came with {}.", "a goat and ".repeat(i % 17))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.encode(&texts).unwrap();
    for (text, row) in texts.iter().zip(together.rows()) {
        assert_eq!(encoder.encode(&[text]).unwrap().row(0), row);
    }
}

#[test]
#[ignore = "needs STANDFIRST_DATA and the files of centroid"]
fn with_data_vectors_point_where_those_of_f32_do() {
    // 5,000 take minutes. These gave .99948 and .99799.
    const SENTENCES: usize = 1_000;
    let sets = [articles("cnndm"), articles("bbc_clean")];
    // Every other article of each set in turn, so that both have their part.
    let [first, second] = sets.map(|set| set.into_iter().map(|(article, _)| article));
    let mut texts = Vec::new();
    for article in first.zip(second).flat_map(|(one, other)| [one, other]) {
        texts.extend(article.sentences().iter().map(|sentence| sentence.text.clone()));
    }
    texts.truncate(SENTENCES);
    assert_eq!(texts.len(), SENTENCES);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (full, int8) = (encoder(Precision::F32), encoder(Precision::Int8));
    let (full, int8) = (full.encode(&texts).unwrap(), int8.encode(&texts).unwrap());
    let cosines = full.rows().into_iter().zip(int8.rows()).map(|(a, b)| f64::from(a.dot(&b)));
    let cosines: Vec<f64> = cosines.collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    let worst = cosines.iter().copied().fold(1.0, f64::min);
    println!("cosine {mean:.5} in the mean, {worst:.5} at worst");
    assert!(mean >= 0.999 && worst >= 0.995, "{mean} {worst}");
}

#[test]
#[ignore = "needs STANDFIRST_DATA and the files of salience"]
fn with_data_the_same_sentences_are_picked() {
    let budget = Budget::Sentences(NonZeroUsize::new(3).unwrap());
    // All 293 take minutes. Of these 99 had the same picks, and ROUGE-1 was 31.67 and 31.68.
    let mut articles = articles("cnndm");
    articles.truncate(100);
    let rouge = Rouge::new(true);
    let picked = |precision| -> (Vec<String>, f64) {
        let model: Arc<dyn Summarizer> = registry(precision).summarizer("salience").unwrap();
        let mut total = 0.0;
        let picks = articles.iter().map(|(article, reference)| {
            let summary = model.summarize(article, budget).unwrap();
            let lines: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
            let (reference, summary) = (reference.as_deref().unwrap(), lines.join("\n"));
            total += 100.0 * rouge.score(reference, &summary).rouge1.f;
            summary
        });
        let picks = picks.collect::<Vec<_>>();
        (picks, total / articles.len() as f64)
    };
    let ((full, full_rouge), (int8, int8_rouge)) =
        (picked(Precision::F32), picked(Precision::Int8));
    let same = full.iter().zip(&int8).filter(|(one, other)| one == other).count();
    let share = same as f64 / full.len() as f64;
    println!(
        "the same picks in {same} of {}; ROUGE-1 {full_rouge:.2}, {int8_rouge:.2}",
        full.len()
    );
    assert!(share >= 0.95, "{share}");
    assert!((full_rouge - int8_rouge).abs() <= 0.1, "{full_rouge} {int8_rouge}");
}
