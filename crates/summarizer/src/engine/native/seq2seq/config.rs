//! What kind of encoder-decoder it is, by transformers' `config.json` and `generation_config.json`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::engine::{EngineError, native::bert::config::read};

/// Numbers of a table of sines, which is computed by what a configuration says alone; 16,384 places of 1,024, as the
/// largest PEGASUS has, are a quarter.
const MAX_SINES: usize = 1 << 26;

/// Kinds of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BART and what was distilled from it.
    Bart,
    /// PEGASUS.
    Pegasus,
    /// T5 and FLAN-T5, gated or not.
    T5,
    /// T5 with local and transient-global attention in its encoder.
    LongT5,
}

impl Kind {
    /// All of them, by the words that cards use.
    pub const ALL: [(&'static str, Self); 4] = [
        ("bart", Self::Bart),
        ("longt5", Self::LongT5),
        ("pegasus", Self::Pegasus),
        ("t5", Self::T5),
    ];

    /// What `config.json` calls it.
    fn model_types(self) -> &'static [&'static str] {
        match self {
            Self::Bart => &["bart"],
            Self::Pegasus => &["pegasus"],
            Self::T5 => &["t5", "mt5"],
            Self::LongT5 => &["longt5"],
        }
    }

    /// Whether its layers have T5's names and forms.
    pub fn is_t5(self) -> bool {
        matches!(self, Self::T5 | Self::LongT5)
    }
}

/// Sizes and forms of a network.
#[derive(Clone, Debug)]
pub struct Config {
    pub kind: Kind,
    pub vocabulary: usize,
    /// Numbers of a token's vector.
    pub width: usize,
    /// Numbers of a head.
    pub size: usize,
    pub encoder: Sizes,
    pub decoder: Sizes,
    pub activation: Activation,
    /// Whether the inner layer is a product of two.
    pub gated: bool,
    pub positions: Positions,
    /// What embeddings are multiplied by.
    pub scale: f32,
    /// Added to variances.
    pub epsilon: f32,
    /// Whether the last product is by the embeddings.
    pub tied: bool,
    pub special: Special,
    /// Of a [`Kind::LongT5`].
    pub reach: Option<Reach>,
}

/// Sizes of an encoder or a decoder.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub layers: usize,
    pub heads: usize,
    /// Numbers between the two products of a feed-forward layer.
    pub inner: usize,
}

/// How a network knows where a token stands.
#[derive(Clone, Copy, Debug)]
pub enum Positions {
    /// By a table that was trained, which begins with two rows of no use.
    Learned { count: usize },
    /// By sines and cosines.
    Sinusoidal { count: usize },
    /// By the distance of tokens, in so many classes up to `distance`.
    Relative { buckets: usize, distance: usize },
}

impl Positions {
    /// The longest text.
    pub fn count(self) -> Option<usize> {
        match self {
            Self::Learned { count } | Self::Sinusoidal { count } => Some(count),
            Self::Relative { .. } => None,
        }
    }
}

/// What stands between the products of a feed-forward layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Relu,
    Gelu,
    GeluTanh,
    Silu,
}

/// How far an encoder looks.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Tokens to either side.
    pub radius: usize,
    /// Tokens that are looked at as one from afar; `None` if none are.
    pub block: Option<usize>,
}

/// Numbers of tokens with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Special {
    /// What a decoder starts from.
    pub start: u32,
    pub end: u32,
    /// What every answer begins with.
    pub first: Option<u32>,
    /// What an answer ends with that is as long as it may be.
    pub last: Option<u32>,
}

impl Config {
    /// Reads `config.json` at `path` and, where there is one, `generation_config.json`, which goes before it
    /// for the special tokens; all else of generation is the card's to say.
    ///
    /// # Errors
    /// [`EngineError`] naming the key that is missing, out of range or of no use here.
    pub fn open(kind: Kind, path: &Path, generation: Option<&Path>) -> Result<Self, EngineError> {
        let keys = Keys { path: path.into(), map: read(path)? };
        let found = keys.map.get("model_type").and_then(Value::as_str).unwrap_or_default();
        if !kind.model_types().contains(&found) {
            let (found, known) = (found.to_owned(), kind.model_types().join(" and "));
            return Err(EngineError::Architecture { path: path.into(), found, known });
        }
        let special = keys.special(kind, generation)?;
        let config = if kind.is_t5() { keys.t5(kind, special)? } else { keys.bart(kind, special)? };
        let limit = config.vocabulary as u64;
        for (field, token) in [
            ("decoder_start_token_id", Some(special.start)),
            ("eos_token_id", Some(special.end)),
            ("forced_bos_token_id", special.first),
            ("forced_eos_token_id", special.last),
        ] {
            if let Some(token) = token.filter(|token| u64::from(*token) >= limit) {
                return Err(keys.wrong(field, &token.to_string(), format!("below {limit}")));
            }
        }
        Ok(config)
    }
}

/// A configuration as it was read.
struct Keys {
    path: PathBuf,
    map: Map<String, Value>,
}

impl Keys {
    fn bart(&self, kind: Kind, special: Special) -> Result<Config, EngineError> {
        let sizes = |layers, heads, inner| -> Result<Sizes, EngineError> {
            Ok(Sizes {
                layers: self.count(layers, 100)?,
                heads: self.count(heads, 1 << 10)?,
                inner: self.count(inner, 1 << 17)?,
            })
        };
        let encoder = sizes("encoder_layers", "encoder_attention_heads", "encoder_ffn_dim")?;
        let decoder = sizes("decoder_layers", "decoder_attention_heads", "decoder_ffn_dim")?;
        let width = self.count("d_model", 1 << 14)?;
        for (field, heads) in
            [("encoder_attention_heads", encoder.heads), ("decoder_attention_heads", decoder.heads)]
        {
            // One number says how large a head is.
            if !width.is_multiple_of(heads) || heads != decoder.heads {
                let allowed = format!("a divisor of {width}, the same for both");
                return Err(self.wrong(field, &heads.to_string(), allowed));
            }
        }
        let is_bart = kind == Kind::Bart;
        for (field, only) in [
            ("normalize_before", !is_bart),
            ("add_final_layer_norm", !is_bart),
            ("normalize_embedding", is_bart),
            ("static_position_embeddings", !is_bart),
            ("add_bias_logits", false),
            ("tie_word_embeddings", true),
        ] {
            if self.flag(field, only)? != only {
                return Err(self.wrong(field, &(!only).to_string(), only.to_string()));
            }
        }
        let most = if is_bart { 1 << 16 } else { (MAX_SINES / width).min(1 << 16) };
        let count = self.count("max_position_embeddings", most)?;
        Ok(Config {
            kind,
            vocabulary: self.count("vocab_size", 1 << 22)?,
            width,
            size: width / decoder.heads,
            encoder,
            decoder,
            activation: self.activation("activation_function", "gelu")?,
            gated: false,
            positions: match kind {
                Kind::Bart => Positions::Learned { count },
                _ => Positions::Sinusoidal { count },
            },
            scale: if self.flag("scale_embedding", false)? { (width as f32).sqrt() } else { 1.0 },
            epsilon: 1e-5,
            tied: true,
            special,
            reach: None,
        })
    }

    fn t5(&self, kind: Kind, special: Special) -> Result<Config, EngineError> {
        let layers = self.count("num_layers", 100)?;
        let heads = self.count("num_heads", 1 << 10)?;
        let inner = self.count("d_ff", 1 << 17)?;
        let size = self.count("d_kv", 1 << 12)?;
        let decoder = match self.map.get("num_decoder_layers") {
            None | Some(Value::Null) => layers,
            Some(_) => self.count("num_decoder_layers", 100)?,
        };
        let form = self.word("feed_forward_proj", "relu")?;
        let (gated, activation) = match form.strip_prefix("gated-") {
            // What T5's own code means by it.
            Some("gelu") => (true, Activation::GeluTanh),
            Some(name) => (true, self.named("feed_forward_proj", name)?),
            None => (false, self.named("feed_forward_proj", form)?),
        };
        let epsilon = self.map.get("layer_norm_epsilon").map_or(Some(1e-6), Value::as_f64);
        #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
        let epsilon = epsilon.filter(|e| (0.0..=0.1).contains(e)).map(|e| e as f32);
        let buckets = self.count_or("relative_attention_num_buckets", 32, 1 << 10)?;
        let distance = self.count_or("relative_attention_max_distance", 128, 1 << 16)?;
        if buckets < 4 || !buckets.is_multiple_of(4) || distance <= buckets {
            let allowed = format!("a multiple of 4 below {distance}");
            return Err(self.wrong(
                "relative_attention_num_buckets",
                &buckets.to_string(),
                allowed,
            ));
        }
        Ok(Config {
            kind,
            vocabulary: self.count("vocab_size", 1 << 22)?,
            width: self.count("d_model", 1 << 14)?,
            size,
            encoder: Sizes { layers, heads, inner },
            decoder: Sizes { layers: decoder, heads, inner },
            activation,
            gated,
            positions: Positions::Relative { buckets, distance },
            scale: 1.0,
            epsilon: epsilon.ok_or_else(|| {
                self.wrong(
                    "layer_norm_epsilon",
                    &self.shown("layer_norm_epsilon"),
                    "0 to 0.1".into(),
                )
            })?,
            tied: self.flag("tie_word_embeddings", true)?,
            special,
            reach: if kind == Kind::LongT5 { Some(self.reach()?) } else { None },
        })
    }

    fn reach(&self) -> Result<Reach, EngineError> {
        let radius = self.count("local_radius", 1 << 14)?;
        let block = match self.word("encoder_attention_type", "local")? {
            "local" => None,
            "transient-global" => Some(self.count("global_block_size", 1 << 14)?),
            other => {
                let allowed = "\"local\" or \"transient-global\"".to_owned();
                return Err(self.wrong("encoder_attention_type", other, allowed));
            }
        };
        Ok(Reach { radius, block })
    }

    /// The special tokens; transformers' own defaults hold where a key is missing.
    fn special(&self, kind: Kind, generation: Option<&Path>) -> Result<Special, EngineError> {
        let newer = generation
            .map(|path| Ok::<_, EngineError>(Self { path: path.into(), map: read(path)? }))
            .transpose()?;
        let token = |field: &'static str, default: Option<u32>| {
            let of_newer =
                newer.as_ref().map(|keys| keys.token(field, None)).transpose()?.flatten();
            of_newer.map_or_else(|| self.token(field, default), |token| Ok(Some(token)))
        };
        let forced = |field: &'static str, default: Option<u32>| match &newer {
            // A file that does not say so says that there is none.
            Some(keys) => keys.token(field, None),
            None => self.token(field, default),
        };
        let (start, end, last) = match kind {
            Kind::Bart => (2, 2, Some(2)),
            Kind::Pegasus => (0, 1, Some(1)),
            Kind::T5 | Kind::LongT5 => (0, 1, None),
        };
        let older = self.flag("force_bos_token_to_be_generated", false)?;
        let first = if older { self.token("bos_token_id", Some(0))? } else { None };
        Ok(Special {
            start: token("decoder_start_token_id", Some(start))?.unwrap_or(start),
            end: token("eos_token_id", Some(end))?.unwrap_or(end),
            first: forced("forced_bos_token_id", first)?.or(first),
            last: forced("forced_eos_token_id", last)?,
        })
    }

    /// The number of a token under `field`; a list of one is that one.
    fn token(&self, field: &'static str, missing: Option<u32>) -> Result<Option<u32>, EngineError> {
        let value = match self.map.get(field) {
            None => return Ok(missing),
            Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) if list.len() == 1 => &list[0],
            Some(value) => value,
        };
        match value.as_u64().and_then(|n| u32::try_from(n).ok()) {
            Some(token) => Ok(Some(token)),
            None => Err(self.wrong(field, &self.shown(field), "the number of one token".into())),
        }
    }

    fn count(&self, field: &'static str, most: usize) -> Result<usize, EngineError> {
        let value = self.map.get(field).and_then(Value::as_u64);
        let value = value.and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=most).contains(n));
        value.ok_or_else(|| self.wrong(field, &self.shown(field), format!("from 1 to {most}")))
    }

    fn count_or(
        &self,
        field: &'static str,
        missing: usize,
        most: usize,
    ) -> Result<usize, EngineError> {
        if self.map.contains_key(field) { self.count(field, most) } else { Ok(missing) }
    }

    fn flag(&self, field: &'static str, missing: bool) -> Result<bool, EngineError> {
        match self.map.get(field) {
            None | Some(Value::Null) => Ok(missing),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(field, &other.to_string(), "true or false".into())),
        }
    }

    fn word<'a>(&'a self, field: &'static str, missing: &'a str) -> Result<&'a str, EngineError> {
        match self.map.get(field) {
            None | Some(Value::Null) => Ok(missing),
            Some(Value::String(word)) => Ok(word),
            Some(other) => Err(self.wrong(field, &other.to_string(), "a word".into())),
        }
    }

    fn activation(&self, field: &'static str, missing: &str) -> Result<Activation, EngineError> {
        self.named(field, self.word(field, missing)?)
    }

    fn named(&self, field: &'static str, name: &str) -> Result<Activation, EngineError> {
        Ok(match name {
            "relu" => Activation::Relu,
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Activation::GeluTanh,
            "silu" | "swish" => Activation::Silu,
            _ => {
                let allowed = "relu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, silu or swish";
                return Err(self.wrong(field, name, allowed.to_owned()));
            }
        })
    }

    fn shown(&self, field: &str) -> String {
        let shown = self.map.get(field).map_or_else(|| "not there".to_owned(), ToString::to_string);
        shown.chars().take(80).collect()
    }

    fn wrong(&self, field: &'static str, value: &str, allowed: String) -> EngineError {
        EngineError::ConfigRange {
            path: self.path.clone(),
            field,
            value: value.to_owned(),
            allowed,
        }
    }
}
