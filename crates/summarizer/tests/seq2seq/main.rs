//! Encoder-decoders of the native engine against transformers, on tiny networks that `tests/golden/seq2seq.py` makes.

mod golden;

use std::{
    fs,
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use serde_json::{Map, Value, json};
use standfirst_core::{
    article::{Allowance, Limits},
    card::{Decoding, Precision},
};
use standfirst_summarizer::engine::{
    EngineError, Generator, Seq2SeqFiles,
    native::{Seq2SeqGenerator, Seq2SeqKind},
};

use self::golden::{Written, decoding, named, networks, request, write};

fn kind(network: &Written) -> Seq2SeqKind {
    let kinds = Seq2SeqKind::ALL;
    kinds.into_iter().find(|(name, _)| *name == network.kind()).unwrap().1
}

fn open(
    network: &Written,
    files: &Seq2SeqFiles,
    decoding: &Decoding,
    precision: Precision,
) -> Result<Seq2SeqGenerator, EngineError> {
    let prompt = network.prompt();
    Seq2SeqGenerator::load(kind(network), files, Some(&prompt), decoding, None, precision)
}

fn load(network: &Written, decoding: &Decoding) -> Seq2SeqGenerator {
    open(network, &network.files(), decoding, Precision::F32).unwrap()
}

#[test]
fn every_network_writes_what_transformers_writes() {
    golden::writes_what_transformers_writes(load);
}

#[test]
fn an_answer_is_the_same_on_every_thread() {
    golden::is_the_same_on_every_thread(load);
}

#[test]
fn what_is_longer_than_the_window_is_refused_and_nothing_panics() {
    golden::knows_its_window(load);
}

#[test]
fn company_changes_no_answer() {
    for network in networks() {
        for precision in [Precision::F32, Precision::Int8] {
            let model = open(&network, &network.files(), &decoding(4), precision).unwrap();
            let texts: Vec<&str> = network.cases.iter().map(|case| case.text.as_str()).collect();
            let requests: Vec<_> = (0..20).map(|i| request(texts[i % texts.len()])).collect();
            let together = model.generate(&requests);
            assert_eq!(together.len(), 20);
            for (request, found) in requests.iter().zip(together) {
                assert_eq!(found.unwrap(), write(&model, request.text).unwrap());
            }
        }
    }
}

#[test]
fn generators_keep_the_contract_whatever_the_article() {
    golden::keeps_the_contract(load);
}

#[test]
fn settings_that_cannot_be_honoured_are_refused() {
    let cases: [(Decoding, &str); 4] = [
        (Decoding { temperature: Some(0.5), ..decoding(1) }, "temperature"),
        (Decoding { seed: Some(1), ..decoding(1) }, "seed"),
        (Decoding { grounded: Some(true), ..decoding(1) }, "grounded"),
        (
            Decoding { max_new_tokens: NonZeroUsize::new(5_000).unwrap(), ..decoding(1) },
            "max_new_tokens",
        ),
    ];
    let network = named("bart");
    for (decoding, key) in cases {
        let error = open(&network, &network.files(), &decoding, Precision::F32).err().unwrap();
        assert!(error.to_string().contains(key), "{key}: {error}");
    }
}

/// What comes of a configuration that has `key` changed to `value`, or taken out.
fn damaged(method: &str, key: &str, value: Option<Value>) -> Result<Seq2SeqGenerator, String> {
    let copy = tempfile::tempdir().unwrap();
    let network = named(method);
    let mut files = network.files();
    let mut config: Map<_, _> = serde_json::from_slice(&fs::read(&files.config).unwrap()).unwrap();
    match value {
        Some(value) => config.insert(key.into(), value),
        None => config.remove(key),
    };
    files.config = copy.path().join("config.json");
    files.generation_config = None;
    fs::write(&files.config, serde_json::to_string(&config).unwrap()).unwrap();
    open(&network, &files, &decoding(1), Precision::F32)
        .map_err(|error| standfirst_core::report::chain(&error))
}

#[test]
fn bad_configurations_are_errors_and_no_panics() {
    let cases = [
        ("bart", "model_type", Some(json!("mbart")), "architecture \"mbart\""),
        ("bart", "d_model", None, "d_model is not there"),
        ("bart", "d_model", Some(json!("big")), "d_model is \"big\""),
        ("bart", "d_model", Some(json!(16_000)), "the configuration asks for"),
        ("bart", "vocab_size", Some(json!(4_000_000)), "the configuration asks for"),
        ("bart", "vocab_size", Some(json!(40_000_000)), "vocab_size is 40000000"),
        ("bart", "vocab_size", Some(json!(-4)), "vocab_size is -4"),
        ("bart", "encoder_attention_heads", Some(json!(3)), "a divisor of 16"),
        ("bart", "encoder_layers", Some(json!(3)), "no tensor model.encoder.layers.2"),
        ("bart", "activation_function", Some(json!("magic")), "magic, and relu"),
        ("bart", "normalize_before", Some(json!(true)), "normalize_before is true"),
        ("bart", "decoder_start_token_id", Some(json!(5_000)), "decoder_start_token_id is 5000"),
        ("bart", "eos_token_id", Some(json!([1, 2])), "the number of one token"),
        ("pegasus", "decoder_layers", Some(json!(101)), "from 1 to 100"),
        ("t5", "d_kv", Some(json!(0)), "d_kv is 0"),
        ("t5", "num_layers", Some(json!(9)), "has no tensor"),
        ("t5", "layer_norm_epsilon", Some(json!(7)), "layer_norm_epsilon is 7"),
        ("t5", "relative_attention_num_buckets", Some(json!(2)), "multiple of 4"),
        ("flan", "feed_forward_proj", Some(json!("gated-magic")), "magic, and relu"),
        ("longt5", "local_radius", None, "local_radius is not there"),
    ];
    for (method, key, value, part) in cases {
        let error = damaged(method, key, value.clone()).err();
        let error = error.unwrap_or_else(|| panic!("{method} {key} {value:?} was taken"));
        assert!(error.contains(part), "{key} {value:?}: {error}");
    }
}

#[test]
fn without_a_file_of_generation_the_configuration_tells_of_special_tokens() {
    let network = named("bart");
    let case = &network.cases[0];
    // An older name for the rule that an answer begins with <s>, which the file of generation has.
    let model = damaged("bart", "force_bos_token_to_be_generated", Some(json!(true))).unwrap();
    assert_eq!(write(&model, &case.text).unwrap().text, case.written(1));
    let model = damaged("bart", "d_ff", None).unwrap();
    assert_ne!(write(&model, &case.text).unwrap().text, case.written(1));
}

#[test]
fn damaged_weights_and_vocabularies_are_errors() {
    let copy = tempfile::tempdir().unwrap();
    let network = named("bart");
    let whole = fs::read(network.file("model.safetensors")).unwrap();
    for (name, bytes) in [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("header only", whole[..4_000].to_vec()),
        ("absurd header", [&u64::MAX.to_le_bytes()[..], &whole[8..]].concat()),
        ("empty", Vec::new()),
        ("no safetensors", b"PK\x03\x04".repeat(20_000)),
    ] {
        let weights = copy.path().join("weights");
        fs::write(&weights, bytes).unwrap();
        let files = Seq2SeqFiles { weights, ..network.files() };
        assert!(open(&network, &files, &decoding(1), Precision::F32).is_err(), "{name}");
    }
    let other = |name: &str, text: &[u8]| {
        let path = copy.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    for method in ["bart", "t5", "pegasus"] {
        let network = named(method);
        let vocabulary = other("vocabulary", b"\xff{nothing");
        let files = Seq2SeqFiles { vocabulary, ..network.files() };
        let loaded = open(&network, &files, &decoding(1), Precision::F32);
        assert!(matches!(loaded, Err(EngineError::Tokenizer { .. })), "{method}");
    }
    for (name, merges) in [("no pair", "ab\n"), ("no token", "T h\n"), ("no text", "\u{1}\0 \n")] {
        let files =
            Seq2SeqFiles { merges: Some(other("merges", merges.as_bytes())), ..network.files() };
        let loaded = open(&network, &files, &decoding(1), Precision::F32);
        assert!(matches!(loaded, Err(EngineError::Tokenizer { .. })), "{name}");
    }
}

#[test]
fn sinusoids_are_those_of_the_file_that_has_them() {
    let network = named("pegasus");
    let copy = tempfile::tempdir().unwrap();
    let weights = without(&network.file("model.safetensors"), "embed_positions", copy.path());
    let files = Seq2SeqFiles { weights, ..network.files() };
    let model = open(&network, &files, &decoding(4), Precision::F32).unwrap();
    for case in &network.cases {
        assert_eq!(write(&model, &case.text).unwrap().text, case.written(4));
    }
}

/// A copy of the safetensors at `path` without the tensors whose names have `part` in them.
fn without(path: &Path, part: &str, folder: &Path) -> std::path::PathBuf {
    let bytes = fs::read(path).unwrap();
    let all = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let kept: Vec<_> = all.iter().filter(|(name, _)| !name.contains(part)).collect();
    assert!(kept.len() < all.len());
    let copy = folder.join("model.safetensors");
    safetensors::serialize_to_file(kept, None, &copy).unwrap();
    copy
}

#[test]
fn an_article_that_is_not_wanted_any_more_is_given_up_and_the_others_are_not() {
    let network = named("bart");
    let model = load(&network, &decoding(4));
    let halted = Limits::new(Allowance::default(), Arc::new(AtomicBool::new(true)));
    let free = Limits::default();
    let case = &network.cases[0];
    let requests = [request(&case.text); 3];
    let answers = model.generate_within(&requests, &[&free, &halted, &free]);
    assert_eq!(answers[0].as_ref().unwrap().text, case.written(4));
    assert!(matches!(answers[1], Err(EngineError::Halted(_))));
    assert_eq!(answers[2].as_ref().unwrap().text, case.written(4));
}
