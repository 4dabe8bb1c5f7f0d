//! Sequence classification by BERT (Devlin et al. 2019), `DistilBERT` (Sanh et al. 2019) and
//! `RoBERTa` (Liu et al. 2019).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use ::rust_bert::pipelines::{
    common::{ModelResource, ModelType, TokenizerOption},
    sequence_classification::{SequenceClassificationConfig, SequenceClassificationOption},
};
use serde::Deserialize;
use standfirst_core::plugin::{
    Label, Passage, PluginError, PluginInfo, Polarity, Sentiment, SentimentModel,
};
use tch::{Device, Tensor};

use super::{
    LibtorchError, Memory,
    config::{Config, Layout, Sizes},
    pool::Pool,
};
use crate::engine::{EngineError, plain::Control};

/// Positions of a `RoBERTa` that no token may have.
const ROBERTA_OFFSET: usize = 2;
/// What the tokenizers of these networks take for control tokens.
static CONTROL: LazyLock<Control> = LazyLock::new(|| {
    Control::new(&[
        "[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>",
    ])
});

/// Kinds of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// BERT.
    Bert,
    /// `DistilBERT`.
    DistilBert,
    /// `RoBERTa`.
    Roberta,
}

/// Where the files of a model are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassifierFiles {
    /// `config.json`.
    pub config: PathBuf,
    /// `model.safetensors`.
    pub weights: PathBuf,
    /// `vocab.json` of a `RoBERTa`, `vocab.txt` of the others.
    pub vocabulary: PathBuf,
    /// `merges.txt` of a `RoBERTa`.
    pub merges: Option<PathBuf>,
    /// `tokenizer_config.json`, where the model has one.
    pub tokenizer_config: Option<PathBuf>,
}

/// A classifier as a sentiment model: each class has a polarity, and the network's probabilities
/// weigh them. The label is that of the likeliest class, so a network without a neutral class never
/// says "neutral".
pub struct Classifier {
    info: PluginInfo,
    pool: Pool<SequenceClassificationOption>,
    tokenizer: TokenizerOption,
    /// Token numbers before and after every text.
    ends: [i64; 2],
    /// Longest text, special tokens not counted.
    window: usize,
    /// By index of the class.
    polarities: Vec<f64>,
}

impl Classifier {
    /// Loads one copy; others follow when threads need them and `memory` allows. `polarities` has
    /// one number of −1..=1 for each class of the network.
    ///
    /// # Errors
    /// [`EngineError`] for files that are missing, damaged or of another network, for a class without
    /// polarity, and for want of memory.
    pub fn load(
        info: PluginInfo,
        family: Family,
        files: &ClassifierFiles,
        polarities: &BTreeMap<String, f64>,
        memory: &Arc<Memory>,
    ) -> Result<Self, EngineError> {
        let mut config = Config::read(&files.config)?;
        let sizes = family.check(&mut config)?;
        let bytes = config.bytes(&sizes, &files.weights)?;
        let polarity = |class: String| {
            let path = config.path().to_owned();
            polarities.get(&class).copied().ok_or(LibtorchError::Class { path, class })
        };
        let polarities =
            config.classes()?.into_iter().map(polarity).collect::<Result<Vec<_>, _>>()?;
        let layout = Layout::new(&config, &files.weights)?;
        let lower_case = lower_case(files.tokenizer_config.as_deref())?;
        let tokenizer = family.tokenizer(files, lower_case)?;
        let ends = tokenizer.convert_tokens_to_ids(&family.ends());
        let read = match family {
            Family::Roberta => sizes.positions.saturating_sub(ROBERTA_OFFSET),
            Family::Bert | Family::DistilBert => sizes.positions,
        };
        let window = read.saturating_sub(2);
        if window == 0 {
            return Err(EngineError::NoRoom { path: files.config.clone(), context: read });
        }
        let files = files.clone();
        let make = move || family.network(&layout, &files, lower_case);
        let pool = Pool::new(Arc::clone(memory), bytes, Box::new(make))?;
        let ends = [ends[0], ends[1]];
        Ok(Self { info, pool, tokenizer, ends, window, polarities })
    }

    /// Probabilities of the classes; of a text longer than the network reads, the mean over its parts
    /// by their length.
    ///
    /// # Errors
    /// [`EngineError`] if the library fails, or gives what is no number.
    pub fn probabilities(&self, text: &str) -> Result<Vec<f64>, EngineError> {
        let tokens = self.tokenizer.tokenize(&CONTROL.broken_up(text));
        let ids = self.tokenizer.convert_tokens_to_ids(&tokens);
        let mut sum = vec![0.0; self.polarities.len()];
        let parts: Vec<&[i64]> =
            if ids.is_empty() { vec![&[]] } else { ids.chunks(self.window).collect() };
        for part in &parts {
            let share = part.len().max(1) as f64 / ids.len().max(1) as f64;
            for (sum, p) in sum.iter_mut().zip(self.part(part)?) {
                *sum += share * p;
            }
        }
        Ok(sum)
    }

    fn part(&self, ids: &[i64]) -> Result<Vec<f64>, EngineError> {
        let [first, last] = self.ends;
        let ids: Vec<i64> = [&[first], ids, &[last]].concat();
        let classes = self.polarities.len();
        let probabilities = self.pool.with("judging a passage", |network| {
            let logits = tch::no_grad(|| {
                let input = Tensor::from_slice(&ids).unsqueeze(0);
                let mask = input.ones_like();
                network.forward_t(Some(&input), Some(&mask), None, None, None, false)
            });
            let row = logits.softmax(-1, tch::Kind::Double).view(-1);
            Vec::<f64>::try_from(row).map_err(|error| {
                let source = Box::new(error.into());
                LibtorchError::Failed { doing: "judging a passage", source }.into()
            })
        })?;
        let sound = probabilities.len() == classes && probabilities.iter().all(|p| p.is_finite());
        if sound { Ok(probabilities) } else { Err(EngineError::NotFinite { input: 0 }) }
    }

    fn sentiment(&self, text: &str) -> Result<Sentiment, EngineError> {
        let probabilities = self.probabilities(text)?;
        let sum: f64 =
            probabilities.iter().zip(&self.polarities).map(|(p, polarity)| p * polarity).sum();
        let likeliest = (0..probabilities.len())
            .max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))
            .unwrap_or(0);
        let label = match self.polarities[likeliest] {
            polarity if polarity > 0.0 => Label::Positive,
            polarity if polarity < 0.0 => Label::Negative,
            _ => Label::Neutral,
        };
        let polarity =
            Polarity::new(sum.clamp(-1.0, 1.0)).ok_or(EngineError::NotFinite { input: 0 })?;
        #[expect(clippy::cast_possible_truncation, reason = "a probability")]
        let confidence = Some(probabilities[likeliest] as f32);
        Ok(Sentiment { polarity, label, confidence })
    }
}

impl SentimentModel for Classifier {
    fn info(&self) -> &PluginInfo {
        &self.info
    }

    fn score(&self, passages: &[Passage<'_>]) -> Result<Vec<Sentiment>, PluginError> {
        let score = |passage: &Passage<'_>| self.sentiment(passage.text);
        let scores = passages.iter().map(score).collect::<Result<_, _>>();
        Ok(scores?)
    }
}

impl Family {
    /// Completes a configuration, and refuses what would make the library panic.
    fn check(self, config: &mut Config) -> Result<Sizes, EngineError> {
        let (layers, widths, heads) = match self {
            Self::DistilBert => (["n_layers"], ["dim", "hidden_dim"], "n_heads"),
            Self::Bert | Self::Roberta => {
                (["num_hidden_layers"], ["hidden_size", "intermediate_size"], "num_attention_heads")
            }
        };
        let sizes = config.sizes(&layers, widths, Some("max_position_embeddings"))?;
        config.heads(heads, sizes.width)?;
        if self == Self::DistilBert {
            config.default("sinusoidal_pos_embds", false);
            config.default("tie_weights_", true);
        } else {
            config.count("type_vocab_size", 1 << 10)?;
        }
        Ok(sizes)
    }

    fn model_type(self) -> ModelType {
        match self {
            Self::Bert => ModelType::Bert,
            Self::DistilBert => ModelType::DistilBert,
            Self::Roberta => ModelType::Roberta,
        }
    }

    /// The tokens before and after a text.
    fn ends(self) -> [&'static str; 2] {
        match self {
            Self::Bert | Self::DistilBert => ["[CLS]", "[SEP]"],
            Self::Roberta => ["<s>", "</s>"],
        }
    }

    fn tokenizer(
        self,
        files: &ClassifierFiles,
        lower_case: bool,
    ) -> Result<TokenizerOption, EngineError> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let vocabulary = path(&files.vocabulary);
        let merges = files.merges.as_deref().map(path);
        let prefix = (self == Self::Roberta).then_some(false);
        let lower_case = lower_case && self != Self::Roberta;
        TokenizerOption::from_file(
            self.model_type(),
            &vocabulary,
            merges.as_deref(),
            lower_case,
            None,
            prefix,
        )
        .map_err(|error| EngineError::Tokenizer {
            path: files.vocabulary.clone(),
            source: Box::new(error),
        })
    }

    fn network(
        self,
        layout: &Layout,
        files: &ClassifierFiles,
        lower_case: bool,
    ) -> Result<SequenceClassificationOption, EngineError> {
        let config = SequenceClassificationConfig {
            model_type: self.model_type(),
            model_resource: ModelResource::Torch(layout.weights().into()),
            config_resource: layout.config().into(),
            vocab_resource: files.vocabulary.clone().into(),
            merges_resource: files.merges.clone().map(Into::into),
            lower_case,
            strip_accents: None,
            add_prefix_space: None,
            device: Device::Cpu,
            kind: Some(tch::Kind::Float),
        };
        SequenceClassificationOption::new(&config).map_err(|source| {
            LibtorchError::Failed { doing: "loading the network", source: Box::new(source) }.into()
        })
    }
}

/// Whether a tokenizer turns text to lower case: as its file says, and yes without one, since that is
/// what the vocabularies in wide use expect.
fn lower_case(path: Option<&Path>) -> Result<bool, EngineError> {
    #[derive(Deserialize)]
    struct TokenizerConfig {
        #[serde(default = "yes")]
        do_lower_case: bool,
    }
    fn yes() -> bool {
        true
    }
    let Some(path) = path else { return Ok(true) };
    let text = fs::read(path).map_err(|source| EngineError::Read { path: path.into(), source })?;
    serde_json::from_slice::<TokenizerConfig>(&text)
        .map(|config| config.do_lower_case)
        .map_err(|source| EngineError::Config { path: path.into(), source })
}
