//! Byte-level BPE (Sennrich et al. 2016, Radford et al. 2019), by the `tokenizers` crate.

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

use super::{Listed, Role};
use crate::engine::{EngineError, native::gguf::Gguf};

/// How words are told apart: what a file calls it, and how. Of the names, `smaug-bpe` is that of `SmolLM3`,
/// `refact` that of Granite 3 and `dbrx` that of Granite 4.
const WORDS: [(&str, Words); 11] = [
    ("gpt-2", GPT2),
    ("default", GPT2),
    ("smollm", DIGITS),
    ("refact", DIGITS),
    ("qwen2", Words { pattern: Some(QWEN2), ..GPT2 }),
    ("llama-bpe", LLAMA3),
    ("llama3", LLAMA3),
    ("llama-v3", LLAMA3),
    ("falcon3", LLAMA3),
    ("smaug-bpe", Words { unsplit: false, begins: false, ..LLAMA3 }),
    ("dbrx", Words { unsplit: false, begins: false, ..LLAMA3 }),
];
const GPT2: Words = Words { pattern: None, single_digits: false, unsplit: false, begins: false };
const DIGITS: Words = Words { single_digits: true, ..GPT2 };
const LLAMA3: Words =
    Words { pattern: Some(TRIPLES), single_digits: false, unsplit: true, begins: true };
/// As the models' own tokenizers have it.
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// The same with digits by threes.
const TRIPLES: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// How words are told apart before they are split into tokens.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// `None` for that of GPT-2.
    pattern: Option<&'static str>,
    /// Whether digits are taken one by one before that.
    single_digits: bool,
    /// Whether a word that is a token is not split, whatever the merges.
    unsplit: bool,
    /// Whether a text begins with a token of its own where the file does not say, as in llama.cpp.
    pub(super) begins: bool,
}

impl Words {
    /// As `gguf` names it.
    pub(super) fn of(gguf: &Gguf) -> Result<Self, EngineError> {
        let key = "tokenizer.ggml.pre";
        let name = match gguf.value(key) {
            Some(_) => gguf.text(key)?,
            None => "default",
        };
        let known = WORDS.iter().find(|words| words.0 == name);
        known.map(|words| words.1).ok_or_else(|| EngineError::Metadata {
            path: gguf.path().into(),
            key: key.to_owned(),
            value: name.to_owned(),
            allowed: format!("one of {}", WORDS.map(|words| words.0).join(", ")),
        })
    }
}

/// The bytes of every token: vocabularies of GPT-2's kind have a character for each byte, itself where
/// it can be seen, else one from U+0100 on, in the order of the bytes. A token with other characters
/// spells itself.
pub(super) fn spelt(tokens: &[Listed<'_>]) -> Vec<Box<[u8]>> {
    let seen = |byte: u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let unseen: Vec<u8> = (0..=255).filter(|&byte| !seen(byte)).collect();
    let byte = |c: char| match u32::from(c) {
        code @ 0..256 => u8::try_from(code).ok().filter(|&byte| seen(byte)),
        code => unseen.get(code as usize - 256).copied(),
    };
    let spell = |token: &Listed<'_>| {
        if token.role == Role::Control {
            return Box::default();
        }
        let bytes: Option<Vec<u8>> = token.text.chars().map(byte).collect();
        bytes.unwrap_or_else(|| token.text.as_bytes().to_vec()).into_boxed_slice()
    };
    tokens.iter().map(spell).collect()
}

/// The library's tokenizer, without control tokens: an added token would be found in plain text.
pub(super) fn tokenizer(
    gguf: &Gguf,
    tokens: &[Listed<'_>],
    words: Words,
) -> Result<Tokenizer, EngineError> {
    let broken = |source| EngineError::Tokenizer { path: gguf.path().into(), source };
    let mut tokenizer = Tokenizer::new(bpe(gguf, tokens, words.unsplit)?);
    tokenizer.with_pre_tokenizer(Some(splitter(words).map_err(broken)?));
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

fn bpe(gguf: &Gguf, tokens: &[Listed<'_>], unsplit: bool) -> Result<BPE, EngineError> {
    let key = "tokenizer.ggml.merges";
    let vocabulary: Vocab =
        tokens.iter().zip(0..).map(|(token, id)| (token.text.to_owned(), id)).collect();
    // tokenizers takes for granted that no merge is longer than the longest token, and panics.
    let longest = tokens.iter().map(|token| token.text.len()).max().unwrap_or(0);
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
