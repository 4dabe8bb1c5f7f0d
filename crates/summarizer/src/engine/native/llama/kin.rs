//! Networks of noise of every architecture against llama.cpp, by `tests/golden/gguf_tiny.py`: biases, norms
//! of single heads and of answers, turned pairs half a head apart, windows, scales, a last layer of its
//! own or none, words and template.

use serde::Deserialize;

use super::{
    tests::{apart, greedy},
    *,
};
use crate::engine::native::gguf::fixture::Writer;

/// Files, and how many of their answers are llama.cpp's at least: one less than were, for other processors.
const FILES: [(&str, usize); 7] = [
    ("qwen2", 11),
    ("qwen2-untied", 10),
    ("qwen3", 10),
    ("llama3", 7),
    ("smollm3", 7),
    ("granite", 8),
    ("gemma3", 7),
];

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Tiny>,
    #[serde(default)]
    texts: Vec<(String, Vec<u32>)>,
    #[serde(default)]
    chat: Vec<Rendered>,
    /// The same by a template that has the network think unless it is told not to.
    thinking: Option<Thinking>,
    /// Texts that are read as if a blank stood before them.
    #[serde(default)]
    prefixed: Vec<(String, Vec<u32>)>,
}

/// System, article and what the template makes of them.
type Rendered = (Option<String>, String, String);

#[derive(Deserialize)]
struct Thinking {
    template: String,
    chat: Vec<Rendered>,
}

#[derive(Deserialize)]
struct Tiny {
    prompt: Vec<u32>,
    answer: Vec<u32>,
    /// By how much each token of the answer, and what ended it, was likelier than the next.
    margins: Vec<f32>,
    logits: Vec<f32>,
    exact: Vec<f32>,
}

fn path(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/gguf").join(file)
}

fn golden(name: &str) -> Golden {
    let json = std::fs::read_to_string(path(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn gguf(name: &str) -> Gguf {
    Gguf::read(&path(&format!("{name}.gguf"))).unwrap()
}

fn load(name: &str) -> LlamaGenerator {
    let decoding = serde_json::from_str("{\"max_new_tokens\": 24}").unwrap();
    LlamaGenerator::from_gguf(&gguf(name), prompt(None), decoding, None).unwrap()
}

fn prompt(system: Option<String>) -> Prompt {
    let user = "Shorten this to {sentences}:\n{text}\nNow.".to_owned();
    Prompt { system, user, ..Prompt::default() }
}

/// Mean distance of logits over the prompts.
fn mean(rows: &[Tiny], distance: impl Fn(usize, &Tiny) -> f32) -> f32 {
    rows.iter().enumerate().map(|(at, row)| distance(at, row)).sum::<f32>() / rows.len() as f32
}

#[test]
fn noise_is_continued_as_llama_cpp_continues_it() {
    for (name, least) in FILES {
        let Golden { prompts, .. } = golden(name);
        let model = load(name);
        let ours = greedy(&model, prompts.iter().map(|row| &row.prompt), 5);
        let same = prompts.iter().zip(&ours).filter(|(row, ours)| row.answer == ours.answer);
        let same = same.count();
        let from_exact = mean(&prompts, |at, row| apart(&ours[at].logits, &row.exact));
        let theirs = mean(&prompts, |_, row| apart(&row.logits, &row.exact));
        eprintln!(
            "{name}: {same} of {} answers equal to llama.cpp's; logits off the exact ones by \
             {from_exact:.4} (llama.cpp: {theirs:.4})",
            prompts.len()
        );
        assert!(prompts.len() == 12 && same >= least, "{name}: {same}");
        assert!(from_exact <= 1.1 * theirs && theirs < 0.1, "{name}: {from_exact} {theirs}");
        // Both add up what they rounded: a choice between two tokens that are as likely falls either way.
        for (row, ours) in prompts.iter().zip(&ours).filter(|(row, ours)| row.answer != ours.answer)
        {
            let agreed = row.answer.iter().zip(&ours.answer).take_while(|(a, b)| a == b).count();
            let margin = row.margins[agreed];
            assert!(margin < 10.0 * theirs, "{name}: {margin} at token {agreed}");
        }
    }
}

#[test]
fn words_and_template_are_those_of_the_family() {
    for (name, texts) in
        [("qwen2", 286), ("llama3", 143), ("smollm3", 143), ("granite", 143), ("gemma3", 143)]
    {
        let (model, golden) = (load(name), golden(name));
        assert_eq!((golden.texts.len(), golden.chat.len()), (texts, 3), "{name}");
        for (text, ids) in &golden.texts {
            assert_eq!(&model.vocabulary.encode_text(text).unwrap(), ids, "{name}: {text:?}");
            assert_eq!(&model.vocabulary.decode(ids), text, "{name}");
        }
        for chat in &golden.chat {
            assert_rendered(name, &model.chat, chat);
        }
    }
}

/// Asked for two sentences of an article.
fn two() -> Asking {
    Asking { sentences: 2, ..Asking::default() }
}

/// `chat` makes of a prompt what Jinja made of it.
fn assert_rendered(name: &str, chat: &Chat, (system, text, rendered): &Rendered) {
    let (before, after) = chat.text_around(&prompt(system.clone()), two()).unwrap();
    assert_eq!(&[&before, text.as_str(), &after].concat(), rendered, "{name}");
}

#[test]
fn networks_that_can_think_are_told_not_to() {
    let Thinking { template, chat } = golden("qwen3").thinking.unwrap();
    let bytes = Writer::new().text("tokenizer.chat_template", &template).finish();
    let told = Chat::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap()).unwrap();
    for chat in &chat {
        assert!(chat.2.ends_with("assistant\n<think>\n\n</think>\n\n"));
        assert_rendered("qwen3", &told, chat);
    }
    // The empty thought is made of the two tokens that are for it.
    let model = load("smollm3");
    let (_, after) = model.chat.around(&model.vocabulary, &prompt(None), two()).unwrap();
    let marks = ["<think>", "</think>"].map(|mark| model.vocabulary.encode_markup(mark).unwrap());
    assert!(marks.iter().all(|mark| mark.len() == 1));
    for mark in marks {
        assert!(after.contains(&mark[0]));
        assert!(!model.vocabulary.encode_text("a <think>b</think>").unwrap().contains(&mark[0]));
    }
}

#[test]
fn a_prompt_begins_with_one_token_of_its_own_where_the_network_is_used_to_it() {
    for (name, first) in
        [("llama3", Some("<|begin_of_text|>")), ("gemma3", Some("<bos>")), ("granite", None)]
    {
        let model = load(name);
        let (before, _) = model.chat.around(&model.vocabulary, &prompt(None), two()).unwrap();
        let id = |text: &str| model.vocabulary.encode_markup(text).unwrap()[0];
        assert_eq!(model.vocabulary.first(), first.map(id), "{name}");
        let expected = id(first.unwrap_or("<|start_of_role|>"));
        assert!(before[0] == expected && before[1] != expected, "{name}");
    }
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "they were f32 in the file")]
fn a_blank_before_every_text_is_read_where_a_file_asks_for_it() {
    let file = gguf("gemma3");
    let texts = |key: &str| file.texts(&format!("tokenizer.ggml.{key}")).unwrap();
    let kinds = file.counts("tokenizer.ggml.token_type").unwrap();
    let kinds: Vec<u32> = kinds.into_iter().map(|kind| u32::try_from(kind).unwrap()).collect();
    let scores = file.numbers("tokenizer.ggml.scores").unwrap();
    let scores: Vec<f32> = scores.into_iter().map(|score| score as f32).collect();
    let bytes = Writer::new()
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", &texts("tokens"))
        .counts("tokenizer.ggml.token_type", &kinds)
        .numbers("tokenizer.ggml.scores", &scores)
        .finish();
    let vocabulary =
        Vocabulary::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap()).unwrap();
    let golden = golden("gemma3").prefixed;
    assert_eq!(golden.len(), 72);
    for (text, ids) in golden {
        assert_eq!(vocabulary.encode_text(&text).unwrap(), ids, "{text:?}");
    }
}
