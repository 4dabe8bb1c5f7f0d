//! Every model there is: the one list of built-ins and of cards, and the way from an id to a model
//! that is ready to run.
//!
//! An id names exactly one model and a card exactly one engine. Where that one cannot be had, the
//! answer is an error that says why: a table that compares models must never hold the numbers of
//! another one. Falling back is for the caller, aloud.

mod defaults;
mod deferred;
mod encoders;
mod error;
mod need;
mod offered;
mod open;
mod writers;

use std::{
    collections::BTreeMap,
    env, fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use standfirst_core::{
    card::{EndpointChange, Engine, ModelCard, Precision, Sha256, Task},
    entailment::EntailmentModel,
    language::Language,
    plugin::{PluginError, SentimentModel, Style, Summarizer},
};
use standfirst_eval::metric::embedding::Embedder;

pub use self::{
    defaults::{Chosen, is_fast},
    error::LoadError,
    need::Shortage,
    offered::Offered,
};
use self::{deferred::Deferred, encoders::Encoders, writers::Writers};
use crate::{
    abstractive::{Long, Mode, rewrite::Picker},
    engine::Encoder,
    extractive,
    files::{Cache, FileProblem},
    sentiment,
};
#[cfg(feature = "rust-bert")]
use crate::{engine::rust_bert::Memory, memory};

/// The summariser when nobody names one. The README has the figures.
pub const DEFAULT_SUMMARIZER: &str = "salience";
/// The sentiment model when nobody names one, alone or beside summarisers that are networks, too.
pub const DEFAULT_SENTIMENT: &str = "news-tone";
/// The sentiment model beside summarisers that need no files, which it is as fast as, and for a caller
/// that has to do without the files of the default one.
pub const FAST_SENTIMENT: &str = "vader";
/// The summariser for a caller that has to do without the files of the default one: no unsupervised one
/// does better on news.
pub const FALLBACK_SUMMARIZER: &str = "lead";
/// The model whose encoder the measures use.
pub const EMBEDDER: &str = "centroid";
/// Names folders of the user's own cards, separated as in `PATH`.
pub const CARDS_VARIABLE: &str = "STANDFIRST_CARDS";

/// All built-in models, all cards, and the folder with their files.
#[derive(Clone)]
pub struct Registry {
    cache: Cache,
    cards: Vec<ModelCard>,
    left_out: Vec<LeftOut>,
    options: Options,
    /// What picks the sentences that models rewrite, once it is loaded.
    picker: Arc<OnceLock<Picker>>,
    /// Who is asked about what models write.
    check: Option<Arc<dyn EntailmentModel>>,
    /// The encoders that are loaded.
    encoders: Arc<Encoders>,
    /// The networks that write, while somebody uses them.
    writers: Arc<Writers>,
    #[cfg(feature = "rust-bert")]
    memory: Arc<Memory>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.cards.iter().map(|card| card.id.as_str()).collect();
        f.debug_struct("Registry")
            .field("cache", &self.cache)
            .field("cards", &ids)
            .finish_non_exhaustive()
    }
}

/// A card in a folder that cannot be used. The others can; only a run that names this one fails.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// What the model is called, by the name of the file.
    pub id: String,
    /// Why, with the name of the file.
    pub why: Arc<LoadError>,
}

/// How models are to be opened, where the user has a say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What models that write are asked to do.
    pub mode: Mode,
    /// In which form abstracts are wanted.
    pub style: Style,
    /// What becomes of an article that is longer than a model that writes can read, where it is asked
    /// to read all of it.
    pub long: Long,
    /// Whether servers beyond this machine are left alone.
    pub offline: bool,
    /// What the products of encoders are computed in; `None` for what their cards say.
    pub precision: Option<Precision>,
    /// Bytes that copies of networks may take together; `None` for three quarters of what is free.
    #[cfg(feature = "rust-bert")]
    pub max_memory: Option<u64>,
}

/// Gives a text its vector.
pub type Encode = Box<dyn Fn(&str) -> Result<Vec<f32>, PluginError> + Send + Sync>;

impl Registry {
    /// The built-ins and the cards that ship, with their files in `cache`.
    ///
    /// # Errors
    /// [`LoadError::Card`] if a shipped card is wrong, which the tests rule out.
    pub fn new(cache: Cache) -> Result<Self, LoadError> {
        let mut registry = Self {
            cache,
            cards: Vec::new(),
            left_out: Vec::new(),
            options: Options::default(),
            picker: Arc::default(),
            check: None,
            encoders: Arc::default(),
            writers: Arc::default(),
            #[cfg(feature = "rust-bert")]
            memory: Memory::new(memory::default_limit()),
        };
        for (file, text) in standfirst_models::CARDS {
            registry.add(ModelCard::parse(file, text)?, file)?;
        }
        Ok(registry)
    }

    /// As [`Registry::new`] with the user's cache, the cards in the folders of `STANDFIRST_CARDS`,
    /// and those in `folders`.
    ///
    /// # Errors
    /// [`LoadError`] if there is no place for a cache, or a folder cannot be read.
    pub fn from_env(folders: &[PathBuf]) -> Result<Self, LoadError> {
        let mut registry = Self::new(Cache::from_env()?)?;
        let variable = env::var_os(CARDS_VARIABLE).unwrap_or_default();
        let named = env::split_paths(&variable).filter(|folder| !folder.as_os_str().is_empty());
        for folder in named.chain(folders.iter().cloned()) {
            registry.add_folder(&folder)?;
        }
        Ok(registry)
    }

    /// The same models, opened by `options`; writers that others loaded are not used.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        for card in &mut self.cards {
            card.precision = options.precision.or(card.precision);
        }
        Self {
            options,
            writers: Arc::default(),
            #[cfg(feature = "rust-bert")]
            memory: Memory::new(options.max_memory.unwrap_or_else(memory::default_limit)),
            ..self
        }
    }

    /// The same models, those that write asked for `mode`.
    #[must_use]
    pub fn with_mode(self, mode: Mode) -> Self {
        Self { options: Options { mode, ..self.options }, ..self }
    }

    /// The same models, asked for `style`; what they load is shared.
    #[must_use]
    pub fn with_style(self, style: Style) -> Self {
        Self { options: Options { style, ..self.options }, ..self }
    }

    /// The same models; those that rewrite let the check ask `model` about what they wrote.
    #[must_use]
    pub fn with_check(self, model: Option<Arc<dyn EntailmentModel>>) -> Self {
        Self { check: model, ..self }
    }

    /// The model of [`with_check`](Self::with_check).
    pub fn check(&self) -> Option<&Arc<dyn EntailmentModel>> {
        self.check.as_ref()
    }

    /// Adds every `*.toml` in `folder`, by name. A card that is wrong, or has an id that is taken, is
    /// left out, see [`Registry::left_out`].
    ///
    /// # Errors
    /// [`LoadError::Folder`] if the folder cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), LoadError> {
        let paths = card_paths(folder)
            .map_err(|source| LoadError::Folder { folder: folder.to_owned(), source })?;
        for path in paths {
            if let Err(why) = self.add_file(&path) {
                let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                self.left_out.push(LeftOut { id, why: Arc::new(why) });
            }
        }
        Ok(())
    }

    /// Cards in the folders that cannot be used.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Refuses an id whose card was left out. Where the card only says nothing that could be read, the
    /// model that has the id keeps it; where two say that they are it, it is neither.
    fn check_left_out(&self, id: &str) -> Result<(), LoadError> {
        let meant = |left: &&LeftOut| {
            let taken = matches!(*left.why, LoadError::Taken { .. });
            left.id == id && (taken || self.task(id).is_none())
        };
        match self.left_out.iter().find(meant) {
            Some(left) => Err(LoadError::LeftOut(Arc::clone(&left.why))),
            None => Ok(()),
        }
    }

    /// Adds the card in the file at `path`, and gives its id.
    ///
    /// # Errors
    /// [`LoadError`] if it is none, or its id is taken.
    pub fn add_file(&mut self, path: &Path) -> Result<String, LoadError> {
        let card = ModelCard::read(path)?;
        let id = card.id.clone();
        self.add(card, &path.display().to_string())?;
        Ok(id)
    }

    fn add(&mut self, mut card: ModelCard, file: &str) -> Result<(), LoadError> {
        if self.task(&card.id).is_some() {
            return Err(LoadError::Taken { id: card.id, file: file.to_owned() });
        }
        self.cache.pin(&mut card);
        self.cards.push(card);
        Ok(())
    }

    /// Has the card `id` ask the server that `change` makes of its own.
    ///
    /// # Errors
    /// [`LoadError::NoServer`] if no card of this name, not even one that was left out, has a server.
    pub fn change_endpoint(&mut self, id: &str, change: &EndpointChange) -> Result<(), LoadError> {
        let endpoint = self.cards.iter_mut().find(|card| card.id == id);
        if let Some(endpoint) = endpoint.and_then(|card| card.endpoint.as_mut()) {
            *endpoint = endpoint.clone().changed(change);
            return Ok(());
        }
        if self.left_out.iter().any(|left| left.id == id) {
            return Ok(());
        }
        let servers = self.cards.iter().filter(|card| card.endpoint.is_some());
        Err(LoadError::no_server(id, servers.map(|card| card.id.clone()).collect()))
    }

    /// Leaves the card `id` out, if there is one that names a server: only a run that names it fails.
    pub fn leave_out_server(&mut self, id: &str, why: LoadError) {
        let before = self.cards.len();
        self.cards.retain(|card| card.id != id || card.endpoint.is_none());
        if self.cards.len() < before {
            self.left_out.push(LeftOut { id: id.to_owned(), why: Arc::new(why) });
        }
    }

    /// The folder with the files.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The cards, in the order in which listings show them.
    pub fn cards(&self) -> &[ModelCard] {
        &self.cards
    }

    /// The card of the model `id`; `None` if it is built in and has none.
    ///
    /// # Errors
    /// [`LoadError::Unknown`].
    pub fn card(&self, id: &str) -> Result<Option<&ModelCard>, LoadError> {
        self.check_left_out(id)?;
        match self.cards.iter().find(|card| card.id == id) {
            None if self.task(id).is_none() => Err(self.unknown(id)),
            card => Ok(card),
        }
    }

    /// The summariser `id`, loaded and ready. Load it once and share it: it reads its files.
    ///
    /// # Errors
    /// [`LoadError`] if there is none of this name, or its files or its engine are not there.
    pub fn summarizer(&self, id: &str) -> Result<Arc<dyn Summarizer>, LoadError> {
        self.check_left_out(id)?;
        match extractive::BUILTINS.iter().find(|builtin| builtin.id == id) {
            Some(builtin) => Ok(open::picks(self, (builtin.make)())),
            None => open::summarizer(self, self.card_for(id, Task::Summarize)?),
        }
    }

    /// Whether the summariser `id` writes sentences of its own. [`Options::mode`] and [`Options::long`]
    /// make no difference to one that does not.
    pub fn writes(&self, id: &str) -> bool {
        let card = self.cards.iter().find(|card| card.id == id);
        card.is_some_and(|card| card.task == Task::Summarize && open::does_write(card))
    }

    /// The sentence encoder that the model `id` is built on, loaded and ready.
    ///
    /// # Errors
    /// [`LoadError`] if there is none of this name, or its files or its engine are not there.
    pub fn encoder(&self, id: &str) -> Result<Arc<dyn Encoder>, LoadError> {
        self.check_left_out(id)?;
        Ok(open::encoder(self, self.card_for(id, Task::Summarize)?)?)
    }

    /// What gives a text its vector by the encoder of the model `id`, of Euclidean length 1, and the languages that it
    /// knows; none for any.
    ///
    /// # Errors
    /// As [`Registry::encoder`].
    pub fn vectors(&self, id: &str) -> Result<(Vec<Language>, Encode), LoadError> {
        let encoder = self.encoder(id)?;
        let languages = self.card(id)?.map(|card| card.languages.clone()).unwrap_or_default();
        Ok((languages, Box::new(move |text: &str| Ok(encoder.encode(&[text])?.row(0).to_vec()))))
    }

    /// The sentiment model `id`, loaded and ready. Load it once and share it: it reads its files.
    ///
    /// # Errors
    /// [`LoadError`] if there is none of this name, or its files or its engine are not there.
    pub fn sentiment(&self, id: &str) -> Result<Arc<dyn SentimentModel>, LoadError> {
        self.check_left_out(id)?;
        match sentiment::BUILTINS.iter().find(|builtin| builtin.id == id) {
            Some(builtin) => Ok((builtin.make)()),
            None => open::sentiment(self, self.card_for(id, Task::Sentiment)?),
        }
    }

    /// The entailment model `id`, loaded and ready. Load it once and share it: it reads its files.
    ///
    /// # Errors
    /// [`LoadError`] if there is none of this name, or its files or its engine are not there.
    pub fn entailment(&self, id: &str) -> Result<Arc<dyn EntailmentModel>, LoadError> {
        self.check_left_out(id)?;
        open::entailment(self, self.card_for(id, Task::Entail)?)
    }

    /// The same, loaded when it is first asked: for a check of abstracts that may well be copies.
    ///
    /// # Errors
    /// As there; of files, whether they are there.
    pub fn deferred_entailment(&self, id: &str) -> Result<Arc<dyn EntailmentModel>, LoadError> {
        self.check_left_out(id)?;
        Ok(Arc::new(Deferred::new(self, self.card_for(id, Task::Entail)?)?))
    }

    /// The encoder that the measures compare texts by: that of `centroid`.
    ///
    /// # Errors
    /// [`LoadError`] if its files are not there.
    pub fn embedder(&self) -> Result<Arc<dyn Embedder>, LoadError> {
        Ok(open::encoder(self, self.card_for(EMBEDDER, Task::Summarize)?)?)
    }

    /// The files that the answers of the model `id` depend on, as `model/role`, with their checksums: its
    /// own and, where another one picks the sentences that it rewrites, those of that one. Empty for
    /// built-ins and for ids that no card has.
    pub fn checksums(&self, id: &str) -> BTreeMap<String, Sha256> {
        let card = self.cards.iter().find(|card| card.id == id);
        let picker = card
            .filter(|card| open::is_picked_for(card, self.options.mode))
            .and_then(|_| self.cards.iter().find(|card| card.id == open::PICKER));
        let cards = card.into_iter().chain(picker);
        let named = |card: &ModelCard| {
            let id = card.id.clone();
            let files = card.files.clone().into_iter();
            files.map(move |file| (format!("{id}/{}", file.role), file.sha256))
        };
        cards.flat_map(named).collect()
    }

    /// Every model: built-in summarisers, built-in sentiment models, then the cards.
    pub fn models(&self) -> Vec<Listing> {
        let summarizers = extractive::BUILTINS
            .iter()
            .map(|builtin| Listing::built_in(Task::Summarize, (builtin.make)().info()));
        let sentiments = sentiment::BUILTINS
            .iter()
            .map(|builtin| Listing::built_in(Task::Sentiment, (builtin.make)().info()));
        let cards = self.cards.iter().map(|card| Listing::of_card(&self.cache, card));
        summarizers.chain(sentiments).chain(cards).collect()
    }

    /// Ids of all models for `task`, in the order of [`Registry::models`].
    pub fn ids(&self, task: Task) -> Vec<&str> {
        let built_in: Vec<&str> = match task {
            Task::Summarize => extractive::BUILTINS.iter().map(|builtin| builtin.id).collect(),
            Task::Sentiment => sentiment::BUILTINS.iter().map(|builtin| builtin.id).collect(),
            Task::Encode | Task::Entail => Vec::new(),
        };
        let cards = self.cards.iter().filter(|card| card.task == task).map(|card| card.id.as_str());
        built_in.into_iter().chain(cards).collect()
    }

    /// What the model `id` is for, if there is one.
    pub fn task(&self, id: &str) -> Option<Task> {
        Task::ALL.into_iter().find(|&task| self.ids(task).contains(&id))
    }

    /// The card `id`, which has to be for `task`.
    fn card_for(&self, id: &str, task: Task) -> Result<&ModelCard, LoadError> {
        match self.cards.iter().find(|card| card.id == id) {
            Some(card) if card.task == task => Ok(card),
            found => {
                let known = || self.ids(task).into_iter().map(str::to_owned).collect();
                match found.map(|card| card.task).or_else(|| self.task(id)) {
                    Some(is) => {
                        Err(LoadError::Task { id: id.to_owned(), is, asked: task, known: known() })
                    }
                    None => Err(LoadError::unknown(id, known())),
                }
            }
        }
    }

    fn unknown(&self, id: &str) -> LoadError {
        let known = Task::ALL.into_iter().flat_map(|task| self.ids(task)).map(str::to_owned);
        LoadError::unknown(id, known.collect())
    }
}

/// One model as `models list` and `models show` tell of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Listing {
    /// What it is called by.
    pub id: String,
    /// What it is for.
    pub task: Task,
    /// What runs it; `None` for built-ins.
    pub engine: Option<Engine>,
    /// What of it is on this machine.
    pub state: State,
    /// Size of its files, in bytes; 0 for built-ins.
    pub bytes: u64,
    /// Licence of the weights; `None` for built-ins, which are under this program's.
    pub license: Option<String>,
    /// One line: method and paper.
    pub about: String,
}

impl Listing {
    fn built_in(task: Task, info: &standfirst_core::plugin::PluginInfo) -> Self {
        Self {
            id: info.id.clone(),
            task,
            engine: None,
            state: State::BuiltIn,
            bytes: 0,
            license: None,
            about: info.about.clone(),
        }
    }

    fn of_card(cache: &Cache, card: &ModelCard) -> Self {
        Self {
            id: card.id.clone(),
            task: card.task,
            engine: Some(card.engine),
            state: State::of(cache, card),
            bytes: card.total_bytes(),
            license: Some(card.license.clone()),
            about: card.about.clone(),
        }
    }
}

/// What of a model is on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Needs no files.
    BuiltIn,
    /// All files are there and right.
    Ready,
    /// A file is not there.
    Missing,
    /// A file is there and is not what the card says, or cannot be read.
    Corrupt,
    /// This build has no engine for it.
    NoEngine,
}

impl State {
    /// Whether the files of `card` are there and right, and something can run them.
    pub fn of(cache: &Cache, card: &ModelCard) -> Self {
        if !open::is_built(card.engine) {
            return Self::NoEngine;
        }
        let problems: Vec<_> =
            card.files.iter().filter_map(|file| cache.check(file).err()).collect();
        match problems.iter().all(|problem| matches!(problem, FileProblem::Missing { .. })) {
            true if problems.is_empty() && card.unpinned.is_empty() => Self::Ready,
            true => Self::Missing,
            false => Self::Corrupt,
        }
    }

    /// The words for listings.
    pub fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built in",
            Self::Ready => "ready",
            Self::Missing => "missing",
            Self::Corrupt => "corrupt",
            Self::NoEngine => "no engine",
        }
    }
}

/// The `*.toml` in `folder`, sorted.
fn card_paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}
