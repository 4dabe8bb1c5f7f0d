//! Where bytes of other people's become networks: the doors that the fuzz targets knock at, too.

use std::{fs, num::NonZeroUsize, path::Path};

use standfirst_core::card::{Decoding, Precision, Prompt};
use standfirst_summarizer::engine::{
    Encoder, EngineError, Generator, Request, Seq2SeqFiles,
    native::{BertEncoder, BertFiles, LlamaGenerator, Seq2SeqGenerator, Seq2SeqKind},
};

const TEXT: &str = "The ferry closed two boats on Monday. Rain, officials said, kept 12 houses.";

/// Loads `bytes` as a GGUF file in `folder`, and lets what comes out of it answer.
///
/// # Errors
/// What is wrong with the file.
pub fn gguf(folder: &Path, bytes: &[u8]) -> Result<String, EngineError> {
    let path = folder.join("model.gguf");
    fs::write(&path, bytes).unwrap();
    let prompt = Prompt {
        system: None,
        user: "{text}\nIn {sentences}:".to_owned(),
        rewrite: None,
        again: None,
        ..Prompt::default()
    };
    let decoding = Decoding { grounded: Some(true), ..decoding() };
    let generator = LlamaGenerator::load(&path, prompt, decoding, None)?;
    let answers = generator.generate(&[Request {
        text: TEXT,
        sentences: 2,
        picked: true,
        rejected: &[],
        ..Request::default()
    }]);
    answers.into_iter().next().unwrap().map(|answer| answer.text)
}

fn decoding() -> Decoding {
    Decoding {
        max_new_tokens: NonZeroUsize::new(4).unwrap(),
        min_new_tokens: None,
        beams: None,
        length_penalty: None,
        early_stopping: None,
        no_repeat_ngram: None,
        repetition_penalty: None,
        temperature: None,
        top_p: None,
        seed: None,
        grounded: None,
    }
}

/// Loads `weights` as those of the T5 of `tests/golden/seq2seq/t5`, of which [`write_t5`] makes the other
/// files in `folder`, and lets it write.
///
/// # Errors
/// What is wrong with the file.
pub fn checkpoint(folder: &Path, weights: &[u8]) -> Result<String, EngineError> {
    let path = |name: &str| folder.join(name);
    let files = Seq2SeqFiles {
        config: path("config.json"),
        generation_config: None,
        weights: path("pytorch_model.bin"),
        vocabulary: path("spiece.model"),
        merges: None,
    };
    fs::write(&files.weights, weights).unwrap();
    let (kind, decoding) =
        (Seq2SeqKind::T5, Decoding { beams: NonZeroUsize::new(2), ..decoding() });
    let generator = Seq2SeqGenerator::load(kind, &files, None, &decoding, None, Precision::F32)?;
    let answers = generator.generate(&[Request {
        text: TEXT,
        sentences: 2,
        picked: false,
        rejected: &[],
        ..Request::default()
    }]);
    answers.into_iter().next().unwrap().map(|answer| answer.text)
}

/// The files of that T5 beside its weights.
pub fn write_t5(folder: &Path) {
    let config = include_bytes!("../../../../tests/golden/seq2seq/t5/config.json");
    let pieces = include_bytes!("../../../../tests/golden/seq2seq/spiece.model");
    fs::write(folder.join("config.json"), config).unwrap();
    fs::write(folder.join("spiece.model"), pieces).unwrap();
}

/// Loads `weights` as those of the BERT whose `config.json` and `tokenizer.json` are in `folder`, and
/// lets it encode.
///
/// # Errors
/// What is wrong with the file.
pub fn safetensors(folder: &Path, weights: &[u8]) -> Result<Vec<f32>, EngineError> {
    let files = bert(folder);
    fs::write(&files.weights, weights).unwrap();
    encode(&files)
}

/// Lets the BERT in `folder` encode with another file beside its weights.
///
/// # Errors
/// What is wrong with the file.
pub fn beside_weights(folder: &Path, name: &str, bytes: &[u8]) -> Result<Vec<f32>, EngineError> {
    fs::write(folder.join(name), bytes).unwrap();
    encode(&bert(folder))
}

fn bert(folder: &Path) -> BertFiles {
    let path = |name: &str| folder.join(name);
    BertFiles {
        config: path("config.json"),
        tokenizer: path("tokenizer.json"),
        weights: path("model.safetensors"),
        adapter: None,
    }
}

fn encode(files: &BertFiles) -> Result<Vec<f32>, EngineError> {
    let encoder = BertEncoder::load(files, 32)?;
    Ok(encoder.encode(&[TEXT])?.into_iter().collect())
}

/// The GGUF file `sound` with `template` in the place of its own chat template.
pub fn with_template(sound: &[u8], template: &str) -> Vec<u8> {
    const KEY: &[u8] = b"tokenizer.chat_template";
    const ALIGNMENT: usize = 32;
    let key = sound.windows(KEY.len()).position(|window| window == KEY).unwrap();
    // After the key: the type of the value, its length, the value.
    let length = key + KEY.len() + 4;
    let start = length + 8;
    let old = u64::from_le_bytes(sound[length..start].try_into().unwrap());
    let old = usize::try_from(old).unwrap();
    // As much longer as keeps what follows where the file's alignment wants it.
    let blanks = (ALIGNMENT - template.len() % ALIGNMENT + old) % ALIGNMENT;
    let template = [" ".repeat(blanks).as_str(), template].concat();
    let size = (template.len() as u64).to_le_bytes();
    [&sound[..length], &size, template.as_bytes(), &sound[start + old..]].concat()
}

/// The other two files of that BERT: eight words, and the sizes of `tests/golden/seq2seq/bert`.
pub fn write_bert(folder: &Path) {
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "ferry", "boats", "rain", "houses"];
    let vocabulary: serde_json::Map<_, _> =
        words.iter().zip(0..).map(|(word, id)| ((*word).to_owned(), id.into())).collect();
    let special = |id: u32| {
        serde_json::json!({ "id": id, "content": words[id as usize], "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false, "special": true })
    };
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0), special(1), special(2), special(3)],
        "normalizer": { "type": "BertNormalizer", "clean_text": true,
            "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2] },
        "decoder": null,
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary },
    });
    let config = serde_json::json!({
        "vocab_size": 239, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 24, "hidden_act": "gelu", "max_position_embeddings": 64,
        "type_vocab_size": 2, "layer_norm_eps": 1e-12,
    });
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
}
