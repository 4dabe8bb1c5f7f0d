//! The engine `rust-bert` against transformers, on tiny networks that `tests/golden/seq2seq.py` makes.

mod common;
#[path = "seq2seq/golden.rs"]
mod golden;

use standfirst_text::sentence::from_sentences;
use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use standfirst_core::{
    card::Decoding,
    plugin::{Budget, Passage, SentimentModel},
};
use standfirst_summarizer::{
    abstractive::Mode,
    contract,
    engine::{
        Encoder, EngineError,
        native::BertEncoder,
        rust_bert::{Classifier, ClassifierFiles, Family, Kind, LibtorchEncoder, Memory, Seq2Seq},
    },
    files::Cache,
    registry::{Options, Registry},
};

use self::golden::{Written, decoding, folder, info, named};

#[derive(Deserialize)]
struct Golden {
    classifiers: Vec<Classified>,
}

#[derive(Deserialize)]
struct Classified {
    method: String,
    cases: Vec<ClassifiedCase>,
}

#[derive(Deserialize)]
struct ClassifiedCase {
    text: String,
    probabilities: Vec<f64>,
}

fn classifiers() -> Vec<Classified> {
    let text = fs::read_to_string(folder().join("golden.json")).unwrap();
    serde_json::from_str::<Golden>(&text).unwrap().classifiers
}

fn kind(network: &Written) -> Kind {
    match network.kind() {
        "bart" => Kind::Bart,
        "t5" => Kind::T5,
        "longt5" => Kind::LongT5,
        _ => Kind::Pegasus,
    }
}

fn memory() -> Arc<Memory> {
    Memory::new(4_000_000_000)
}

fn try_load(network: &Written, decoding: &Decoding) -> Result<Seq2Seq, EngineError> {
    let (prompt, files) = (network.prompt(), network.files());
    Seq2Seq::load(kind(network), &files, Some(&prompt), decoding, None, &memory())
}

fn load(network: &Written, decoding: &Decoding) -> Seq2Seq {
    try_load(network, decoding).unwrap()
}

#[test]
fn every_network_writes_what_transformers_writes() {
    golden::writes_what_transformers_writes(load);
}

#[test]
fn an_answer_is_the_same_from_every_copy_and_thread() {
    golden::is_the_same_on_every_thread(load);
}

#[test]
fn generators_keep_the_contract_whatever_the_article() {
    golden::keeps_the_contract(load);
}

#[test]
fn what_is_longer_than_the_window_is_refused_and_nothing_panics() {
    golden::knows_its_window(load);
}

#[test]
fn settings_that_cannot_be_honoured_are_refused() {
    let cases: [(Decoding, &str); 5] = [
        (Decoding { temperature: Some(0.5), ..decoding(1) }, "temperature"),
        (Decoding { seed: Some(1), ..decoding(1) }, "seed"),
        (Decoding { length_penalty: Some(0.0), ..decoding(2) }, "length_penalty"),
        (Decoding { repetition_penalty: Some(0.5), ..decoding(1) }, "repetition_penalty"),
        (
            Decoding { max_new_tokens: NonZeroUsize::new(5_000).unwrap(), ..decoding(1) },
            "max_new_tokens",
        ),
    ];
    for (decoding, key) in cases {
        let error = try_load(&named("bart"), &decoding).err().unwrap().to_string();
        assert!(error.contains(key), "{key}: {error}");
    }
}

/// A model whose configuration has `key` changed to `value`, or taken out.
fn damaged(method: &str, key: &str, value: Option<serde_json::Value>) -> Result<Seq2Seq, String> {
    let copy = tempfile::tempdir().unwrap();
    let network = named(method);
    let mut files = network.files();
    let mut config: serde_json::Map<_, _> =
        serde_json::from_slice(&fs::read(&files.config).unwrap()).unwrap();
    match value {
        Some(value) => config.insert(key.into(), value),
        None => config.remove(key),
    };
    files.config = copy.path().join("config.json");
    fs::write(&files.config, serde_json::to_string(&config).unwrap()).unwrap();
    Seq2Seq::load(kind(&network), &files, None, &decoding(1), None, &memory()).map_err(|error| {
        let causes =
            std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    })
}

#[test]
fn bad_configurations_are_errors_and_no_panics() {
    use serde_json::json;
    let cases = [
        ("bart", "d_model", None, "d_model is not there"),
        ("bart", "d_model", Some(json!("big")), "d_model is \"big\""),
        ("bart", "d_model", Some(json!(60_000)), "what"),
        ("bart", "vocab_size", Some(json!(4_000_000)), "vocab_size is 4000000"),
        ("bart", "vocab_size", Some(json!(-4)), "vocab_size is -4"),
        ("bart", "encoder_attention_heads", Some(json!(3)), "a divisor of 16"),
        ("bart", "encoder_layers", Some(json!(3)), "libtorch failed while loading"),
        ("pegasus", "decoder_layers", Some(json!(101)), "from 1 to 100"),
        ("t5", "d_kv", Some(json!(0)), "d_kv is 0"),
        ("t5", "num_layers", Some(json!(9)), "libtorch failed while loading"),
        ("longt5", "local_radius", None, "local_radius is not there"),
        ("bart", "activation_function", Some(json!("magic")), "libtorch broke off while loading"),
    ];
    for (method, key, value, part) in cases {
        let error = damaged(method, key, value.clone()).err();
        let error = error.unwrap_or_else(|| panic!("{method} {key} {value:?} was taken"));
        assert!(error.contains(part), "{key} {value:?}: {error}");
    }
}

#[test]
fn damaged_weights_and_vocabularies_are_errors() {
    let copy = tempfile::tempdir().unwrap();
    let whole = fs::read(named("bart").file("model.safetensors")).unwrap();
    for (name, bytes) in [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("header only", whole[..4_000].to_vec()),
        ("absurd header", [&u64::MAX.to_le_bytes()[..], &whole[8..]].concat()),
        ("empty", Vec::new()),
        ("no safetensors", b"PK\x03\x04".repeat(20_000)),
    ] {
        let mut files = named("bart").files();
        files.weights = copy.path().join("weights");
        fs::write(&files.weights, bytes).unwrap();
        let loaded = Seq2Seq::load(Kind::Bart, &files, None, &decoding(1), None, &memory());
        assert!(loaded.is_err(), "{name}");
    }
    for method in ["bart", "t5", "pegasus"] {
        let network = named(method);
        let mut files = network.files();
        files.vocabulary = copy.path().join("vocabulary");
        fs::write(&files.vocabulary, b"\xff{nothing").unwrap();
        let loaded = Seq2Seq::load(kind(&network), &files, None, &decoding(1), None, &memory());
        assert!(matches!(loaded, Err(EngineError::Tokenizer { .. })), "{method}");
    }
}

fn classifier(method: &str, polarities: &[(&str, f64)]) -> Result<Classifier, EngineError> {
    let own = |name: &str| folder().join(method).join(name);
    let (family, roberta) = match method {
        "bert" => (Family::Bert, false),
        "distilbert" => (Family::DistilBert, false),
        _ => (Family::Roberta, true),
    };
    let files = ClassifierFiles {
        config: own("config.json"),
        weights: own("model.safetensors"),
        vocabulary: own(if roberta { "vocab.json" } else { "vocab.txt" }),
        merges: roberta.then(|| own("merges.txt")),
        tokenizer_config: None,
    };
    let polarities: BTreeMap<String, f64> =
        polarities.iter().map(|(class, polarity)| ((*class).to_owned(), *polarity)).collect();
    Classifier::load(info(method), family, &files, &polarities, &memory())
}

const POLARITIES: [(&str, f64); 3] = [("NEGATIVE", -1.0), ("NEUTRAL", 0.0), ("POSITIVE", 1.0)];

#[test]
fn every_classifier_gives_the_probabilities_of_transformers() {
    for Classified { method, cases } in classifiers() {
        let model = classifier(&method, &POLARITIES).unwrap();
        for case in cases {
            let found = model.probabilities(&case.text).unwrap();
            for (found, expected) in found.iter().zip(&case.probabilities) {
                assert!((found - expected).abs() < 1e-5, "{method}: {} {found}", case.text);
            }
            let sentiment = model.score(&[Passage { text: &case.text, target: None }]).unwrap()[0];
            let expected = case.probabilities[2] - case.probabilities[0];
            assert!((sentiment.polarity.get() - expected).abs() < 1e-5);
        }
    }
}

#[test]
fn classifiers_keep_the_contract_and_read_long_passages_to_their_end() {
    for method in ["bert", "distilbert", "roberta"] {
        let model = classifier(method, &POLARITIES).unwrap();
        contract::check_sentiment(&model).unwrap();
        let start = "The ferry closed two boats on Monday. ".repeat(30);
        let whole = format!("{start}{}", "Rain paid for tickets! ".repeat(60));
        let (start, whole) = (model.probabilities(&start), model.probabilities(&whole));
        assert_ne!(start.unwrap(), whole.unwrap(), "{method}");
    }
}

#[test]
fn a_class_without_polarity_is_named() {
    let error = classifier("bert", &POLARITIES[..2]).err().unwrap().to_string();
    assert!(error.contains("\"POSITIVE\"") && error.contains("[polarity]"), "{error}");
}

#[test]
#[ignore = "needs the files of centroid"]
fn minilm_points_where_it_does_in_pure_rust() {
    let files = common::encoder_files("centroid");
    let texts = [
        "The ferry closed two boats on Monday.",
        "",
        "Zürich’s mayor said: 東京 too… 😀",
        &"The council could lose a loan of $3 million by 2031. ".repeat(60),
    ];
    let ours = BertEncoder::load(&files, 256).unwrap().encode(&texts).unwrap();
    let libtorch = LibtorchEncoder::load(&files, 256, &memory()).unwrap();
    let theirs = libtorch.encode(&texts).unwrap();
    for (text, (a, b)) in texts.iter().zip(ours.rows().into_iter().zip(theirs.rows())) {
        assert!(a.dot(&b) > 0.9999, "{text}: {}", a.dot(&b));
        assert!((b.dot(&b) - 1.0).abs() < 1e-5);
    }
}

/// A `[[files]]` table for `file`, which is put into the cache at `cache` under its sum.
fn cached(cache: &Path, role: &str, file: &Path) -> String {
    use sha2::{Digest, Sha256};
    let bytes = fs::read(file).unwrap();
    let sum = standfirst_core::card::Sha256(Sha256::digest(&bytes).into()).to_string();
    let name = file.file_name().unwrap().to_str().unwrap();
    let extension = name.rsplit('.').next().unwrap();
    fs::write(cache.join(format!("{sum}.{extension}")), &bytes).unwrap();
    format!(
        "[[files]]\nrole = \"{role}\"\npath = \"{name}\"\nbytes = {}\nsha256 = \"{sum}\"\nsources = [\"wheel:tiny==1.0!{name}\"]\n",
        bytes.len()
    )
}

#[test]
fn a_card_is_all_that_a_network_needs() {
    let cache = tempfile::tempdir().unwrap();
    let own = |method: &str, name: &str| folder().join(method).join(name);
    let card = |id: &str, task: &str, method: &str, more: &str, files: &[(&str, PathBuf)]| {
        let files: String =
            files.iter().map(|(role, file)| cached(cache.path(), role, file)).collect();
        let text = format!(
            "id = \"{id}\"\ntask = \"{task}\"\nengine = \"rust-bert\"\nmethod = \"{method}\"\nlicense = \"MIT\"\nabout = \"noise\"\n{more}\n{files}"
        );
        let path = cache.path().join(format!("{id}.toml"));
        fs::write(&path, text).unwrap();
        path
    };
    let decoding = "[decoding]\nmax_new_tokens = 24\nmin_new_tokens = 4\nno_repeat_ngram = 3\n";
    let bart = card(
        "tiny-bart",
        "summarize",
        "bart",
        decoding,
        &[
            ("config", own("bart", "config.json")),
            ("generation-config", own("bart", "generation_config.json")),
            ("weights", own("bart", "model.safetensors")),
            ("vocabulary", own("bart", "vocab.json")),
            ("merges", own("bart", "merges.txt")),
        ],
    );
    let judge = card(
        "tiny-judge",
        "sentiment",
        "distilbert",
        "[polarity]\nNEGATIVE = -1\nNEUTRAL = 0\nPOSITIVE = 1\n",
        &[
            ("config", own("distilbert", "config.json")),
            ("weights", own("distilbert", "model.safetensors")),
            ("vocabulary", own("distilbert", "vocab.txt")),
        ],
    );
    let wrong =
        card("tiny-wrong", "summarize", "gpt", decoding, &[("config", own("bart", "config.json"))]);
    let registry = Registry::new(Cache::at(cache.path())).unwrap();
    // On its own: what picks sentences for it to rewrite has files.
    let mode = Mode::Generate;
    let options = Options { mode, max_memory: Some(1_000_000_000), ..Options::default() };
    let mut registry = registry.with_options(options);
    for path in [&bart, &judge, &wrong] {
        registry.add_file(path).unwrap();
    }
    let model = registry.summarizer("tiny-bart").unwrap();
    let article = from_sentences("a", &["The ferry closed two boats on Monday."]).unwrap();
    let summary = model.summarize(&article, Budget::DEFAULT).unwrap();
    assert!(!summary.sentences.is_empty() && summary.unread.is_empty());
    assert_eq!(registry.sentiment("tiny-judge").unwrap().info().id, "tiny-judge");
    let error = registry.summarizer("tiny-wrong").err().unwrap().to_string();
    assert!(error.contains("bart, longt5, pegasus, t5, centroid"), "{error}");

    let tight = registry.with_options(Options { max_memory: Some(1_000_000), ..options });
    let error = tight.summarizer("tiny-bart").err().unwrap();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("MB are left to such models"), "{error}: {cause}");
}
