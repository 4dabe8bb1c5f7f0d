//! The shipped head: numpy's answers, the plugin contract, and how it does on people's summaries.

use standfirst_text::sentence::from_sentences;
use std::{fs, num::NonZeroUsize, sync::Arc};

use ndarray::Array2;
use proptest::prelude::*;
use serde::Deserialize;
use standfirst_core::{
    article::Article,
    language::Language,
    plugin::{Budget, PluginInfo, Summarizer, Threading},
};
use standfirst_eval::metric::{bootstrap, rouge::Rouge};
use standfirst_ingest as ingest;
use standfirst_summarizer::{
    contract::{check_article, check_summarizer},
    engine::{Encoder, EngineError, Tokens},
    extractive::{
        self,
        salience::{Salience, head::Head},
    },
    files::Cache,
    registry::{LoadError, Registry},
    train::{Example, Recipe, train},
};
use standfirst_text::repair::clean;

const HEAD: &[u8] = include_bytes!("../../../models/salience/head.safetensors");

/// Embeds by the letters of a text.
struct ByLetters;

impl Encoder for ByLetters {
    fn dimensions(&self) -> usize {
        26
    }

    fn tokenize(&self, text: &str) -> Result<Tokens, EngineError> {
        let letters = text.bytes().filter(u8::is_ascii_lowercase);
        let ids = letters.map(|letter| u32::from(letter - b'a')).collect();
        Ok(Tokens { ids, bytes_read: text.floor_char_boundary(400), ..Tokens::default() })
    }

    fn encode_tokens(&self, inputs: &[&Tokens]) -> Result<Array2<f32>, EngineError> {
        let mut rows = Array2::from_elem((inputs.len(), 26), 0.1_f32);
        for (mut row, tokens) in rows.rows_mut().into_iter().zip(inputs) {
            for &letter in &tokens.ids {
                row[letter as usize] += 1.0;
            }
            let length: f32 = row.dot(&row).sqrt();
            row /= length;
        }
        Ok(rows)
    }
}

fn model() -> Salience {
    let info = PluginInfo {
        id: "salience".into(),
        about: "salience on made-up embeddings".into(),
        threading: Threading::Caller,
        languages: vec![Language::ENGLISH],
        card: None,
    };
    Salience::new(info, Arc::new(ByLetters), Head::from_bytes(HEAD).unwrap())
}

#[derive(Deserialize)]
struct Golden {
    features: Vec<Vec<f32>>,
    scores: Vec<f64>,
}

#[test]
fn the_shipped_head_scores_as_numpy_does() {
    let golden: Golden =
        serde_json::from_str(include_str!("../../../tests/golden/salience.json")).unwrap();
    let columns = golden.features[0].len();
    let flat = golden.features.concat();
    let features = Array2::from_shape_vec((golden.features.len(), columns), flat).unwrap();
    let scores = Head::from_bytes(HEAD).unwrap().scores(&features);
    assert_eq!(scores.len(), golden.scores.len());
    for (found, expected) in scores.iter().zip(&golden.scores) {
        assert!((found - expected).abs() < 1e-3 * (1.0 + expected.abs()), "{found} {expected}");
    }
}

#[test]
fn it_keeps_the_contract_on_made_up_embeddings() {
    check_summarizer(&model()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_it(
        sentences in prop::collection::vec(prop_oneof![
            ".{0,60}",
            "(But |However, |\"|He |She |The decision |Mr Ruiz said |Ann Lee, 43, |the |people |of |said |[a-z]{2,7} ){1,9}\\.?\"?",
        ], 1..16),
        count in 1_usize..9,
        by_words in any::<bool>(),
    ) {
        let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let Ok(article) = from_sentences("random text", &sentences) else {
            return Ok(()); // nothing but white space
        };
        let count = NonZeroUsize::new(count).unwrap();
        let budget = if by_words {
            Budget::Words(count.saturating_mul(count))
        } else {
            Budget::Sentences(count)
        };
        let checked = check_article(&model(), &article, budget);
        prop_assert!(checked.is_ok(), "{checked:?}");
    }
}

#[test]
fn the_program_carries_the_head_and_only_the_encoder_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(Cache::at(folder.path().join("models"))).unwrap();
    let error = registry.summarizer("salience").err().unwrap();
    assert!(matches!(error, LoadError::MissingFiles { missing: 3, .. }), "{error}");
    let card = registry.card("salience").unwrap().unwrap();
    let head = registry.cache().check(card.file("head").unwrap()).unwrap();
    assert!(
        fs::read(head).unwrap() == HEAD,
        "the program carries another head than models/salience"
    );
}

#[test]
fn a_head_of_ones_own_is_a_model_by_its_card() {
    let folder = tempfile::tempdir().unwrap();
    let mut registry = Registry::new(Cache::at(folder.path().join("models"))).unwrap();
    let base = registry.card("salience").unwrap().unwrap();
    let card = standfirst_summarizer::train::card(
        base,
        "desk",
        "12 articles of \"own\\refs\".jsonl",
        "ROUGE-1 30",
        "head.safetensors",
        HEAD,
    );
    fs::write(folder.path().join("desk.toml"), card).unwrap();
    registry.add_folder(folder.path()).unwrap();
    let card = registry.card("desk").unwrap().unwrap();
    assert_eq!(card.trained_on.as_deref(), Some("12 articles of \"own\\refs\".jsonl"));
    assert_eq!(card.files.len(), 4);
    let error = registry.summarizer("desk").err().unwrap();
    assert!(error.is_missing_files(), "{error}");
}

/// The model with its encoder.
fn shipped() -> Arc<dyn Summarizer> {
    let model = Registry::from_env(&[]).unwrap().summarizer("salience");
    model.unwrap_or_else(|error| panic!("run `standfirst models fetch salience`: {error}"))
}

#[test]
#[ignore = "needs the files of salience"]
fn the_shipped_model_keeps_the_contract() {
    check_summarizer(&*shipped()).unwrap();
}

/// Articles with references, the first `count` of the dev part of `set`.
fn dev(set: &str, count: usize) -> Vec<(Article, String)> {
    let path = standfirst_testdata::path(&format!("data/{set}/dev.jsonl"));
    let rows = ingest::open(vec![path], ingest::Options::default()).take(count);
    rows.map(|row| {
        let document = row.unwrap().read().unwrap();
        let reference = document.annotations.reference().unwrap().to_owned();
        (clean(document).unwrap(), reference)
    })
    .collect()
}

/// ROUGE-1 of `model` less that of the first sentences, with its interval.
fn gain(model: &dyn Summarizer, articles: &[(Article, String)], count: usize) -> [f64; 2] {
    let budget = Budget::Sentences(NonZeroUsize::new(count).unwrap());
    let lead = extractive::lead::make();
    let rouge = Rouge::new(true);
    let score = |model: &dyn Summarizer, article: &Article, reference: &str| {
        let summary = model.summarize(article, budget).unwrap();
        let lines: Vec<&str> = summary.sentences.iter().map(|s| s.text.as_str()).collect();
        100.0 * rouge.score(reference, &lines.join("\n")).rouge1.f
    };
    let scores = |model: &dyn Summarizer| -> Vec<f64> {
        articles.iter().map(|(article, reference)| score(model, article, reference)).collect()
    };
    let gain = bootstrap::paired_difference(&scores(model), &scores(&*lead), 1).unwrap();
    [gain.mean, gain.high]
}

/// The whole of dev gives the figures in README.md; a part, for the time's sake, gives a bar with a
/// margin of about one standard error.
#[test]
#[ignore = "needs STANDFIRST_DATA and the files of salience"]
fn with_data_it_beats_the_first_sentences_on_peoples_highlights() {
    let [mean, _] = gain(&*shipped(), &dev("cnndm", 90), 3);
    assert!(mean > 0.8, "ROUGE-1 {mean:+.2} over lead");
}

#[test]
#[ignore = "needs STANDFIRST_DATA and the files of salience"]
fn with_data_it_is_no_worse_than_the_first_sentences_on_short_summaries() {
    let [mean, high] = gain(&*shipped(), &dev("inshorts", 72), 2);
    assert!(high > 0.0 && mean > -1.0, "ROUGE-1 {mean:+.2} over lead");
}

#[test]
fn training_on_real_text_gives_the_same_bytes_again() {
    let examples = || {
        let example = |i: usize| {
            let texts = [
                format!("The ferry to Orvane sailed again on day {i} after nine years."),
                "It carried forty passengers and a goat.".to_owned(),
                format!("\"We are glad,\" said Marta Ruiz, {}, the owner.", 30 + i),
                "The crossing takes an hour in calm weather.".to_owned(),
            ];
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let article = from_sentences("t", &texts).unwrap();
            Example::new(&ByLetters, article, "The ferry to Orvane sails again.").unwrap()
        };
        (0..14).map(example).collect::<Vec<_>>()
    };
    let recipe = Recipe { networks: 2, first_epochs: 3, second_epochs: 3, ..Recipe::default() };
    let bytes = || train(&examples(), &recipe, &mut || {}).unwrap().to_bytes().unwrap();
    assert_eq!(bytes(), bytes());
}
