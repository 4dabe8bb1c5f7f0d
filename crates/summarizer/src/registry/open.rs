//! From a card to a model that runs: exactly the engine and the method that the card names.

#[cfg(feature = "rust-bert")]
mod libtorch;

use std::{path::PathBuf, sync::Arc};

use standfirst_core::{
    card::{Decoding, Engine, ModelCard, Prompt, Task},
    entailment::EntailmentModel,
    plugin::{PluginInfo, SentimentModel, Style, Summarizer, Threading},
};

use super::{LoadError, Registry};
use crate::{
    abstractive::{
        Abstractive, Mode,
        rewrite::{Checked, Picker, Renamed, Rewriter},
    },
    engine::{
        EngineError, Generator, InStyle, Need, Seq2SeqFiles,
        command::Program,
        native::{
            self, BertEncoder, BertEntailment, BertFiles, BertTone, LlamaGenerator, OUR_CLASSES,
            Seq2SeqGenerator, Seq2SeqKind,
        },
        openai::{OpenAi, OpenAiJudge},
    },
    entailment::{self, NetworkEntailment},
    extractive::{
        centroid::{self, Centroid},
        salience::{self, Salience, head::Head},
    },
    files::{Cache, FileProblem},
    sentiment::news_tone::{self, NewsTone},
    styled::Styled,
};

/// The engines of this build.
const ENGINES: &[Engine] = &[
    Engine::Native,
    Engine::Command,
    Engine::Openai,
    #[cfg(feature = "rust-bert")]
    Engine::RustBert,
];
/// The method of a network that writes.
const GENERATE: &str = "generate";
/// The role of a file of what was learnt beside a network's weights.
const ADAPTER: &str = "adapter";
/// Tokens that an encoder reads if its card does not say: what BERT was trained with.
const DEFAULT_MAX_TOKENS: usize = 512;

/// Whether this build has `engine`.
pub(super) fn is_built(engine: Engine) -> bool {
    ENGINES.contains(&engine)
}

/// The summariser of `card`.
pub(super) fn summarizer(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<dyn Summarizer>, LoadError> {
    let (cache, options) = (&registry.cache, registry.options);
    match (card.engine, card.method.as_deref()) {
        (Engine::Native, Some(centroid::METHOD)) => {
            Ok(picks(registry, Arc::new(Centroid::new(info(card), encoder(registry, card)?))))
        }
        (Engine::Native, Some(salience::METHOD)) => {
            Ok(picks(registry, Arc::new(salience(registry, card)?)))
        }
        (Engine::Native, Some(GENERATE)) => {
            writer(registry, card, || Ok(Arc::new(llama(cache, card)?)))
        }
        (Engine::Native, method) => {
            let Some(kind) = seq2seq_kind(method) else {
                let known = Seq2SeqKind::ALL.iter().map(|(name, _)| *name);
                let own = [centroid::METHOD, salience::METHOD, GENERATE];
                return Err(no_method(card, &own.into_iter().chain(known).collect::<Vec<_>>()));
            };
            writer(registry, card, || Ok(Arc::new(seq2seq(cache, card, kind)?)))
        }
        (Engine::Command, _) => match options.mode {
            Mode::Generate => Ok(writes(registry, None, Arc::new(program(card, options.style)?))),
            Mode::Rewrite => {
                let checked = Checked::new(Arc::new(program(card, options.style)?));
                let checked = checked.with_check(registry.check.clone());
                Ok(writes(registry, None, Arc::new(checked)))
            }
            Mode::Extract => {
                let renamed = Renamed::new(info(card), picker(registry, card)?.model);
                Ok(picks(registry, Arc::new(renamed)))
            }
        },
        (Engine::Openai, Some(GENERATE) | None) => {
            writer(registry, card, || Ok(Arc::new(server(card, options.offline)?)))
        }
        (Engine::Openai, _) => Err(no_method(card, &[GENERATE])),
        #[cfg(feature = "rust-bert")]
        (Engine::RustBert, _) => libtorch::summarizer(registry, card),
        #[cfg(not(feature = "rust-bert"))]
        (Engine::RustBert, _) => Err(not_built(card)),
    }
}

/// Whether the summariser of `card` writes, so that the registry's options say how it is asked.
pub(super) fn does_write(card: &ModelCard) -> bool {
    let method = card.method.as_deref();
    match card.engine {
        Engine::Native => method == Some(GENERATE) || seq2seq_kind(method).is_some(),
        Engine::RustBert => method != Some(centroid::METHOD),
        Engine::Command | Engine::Openai => true,
    }
}

/// A model that writes, asked as the registry's options say; `generator` is called only if it is asked
/// to write.
fn writer(
    registry: &Registry,
    card: &ModelCard,
    generator: impl FnOnce() -> Result<Arc<dyn Generator>, LoadError>,
) -> Result<Arc<dyn Summarizer>, LoadError> {
    let (info, options) = (info(card), registry.options);
    let generator = || -> Result<Arc<dyn Generator>, LoadError> {
        let generator = registry.writers.get(card, options.offline, generator)?;
        let usual = options.style.is_usual();
        Ok(if usual { generator } else { Arc::new(InStyle::new(generator, options.style)) })
    };
    Ok(match options.mode {
        Mode::Generate => {
            let writer = Abstractive::new(info, generator()?, options.long);
            writes(registry, None, Arc::new(writer.with_style(options.style)))
        }
        Mode::Rewrite => {
            // Its own files first: what it lacks itself is told first.
            let generator = generator()?;
            let Picker { model, ranker } = picker(registry, card)?;
            let rewriter = Rewriter::new(info, generator, ranker).with_style(options.style);
            let rewriter = rewriter.with_check(registry.check.clone());
            writes(registry, Some(model), Arc::new(rewriter))
        }
        Mode::Extract => {
            picks(registry, Arc::new(Renamed::new(info, picker(registry, card)?.model)))
        }
    })
}

/// A model that picks the article's own sentences, in the style of the registry's options.
pub(super) fn picks(registry: &Registry, model: Arc<dyn Summarizer>) -> Arc<dyn Summarizer> {
    let style = registry.options.style;
    if style.is_usual() { model } else { Arc::new(Styled::picks(model, style)) }
}

/// A model that writes and was told the style of the registry's options, held to it; `otherwise` picks where
/// nothing of what it wrote fits.
fn writes(
    registry: &Registry,
    otherwise: Option<Arc<dyn Summarizer>>,
    model: Arc<dyn Summarizer>,
) -> Arc<dyn Summarizer> {
    let style = registry.options.style;
    if style.is_usual() { model } else { Arc::new(Styled::writes(model, style, otherwise)) }
}

/// Whether another model picks sentences for that of `card`, which writes.
pub(super) fn is_picked_for(card: &ModelCard, mode: Mode) -> bool {
    let picks = [centroid::METHOD, salience::METHOD];
    let writes = card.task == Task::Summarize
        && card.method.as_deref().is_none_or(|method| !picks.contains(&method));
    writes && mode != Mode::Generate
}

/// What picks the sentences that models rewrite, loaded once for all of them.
fn picker(registry: &Registry, card: &ModelCard) -> Result<Picker, LoadError> {
    if let Some(picker) = registry.picker.get() {
        return Ok(picker.clone());
    }
    let loaded = load_picker(registry).map_err(|source| LoadError::Picker {
        card: card.id.clone(),
        picker: PICKER,
        source: Box::new(source),
    })?;
    Ok(registry.picker.get_or_init(|| loaded).clone())
}

/// The model that picks.
pub(super) const PICKER: &str = "salience";

fn load_picker(registry: &Registry) -> Result<Picker, LoadError> {
    let card = registry.card_for(PICKER, Task::Summarize)?;
    let model = Arc::new(salience(registry, card)?);
    Ok(Picker { ranker: Arc::<Salience>::clone(&model), model })
}

/// The trained ranker of `card`.
fn salience(registry: &Registry, card: &ModelCard) -> Result<Salience, LoadError> {
    Ok(Salience::new(info(card), encoder(registry, card)?, head(&registry.cache, card)?))
}

/// The sentiment model of `card`.
pub(super) fn sentiment(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<dyn SentimentModel>, LoadError> {
    match (card.engine, card.method.as_deref()) {
        (Engine::Native, Some(news_tone::METHOD)) => {
            let encoder = encoder(registry, card)?;
            let network = BertTone::load(encoder, &path(&registry.cache, card, "tone")?)
                .map_err(|error| engine_error(card, error))?;
            Ok(Arc::new(NewsTone::new(info(card), Arc::new(network))))
        }
        (Engine::Native, _) => Err(no_method(card, &[news_tone::METHOD])),
        (Engine::Openai, _) => Err(no_method(card, &[])),
        (Engine::Command, _) => Ok(Arc::new(program(card, Style::Standfirst)?)),
        #[cfg(feature = "rust-bert")]
        (Engine::RustBert, _) => libtorch::sentiment(registry, card),
        #[cfg(not(feature = "rust-bert"))]
        (Engine::RustBert, _) => Err(not_built(card)),
    }
}

/// Whether the model of entailment of `card` could be loaded, as far as can be told without loading it.
pub(super) fn is_openable(registry: &Registry, card: &ModelCard) -> Result<(), LoadError> {
    if !is_built(card.engine) {
        return Err(not_built(card));
    }
    if card.engine == Engine::Openai {
        // To open it asks nobody, and tells of an address or a key that cannot be used.
        judge(card, registry.options.offline)?;
    }
    check_all(&registry.cache, card)
}

/// The entailment model of `card`.
pub(super) fn entailment(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<dyn EntailmentModel>, LoadError> {
    match (card.engine, card.method.as_deref()) {
        (Engine::Native, Some(entailment::METHOD)) => {
            let encoder = encoder(registry, card)?;
            let adapted = card.file(ADAPTER).is_some();
            let role = if adapted { ADAPTER } else { "entailment" };
            let path = path(&registry.cache, card, role)?;
            let network = BertEntailment::load(encoder, &path, max_tokens(card), OUR_CLASSES)
                .map_err(|error| engine_error(card, error))?;
            Ok(Arc::new(NetworkEntailment::new(info(card), Arc::new(network))))
        }
        (Engine::Native, Some(entailment::CHECKPOINT)) => {
            let encoder = encoder(registry, card)?;
            let path = |role| path(&registry.cache, card, role);
            let (config, weights) = (path("config")?, path("weights")?);
            let network = native::classes(&config).and_then(|classes| {
                BertEntailment::load(encoder, &weights, max_tokens(card), classes)
            });
            let network = network.map_err(|error| engine_error(card, error))?;
            Ok(Arc::new(NetworkEntailment::new(info(card), Arc::new(network))))
        }
        (Engine::Native, _) => Err(no_method(card, &[entailment::METHOD, entailment::CHECKPOINT])),
        (Engine::Command, _) => Ok(Arc::new(program(card, Style::Standfirst)?)),
        (Engine::Openai, None) => Ok(Arc::new(judge(card, registry.options.offline)?)),
        (Engine::Openai | Engine::RustBert, _) => Err(no_method(card, &[])),
    }
}

/// A forward pass stays on the thread that asks for it, hence [`Threading::Caller`].
pub(super) fn info(card: &ModelCard) -> PluginInfo {
    PluginInfo {
        id: card.id.clone(),
        about: card.about.clone(),
        threading: Threading::Caller,
        languages: card.languages.clone(),
        card: Some(card.clone()),
    }
}

/// The files of an encoder, and how many tokens it reads.
fn encoder_files(cache: &Cache, card: &ModelCard) -> Result<(BertFiles, usize), LoadError> {
    check_all(cache, card)?;
    let path = |role| path(cache, card, role);
    let files = BertFiles {
        config: path("config")?,
        tokenizer: path("tokenizer")?,
        weights: path("weights")?,
        adapter: card.file(ADAPTER).map(|_| path(ADAPTER)).transpose()?,
    };
    Ok((files, max_tokens(card)))
}

/// How many tokens an encoder reads.
fn max_tokens(card: &ModelCard) -> usize {
    card.max_input_tokens.map_or(DEFAULT_MAX_TOKENS, usize::from)
}

/// The memory that the network of `card` takes, by the heads of its files; `None` if they are not all here, or this
/// engine has no such network.
pub(super) fn need(cache: &Cache, card: &ModelCard) -> Option<Result<Need, EngineError>> {
    let (precision, most) = (card.precision.unwrap_or_default(), card.max_input_tokens);
    if card.method.as_deref() == Some(GENERATE) {
        let weights = path(cache, card, "weights").ok()?;
        return Some(LlamaGenerator::need(&weights, card.decoding.as_ref()?, most));
    }
    if let Some(kind) = seq2seq_kind(card.method.as_deref()) {
        let (files, decoding) = seq2seq_files(cache, card, kind == Seq2SeqKind::Bart).ok()?;
        return Some(Seq2SeqGenerator::need(kind, &files, decoding, most, precision));
    }
    let (files, _) = encoder_files(cache, card).ok()?;
    Some(BertEncoder::need(&files, precision))
}

/// The encoder in the files of `card`, loaded once for all cards that have the same.
pub(super) fn encoder(
    registry: &Registry,
    card: &ModelCard,
) -> Result<Arc<BertEncoder>, LoadError> {
    let (files, max_tokens) = encoder_files(&registry.cache, card)?;
    let precision = card.precision.unwrap_or_default();
    registry.encoders.get(&files, max_tokens, precision).map_err(|error| engine_error(card, error))
}

/// The trained head of a card.
fn head(cache: &Cache, card: &ModelCard) -> Result<Head, LoadError> {
    Head::open(&path(cache, card, "head")?).map_err(|error| LoadError::Engine {
        card: card.id.clone(),
        engine: card.engine,
        source: Box::new(error),
    })
}

/// The program of a card.
fn program(card: &ModelCard, style: Style) -> Result<Program, LoadError> {
    let lacks = || LoadError::Table { card: card.id.clone(), table: "command" };
    let program = Program::new(info(card), card, card.command.as_ref().ok_or_else(lacks)?);
    Ok(program.with_style(style))
}

/// What a card says of how its model is asked.
fn asked(card: &ModelCard) -> Result<(Prompt, Decoding), LoadError> {
    let lacks = |table| LoadError::Table { card: card.id.clone(), table };
    let prompt = card.prompt.clone().ok_or_else(|| lacks("prompt"))?;
    Ok((prompt, card.decoding.clone().ok_or_else(|| lacks("decoding"))?))
}

/// The server of a card, with the card's prompt and decoding.
fn server(card: &ModelCard, offline: bool) -> Result<OpenAi, LoadError> {
    let lacks = || LoadError::Table { card: card.id.clone(), table: "endpoint" };
    let (prompt, decoding) = asked(card)?;
    let endpoint = card.endpoint.as_ref().ok_or_else(lacks)?;
    OpenAi::new(endpoint, prompt, decoding, card.max_input_tokens, offline)
        .map_err(|error| engine_error(card, error))
}

/// The server of a card as a model of entailment.
fn judge(card: &ModelCard, offline: bool) -> Result<OpenAiJudge, LoadError> {
    let lacks = || LoadError::Table { card: card.id.clone(), table: "endpoint" };
    let endpoint = card.endpoint.as_ref().ok_or_else(lacks)?;
    OpenAiJudge::new(info(card), endpoint, card.max_input_tokens, offline)
        .map_err(|error| engine_error(card, error))
}

/// The generator in the GGUF file of a card, with the card's prompt and decoding.
fn llama(cache: &Cache, card: &ModelCard) -> Result<LlamaGenerator, LoadError> {
    let (prompt, decoding) = asked(card)?;
    check_all(cache, card)?;
    let weights = path(cache, card, "weights")?;
    LlamaGenerator::load(&weights, prompt, decoding, card.max_input_tokens)
        .map_err(|error| engine_error(card, error))
}

/// The encoder-decoder that `method` names.
fn seq2seq_kind(method: Option<&str>) -> Option<Seq2SeqKind> {
    let named = Seq2SeqKind::ALL.into_iter().find(|(name, _)| Some(*name) == method);
    named.map(|(_, kind)| kind)
}

/// The encoder-decoder in the files of a card, with the card's decoding and, where it has one, its prompt.
fn seq2seq(
    cache: &Cache,
    card: &ModelCard,
    kind: Seq2SeqKind,
) -> Result<Seq2SeqGenerator, LoadError> {
    let (files, decoding) = seq2seq_files(cache, card, kind == Seq2SeqKind::Bart)?;
    let (prompt, precision) = (card.prompt.as_ref(), card.precision.unwrap_or_default());
    Seq2SeqGenerator::load(kind, &files, prompt, decoding, card.max_input_tokens, precision)
        .map_err(|error| engine_error(card, error))
}

/// The files of an encoder-decoder, of which some have merges, and the card's decoding, for whichever engine.
fn seq2seq_files<'a>(
    cache: &Cache,
    card: &'a ModelCard,
    has_merges: bool,
) -> Result<(Seq2SeqFiles, &'a Decoding), LoadError> {
    let lacks = || LoadError::Table { card: card.id.clone(), table: "decoding" };
    let decoding = card.decoding.as_ref().ok_or_else(lacks)?;
    check_all(cache, card)?;
    let path = |role| path(cache, card, role);
    let optional = |role| card.file(role).map(|_| path(role)).transpose();
    let files = Seq2SeqFiles {
        config: path("config")?,
        generation_config: optional("generation-config")?,
        weights: path("weights")?,
        vocabulary: path("vocabulary")?,
        merges: has_merges.then(|| path("merges")).transpose()?,
    };
    Ok((files, decoding))
}

fn engine_error(card: &ModelCard, error: EngineError) -> LoadError {
    LoadError::Engine { card: card.id.clone(), engine: card.engine, source: Box::new(error) }
}

/// Tells of all missing files at once, and of the first that is wrong.
fn check_all(cache: &Cache, card: &ModelCard) -> Result<(), LoadError> {
    let (mut missing, mut bytes) = (card.unpinned.len(), 0);
    for file in &card.files {
        match cache.check(file) {
            Err(FileProblem::Missing { .. }) => {
                missing += 1;
                bytes += file.bytes;
            }
            Err(problem) => return Err(damaged(card, problem)),
            Ok(_) => {}
        }
    }
    if missing == 0 {
        Ok(())
    } else {
        Err(LoadError::MissingFiles { card: card.id.clone(), missing, bytes })
    }
}

fn path(cache: &Cache, card: &ModelCard, role: &'static str) -> Result<PathBuf, LoadError> {
    match card.file(role) {
        Some(file) => cache.check(file).map_err(|problem| damaged(card, problem)),
        None => Err(LoadError::Role { card: card.id.clone(), role }),
    }
}

fn damaged(card: &ModelCard, source: FileProblem) -> LoadError {
    let card = card.id.clone();
    match source {
        FileProblem::Io { .. } => LoadError::Unreadable { card, source },
        _ => LoadError::Checksum { card, source },
    }
}

fn no_method(card: &ModelCard, known: &[&'static str]) -> LoadError {
    LoadError::Method {
        card: card.id.clone(),
        found: card.method.clone().unwrap_or_default(),
        engine: card.engine,
        known: known.to_vec(),
    }
}

fn not_built(card: &ModelCard) -> LoadError {
    LoadError::EngineNotBuilt { card: card.id.clone(), engine: card.engine }
}
