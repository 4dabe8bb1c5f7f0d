//! The lexical methods against the Python package sumy, on the same sentences and the same words.
//! `tests/golden/golden_sumy.py` made the expected values and says what it set differently from sumy's
//! defaults.

use standfirst_text::sentence::from_sentences;
use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::{Deserialize, de::DeserializeOwned};
use standfirst_core::{
    article::Article,
    language::Language,
    plugin::{Budget, Origin, Summarizer},
};
use standfirst_summarizer::extractive::{
    self, kl, lexrank, lsa, luhn, sumbasic, terms::Terms, textrank,
};

/// Scores that differ by less are the same.
const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Sample {
    id: String,
    sentences: Vec<String>,
}

impl Sample {
    fn article(&self) -> Article {
        let sentences: Vec<&str> = self.sentences.iter().map(String::as_str).collect();
        from_sentences(&self.id, &sentences).unwrap()
    }
}

/// What sumy says about one article.
#[derive(Deserialize)]
struct Golden {
    id: String,
    #[serde(flatten)]
    methods: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Indices of the three best, in reading order.
    chosen: Vec<usize>,
    scores: Option<Vec<f64>>,
    order: Option<Vec<usize>>,
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name)
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn samples() -> Vec<Sample> {
    read("articles.json")
}

#[test]
fn the_words_given_to_sumy_are_still_ours() {
    let words: Vec<Vec<Vec<Option<usize>>>> = samples()
        .iter()
        .map(|sample| {
            let article = sample.article();
            assert_eq!(article.language(), Some(Language::ENGLISH), "{}", sample.id);
            let terms = Terms::of(&article, usize::MAX);
            (0..terms.len()).map(|sentence| terms.words(sentence).to_vec()).collect()
        })
        .collect();
    if std::env::var_os("STANDFIRST_BLESS").is_some() {
        fs::write(path("terms.json"), serde_json::to_string(&words).unwrap() + "\n").unwrap();
    }
    let given: Vec<Vec<Vec<Option<usize>>>> = read("terms.json");
    assert!(words == given, "set STANDFIRST_BLESS=1, then run tests/golden/golden_sumy.py again");
}

#[test]
fn scores_and_orders_are_those_of_sumy() {
    let golden: Vec<Golden> = read("sumy.json");
    assert!(golden.len() >= 20);
    for (sample, golden) in samples().iter().zip(&golden) {
        assert_eq!(sample.id, golden.id);
        let terms = Terms::of(&sample.article(), usize::MAX);
        let expected = |method: &str| &golden.methods[method];
        check_scores(&golden.id, expected("textrank"), &textrank::scores(&terms));
        check_scores(&golden.id, expected("lexrank"), &lexrank::scores(&terms, lexrank::DAMPING));
        let without_jumps = lexrank::scores(&terms, 1.0);
        check_scores(&golden.id, expected("lexrank_without_jumps"), &without_jumps);
        check_scores(&golden.id, expected("lsa"), &lsa::scores(&terms));
        check_scores(&golden.id, expected("luhn"), &luhn::scores(&terms));
        assert_eq!(expected("sumbasic").order, Some(sumbasic::order(&terms)), "{}", golden.id);
        assert_eq!(expected("kl").order, Some(kl::order(&terms)), "{}", golden.id);
    }
}

/// The scores are sumy's.
fn check_scores(id: &str, expected: &Expected, scores: &[f64]) {
    let theirs = expected.scores.as_ref().unwrap();
    assert_eq!(theirs.len(), scores.len(), "{id}");
    for (sentence, (theirs, ours)) in theirs.iter().zip(scores).enumerate() {
        assert!((theirs - ours).abs() < TOLERANCE, "{id}, {sentence}: {ours}, sumy {theirs}");
    }
}

#[test]
fn the_summaries_are_those_of_sumy() {
    let golden: Vec<Golden> = read("sumy.json");
    for method in ["textrank", "lexrank", "lsa", "sumbasic", "kl", "luhn"] {
        let builtin = extractive::BUILTINS.iter().find(|builtin| builtin.id == method).unwrap();
        let model = (builtin.make)();
        for (sample, golden) in samples().iter().zip(&golden) {
            let expected = &golden.methods[method].chosen;
            assert_eq!(&chosen(&*model, sample), expected, "{method} on {}", golden.id);
        }
    }
}

fn chosen(model: &dyn Summarizer, sample: &Sample) -> Vec<usize> {
    let summary = model.summarize(&sample.article(), Budget::DEFAULT).unwrap();
    summary
        .sentences
        .iter()
        .map(|sentence| match sentence.origin {
            Origin::Extracted(index) => index,
            other => panic!("{other:?} from an extractive method"),
        })
        .collect()
}
