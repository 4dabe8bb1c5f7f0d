//! Networks of noise of the architectures qwen2 and qwen3 against llama.cpp, by
//! `tests/golden/gguf_tiny.py`: biases, norms of single heads, turned pairs half a head apart, a last
//! layer of its own or none, words and template.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    tests::{apart, greedy},
    *,
};

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Tiny>,
    #[serde(default)]
    texts: Vec<(String, Vec<u32>)>,
    /// System, article and what the template makes of them.
    #[serde(default)]
    chat: Vec<(Option<String>, String, String)>,
}

#[derive(Deserialize)]
struct Tiny {
    prompt: Vec<u32>,
    answer: Vec<u32>,
    logits: Vec<f32>,
    exact: Vec<f32>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/gguf")
}

fn golden() -> BTreeMap<String, Golden> {
    let json = std::fs::read_to_string(folder().join("golden.json")).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn load(name: &str) -> LlamaGenerator {
    let decoding = serde_json::from_str("{\"max_new_tokens\": 24}").unwrap();
    let prompt = Prompt { system: None, user: "{text}".to_owned(), rewrite: None, again: None };
    let path = folder().join(format!("{name}.gguf"));
    LlamaGenerator::load(&path, prompt, decoding, None).unwrap()
}

/// Mean distance of logits over the prompts.
fn mean(rows: &[Tiny], distance: impl Fn(usize, &Tiny) -> f32) -> f32 {
    rows.iter().enumerate().map(|(at, row)| distance(at, row)).sum::<f32>() / rows.len() as f32
}

#[test]
fn noise_is_continued_as_llama_cpp_continues_it() {
    let golden = golden();
    assert_eq!(golden.len(), 3);
    for (name, Golden { prompts, .. }) in &golden {
        let model = load(name);
        let ours = greedy(&model, prompts.iter().map(|row| &row.prompt), 5);
        let same = prompts.iter().zip(&ours).filter(|(row, ours)| row.answer == ours.answer);
        let same = same.count();
        let from_exact = mean(prompts, |at, row| apart(&ours[at].logits, &row.exact));
        let theirs = mean(prompts, |_, row| apart(&row.logits, &row.exact));
        eprintln!(
            "{name}: {same} of {} answers equal to llama.cpp's; logits off the exact ones by \
             {from_exact:.4} (llama.cpp: {theirs:.4})",
            prompts.len()
        );
        // A choice between two tokens that are as likely falls either way.
        assert!(prompts.len() == 12 && same >= 10, "{name}: {same}");
        assert!(from_exact <= 1.1 * theirs && theirs < 0.1, "{name}: {from_exact} {theirs}");
    }
}

#[test]
fn words_and_template_are_those_of_the_family() {
    let model = load("qwen2");
    let golden = &golden()["qwen2"];
    assert_eq!((golden.texts.len(), golden.chat.len()), (286, 3));
    for (text, ids) in &golden.texts {
        assert_eq!(&model.vocabulary.encode_text(text).unwrap(), ids, "{text:?}");
        assert_eq!(&model.vocabulary.decode(ids), text);
    }
    for (system, text, rendered) in &golden.chat {
        let user = "Shorten this to {sentences}:\n{text}\nNow.".to_owned();
        let prompt = Prompt { system: system.clone(), user, rewrite: None, again: None };
        let (before, after) = model.chat.text_around(&prompt, 2, false).unwrap();
        assert_eq!(&[&before, text.as_str(), &after].concat(), rendered);
    }
}
