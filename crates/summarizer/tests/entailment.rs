//! The network of entailment against transformers, on a tiny one that `tests/golden/entailment.py` makes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use safetensors::SafeTensors;
use serde::Deserialize;
use standfirst_core::{
    entailment::{Claim, EntailmentModel},
    plugin::{PluginInfo, Threading},
};
use standfirst_summarizer::{
    contract,
    engine::{
        EngineError, PairNetwork,
        native::{BertEncoder, BertEntailment, BertFiles, OUR_CLASSES, classes},
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
    BertEntailment::load(encoder(), &path, golden().max_tokens, OUR_CLASSES).unwrap()
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
    let path = file("model.safetensors");
    let Err(error) = BertEntailment::load(encoder(), &path, golden().max_tokens, OUR_CLASSES)
    else {
        panic!("there is no head in it")
    };
    let EngineError::MissingTensor { name, .. } = &error else { panic!("{error}") };
    assert_eq!(name, "pooler.dense.weight");
}

/// The same network in one file, as published checkpoints are: everything but the head under `bert.`, and
/// the classes in another order.
fn checkpoint(folder: &Path) -> BertFiles {
    let (lower, upper) = (
        fs::read(file("model.safetensors")).unwrap(),
        fs::read(file("entailment.safetensors")).unwrap(),
    );
    let (lower, upper) =
        (SafeTensors::deserialize(&lower).unwrap(), SafeTensors::deserialize(&upper).unwrap());
    let is_upper = |name: &str| upper.names().contains(&name);
    let kept = lower.tensors().into_iter().filter(|(name, _)| !is_upper(name));
    let named = kept.chain(upper.tensors()).map(|(name, tensor)| {
        let inside = !name.starts_with("classifier.");
        (if inside { format!("bert.{name}") } else { name }, tensor)
    });
    let weights = folder.join("model.safetensors");
    fs::write(&weights, safetensors::serialize(named, None).unwrap()).unwrap();
    let mut config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(file("config.json")).unwrap()).unwrap();
    config["id2label"] =
        serde_json::json!({"0": "ENTAILMENT", "2": "contradiction", "1": "Neutral"});
    let path = folder.join("config.json");
    fs::write(&path, config.to_string()).unwrap();
    BertFiles { config: path, tokenizer: file("tokenizer.json"), weights }
}

#[test]
fn a_whole_checkpoint_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let files = checkpoint(folder.path());
    let encoder = Arc::new(BertEncoder::load(&files, golden().max_tokens).unwrap());
    let classes = classes(&files.config).unwrap();
    let network =
        BertEntailment::load(encoder, &files.weights, golden().max_tokens, classes).unwrap();
    let golden = golden();
    let pairs: Vec<_> =
        golden.pairs.iter().map(|pair| (&*pair.premise, &*pair.hypothesis)).collect();
    for (pair, logits) in golden.pairs.iter().zip(network.judge(&pairs).unwrap()) {
        for (ours, theirs) in logits.iter().zip(pair.logits) {
            assert!((ours - theirs).abs() < 1e-4, "{logits:?}, not {:?}", pair.logits);
        }
    }
}

#[test]
fn the_order_of_the_classes_is_that_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let read = |labels: &str| {
        fs::write(&path, format!("{{\"id2label\": {labels}}}")).unwrap();
        classes(&path).map_err(|error| error.to_string())
    };
    let usual = r#"{"0": "contradiction", "1": "entailment", "2": "neutral"}"#;
    assert_eq!(read(usual).unwrap(), [1, 2, 0]);
    for wrong in [r#"{"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}"#, "{}"] {
        assert!(read(wrong).unwrap_err().contains("id2label"), "{wrong}");
    }
    let four = r#"{"0": "contradiction", "1": "entailment", "2": "neutral", "3": "other"}"#;
    assert!(read(four).unwrap_err().contains("in any order"));
}
