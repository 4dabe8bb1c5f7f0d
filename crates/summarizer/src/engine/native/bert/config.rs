//! What kind of BERT it is.

use std::path::Path;

use serde::{Deserialize, de::DeserializeOwned};

use standfirst_core::card::Precision;

use super::disentangled::{Classes, Settings};
use crate::engine::{EngineError, native::read_at_most};

/// Largest `config.json` that is read.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// What of `config.json` matters. Other keys are the business of training.
#[derive(Debug, Deserialize)]
pub(in crate::engine::native) struct Config {
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    hidden_act: Activation,
    max_position_embeddings: usize,
    /// Kinds of segments; a network that does not say has none.
    #[serde(default)]
    pub type_vocab_size: usize,
    pub layer_norm_eps: f32,
    #[serde(default)]
    position_embedding_type: Positions,
    #[serde(default)]
    model_type: Kind,
    /// Whether a token sees only those before it, which no encoder here computes.
    #[serde(default)]
    is_decoder: bool,
    /// Of `DeBERTa` alone.
    #[serde(flatten)]
    distances: Settings,
    /// Of networks whose positions begin behind that of padding.
    pad_token_id: Option<usize>,
    /// Classes of distances, in networks that know them.
    #[serde(default = "usual_buckets")]
    relative_attention_num_buckets: usize,
}

/// Which network it is, by the word that `model_type` has for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::engine::native) enum Kind {
    /// Devlin et al. 2019, and whatever is built like it.
    #[default]
    Bert,
    /// Song et al. 2020: no segments, and distances besides positions.
    Mpnet,
    /// Liu et al. 2019, and in many languages Conneau et al. 2020: BERT's layers, positions that begin behind
    /// that of padding, and one kind of segment whatever the tokenizer says.
    #[serde(alias = "xlm-roberta")]
    Roberta,
    /// He et al. 2021 and after: no positions but distances, which attention keeps apart from what is said.
    #[serde(rename = "deberta-v2")]
    Deberta,
}

/// What `MPNet`'s configuration says by saying nothing.
fn usual_buckets() -> usize {
    32
}

/// Positions of `MPNet`'s table that no token has, as its padding stands there.
const MPNET_OFFSET: usize = 2;
/// What stands for padding where the configuration of a `RoBERTa` does not say.
const ROBERTA_PADDING: usize = 1;
/// Where the last class of distances of `MPNet` begins; its configuration has no word for it.
const MPNET_FARTHEST: usize = 128;

/// The one activation that is built; any other is an error of the configuration.
#[derive(Debug, Deserialize)]
enum Activation {
    #[serde(rename = "gelu")]
    ExactGelu,
}

/// The one kind of positions that is built.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Positions {
    #[default]
    Absolute,
}

/// What `T` knows of a configuration.
pub(in crate::engine::native) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, EngineError> {
    let bytes = read_at_most(path, MAX_CONFIG_BYTES)?;
    serde_json::from_slice(&bytes)
        .map_err(|source| EngineError::Config { path: path.into(), source })
}

impl Config {
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let config: Self = read(path)?;
        config.check(path)?;
        Ok(config)
    }

    /// Refuses numbers that no BERT has, before anything is allocated by them.
    fn check(&self, path: &Path) -> Result<(), EngineError> {
        // The matches keep the fields in use: each has the one value that is built.
        let (Activation::ExactGelu, Positions::Absolute) =
            (&self.hidden_act, &self.position_embedding_type);
        within(path, "vocab_size", self.vocab_size, 1, 2_000_000)?;
        within(path, "hidden_size", self.hidden_size, 1, 16_384)?;
        within(path, "num_hidden_layers", self.num_hidden_layers, 1, 256)?;
        within(path, "num_attention_heads", self.num_attention_heads, 1, self.hidden_size)?;
        within(path, "intermediate_size", self.intermediate_size, 1, 131_072)?;
        let padding = self.pad_token_id.filter(|_| self.model_type == Kind::Roberta);
        within(path, "pad_token_id", padding.unwrap_or_default(), 0, 1_024)?;
        if self.is_decoder {
            return Err(out_of_range(path, "is_decoder", &true, "false".to_owned()));
        }
        let least = self.offset() + 3;
        within(path, "max_position_embeddings", self.max_position_embeddings, least, 131_072)?;
        let (least, most) = match self.model_type {
            Kind::Bert | Kind::Roberta => (1, 1_024),
            Kind::Mpnet => (0, 0),
            Kind::Deberta => (0, 1_024),
        };
        within(path, "type_vocab_size", self.type_vocab_size, least, most)?;
        self.check_distances(path)?;
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let allowed = format!("a multiple of {} heads", self.num_attention_heads);
            return Err(out_of_range(path, "hidden_size", &self.hidden_size, allowed));
        }
        if self.model_type == Kind::Deberta {
            self.distances.classes(path, self.shape())?;
        }
        if !(0.0..=0.1).contains(&self.layer_norm_eps) {
            let allowed = "0 to 0.1".to_owned();
            return Err(out_of_range(path, "layer_norm_eps", &self.layer_norm_eps, allowed));
        }
        Ok(())
    }

    fn check_distances(&self, path: &Path) -> Result<(), EngineError> {
        let buckets = self.relative_attention_num_buckets;
        within(path, "relative_attention_num_buckets", buckets, 4, MPNET_FARTHEST)?;
        if buckets.is_multiple_of(4) {
            return Ok(());
        }
        let allowed = "a multiple of 4".to_owned();
        Err(out_of_range(path, "relative_attention_num_buckets", &buckets, allowed))
    }

    /// Which network it is.
    pub fn kind(&self) -> Kind {
        self.model_type
    }

    /// Rows of the table of positions: how many there are, and how many of them stand before the first token's.
    pub fn positions(&self) -> (usize, usize) {
        (self.max_position_embeddings, self.offset())
    }

    /// Whether the second text of a pair is of another kind than the first.
    pub fn tells_texts_apart(&self) -> bool {
        matches!(self.model_type, Kind::Bert | Kind::Deberta) && self.type_vocab_size > 1
    }

    fn offset(&self) -> usize {
        match self.model_type {
            Kind::Bert | Kind::Deberta => 0,
            Kind::Mpnet => MPNET_OFFSET,
            Kind::Roberta => self.pad_token_id.unwrap_or(ROBERTA_PADDING) + 1,
        }
    }

    /// How many classes of distances there are, and where the last begins, if the network knows distances.
    pub fn distances(&self) -> Option<(usize, usize)> {
        (self.model_type == Kind::Mpnet)
            .then_some((self.relative_attention_num_buckets, MPNET_FARTHEST))
    }

    /// Width, heads and positions.
    fn shape(&self) -> [usize; 3] {
        [self.hidden_size, self.num_attention_heads, self.max_position_embeddings]
    }

    /// The classes of distances that attention keeps apart, in networks that do so.
    pub fn disentangled(&self, path: &Path) -> Result<Option<Classes>, EngineError> {
        let does = self.model_type == Kind::Deberta;
        does.then(|| self.distances.classes(path, self.shape())).transpose()
    }

    /// Refuses to compute in 8 bits what is known to answer otherwise then.
    pub fn admits_precision(&self, path: &Path, precision: Precision) -> Result<(), EngineError> {
        if self.model_type != Kind::Deberta || precision == Precision::F32 {
            return Ok(());
        }
        let allowed = "f32 for a DeBERTa, which answers otherwise in 8 bits".to_owned();
        Err(out_of_range(path, "the precision", &"int8", allowed))
    }

    /// Refuses to read more than there are positions.
    pub fn admits(&self, path: &Path, max_tokens: usize) -> Result<(), EngineError> {
        let most = self.max_position_embeddings - self.offset();
        within(path, "the number of tokens to read", max_tokens, 3, most)
    }
}

/// Refuses a `value` of `field` that is not from `low` to `high`.
pub(in crate::engine::native) fn within(
    path: &Path,
    field: &'static str,
    value: usize,
    low: usize,
    high: usize,
) -> Result<(), EngineError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(out_of_range(path, field, &value, format!("{low} to {high}")))
    }
}

/// What is said of a `value` of `field` that is none of what is `allowed`.
pub(in crate::engine::native) fn out_of_range(
    path: &Path,
    field: &'static str,
    value: &impl ToString,
    allowed: String,
) -> EngineError {
    EngineError::ConfigRange { path: path.into(), field, value: value.to_string(), allowed }
}
