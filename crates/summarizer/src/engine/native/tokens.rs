//! Text to tokens and back, by the vocabulary that a GGUF file carries: byte-level BPE (Sennrich et
//! al. 2016, Radford et al. 2019).
//!
//! Control tokens are found in templates only. In an article, `<|im_end|>` is ten characters like any
//! others: it becomes tokens that spell it, never the one that ends a turn.

use tokenizers::{
    PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::{BPE, Merges, Vocab},
    pre_tokenizers::{
        byte_level::ByteLevel,
        digits::Digits,
        sequence::Sequence,
        split::{Split, SplitPattern},
    },
};

use super::gguf::Gguf;
use crate::engine::EngineError;

/// Tokens that no text spells, by the numbers of `tokenizer.ggml.token_type`: unknown, control,
/// user-defined and unused ones.
const NOT_TEXT: [u64; 4] = [2, 3, 4, 5];
/// Control tokens that end an answer in the templates that are about, beside the one that the file
/// names.
const ENDS: [&str; 6] =
    ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "</s>"];
/// How words are told apart: what a file calls it, and the pattern (as the models' own tokenizers
/// have it). `None` for that of GPT-2, digits one by one if the flag says so.
const WORDS: [(&str, Words); 6] = [
    ("gpt-2", Words { pattern: None, single_digits: false, unsplit: false }),
    ("default", Words { pattern: None, single_digits: false, unsplit: false }),
    ("smollm", Words { pattern: None, single_digits: true, unsplit: false }),
    ("qwen2", Words { pattern: Some(QWEN2), single_digits: false, unsplit: false }),
    ("llama-bpe", Words { pattern: Some(LLAMA3), single_digits: false, unsplit: true }),
    ("llama3", Words { pattern: Some(LLAMA3), single_digits: false, unsplit: true }),
];
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// How words are told apart before they are split into tokens.
#[derive(Clone, Copy)]
struct Words {
    pattern: Option<&'static str>,
    single_digits: bool,
    /// Whether a word that is a token is not split, whatever the merges.
    unsplit: bool,
}

/// A tokenizer without control tokens, and these.
pub struct Vocabulary {
    plain: Tokenizer,
    /// Control tokens as they are spelt, the longest first.
    control: Vec<(String, u32)>,
    ends: Vec<u32>,
    first: Option<u32>,
    /// The bytes that each token spells; none for tokens that no text spells.
    bytes: Vec<Box<[u8]>>,
}

impl Vocabulary {
    /// The vocabulary in `gguf`.
    ///
    /// # Errors
    /// [`EngineError`] if the file has none, or one of another kind.
    pub fn from_gguf(gguf: &Gguf) -> Result<Self, EngineError> {
        let tokens = gguf.texts("tokenizer.ggml.tokens")?;
        let kinds = kinds(gguf, tokens.len())?;
        let control = control(&tokens, &kinds);
        let mut ends: Vec<u32> =
            [named(gguf, "eos")?, named(gguf, "eot")?].into_iter().flatten().collect();
        let known = |name: &&str| control.iter().find(|(text, _)| text == name).map(|(_, id)| *id);
        ends.extend(ENDS.iter().filter_map(known));
        ends.sort_unstable();
        ends.dedup();
        let adds_first = matches!(
            gguf.value("tokenizer.ggml.add_bos_token"),
            Some(super::gguf::Value::Bool(true))
        );
        let first = if adds_first { named(gguf, "bos")? } else { None };
        let bytes = spelt(&tokens, &kinds);
        Ok(Self { plain: tokenizer(gguf, &tokens)?, control, ends, first, bytes })
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes that `token` spells; `None` for one that is not there, or that no text spells.
    pub fn bytes(&self, token: u32) -> Option<&[u8]> {
        self.bytes.get(token as usize).map(|bytes| &**bytes).filter(|bytes| !bytes.is_empty())
    }

    /// The tokens that spell `text`; no control token, whatever it says.
    pub fn encode_text(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let encoding = self.plain.encode_fast(text, false).map_err(EngineError::Tokenize)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The tokens of a part of a template: control tokens where they are spelt.
    pub fn encode_markup(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let (mut ids, mut rest) = (Vec::new(), text);
        while let Some((at, spelling, id)) = self.next_control(rest) {
            ids.extend(self.encode_text(&rest[..at])?);
            ids.push(id);
            rest = &rest[at + spelling.len()..];
        }
        ids.extend(self.encode_text(rest)?);
        Ok(ids)
    }

    /// Where the first control token in `text` stands; of two at one place, the longer.
    fn next_control(&self, text: &str) -> Option<(usize, &str, u32)> {
        self.control
            .iter()
            .filter_map(|(spelling, id)| Some((text.find(spelling)?, spelling.as_str(), *id)))
            .min_by_key(|(at, spelling, _)| (*at, usize::MAX - spelling.len()))
    }

    /// What `ids` spell, without control tokens; half characters are replaced.
    pub fn decode(&self, ids: &[u32]) -> String {
        let is_control = |id: &u32| self.control.iter().any(|(_, control)| control == id);
        let spelt: Vec<u32> = ids.iter().filter(|id| !is_control(id)).copied().collect();
        self.plain.decode(&spelt, false).unwrap_or_default()
    }

    /// The tokens that end an answer.
    pub fn end_of_generation(&self) -> &[u32] {
        &self.ends
    }

    /// The token that every text begins with, where the network is used to one.
    pub fn first(&self) -> Option<u32> {
        self.first
    }
}

/// The kind of every token; all are words where the file does not say.
fn kinds(gguf: &Gguf, count: usize) -> Result<Vec<u64>, EngineError> {
    let key = "tokenizer.ggml.token_type";
    if gguf.value(key).is_none() {
        return Ok(vec![1; count]);
    }
    let kinds = gguf.counts(key)?;
    if kinds.len() == count {
        return Ok(kinds);
    }
    Err(EngineError::Metadata {
        path: gguf.path().into(),
        key: key.to_owned(),
        value: format!("{} numbers", kinds.len()),
        allowed: format!("as many as there are tokens, {count}"),
    })
}

/// The bytes of every token: vocabularies of GPT-2's kind have a character for each byte, itself where
/// it can be seen, else one from U+0100 on, in the order of the bytes.
fn spelt(tokens: &[&str], kinds: &[u64]) -> Vec<Box<[u8]>> {
    let seen = |byte: u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let unseen: Vec<u8> = (0..=255).filter(|&byte| !seen(byte)).collect();
    let byte = |c: char| match u32::from(c) {
        code @ 0..256 => u8::try_from(code).ok().filter(|&byte| seen(byte)),
        code => unseen.get(code as usize - 256).copied(),
    };
    let spell = |(text, kind): (&&str, &u64)| {
        let text = if NOT_TEXT.contains(kind) { "" } else { text };
        text.chars().map(byte).collect::<Option<Vec<u8>>>().unwrap_or_default().into_boxed_slice()
    };
    tokens.iter().zip(kinds).map(spell).collect()
}

fn control(tokens: &[&str], kinds: &[u64]) -> Vec<(String, u32)> {
    let mut control: Vec<(String, u32)> = tokens
        .iter()
        .zip(kinds)
        .zip(0..)
        .filter(|((text, kind), _)| NOT_TEXT.contains(kind) && !text.is_empty())
        .map(|((text, _), id)| ((*text).to_owned(), id))
        .collect();
    control.sort_by_key(|(text, _)| usize::MAX - text.len());
    control
}

/// The token that the file names as the `role`.
fn named(gguf: &Gguf, role: &str) -> Result<Option<u32>, EngineError> {
    let key = format!("tokenizer.ggml.{role}_token_id");
    match gguf.value(&key) {
        Some(_) => Ok(u32::try_from(gguf.count(&key)?).ok()),
        None => Ok(None),
    }
}

fn tokenizer(gguf: &Gguf, tokens: &[&str]) -> Result<Tokenizer, EngineError> {
    let unknown = |key: &str, value: &str, allowed: String| EngineError::Metadata {
        path: gguf.path().into(),
        key: key.to_owned(),
        value: value.to_owned(),
        allowed,
    };
    let model = gguf.text("tokenizer.ggml.model")?;
    if model != "gpt2" {
        let allowed = "\"gpt2\" (byte-level BPE), the only kind that this engine knows".to_owned();
        return Err(unknown("tokenizer.ggml.model", model, allowed));
    }
    let name = match gguf.value("tokenizer.ggml.pre") {
        Some(_) => gguf.text("tokenizer.ggml.pre")?,
        None => "default",
    };
    let Some((_, words)) = WORDS.iter().find(|words| words.0 == name) else {
        let allowed = WORDS.map(|words| words.0).join(", ");
        return Err(unknown("tokenizer.ggml.pre", name, allowed));
    };
    let broken = |source| EngineError::Tokenizer { path: gguf.path().into(), source };
    let mut tokenizer = Tokenizer::new(bpe(gguf, tokens, words.unsplit)?);
    tokenizer.with_pre_tokenizer(Some(splitter(*words).map_err(broken)?));
    tokenizer.with_decoder(Some(ByteLevel::default()));
    // Control tokens are not added: an added token would be found in plain text.
    Ok(tokenizer)
}

fn splitter(words: Words) -> tokenizers::Result<Sequence> {
    let bytes = ByteLevel::new(false, true, words.pattern.is_none());
    let mut steps: Vec<PreTokenizerWrapper> = Vec::new();
    if words.single_digits {
        steps.push(Digits::new(true).into());
    }
    if let Some(pattern) = words.pattern {
        let pattern = SplitPattern::Regex(pattern.to_owned());
        steps.push(Split::new(pattern, SplitDelimiterBehavior::Isolated, false)?.into());
    }
    steps.push(bytes.into());
    Ok(Sequence::new(steps))
}

fn bpe(gguf: &Gguf, tokens: &[&str], unsplit: bool) -> Result<BPE, EngineError> {
    let key = "tokenizer.ggml.merges";
    let vocabulary: Vocab =
        tokens.iter().zip(0..).map(|(text, id)| ((*text).to_owned(), id)).collect();
    // tokenizers takes for granted that no merge is longer than the longest token, and panics.
    let longest = tokens.iter().map(|token| token.len()).max().unwrap_or(0);
    let merges: Option<Merges> = gguf
        .texts(key)?
        .iter()
        .map(|merge| {
            let (a, b) = merge.split_once(' ')?;
            (a.len() + b.len() <= longest).then(|| (a.to_owned(), b.to_owned()))
        })
        .collect();
    let Some(merges) = merges else {
        return Err(EngineError::Metadata {
            path: gguf.path().into(),
            key: key.to_owned(),
            value: "a list with an entry that makes no token".to_owned(),
            allowed: "pairs of tokens, a blank between them, that make a token".to_owned(),
        });
    };
    BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .ignore_merges(unsplit)
        .build()
        .map_err(|source| EngineError::Tokenizer { path: gguf.path().into(), source })
}

#[cfg(test)]
pub mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::native::gguf::fixture::Writer;

    /// A vocabulary of all bytes, a few words, and three control tokens.
    pub fn with_vocabulary(writer: Writer) -> Writer {
        let mut tokens =
            vec!["<|end|>".to_owned(), "<|turn|>".to_owned(), "<|endless|>".to_owned()];
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
        assert!(refused(base().text("tokenizer.ggml.model", "llama")).contains("byte-level BPE"));
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

    proptest! {
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
}
