//! The network of entailment against transformers, on a tiny one that `tests/golden/entailment.py` makes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use standfirst_core::{
    entailment::{Claim, EntailmentModel},
    plugin::{PluginInfo, Threading},
};
use standfirst_summarizer::{
    contract,
    engine::{
        EngineError, PairNetwork,
        native::{BertEncoder, BertEntailment, BertFiles},
    },
    entailment::NetworkEntailment,
};

#[derive(Deserialize)]
struct Golden {
    max_tokens: usize,
    pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    premise: String,
    hypothesis: String,
    /// Entailment, neutral, contradiction.
    logits: [f32; 3],
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/entailment").join(name)
}

fn golden() -> Golden {
    serde_json::from_str(&fs::read_to_string(file("golden.json")).unwrap()).unwrap()
}

fn encoder() -> Arc<BertEncoder> {
    let files = BertFiles {
        config: file("config.json"),
        tokenizer: file("tokenizer.json"),
        weights: file("model.safetensors"),
    };
    Arc::new(BertEncoder::load(&files, golden().max_tokens).unwrap())
}

fn network() -> BertEntailment {
    let path = file("entailment.safetensors");
    BertEntailment::load(encoder(), &path, golden().max_tokens).unwrap()
}

fn model() -> NetworkEntailment {
    let info = PluginInfo {
        id: "tiny".into(),
        about: "seeded noise".into(),
        threading: Threading::Caller,
        languages: Vec::new(),
        card: None,
    };
    NetworkEntailment::new(info, Arc::new(network()))
}

#[test]
fn logits_are_those_of_transformers_whatever_is_cut() {
    let golden = golden();
    let pairs: Vec<_> =
        golden.pairs.iter().map(|pair| (&*pair.premise, &*pair.hypothesis)).collect();
    let together = network().judge(&pairs).unwrap();
    for (pair, logits) in golden.pairs.iter().zip(&together) {
        for (ours, theirs) in logits.iter().zip(pair.logits) {
            let apart = (ours - theirs).abs();
            assert!(apart < 1e-4, "{}: {logits:?}, not {:?}", pair.hypothesis, pair.logits);
        }
    }
}

#[test]
fn the_classes_keep_their_names() {
    let pair = &golden().pairs[0];
    let claim = Claim { premise: &pair.premise, hypothesis: &pair.hypothesis };
    let answer = model().judge(&[claim]).unwrap()[0];
    let highest = |logits: [f32; 3]| logits.into_iter().fold(f32::MIN, f32::max);
    let [entailment, neutral, contradiction] = pair.logits;
    let sum: f32 = pair.logits.iter().map(|logit| (logit - highest(pair.logits)).exp()).sum();
    let share = |logit: f32| (logit - highest(pair.logits)).exp() / sum;
    assert!((answer.supported - share(entailment)).abs() < 1e-4, "{answer:?}");
    assert!((answer.contradicted - share(contradiction)).abs() < 1e-4, "{answer:?}");
    assert!((answer.unsaid - share(neutral)).abs() < 1e-4, "{answer:?}");
}

#[test]
fn it_keeps_the_contract() {
    contract::check_entailment(&model()).unwrap();
}

#[test]
fn a_file_without_a_head_is_refused_by_the_name_of_what_is_missing() {
    let Err(error) = BertEntailment::load(encoder(), &file("model.safetensors"), golden().max_tokens) else {
        panic!("there is no head in it")
    };
    let EngineError::MissingTensor { name, .. } = &error else { panic!("{error}") };
    assert_eq!(name, "pooler.dense.weight");
}
