//! all-MiniLM-L6-v2 against sentence-transformers, and what its embeddings may not depend on.

mod common;

use standfirst_text::sentence::from_sentences;
use std::{fs, path::Path, thread};

use ndarray::{Array2, ArrayView1};
use serde::Deserialize;
use standfirst_core::report::chain;
use standfirst_eval::metric::embedding::{Embedder as _, dot, greedy_match};
use standfirst_summarizer::engine::{
    Encoder,
    native::{BertEncoder, BertFiles},
};

/// As `tests/golden/minilm.py` sets it.
const MAX_TOKENS: usize = 256;

fn files() -> BertFiles {
    common::encoder_files("centroid")
}

fn encoder() -> BertEncoder {
    BertEncoder::load(&files(), MAX_TOKENS).unwrap()
}

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    embedding: Vec<f32>,
}

fn golden() -> Vec<Row> {
    let json = include_str!("../../../tests/golden/minilm.json");
    serde_json::from_str::<Golden>(json).unwrap().rows
}

fn cosine(a: &ArrayView1<'_, f32>, b: &ArrayView1<'_, f32>) -> f32 {
    a.dot(b) / (a.dot(a) * b.dot(b)).sqrt()
}

#[test]
#[ignore = "needs the files of centroid"]
fn embeds_as_sentence_transformers_does() {
    let encoder = encoder();
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|row| row.text.as_str()).collect();
    let rows = encoder.encode(&texts).unwrap();
    assert_eq!((golden.len(), rows.ncols()), (20, encoder.dimensions()));
    for (row, golden) in rows.rows().into_iter().zip(&golden) {
        let cosine = cosine(&row, &ArrayView1::from(&golden.embedding));
        assert!(cosine >= 0.9999, "{cosine} for {:?}", golden.text);
        let length = row.dot(&row).sqrt();
        assert!((length - 1.0).abs() < 1e-5, "length {length}");
    }
}

#[test]
#[ignore = "needs the files of centroid"]
fn an_embedding_depends_on_its_own_text_only() {
    let encoder = encoder();
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|row| row.text.as_str()).collect();
    let together = encoder.encode(&texts).unwrap();
    let alone: Vec<Array2<f32>> =
        texts.iter().map(|text| encoder.encode(&[text]).unwrap()).collect();
    for (together, alone) in together.rows().into_iter().zip(&alone) {
        let apart = (&together - &alone.row(0)).iter().fold(0.0_f32, |max, d| max.max(d.abs()));
        assert!(apart < 1e-5, "{apart}");
    }
    assert_eq!(encoder.encode(&[]).unwrap().dim(), (0, encoder.dimensions()));
}

#[test]
#[ignore = "needs the files of centroid"]
fn eight_threads_get_the_very_same_numbers() {
    let encoder = encoder();
    let golden = golden();
    let texts: Vec<&str> = golden.iter().map(|row| row.text.as_str()).collect();
    let expected = encoder.encode(&texts).unwrap();
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| encoder.encode(&texts).unwrap())).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

#[test]
#[ignore = "needs the files of centroid"]
fn reads_up_to_the_limit_and_says_where_it_stopped() {
    let encoder = encoder();
    let short = "The ferry is late.";
    let bytes_read = |text: &str| encoder.tokenize(text).unwrap().bytes_read;
    assert_eq!(bytes_read(short), short.len());
    let long = "The ferry is late. ".repeat(100);
    let read = bytes_read(&long);
    // 254 tokens beside the two special ones, five to a sentence of 19 bytes.
    assert_eq!(read, 254 / 5 * 19 + "The ferry is late".len());
    let (whole, part) =
        (encoder.encode(&[&long]).unwrap(), encoder.encode(&[&long[..read]]).unwrap());
    assert_eq!(whole, part);
    let endless = "ab ".repeat(1_000_000);
    assert!(bytes_read(&endless) < 1_000);
    let blank = " ".repeat(100_000);
    assert!(bytes_read(&blank) <= blank.len());
}

/// The same folder with one of the files replaced.
fn with(files: &BertFiles, folder: &Path, role: &str, content: &[u8]) -> BertFiles {
    let path = folder.join(role);
    fs::write(&path, content).unwrap();
    match role {
        "config" => BertFiles { config: path, ..files.clone() },
        "tokenizer" => BertFiles { tokenizer: path, ..files.clone() },
        _ => BertFiles { weights: path, ..files.clone() },
    }
}

fn refusal(files: &BertFiles) -> String {
    chain(&BertEncoder::load(files, MAX_TOKENS).err().expect("it is broken"))
}

#[test]
#[ignore = "needs the files of centroid"]
fn damaged_and_hostile_files_are_refused_by_name() {
    let files = files();
    let folder = tempfile::tempdir().unwrap();
    let weights = fs::read(&files.weights).unwrap();
    let config = fs::read_to_string(&files.config).unwrap();
    let huge_header = [u64::MAX.to_le_bytes().as_slice(), b"{}"].concat();
    let changed = |from: &str, to: &str| config.replace(from, to).into_bytes();
    let cases: [(&str, Vec<u8>, &str); 10] = [
        ("weights", weights[..weights.len() / 2].to_vec(), "not a whole safetensors file"),
        ("weights", Vec::new(), "not a whole safetensors file"),
        ("weights", huge_header, "not a whole safetensors file"),
        ("weights", b"\x02\0\0\0\0\0\0\0{}".to_vec(), "has no tensor embeddings."),
        ("tokenizer", b"{\"version\":".to_vec(), "is not a tokenizer"),
        ("config", b"[]".to_vec(), "invalid type: sequence"),
        ("config", changed("\"gelu\"", "\"relu\""), "unknown variant `relu`, expected `gelu`"),
        ("config", changed(": 6,", ": 6000000000,"), "num_hidden_layers is 6000000000, and 1 to"),
        ("config", changed(": 12,", ": 7,"), "a multiple of 7 heads is allowed"),
        (
            "config",
            changed(": 1536,", ": 1535,"),
            "[1536, 384], and the configuration asks for [1535, 384]",
        ),
    ];
    for (role, content, expected) in cases {
        let message = refusal(&with(&files, folder.path(), role, &content));
        assert!(message.contains(expected) && message.contains(role), "{expected}: {message}");
    }
    let missing = BertFiles { weights: folder.path().join("nothing"), ..files.clone() };
    assert!(refusal(&missing).contains("cannot read"));
    let error = BertEncoder::load(&files, 513).err().expect("512 positions");
    assert!(error.to_string().contains("513, and 3 to 512 is allowed"), "{error}");
}

#[test]
#[ignore = "needs the files of centroid"]
fn nan_among_the_weights_is_an_error_and_no_ranking() {
    let files = files();
    let folder = tempfile::tempdir().unwrap();
    let mut weights = fs::read(&files.weights).unwrap();
    let end = weights.len();
    weights[end - 4_000_000..].fill(0xff);
    let files = with(&files, folder.path(), "weights", &weights);
    let encoder = BertEncoder::load(&files, MAX_TOKENS).unwrap();
    let article = from_sentences("t", &["The harbour was closed in winter."]).unwrap();
    let error = encoder.encode(&[&article.sentences()[0].text]).unwrap_err();
    assert!(error.to_string().contains("input 0 is not a finite vector"), "{error}");
}

#[test]
#[ignore = "needs the files of centroid"]
fn tokens_match_what_means_the_same() {
    let encoder = encoder();
    let tokens = |text: &str| encoder.tokens(text).unwrap();
    let bridge = tokens("The bridge was closed for repairs.");
    // As WordPiece has it: the, bridge, was, closed, for, repairs and the full stop.
    assert_eq!(bridge.len(), 7);
    assert!(bridge.iter().all(|row| (dot(row, row) - 1.0).abs() < 1e-5));
    assert!((greedy_match(&bridge, &bridge).f - 1.0).abs() < 1e-5);
    let alike = greedy_match(&bridge, &tokens("The crossing was shut while it was mended.")).f;
    let other = greedy_match(&bridge, &tokens("Her novel won a prize in Lisbon.")).f;
    assert!(alike > other + 0.1, "{alike} {other}");
    assert!(encoder.tokens("").unwrap().is_empty());
}
