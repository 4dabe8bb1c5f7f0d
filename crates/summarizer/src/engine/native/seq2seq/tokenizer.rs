//! Text to the tokens of a network and back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use tokenizers::{
    Tokenizer as Library,
    models::bpe::{BPE, Merges, Vocab},
    pre_tokenizers::byte_level::ByteLevel,
};

use super::{
    config::{Config, Kind},
    spiece::Spiece,
};
use crate::engine::{EngineError, native::read_at_most};

/// Largest vocabulary that is read.
const MAX_BYTES: u64 = 64 << 20;
/// Numbers that a PEGASUS keeps for itself before those of the pieces of its vocabulary.
const PEGASUS_OFFSET: u32 = 103;
/// What stands around a text of a BART.
const AROUND: [&str; 2] = ["<s>", "</s>"];
/// Tokens of a BART that no text spells.
const CONTROL: [&str; 5] = ["<s>", "</s>", "<pad>", "<unk>", "<mask>"];

/// Where a vocabulary is.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// `vocab.json` of a BART, `spiece.model` of the others.
    pub vocabulary: &'a Path,
    /// `merges.txt` of a BART.
    pub merges: Option<&'a Path>,
}

/// A tokenizer that takes no text for a control token, whatever it says.
pub struct Tokenizer {
    pieces: Pieces,
    before: Vec<u32>,
    after: Vec<u32>,
    /// Whether answers have `<n>` for ends of lines, since the vocabulary has none.
    marks_lines: bool,
}

enum Pieces {
    /// Byte-level BPE (Radford et al. 2019), and its control tokens.
    Bytes(Box<Library>, Vec<u32>),
    /// Pieces of sentencepiece, and what is added to their numbers.
    Spiece(Spiece, u32),
}

impl Tokenizer {
    /// The tokenizer of the network that `config` tells of.
    ///
    /// # Errors
    /// [`EngineError`] if a file cannot be read, is damaged, or has tokens that the network does not know.
    pub fn open(files: Files<'_>, config: &Config) -> Result<Self, EngineError> {
        let end = config.special.end;
        let marks_lines = config.kind == Kind::Pegasus;
        let (pieces, before, after) = match config.kind {
            Kind::Bart => {
                let (library, control, around) = bytes(files, config)?;
                (Pieces::Bytes(Box::new(library), control), vec![around[0]], vec![around[1]])
            }
            kind => {
                let spiece = Spiece::open(files.vocabulary)?;
                let offset = if kind == Kind::Pegasus { PEGASUS_OFFSET } else { 0 };
                fits(files.vocabulary, spiece.len() + offset as usize, config)?;
                (Pieces::Spiece(spiece, offset), Vec::new(), vec![end])
            }
        };
        Ok(Self { pieces, before, after, marks_lines })
    }

    /// How many tokens stand around a text.
    pub fn around(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// The tokens that spell `text`.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    pub fn spell(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        match &self.pieces {
            Pieces::Bytes(library, _) => {
                let encoding = library.encode_fast(text, false).map_err(EngineError::Tokenize)?;
                Ok(encoding.get_ids().to_vec())
            }
            Pieces::Spiece(spiece, offset) => {
                Ok(spiece.encode(text).into_iter().map(|id| id + offset).collect())
            }
        }
    }

    /// The same as a network reads them.
    ///
    /// # Errors
    /// [`EngineError::Tokenize`].
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let parts = [self.before.as_slice(), &self.spell(text)?, &self.after];
        Ok(parts.concat())
    }

    /// What `tokens` spell, without control tokens and with punctuation where it belongs.
    pub fn decode(&self, tokens: &[u32]) -> String {
        let text = match &self.pieces {
            Pieces::Bytes(library, control) => {
                let spelt: Vec<u32> =
                    tokens.iter().filter(|token| !control.contains(token)).copied().collect();
                library.decode(&spelt, false).unwrap_or_default()
            }
            Pieces::Spiece(spiece, offset) => {
                spiece.decode(tokens.iter().filter_map(|token| token.checked_sub(*offset)))
            }
        };
        let text = tidy(&text);
        let text = if self.marks_lines { text.replace("<n>", "\n") } else { text };
        text.trim().to_owned()
    }
}

/// Puts marks to the words that they belong to, as transformers does unless it is told otherwise.
fn tidy(text: &str) -> String {
    const MARKS: [(&str, &str); 10] = [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];
    MARKS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Refuses a vocabulary of `tokens` that the network has fewer of.
fn fits(path: &Path, tokens: usize, config: &Config) -> Result<(), EngineError> {
    if tokens <= config.vocabulary {
        return Ok(());
    }
    let (path, vocabulary) = (path.into(), config.vocabulary);
    Err(EngineError::Vocabulary { path, tokens, vocabulary })
}

/// The tokenizer of a BART, its control tokens, and those around a text.
fn bytes(files: Files<'_>, config: &Config) -> Result<(Library, Vec<u32>, [u32; 2]), EngineError> {
    let path = files.vocabulary;
    let broken = |path: &Path| {
        let path: PathBuf = path.into();
        move |source| EngineError::Tokenizer { path, source }
    };
    let words: BTreeMap<String, u32> = serde_json::from_slice(&read_at_most(path, MAX_BYTES)?)
        .map_err(|error| broken(path)(error.into()))?;
    let known = |word: &&str| words.get(*word).copied();
    let control: Vec<u32> = CONTROL.iter().filter_map(known).collect();
    let missing = |word: &str| broken(path)(format!("it has no token {word}").into());
    let [first, last] = AROUND.map(|word| known(&word).ok_or_else(|| missing(word)));
    let highest = words.values().filter(|id| !control.contains(id)).max().copied().unwrap_or(0);
    fits(path, highest as usize + 1, config)?;
    let merges_path = files.merges.unwrap_or(path);
    let text = read_at_most(merges_path, MAX_BYTES)?;
    let text = String::from_utf8(text).map_err(|error| broken(merges_path)(error.into()))?;
    let merges = merges(&text, &words)
        .ok_or_else(|| broken(merges_path)("a line is no pair of tokens that make one".into()))?;
    let words: Vocab = words.into_iter().collect();
    let bpe =
        BPE::builder().vocab_and_merges(words, merges).build().map_err(broken(merges_path))?;
    let mut library = Library::new(bpe);
    library.with_pre_tokenizer(Some(ByteLevel::new(false, true, true)));
    library.with_decoder(Some(ByteLevel::default()));
    // Control tokens are not added: an added token would be found in plain text.
    Ok((library, control, [first?, last?]))
}

/// The merges in `text`, a line each; `None` if one makes no token, over which the library would panic.
fn merges(text: &str, words: &BTreeMap<String, u32>) -> Option<Merges> {
    let lines = text.lines().filter(|line| !line.starts_with("#version") && !line.is_empty());
    lines
        .map(|line| {
            let (a, b) = line.split_once(' ')?;
            let known = |word: &str| words.contains_key(word);
            (known(a) && known(b) && known(&[a, b].concat())).then(|| (a.to_owned(), b.to_owned()))
        })
        .collect()
}
