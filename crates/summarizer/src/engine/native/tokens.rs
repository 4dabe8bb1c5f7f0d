//! Text to tokens and back, by the vocabulary that a GGUF file carries: byte-level BPE (`bytes`), or the
//! BPE of sentencepiece (`pieces`).
//!
//! Control tokens are found in templates only. In an article, `<|im_end|>` is ten characters like any
//! others: it becomes tokens that spell it, never the one that ends a turn.

mod bytes;
mod control;
mod pieces;
#[cfg(test)]
pub mod tests;

use tokenizers::Tokenizer;

use self::{control::Control, pieces::Pieces};
use super::gguf::{Gguf, Value};
use crate::engine::EngineError;

/// Control tokens that end an answer in the templates that are about, beside the one that the file
/// names.
const ENDS: [&str; 7] = [
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end_of_text|>",
    "<end_of_turn>",
    "</s>",
];

/// A token as a file lists it.
struct Listed<'a> {
    text: &'a str,
    role: Role,
}

/// What a token is for, by the numbers of `tokenizer.ggml.token_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Text is spelt by it.
    Word,
    /// Text is spelt by it wherever it stands, before anything is put together.
    Whole,
    /// A byte of what no other token spells.
    Byte,
    /// No text spells it.
    Control,
}

/// What a vocabulary is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    Bytes,
    Pieces,
}

impl Model {
    /// All of them, as GGUF calls them.
    const NAMES: [(&'static str, Self); 2] = [("gpt2", Self::Bytes), ("llama", Self::Pieces)];

    fn of(gguf: &Gguf) -> Result<Self, EngineError> {
        let key = "tokenizer.ggml.model";
        let name = gguf.text(key)?;
        let known = Self::NAMES.iter().find(|known| known.0 == name);
        known.map(|known| known.1).ok_or_else(|| EngineError::Metadata {
            path: gguf.path().into(),
            key: key.to_owned(),
            value: name.to_owned(),
            allowed: "\"gpt2\" (byte-level BPE) or \"llama\" (BPE of sentencepiece), the only kinds that this engine knows".to_owned(),
        })
    }
}

/// How text becomes tokens.
enum Spelling {
    Bytes(Box<Tokenizer>),
    Pieces(Pieces),
}

/// A tokenizer without control tokens, and these.
pub struct Vocabulary {
    spelling: Spelling,
    control: Control,
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
        let model = Model::of(gguf)?;
        let tokens = listed(gguf, model)?;
        let control = Control::new(gguf, &tokens)?;
        let named = |role: &str| named(gguf, role, tokens.len());
        let mut ends: Vec<u32> =
            [named("eos")?, named("eot")?, named("eom")?].into_iter().flatten().collect();
        ends.extend(ENDS.iter().filter_map(|name| control.id(name)));
        ends.sort_unstable();
        ends.dedup();
        let (spelling, bytes, begins) = match model {
            Model::Bytes => {
                let words = bytes::Words::of(gguf)?;
                let tokenizer = bytes::tokenizer(gguf, &tokens, words)?;
                (Spelling::Bytes(Box::new(tokenizer)), bytes::spelt(&tokens), words.begins)
            }
            Model::Pieces => {
                let pieces = Pieces::new(gguf, &tokens)?;
                (Spelling::Pieces(pieces), pieces::spelt(&tokens), true)
            }
        };
        let begins = match gguf.value("tokenizer.ggml.add_bos_token") {
            Some(Value::Bool(begins)) => *begins,
            _ => begins,
        };
        let first = if begins { named("bos")? } else { None };
        Ok(Self { spelling, control, ends, first, bytes })
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
        match &self.spelling {
            Spelling::Bytes(tokenizer) => {
                let encoding = tokenizer.encode_fast(text, false).map_err(EngineError::Tokenize)?;
                Ok(encoding.get_ids().to_vec())
            }
            Spelling::Pieces(pieces) => Ok(pieces.encode(text)),
        }
    }

    /// The tokens of a part of a template: control tokens where they are spelt.
    pub fn encode_markup(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let (mut ids, mut done) = (Vec::new(), 0);
        for (place, id) in self.control.find_all(text) {
            ids.extend(self.encode_text(&text[done..place.start])?);
            ids.push(id);
            done = place.end;
        }
        ids.extend(self.encode_text(&text[done..])?);
        Ok(ids)
    }

    /// What `ids` spell, without control tokens; half characters are replaced.
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> =
            ids.iter().filter_map(|id| self.bytes(*id)).flatten().copied().collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match &self.spelling {
            Spelling::Pieces(pieces) => pieces.without_prefix(text),
            Spelling::Bytes(_) => text,
        }
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

/// The tokens of a file; all are words where it does not say.
fn listed(gguf: &Gguf, model: Model) -> Result<Vec<Listed<'_>>, EngineError> {
    let key = "tokenizer.ggml.token_type";
    let texts = gguf.texts("tokenizer.ggml.tokens")?;
    let kinds = match gguf.value(key) {
        Some(_) => gguf.counts(key)?,
        None => vec![1; texts.len()],
    };
    same_length(gguf, key, kinds.len(), texts.len())?;
    let template = match gguf.value("tokenizer.chat_template") {
        Some(Value::Text(template)) => template.as_str(),
        _ => "",
    };
    let marks = ["bos", "eos", "eot", "eom"].map(|role| named(gguf, role, texts.len()));
    let marks = marks.into_iter().collect::<Result<Vec<_>, _>>()?;
    let is_mark = |text: &str, id: u32| {
        marks.contains(&Some(id)) || ENDS.contains(&text) || stands_in(template, text)
    };
    let role = |text: &str, kind: u64, id: u32| match (kind, model) {
        // Unknown, control, unused.
        (2 | 3 | 5, _) | (4, Model::Bytes) => Role::Control,
        // User-defined. What marks turns never comes from an article, whether or not it is spelt in the template.
        (4, Model::Pieces) if is_mark(text, id) => Role::Control,
        (4, Model::Pieces) => Role::Whole,
        (6, Model::Pieces) => Role::Byte,
        _ => Role::Word,
    };
    let listed = texts.into_iter().zip(kinds).zip(0..);
    Ok(listed.map(|((text, kind), id)| Listed { text, role: role(text, kind, id) }).collect())
}

/// Whether a template spells a token that is more than blanks, which stand in templates for themselves.
fn stands_in(template: &str, text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || pieces::BLANK.contains(c);
    !text.chars().all(is_blank) && template.contains(text)
}

/// Refuses a list under `key` that is not as long as the list of tokens.
fn same_length(gguf: &Gguf, key: &str, found: usize, tokens: usize) -> Result<(), EngineError> {
    if found == tokens {
        return Ok(());
    }
    Err(EngineError::Metadata {
        path: gguf.path().into(),
        key: key.to_owned(),
        value: format!("{found} numbers"),
        allowed: format!("as many as there are tokens, {tokens}"),
    })
}

/// The token that the file names as the `role`, if it is one of its `count` tokens.
fn named(gguf: &Gguf, role: &str, count: usize) -> Result<Option<u32>, EngineError> {
    let key = format!("tokenizer.ggml.{role}_token_id");
    match gguf.value(&key) {
        Some(_) => {
            let id = Some(gguf.count(&key)?).filter(|id| *id < count);
            Ok(id.and_then(|id| u32::try_from(id).ok()))
        }
        None => Ok(None),
    }
}
