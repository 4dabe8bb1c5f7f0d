//! BART (Lewis et al. 2020), T5 (Raffel et al. 2020), `LongT5` (Guo et al. 2022) and PEGASUS (Zhang et
//! al. 2020): networks that were trained to summarise.

use std::{
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, LazyLock},
};

use ::rust_bert::{
    RustBertError,
    bart::BartGenerator,
    longt5::LongT5Generator,
    pegasus::PegasusConditionalGenerator,
    pipelines::{
        common::{ModelResource, ModelType, TokenizerOption},
        generation_utils::{GenerateConfig, GenerateOptions, LanguageGenerator},
    },
    t5::T5Generator,
};
use standfirst_core::card::{Decoding, Prompt};
use tch::Device;

use super::{
    LibtorchError, Memory,
    config::{Config, Layout, Sizes},
    pool::Pool,
};
use crate::engine::{
    EngineError, Generation, Generator, MANY_SENTENCES, Request,
    plain::Control,
    seq2seq::{LONGT5_TOKENS, SEAM, Seq2SeqFiles, T5_TOKENS, frame},
};

/// What the tokenizers of these networks take for control tokens.
static CONTROL: LazyLock<Control> = LazyLock::new(|| {
    Control::new(&["<s>", "</s>", "<pad>", "<unk>", "<mask>", "<extra_id_", "<mask_", "<unk_"])
});

/// Kinds of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BART and what was distilled from it.
    Bart,
    /// T5, gated or not.
    T5,
    /// T5 with local and transient-global attention.
    LongT5,
    /// PEGASUS.
    Pegasus,
}

/// An encoder-decoder network with its card's prompt and decoding.
pub struct Seq2Seq {
    kind: Kind,
    pool: Pool<Network>,
    tokenizer: TokenizerOption,
    prompt: Option<Prompt>,
    window: usize,
    settings: Settings,
    end: i64,
    pad: i64,
}

impl Seq2Seq {
    /// Loads one copy; others follow when threads need them and `memory` allows.
    ///
    /// # Errors
    /// [`EngineError`] for files that are missing, damaged or of another network, for settings that
    /// the library cannot honour, and for want of memory.
    pub fn load(
        kind: Kind,
        files: &Seq2SeqFiles,
        prompt: Option<&Prompt>,
        decoding: &Decoding,
        max_input_tokens: Option<NonZeroUsize>,
        memory: &Arc<Memory>,
    ) -> Result<Self, EngineError> {
        let mut settings = Settings::new(decoding)?;
        let mut config = Config::read(&files.config)?;
        files.generation_config.as_deref().map_or(Ok(()), |path| config.tokens(path))?;
        let sizes = kind.check(&mut config)?;
        if kind == Kind::Pegasus && config.has("forced_eos_token_id") {
            // The library lacks the rule that the last token is the end: then there is one fewer.
            settings.max_length = settings.max_length.max(3) - 1;
        }
        let bytes = config.bytes(&sizes, &files.weights)?;
        let layout = Layout::new(&config, &files.weights)?;
        let tokenizer = tokenizer(kind, files)?;
        if prompt.is_some_and(|prompt| prompt.system.is_some()) {
            return Err(EngineError::System);
        }
        let framed = |picked| {
            let (before, after) = frame(prompt, MANY_SENTENCES, picked);
            tokens(&tokenizer, &[before.as_str(), &after].concat())
        };
        let framed = framed(false).max(framed(true));
        let own = kind.special() + framed + SEAM;
        let window = kind.context(&sizes, max_input_tokens).saturating_sub(own);
        if window == 0 {
            let context = kind.context(&sizes, max_input_tokens);
            return Err(EngineError::NoRoom { path: files.config.clone(), context });
        }
        if sizes.positions > 0 && settings.max_length > sizes.positions {
            let found = decoding.max_new_tokens.to_string();
            let allowed = "fewer tokens than the network has positions";
            return Err(EngineError::SettingRange { key: "max_new_tokens", found, allowed });
        }
        let end = tokenizer.get_eos_id().unwrap_or(-1);
        let pad = tokenizer.get_pad_id().unwrap_or(-1);
        let files = files.clone();
        let make = move || Network::load(kind, &layout, &files, &settings);
        let pool = Pool::new(Arc::clone(memory), bytes, Box::new(make))?;
        Ok(Self { kind, pool, tokenizer, prompt: prompt.cloned(), window, settings, end, pad })
    }

    fn answer(&self, request: &Request<'_>) -> Result<Generation, EngineError> {
        let plain = self.kind.spaced(CONTROL.broken_up(request.text));
        let tokens = tokens(&self.tokenizer, &plain);
        if tokens > self.window {
            return Err(EngineError::TooLong { tokens, limit: self.window });
        }
        let sentences = request.sentences.min(MANY_SENTENCES);
        let (before, after) = frame(self.prompt.as_ref(), sentences, request.picked);
        let text = self.kind.spaced([before.as_str(), &plain, &after].concat());
        let ids = self.pool.with("writing", |network| network.write(&text))?;
        let told = ids.iter().filter(|id| **id != self.pad).count();
        // The last token that fits is the end by force, where the network has such a rule.
        let ended = ids.contains(&self.end) && told < self.settings.max_length;
        let text = self.kind.lines(self.tokenizer.decode(&ids, true, true));
        Ok(Generation { text: text.trim().to_owned(), ended, usage: None })
    }
}

impl Generator for Seq2Seq {
    fn window(&self) -> usize {
        self.window
    }

    fn count_tokens(&self, text: &str) -> Result<usize, EngineError> {
        let plain = self.kind.spaced(CONTROL.broken_up(text));
        Ok(tokens(&self.tokenizer, &plain))
    }

    /// Company would change the last digits of an answer.
    fn batch(&self) -> NonZeroUsize {
        NonZeroUsize::MIN
    }

    fn generate(&self, requests: &[Request<'_>]) -> Vec<Result<Generation, EngineError>> {
        requests.iter().map(|request| self.answer(request)).collect()
    }
}

impl Kind {
    /// Completes a configuration, and refuses what would make the library panic.
    fn check(self, config: &mut Config) -> Result<Sizes, EngineError> {
        match self {
            Self::Bart | Self::Pegasus => {
                let layers = ["encoder_layers", "decoder_layers"];
                let sizes = config.sizes(
                    &layers,
                    ["d_model", "encoder_ffn_dim"],
                    Some("max_position_embeddings"),
                )?;
                config.count("decoder_ffn_dim", 1 << 18)?;
                config.heads("encoder_attention_heads", sizes.width)?;
                config.heads("decoder_attention_heads", sizes.width)?;
                config.default("num_hidden_layers", config.count("encoder_layers", 100)?);
                config.default("decoder_start_token_id", if self == Self::Bart { 2 } else { 0 });
                Ok(sizes)
            }
            Self::T5 | Self::LongT5 => {
                let sizes =
                    config.sizes(&["num_layers", "num_layers"], ["d_model", "d_ff"], None)?;
                config.count("d_kv", 1 << 12)?;
                config.count("num_heads", 1 << 10)?;
                config.count("relative_attention_num_buckets", 1 << 12)?;
                if self == Self::LongT5 {
                    config.count("local_radius", 1 << 14)?;
                    config.count("global_block_size", 1 << 14)?;
                }
                config.default("decoder_start_token_id", 0);
                Ok(sizes)
            }
        }
    }

    /// Tokens of one input, special tokens included.
    fn context(self, sizes: &Sizes, asked: Option<NonZeroUsize>) -> usize {
        let asked = asked.map(NonZeroUsize::get);
        match self {
            Self::Bart | Self::Pegasus => {
                asked.map_or(sizes.positions, |asked| asked.min(sizes.positions))
            }
            Self::T5 => asked.unwrap_or(T5_TOKENS),
            Self::LongT5 => asked.unwrap_or(LONGT5_TOKENS),
        }
    }

    /// `text` as sentencepiece reads it: blanks at the ends dropped, several taken for one. The
    /// library's own tokenizer leaves that out, which changes what the networks write.
    fn spaced(self, text: String) -> String {
        match self {
            Self::Bart => text,
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// An answer with its ends of lines: PEGASUS, whose vocabulary has none, writes `<n>` for them.
    fn lines(self, text: String) -> String {
        if self == Self::Pegasus { text.replace("<n>", "\n") } else { text }
    }

    /// Tokens that its tokenizer puts around a text.
    fn special(self) -> usize {
        match self {
            Self::Bart => 2,
            Self::T5 | Self::LongT5 | Self::Pegasus => 1,
        }
    }

    fn model_type(self) -> ModelType {
        match self {
            Self::Bart => ModelType::Bart,
            Self::T5 => ModelType::T5,
            Self::LongT5 => ModelType::LongT5,
            Self::Pegasus => ModelType::Pegasus,
        }
    }
}

/// What of a card's `[decoding]` the library takes.
#[derive(Clone, Copy)]
struct Settings {
    /// Tokens of an answer with the one that it starts from.
    max_length: usize,
    min_length: usize,
    beams: usize,
    length_penalty: f64,
    early_stopping: bool,
    no_repeat_ngram: usize,
    repetition_penalty: f64,
}

impl Settings {
    fn new(decoding: &Decoding) -> Result<Self, EngineError> {
        // Its draws come from one generator for the whole process, so a seed would promise nothing.
        for (key, asked) in [
            ("temperature", decoding.draws()),
            ("top_p", decoding.top_p.is_some()),
            ("seed", decoding.seed.is_some()),
            ("grounded", decoding.grounded == Some(true)),
        ] {
            if asked {
                return Err(EngineError::Setting { key });
            }
        }
        let within = |key, found: f64, fits: bool, allowed| {
            let found_text = found.to_string();
            fits.then_some(found).ok_or(EngineError::SettingRange {
                key,
                found: found_text,
                allowed,
            })
        };
        let length_penalty = decoding.length_penalty.unwrap_or(1.0);
        let repetition_penalty = decoding.repetition_penalty.unwrap_or(1.0);
        Ok(Self {
            max_length: decoding.max_new_tokens.get() + 1,
            min_length: decoding.min_new_tokens.map_or(0, |least| least + 1),
            beams: decoding.beams.map_or(1, NonZeroUsize::get),
            length_penalty: within(
                "length_penalty",
                length_penalty,
                length_penalty > 0.0,
                "more than 0",
            )?,
            early_stopping: decoding.early_stopping.unwrap_or(false),
            no_repeat_ngram: decoding.no_repeat_ngram.unwrap_or(0),
            repetition_penalty: within(
                "repetition_penalty",
                repetition_penalty,
                repetition_penalty >= 1.0,
                "1 or more",
            )?,
        })
    }

    /// Every setting of the library, none left to its defaults.
    fn config(&self, kind: Kind, layout: &Layout, files: &Seq2SeqFiles) -> GenerateConfig {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        GenerateConfig {
            model_type: kind.model_type(),
            model_resource: ModelResource::Torch(layout.weights().into()),
            config_resource: layout.config().into(),
            vocab_resource: files.vocabulary.clone().into(),
            merges_resource: files.merges.clone().map(Into::into),
            min_length: count(self.min_length),
            max_length: Some(count(self.max_length)),
            do_sample: false,
            early_stopping: self.early_stopping,
            num_beams: count(self.beams),
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            repetition_penalty: self.repetition_penalty,
            length_penalty: self.length_penalty,
            no_repeat_ngram_size: count(self.no_repeat_ngram),
            num_return_sequences: 1,
            num_beam_groups: None,
            diversity_penalty: None,
            device: Device::Cpu,
            kind: Some(tch::Kind::Float),
        }
    }
}

/// A copy of a network. Boxed, since their sizes differ.
enum Network {
    Bart(Box<BartGenerator>),
    T5(Box<T5Generator>),
    LongT5(Box<LongT5Generator>),
    Pegasus(Box<PegasusConditionalGenerator>),
}

impl Network {
    fn load(
        kind: Kind,
        layout: &Layout,
        files: &Seq2SeqFiles,
        settings: &Settings,
    ) -> Result<Self, EngineError> {
        let config = settings.config(kind, layout, files);
        let loaded = match kind {
            Kind::Bart => BartGenerator::new(config).map(|network| Self::Bart(Box::new(network))),
            Kind::T5 => T5Generator::new(config).map(|network| Self::T5(Box::new(network))),
            Kind::LongT5 => {
                LongT5Generator::new(config).map(|network| Self::LongT5(Box::new(network)))
            }
            Kind::Pegasus => PegasusConditionalGenerator::new(config)
                .map(|network| Self::Pegasus(Box::new(network))),
        };
        loaded.map_err(failed("loading the network"))
    }

    /// Tokens of the answer to `text`.
    fn write(&self, text: &str) -> Result<Vec<i64>, EngineError> {
        let text = [text];
        let none: Option<GenerateOptions<'_>> = None;
        let answers = match self {
            Self::Bart(network) => network.generate_indices(Some(&text), none),
            Self::T5(network) => network.generate_indices(Some(&text), none),
            Self::LongT5(network) => network.generate_indices(Some(&text), none),
            Self::Pegasus(network) => network.generate_indices(Some(&text), none),
        };
        let answer = answers.map_err(failed("writing"))?.into_iter().next();
        answer.map(|answer| answer.indices).ok_or(EngineError::Silent)
    }
}

fn failed(doing: &'static str) -> impl Fn(RustBertError) -> EngineError {
    move |source| LibtorchError::Failed { doing, source: Box::new(source) }.into()
}

fn tokenizer(kind: Kind, files: &Seq2SeqFiles) -> Result<TokenizerOption, EngineError> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let vocabulary = path(&files.vocabulary);
    let merges = files.merges.as_deref().map(path);
    let prefix = (kind == Kind::Bart).then_some(false);
    TokenizerOption::from_file(
        kind.model_type(),
        &vocabulary,
        merges.as_deref(),
        false,
        None,
        prefix,
    )
    .map_err(|error| EngineError::Tokenizer {
        path: files.vocabulary.clone(),
        source: Box::new(error),
    })
}

/// Tokens of `text`, special ones not counted.
fn tokens(tokenizer: &TokenizerOption, text: &str) -> usize {
    tokenizer.tokenize(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pegasus_ends_lines_in_its_own_way() {
        let text = || "It rained.<n>It poured.".to_owned();
        assert_eq!(Kind::Pegasus.lines(text()), "It rained.\nIt poured.");
        assert_eq!(Kind::Bart.lines(text()), text());
    }
}
