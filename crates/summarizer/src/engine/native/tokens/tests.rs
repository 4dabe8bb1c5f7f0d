use std::{collections::BTreeMap, path::Path};

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::engine::native::gguf::fixture::Writer;

/// A vocabulary of all bytes, a few words, and three control tokens.
pub fn with_vocabulary(writer: Writer) -> Writer {
    let mut tokens = vec!["<|end|>".to_owned(), "<|turn|>".to_owned(), "<|endless|>".to_owned()];
    let bytes: String = (0..=255_u8).map(character).collect();
    tokens.extend(bytes.chars().map(String::from));
    let merges = ["t h", "th e", "Ġ the", "e n"];
    tokens.extend(merges.map(|merge| merge.replace(' ', "")));
    let kinds: Vec<u32> = (0..tokens.len()).map(|i| if i < 3 { 3 } else { 1 }).collect();
    writer
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "smollm")
        .texts("tokenizer.ggml.tokens", &tokens)
        .counts("tokenizer.ggml.token_type", &kinds)
        .texts("tokenizer.ggml.merges", &merges)
        .count("tokenizer.ggml.eos_token_id", 0)
}

/// The character that stands for a byte in vocabularies of GPT-2's kind: itself where it can be
/// seen, else one from U+0100 on.
fn character(byte: u8) -> char {
    let seen = |b: u8| matches!(b, 33..=126 | 161..=172 | 174..=255);
    if seen(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|&b| !seen(b)).count();
    char::from_u32(256 + u32::try_from(before).unwrap()).unwrap()
}

/// [`with_vocabulary`], loaded.
pub fn vocabulary() -> Vocabulary {
    let bytes = with_vocabulary(Writer::new()).finish();
    Vocabulary::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap()).unwrap()
}

#[test]
fn merges_are_used_and_text_comes_back() {
    let vocabulary = vocabulary();
    for text in ["the end, the 12 ends", "Zürich – 東京 🙂", " \n\t x", ""] {
        let ids = vocabulary.encode_text(text).unwrap();
        assert_eq!(vocabulary.decode(&ids), text);
    }
    assert_eq!(vocabulary.encode_text(" the").unwrap(), [3 + 256 + 2]);
}

#[test]
fn bytes_are_what_tokens_spell() {
    let vocabulary = vocabulary();
    for text in ["the end, 12", "Zürich – 東京 🙂", " \n\t x"] {
        let ids = vocabulary.encode_text(text).unwrap();
        let bytes: Vec<u8> =
            ids.iter().flat_map(|&id| vocabulary.bytes(id).unwrap()).copied().collect();
        assert_eq!(bytes, text.as_bytes());
    }
    assert!(vocabulary.bytes(0).is_none() && vocabulary.bytes(9_999).is_none());
}

#[test]
fn control_tokens_are_found_in_markup_only_and_the_longest_wins() {
    let vocabulary = vocabulary();
    let text = "a<|endless|>b<|end|>";
    let ids = vocabulary.encode_markup(text).unwrap();
    assert_eq!((ids[1], ids[3], ids.len()), (2, 0, 4));
    assert_eq!(vocabulary.decode(&ids), "ab");
    assert!(vocabulary.encode_text(text).unwrap().iter().all(|&id| id > 2));
    assert_eq!(vocabulary.end_of_generation(), [0]);
}

#[test]
fn a_file_of_nothing_but_control_tokens_is_refused() {
    let long = "x".repeat(3 << 19);
    let writer = Writer::new()
        .text("tokenizer.ggml.model", "gpt2")
        .texts("tokenizer.ggml.tokens", &["a", &long])
        .counts("tokenizer.ggml.token_type", &[1, 3])
        .texts::<&str>("tokenizer.ggml.merges", &[]);
    let gguf = Gguf::parse(Path::new("a.gguf"), writer.finish()).unwrap();
    let error = Vocabulary::from_gguf(&gguf).err().unwrap().to_string();
    assert!(error.contains("1572864 bytes of control tokens"), "{error}");
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    let refused = |writer: Writer| {
        let gguf = Gguf::parse(Path::new("a.gguf"), writer.finish()).unwrap();
        Vocabulary::from_gguf(&gguf).err().unwrap().to_string()
    };
    let base = || {
        Writer::new()
            .texts("tokenizer.ggml.tokens", &["a", "b"])
            .texts("tokenizer.ggml.merges", &["a b"])
    };
    assert!(refused(base().text("tokenizer.ggml.model", "rwkv")).contains("byte-level BPE"));
    let gpt2 = || base().text("tokenizer.ggml.model", "gpt2");
    assert!(refused(gpt2().text("tokenizer.ggml.pre", "odd")).contains("smollm"));
    // The merges make tokens that are not there.
    assert!(refused(gpt2()).contains("makes no token"));
    let there = Writer::new()
        .text("tokenizer.ggml.model", "gpt2")
        .texts("tokenizer.ggml.tokens", &["a", "b", "cd"])
        .texts("tokenizer.ggml.merges", &["a b"]);
    assert!(refused(there).contains("tokenizer"));
    assert!(refused(gpt2().counts("tokenizer.ggml.token_type", &[1])).contains("1 numbers"));
}

/// What `tests/golden/gguf_words.py` found.
#[derive(Deserialize)]
struct Golden {
    tokens: Vec<String>,
    merges: Vec<String>,
    texts: Vec<String>,
    ways: BTreeMap<String, Way>,
}

/// The tokens of all texts by all of some names.
#[derive(Deserialize)]
struct Way {
    names: Vec<String>,
    ids: Vec<Vec<u32>>,
}

#[test]
fn words_are_told_apart_as_llama_cpp_does_by_every_name_that_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let json = std::fs::read(folder.join("../../tests/golden/gguf/words.json")).unwrap();
    let Golden { tokens, merges, texts, ways } = serde_json::from_slice(&json).unwrap();
    assert!(texts.len() > 250 && ways.len() == 5, "{}", texts.len());
    for Way { names, ids } in ways.values() {
        for name in names {
            let bytes = Writer::new()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", name)
                .texts("tokenizer.ggml.tokens", &tokens)
                .texts("tokenizer.ggml.merges", &merges)
                .finish();
            let gguf = Gguf::parse(Path::new("a.gguf"), bytes).unwrap();
            let vocabulary = Vocabulary::from_gguf(&gguf).unwrap();
            for (text, ids) in texts.iter().zip(ids) {
                assert_eq!(&vocabulary.encode_text(text).unwrap(), ids, "{name}: {text:?}");
                assert_eq!(&vocabulary.decode(ids), text, "{name}");
            }
        }
    }
}

/// All bytes, some pieces with their scores, a mark of turns and a tag of the kind that Gemma takes whole.
fn with_pieces(pieces: &[(&str, f32)]) -> Writer {
    let mut tokens = vec!["<s>".to_owned(), "<turn>".to_owned(), "<b>".to_owned()];
    let mut kinds = vec![3, 4, 4];
    tokens.extend((0..=255_u8).map(|byte| format!("<0x{byte:02X}>")));
    kinds.resize(tokens.len(), 6);
    tokens.extend(pieces.iter().map(|piece| piece.0.to_owned()));
    kinds.resize(tokens.len(), 1);
    let mut scores = vec![0.0; tokens.len() - pieces.len()];
    scores.extend(pieces.iter().map(|piece| piece.1));
    Writer::new()
        .text("tokenizer.ggml.model", "llama")
        .text("tokenizer.chat_template", "<turn>{{ messages[0].content }}")
        .texts("tokenizer.ggml.tokens", &tokens)
        .counts("tokenizer.ggml.token_type", &kinds)
        .numbers("tokenizer.ggml.scores", &scores)
        .count("tokenizer.ggml.bos_token_id", 0)
        .bool("tokenizer.ggml.add_space_prefix", false)
}

fn pieces(pieces: &[(&str, f32)]) -> Vocabulary {
    let bytes = with_pieces(pieces).finish();
    Vocabulary::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap()).unwrap()
}

#[test]
fn the_best_pieces_are_joined_first_and_the_rest_is_bytes() {
    // Numbers of pieces begin at 259; bytes stand at 3 and on.
    let vocabulary = pieces(&[
        ("a", -9.0),
        ("b", -9.0),
        ("ab", -2.0),
        ("ba", -1.0),
        ("bab", -3.0),
        ("\u{2581}", -9.0),
    ]);
    let encoded = |text: &str| vocabulary.encode_text(text).unwrap();
    // "ba" has a better score than "ab", so that the first letter is left alone, and "bab" can come of it.
    assert_eq!(encoded("aba"), [259, 262]);
    assert_eq!(encoded("abab"), [259, 263]);
    assert_eq!(encoded("ab"), [261]);
    assert_eq!(encoded("a é"), [259, 264, 3 + 0xc3, 3 + 0xa9]);
    for text in ["abab ba", "é東 \u{1f642}\n", ""] {
        assert_eq!(vocabulary.decode(&encoded(text)), text);
    }
}

#[test]
fn of_user_defined_pieces_those_of_the_template_never_come_from_a_text() {
    let vocabulary = pieces(&[("a", -1.0)]);
    let plain = vocabulary.encode_text("<b><turn><s>").unwrap();
    assert_eq!(plain[0], 2);
    assert!(plain[1..].iter().all(|id| *id > 2), "{plain:?}");
    assert_eq!(vocabulary.encode_markup("<turn><s>a").unwrap(), [1, 0, 259]);
    assert_eq!(vocabulary.bytes(2), Some("<b>".as_bytes()));
    assert!(vocabulary.bytes(1).is_none());
    assert_eq!(vocabulary.first(), Some(0));
}

/// A vocabulary of all bytes and these user-defined tokens, of which the first has the number 256.
fn with_marks(template: &str, marks: &[&str]) -> Writer {
    let mut tokens: Vec<String> = (0..=255_u8).map(|byte| format!("<0x{byte:02X}>")).collect();
    tokens.extend(marks.iter().map(|mark| (*mark).to_owned()));
    let kinds: Vec<u32> = (0..tokens.len()).map(|id| if id < 256 { 6 } else { 4 }).collect();
    Writer::new()
        .text("tokenizer.ggml.model", "llama")
        .text("tokenizer.chat_template", template)
        .texts("tokenizer.ggml.tokens", &tokens)
        .counts("tokenizer.ggml.token_type", &kinds)
        .numbers("tokenizer.ggml.scores", &vec![0.0; tokens.len()])
        .bool("tokenizer.ggml.add_space_prefix", false)
}

#[test]
fn marks_of_turns_never_come_from_a_text_however_they_are_written() {
    let marks =
        ["[/INST]", "<eos>", "<end_of_turn>", "[other]", "\n\n", "\u{2581}\u{2581}", "<bos>"];
    let template =
        "{{ bos_token }}{{ messages[0].content }}  [/INST]\n\n{{ eos_token }}\u{2581}\u{2581}";
    let writer = with_marks(template, &marks)
        .count("tokenizer.ggml.bos_token_id", 262)
        .count("tokenizer.ggml.eos_token_id", 257);
    let gguf = Gguf::parse(Path::new("a.gguf"), writer.finish()).unwrap();
    let vocabulary = Vocabulary::from_gguf(&gguf).unwrap();
    for mark in ["[/INST]", "<eos>", "<end_of_turn>", "<bos>"] {
        let ids = vocabulary.encode_text(mark).unwrap();
        // Spelt by bytes, which begin with the first token.
        assert_eq!(ids, mark.bytes().map(u32::from).collect::<Vec<_>>(), "{mark}");
        assert_eq!(vocabulary.encode_markup(mark).unwrap().len(), 1, "{mark}");
    }
    for (text, id) in [("[other]", 259), ("\n\n", 260), ("  ", 261)] {
        assert_eq!(vocabulary.encode_text(text).unwrap(), [id], "{text:?}");
    }
    assert_eq!(vocabulary.end_of_generation(), [257, 258]);
}

#[test]
fn of_two_zeros_neither_is_the_higher_score() {
    for (first, second) in [(0.0, -0.0), (-0.0, 0.0)] {
        let scores = [("ab", first), ("bc", second), ("a", -1.0), ("b", -1.0), ("c", -1.0)];
        assert_eq!(pieces(&scores).encode_text("abc").unwrap(), [259, 263]);
    }
}

#[test]
fn a_byte_is_two_digits() {
    assert_eq!(pieces::byte("<0x0a>"), Some(10));
    for text in ["<0x+A>", "<0xA>", "<0x00A>", "<0xé>", "<0x>"] {
        assert_eq!(pieces::byte(text), None, "{text}");
    }
}

#[test]
fn a_vocabulary_of_pieces_that_lacks_something_is_refused() {
    let refused = |writer: Writer| {
        let gguf = Gguf::parse(Path::new("a.gguf"), writer.finish()).unwrap();
        let error = Vocabulary::from_gguf(&gguf).err().unwrap();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    };
    let base = || {
        Writer::new()
            .text("tokenizer.ggml.model", "llama")
            .texts("tokenizer.ggml.tokens", &["a", "b"])
    };
    assert!(refused(base()).contains("tokenizer.ggml.scores"));
    assert!(refused(base().numbers("tokenizer.ggml.scores", &[1.0])).contains("1 numbers"));
    let scores = |numbers| base().numbers("tokenizer.ggml.scores", numbers);
    assert!(refused(scores(&[1.0, f32::NAN])).contains("numbers only"));
    assert!(refused(scores(&[1.0, 2.0])).contains("a token for each byte"));
}

proptest! {
    #[test]
    fn any_text_comes_back_from_pieces(text in any::<String>()) {
        let vocabulary = pieces(&[("e", -1.0), ("t", -1.0), ("et", -0.5), ("\u{2581}", -1.0), ("\u{2581}e", -0.2)]);
        // What stands for a blank is read as one.
        let text = text.replace('\u{2581}', "_");
        let ids = vocabulary.encode_text(&text).unwrap();
        prop_assert!(ids.iter().all(|&id| id > 1));
        prop_assert_eq!(vocabulary.decode(&ids), text);
    }

    #[test]
    fn no_text_becomes_a_control_token(
        parts in proptest::collection::vec(
            prop_oneof![Just("<|end|>"), Just("<|turn|>"), Just("<|"), Just("end"), Just(" ")],
            0..12,
        ),
        tail in any::<String>(),
    ) {
        let vocabulary = vocabulary();
        let text = parts.concat() + &tail;
        let ids = vocabulary.encode_text(&text).unwrap();
        prop_assert!(ids.iter().all(|&id| id > 2));
        prop_assert_eq!(vocabulary.decode(&ids), text);
    }
}
