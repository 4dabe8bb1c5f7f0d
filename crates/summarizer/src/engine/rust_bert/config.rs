//! Configurations, before the library sees them: it panics over a key that is missing, and allocates
//! what the file says.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::LibtorchError;
use crate::engine::EngineError;

/// Largest `config.json` that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Keys that only training reads, and that not every file has; the library wants them all.
const TRAINING: [&str; 14] = [
    "activation_dropout",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "decoder_layerdrop",
    "dropout",
    "dropout_rate",
    "encoder_layerdrop",
    "hidden_dropout_prob",
    "init_std",
    "initializer_factor",
    "initializer_range",
    "layerdrop",
    "qa_dropout",
    "seq_classif_dropout",
];
/// Keys of generation that the card decides, and one that the library reads too strictly.
const IGNORED: [&str; 4] =
    ["task_specific_params", "min_length", "no_repeat_ngram_size", "label2id"];
/// Room beside the weights: the library itself, and what is computed on the way, in bytes.
const WORKSPACE: u64 = 200_000_000;

/// A configuration that has been read.
pub(super) struct Config {
    path: PathBuf,
    keys: Map<String, Value>,
}

/// Sizes that bound what a network allocates.
pub(super) struct Sizes {
    /// Layers of encoder and decoder together.
    pub layers: usize,
    /// Width of a token's vector.
    pub width: usize,
    /// Width between the two matrices of a feed-forward layer.
    pub inner: usize,
    pub vocabulary: usize,
    /// Length of the table of positions; 0 without one.
    pub positions: usize,
}

/// Keys of `generation_config.json` that belong to the network, where newer models keep them.
const TOKENS: [&str; 6] = [
    "bos_token_id",
    "decoder_start_token_id",
    "eos_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "pad_token_id",
];

impl Config {
    pub(super) fn read(path: &Path) -> Result<Self, EngineError> {
        let mut keys = object(path)?;
        for key in TRAINING {
            keys.entry(key).or_insert(json!(0.0));
        }
        for key in IGNORED {
            keys.remove(key);
        }
        Ok(Self { path: path.into(), keys })
    }

    /// Takes over the numbers of special tokens from the `generation_config.json` at `path`.
    pub(super) fn tokens(&mut self, path: &Path) -> Result<(), EngineError> {
        let mut found = object(path)?;
        self.keys.extend(TOKENS.iter().filter_map(|key| found.remove_entry(*key)));
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a number under `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.get(key).is_some_and(Value::is_number)
    }

    /// Gives `key` the `value` if it has none.
    pub(super) fn default(&mut self, key: &str, value: impl Into<Value>) {
        self.keys.entry(key).or_insert(value.into());
    }

    /// The number under `key`, from 1 to `most`.
    pub(super) fn count(&self, key: &'static str, most: usize) -> Result<usize, EngineError> {
        let value = self.keys.get(key).and_then(Value::as_u64);
        value.and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=most).contains(n)).ok_or_else(
            || EngineError::ConfigRange {
                path: self.path.clone(),
                field: key,
                value: self.keys.get(key).map_or_else(|| "not there".into(), ToString::to_string),
                allowed: format!("from 1 to {most}"),
            },
        )
    }

    /// The sizes under these keys; `layers` are added up.
    pub(super) fn sizes(
        &self,
        layers: &[&'static str],
        [width, inner]: [&'static str; 2],
        positions: Option<&'static str>,
    ) -> Result<Sizes, EngineError> {
        let layers = layers.iter().map(|key| self.count(key, 100));
        Ok(Sizes {
            layers: layers.sum::<Result<usize, _>>()?,
            width: self.count(width, 1 << 16)?,
            inner: self.count(inner, 1 << 18)?,
            vocabulary: self.count("vocab_size", 1 << 22)?,
            positions: positions.map_or(Ok(0), |key| self.count(key, 1 << 20))?,
        })
    }

    /// That `heads` share `width` evenly.
    pub(super) fn heads(&self, heads: &'static str, width: usize) -> Result<(), EngineError> {
        let count = self.count(heads, 1 << 10)?;
        if width.is_multiple_of(count) {
            return Ok(());
        }
        Err(EngineError::ConfigRange {
            path: self.path.clone(),
            field: heads,
            value: count.to_string(),
            allowed: format!("a divisor of {width}"),
        })
    }

    /// Bytes that a copy of the network takes, an estimate on the safe side.
    ///
    /// # Errors
    /// If the configuration asks for far more numbers than the weights have.
    pub(super) fn bytes(&self, sizes: &Sizes, weights: &Path) -> Result<u64, EngineError> {
        let unreadable = |source| EngineError::Read { path: weights.into(), source };
        let bytes = fs::metadata(weights).map_err(unreadable)?.len();
        let Sizes { layers, width, inner, vocabulary, positions } = *sizes;
        let numbers = (vocabulary + positions) * width + layers * width * (4 * width + inner);
        // Two bytes a number at the least, and tables of positions may be computed.
        if numbers as u64 > bytes.saturating_mul(2) {
            return Err(EngineError::ConfigRange {
                path: self.path.clone(),
                field: "vocab_size",
                value: vocabulary.to_string(),
                allowed: format!("what {} holds in its {bytes} bytes", weights.display()),
            });
        }
        // The file and the network side by side while it is loaded; as 32-bit numbers either way.
        Ok(bytes.saturating_mul(2).saturating_add(WORKSPACE))
    }

    /// Classes of a classifier, by index.
    pub(super) fn classes(&self) -> Result<Vec<String>, EngineError> {
        let labels = self.keys.get("id2label").and_then(Value::as_object);
        let count = labels.map_or(0, Map::len);
        let name = |i: usize| labels?.get(&i.to_string())?.as_str().map(str::to_owned);
        let classes: Vec<String> = (0..count).filter_map(name).collect();
        if classes.len() == count && (2..=1_000).contains(&count) {
            return Ok(classes);
        }
        Err(EngineError::ConfigRange {
            path: self.path.clone(),
            field: "id2label",
            value: format!("{count} classes"),
            allowed: "2 to 1,000 classes, each with its index".into(),
        })
    }
}

/// The object in the JSON file at `path`.
fn object(path: &Path) -> Result<Map<String, Value>, EngineError> {
    let unreadable = |source| EngineError::Read { path: path.into(), source };
    let file = File::open(path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes > MAX_BYTES {
        return Err(EngineError::TooLarge { path: path.into(), bytes, limit: MAX_BYTES });
    }
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text).map_err(unreadable)?;
    serde_json::from_slice(&text)
        .map_err(|source| EngineError::Config { path: path.into(), source })
}

/// A folder in which files have the names that the library goes by.
pub(super) struct Layout {
    folder: TempDir,
}

impl Layout {
    /// The configuration as it has been completed, and the weights.
    pub(super) fn new(config: &Config, weights: &Path) -> Result<Self, EngineError> {
        let layout = || {
            let folder = tempfile::tempdir()?;
            let text = Value::Object(config.keys.clone()).to_string();
            fs::write(folder.path().join("config.json"), text)?;
            link(weights, &folder.path().join("model.safetensors"))?;
            Ok(folder)
        };
        let folder = layout().map_err(LibtorchError::Layout)?;
        Ok(Self { folder })
    }

    pub(super) fn config(&self) -> PathBuf {
        self.folder.path().join("config.json")
    }

    pub(super) fn weights(&self) -> PathBuf {
        self.folder.path().join("model.safetensors")
    }
}

#[cfg(unix)]
fn link(file: &Path, name: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(fs::canonicalize(file)?, name)
}

#[cfg(not(unix))]
fn link(file: &Path, name: &Path) -> std::io::Result<()> {
    fs::copy(file, name).map(|_| ())
}
