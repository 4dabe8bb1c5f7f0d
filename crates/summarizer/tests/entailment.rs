//! The networks of entailment against transformers, on tiny ones that `tests/golden/entailment.py`, and
//! `mpnet.py` and `nli.py` beside it, make, and the one that ships against its reference in Python.

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use safetensors::SafeTensors;
use serde::Deserialize;
use standfirst_core::{
    card::Precision,
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

fn golden_file(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(folder).join(name)
}

fn file(name: &str) -> PathBuf {
    golden_file("entailment", name)
}

fn golden_of(folder: &str) -> Golden {
    let text = fs::read_to_string(golden_file(folder, "golden.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn golden() -> Golden {
    golden_of("entailment")
}

/// Whether the network's logits are the golden ones, `most` apart.
fn assert_golden(network: &BertEntailment, golden: &Golden, most: f32) {
    let pairs: Vec<_> =
        golden.pairs.iter().map(|pair| (&*pair.premise, &*pair.hypothesis)).collect();
    for (pair, logits) in golden.pairs.iter().zip(network.judge(&pairs).unwrap()) {
        for (ours, theirs) in logits.iter().zip(pair.logits) {
            let apart = (ours - theirs).abs();
            assert!(apart < most, "{}: {logits:?}, not {:?}", pair.hypothesis, pair.logits);
        }
    }
}

fn mpnet() -> BertFiles {
    let file = |name| golden_file("mpnet", name);
    BertFiles {
        config: file("config.json"),
        tokenizer: file("tokenizer.json"),
        weights: file("model.safetensors"),
        adapter: Some(file("adapter.safetensors")),
    }
}

fn encoder() -> Arc<BertEncoder> {
    let files = BertFiles {
        config: file("config.json"),
        tokenizer: file("tokenizer.json"),
        weights: file("model.safetensors"),
        adapter: None,
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
    assert_golden(&network(), &golden(), 1e-4);
}

#[test]
fn mpnet_with_an_adapter_is_that_of_transformers_and_peft() {
    let (files, golden) = (mpnet(), golden_of("mpnet"));
    let encoder = Arc::new(BertEncoder::load(&files, golden.max_tokens).unwrap());
    let adapter = files.adapter.unwrap();
    let network = BertEntailment::load(encoder, &adapter, golden.max_tokens, OUR_CLASSES).unwrap();
    assert_golden(&network, &golden, 1e-4);
}

#[test]
#[ignore = "needs the files of entail"]
fn the_one_that_ships_judges_as_its_reference_does() {
    let golden: Golden =
        serde_json::from_str(include_str!("../../../tests/golden/entail.json")).unwrap();
    let [adapter] = common::files("entail", ["adapter"]);
    let files = BertFiles { adapter: Some(adapter.clone()), ..common::encoder_files("entail") };
    let encoder = Arc::new(BertEncoder::load(&files, golden.max_tokens).unwrap());
    let network = BertEntailment::load(encoder, &adapter, golden.max_tokens, OUR_CLASSES).unwrap();
    assert_golden(&network, &golden, 1e-3);
    assert_eq!(golden.pairs.len(), 20);
}

#[test]
fn an_adapter_of_another_network_is_refused_by_the_name_of_what_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("adapter.safetensors");
    let own = fs::read(mpnet().adapter.unwrap()).unwrap();
    let own = SafeTensors::deserialize(&own).unwrap();
    // The matrix that narrows stands beside the one that widens.
    let swapped = own
        .tensors()
        .into_iter()
        .map(|(name, tensor)| (name.replace("1.output.dense", "1.intermediate.dense "), tensor));
    let swapped = swapped.filter(|(name, _)| !name.contains("intermediate.dense."));
    let swapped = swapped.map(|(name, tensor)| (name.replace("dense .", "dense."), tensor));
    fs::write(&other, safetensors::serialize(swapped, None).unwrap()).unwrap();
    let files = BertFiles { adapter: Some(other), ..mpnet() };
    let Err(error) = BertEncoder::load(&files, 64) else { panic!("it belongs to another") };
    let EngineError::Shape { name, .. } = &error else { panic!("{error}") };
    assert_eq!(name, "encoder.layer.1.intermediate.dense.lora_A.weight");
}

#[test]
fn mpnet_reads_no_more_than_it_has_positions_for_tokens() {
    let most = golden_of("mpnet").max_tokens;
    assert!(BertEncoder::load(&mpnet(), most).is_ok());
    let Err(error) = BertEncoder::load(&mpnet(), most + 1) else { panic!("two are for padding") };
    assert!(error.to_string().contains("3 to 160"), "{error}");
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
    BertFiles { config: path, tokenizer: file("tokenizer.json"), weights, adapter: None }
}

#[test]
fn a_whole_checkpoint_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let files = checkpoint(folder.path());
    let encoder = Arc::new(BertEncoder::load(&files, golden().max_tokens).unwrap());
    let classes = classes(&files.config).unwrap();
    let network =
        BertEntailment::load(encoder, &files.weights, golden().max_tokens, classes).unwrap();
    assert_golden(&network, &golden(), 1e-4);
}

/// Tiny checkpoints as others publish them.
const PUBLISHED: [&str; 4] = ["roberta", "xlm-roberta", "minilm", "deberta"];

/// A tiny published checkpoint that `tests/golden/nli.py` makes.
fn published(name: &str) -> BertFiles {
    let file = |file| golden_file(&format!("nli/{name}"), file);
    BertFiles {
        config: file("config.json"),
        tokenizer: file("tokenizer.json"),
        weights: file("model.safetensors"),
        adapter: None,
    }
}

/// The network of such files, and the error that it cannot be loaded for.
fn opened(files: &BertFiles, max_tokens: usize) -> Result<BertEntailment, EngineError> {
    let encoder = Arc::new(BertEncoder::load(files, max_tokens)?);
    BertEntailment::load(encoder, &files.weights, max_tokens, classes(&files.config)?)
}

#[test]
fn published_networks_are_those_of_transformers() {
    for name in PUBLISHED {
        let golden = golden_of(&format!("nli/{name}"));
        let network = opened(&published(name), golden.max_tokens).unwrap();
        assert_golden(&network, &golden, 1e-4);
    }
}

#[test]
fn company_in_a_batch_changes_nothing() {
    for name in PUBLISHED {
        let golden = golden_of(&format!("nli/{name}"));
        let network = opened(&published(name), golden.max_tokens).unwrap();
        for pair in &golden.pairs {
            let alone = network.judge(&[(&*pair.premise, &*pair.hypothesis)]).unwrap()[0];
            for (ours, theirs) in alone.iter().zip(pair.logits) {
                assert!((ours - theirs).abs() < 1e-4, "{}: {alone:?}", pair.hypothesis);
            }
        }
    }
}

#[test]
fn roberta_reads_no_more_than_it_has_positions_for_tokens() {
    let most = golden_of("nli/roberta").max_tokens;
    let Err(error) = opened(&published("roberta"), most + 1) else { panic!("two are for padding") };
    assert!(error.to_string().contains("3 to 64"), "{error}");
}

#[test]
fn what_would_change_the_answers_is_refused_by_name() {
    refuses(
        "roberta",
        &[
            ("is_decoder", serde_json::json!(true), "is_decoder"),
            ("pad_token_id", serde_json::json!(2_000), "pad_token_id"),
            ("type_vocab_size", serde_json::json!(0), "type_vocab_size"),
            ("position_embedding_type", serde_json::json!("relative_key"), "relative_key"),
            ("hidden_act", serde_json::json!("relu"), "relu"),
            ("model_type", serde_json::json!("deberta"), "deberta"),
        ],
    );
    refuses(
        "deberta",
        &[
            ("relative_attention", serde_json::json!(false), "relative_attention"),
            ("pos_att_type", serde_json::json!("c2p"), "pos_att_type is c2p"),
            ("position_buckets", serde_json::json!(-1), "position_buckets"),
            ("position_buckets", serde_json::json!(1_000_000), "position_buckets"),
            ("max_relative_positions", serde_json::json!(5), "max_relative_positions"),
            ("share_att_key", serde_json::json!(false), "share_att_key"),
            ("norm_rel_ebd", serde_json::json!("none"), "norm_rel_ebd"),
            ("conv_kernel_size", serde_json::json!(3), "conv_kernel_size is 3"),
            ("position_biased_input", serde_json::json!(true), "position_biased_input"),
            ("attention_head_size", serde_json::json!(4), "attention_head_size"),
            ("embedding_size", serde_json::json!(8), "embedding_size"),
            ("pooler_hidden_size", serde_json::json!(8), "pooler_hidden_size"),
            ("pooler_hidden_act", serde_json::json!("tanh"), "pooler_hidden_act is tanh"),
        ],
    );
}

#[test]
fn deberta_is_not_computed_in_eight_bits() {
    let Err(error) = BertEncoder::load_as(&published("deberta"), 64, Precision::Int8) else {
        panic!("it answers otherwise in them")
    };
    assert!(error.to_string().contains("f32 for a DeBERTa"), "{error}");
}

/// Whether a checkpoint with each of these values of a key is refused, and what is said of it.
fn refuses(name: &str, cases: &[(&str, serde_json::Value, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let files = published(name);
    let own: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&files.config).unwrap()).unwrap();
    let path = folder.path().join("config.json");
    for (key, value, says) in cases {
        let mut config = own.clone();
        config[*key] = value.clone();
        fs::write(&path, config.to_string()).unwrap();
        let files = BertFiles { config: path.clone(), ..files.clone() };
        let Err(error) = opened(&files, 64) else { panic!("{key} is not built") };
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {cause}").contains(*says), "{key}: {error} {cause}");
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
