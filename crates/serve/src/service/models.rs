//! The models of a service: which may be asked for, and each loaded once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use standfirst_core::{
    card::{Engine, Task},
    entailment::EntailmentModel,
    plugin::{SentimentModel, Style, Summarizer},
    report::Words,
};
use standfirst_storylines::events::{Encoded, Vectors};
use standfirst_summarizer::registry::{
    self, Chosen, EMBEDDER, FAST_SENTIMENT, Listing, LoadError, Registry, State,
};

use super::{Asked, Operation};
use crate::{Refusal, RefusalKind};

/// What stands in the place of an id for the model that is taken when nobody names one.
const DEFAULT: &str = "";

/// All models that may be asked for, loaded when they first are.
pub struct Models {
    registry: Registry,
    /// Ids that may be asked for; empty for all that are on this machine and stay there.
    offered: Vec<String>,
    words: Words,
    summarizers: Kept<dyn Summarizer>,
    sentiment: Kept<dyn SentimentModel>,
    vectors: Kept<dyn Vectors + Send>,
}

/// Whether to ask a model of this engine is to run a program or to send the article away.
fn leads_out(engine: Engine) -> bool {
    matches!(engine, Engine::Command | Engine::Openai)
}

/// A model that is loaded, and why it is not the one that was meant, if it is another.
type Loaded<T> = (Arc<T>, Option<String>);

/// Models of a kind by id. Each has a lock of its own, so that one that is being loaded is waited for by those
/// who want it, and by nobody else.
struct Kept<T: ?Sized>(Mutex<HashMap<String, Arc<Place<T>>>>);

/// A model that is loaded, or may be; locked while it is.
type Place<T> = Mutex<Option<Loaded<T>>>;

impl<T: ?Sized> Kept<T> {
    fn get(
        &self,
        id: &str,
        load: impl FnOnce() -> Result<Loaded<T>, LoadError>,
    ) -> Result<Loaded<T>, LoadError> {
        let cell = Arc::clone(unpoisoned(&self.0).entry(id.to_owned()).or_default());
        let mut cell = unpoisoned(&cell);
        if let Some((model, instead)) = &*cell {
            return Ok((Arc::clone(model), instead.clone()));
        }
        let (model, instead) = load()?;
        *cell = Some((Arc::clone(&model), instead.clone()));
        Ok((model, instead))
    }
}

impl<T: ?Sized> Kept<T> {
    /// Whether the model is there at once.
    fn has(&self, id: &str) -> bool {
        let cell = unpoisoned(&self.0).get(id).map(Arc::clone);
        cell.is_some_and(|cell| cell.try_lock().is_ok_and(|cell| cell.is_some()))
    }
}

/// What a summariser asked for `style` is kept by.
fn in_style(id: &str, style: Style) -> String {
    // No id has a blank.
    if style.is_usual() { id.to_owned() } else { format!("{id} {}", style.name()) }
}

/// Locks data that a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Models {
    /// Those of `registry` that are `offered`; all, if none is named.
    ///
    /// # Errors
    /// If one that is named is not there.
    pub fn new(registry: Registry, offered: Vec<String>, words: Words) -> Result<Self, Refusal> {
        for id in &offered {
            registry
                .card(id)
                .map_err(|error| Refusal::new(RefusalKind::Unanswerable, words(&error)))?;
        }
        Ok(Self {
            registry,
            offered,
            words,
            summarizers: Kept(Mutex::default()),
            sentiment: Kept(Mutex::default()),
            vectors: Kept(Mutex::default()),
        })
    }

    /// The models that may be asked for, and what of them is on this machine.
    pub fn listing(&self) -> Vec<Listing> {
        let asked_for =
            |listing: &Listing| matches!(listing.task, Task::Summarize | Task::Sentiment);
        let offered = |listing: &Listing| {
            if self.offered.is_empty() {
                let there = matches!(listing.state, State::BuiltIn | State::Ready);
                there && !listing.engine.is_some_and(leads_out)
            } else {
                self.offered.contains(&listing.id)
            }
        };
        let mut listing = self.registry.models();
        listing.retain(|listing| asked_for(listing) && offered(listing));
        listing
    }

    /// Whom every check asks about sentences in other words.
    pub(super) fn check(&self) -> Option<&Arc<dyn EntailmentModel>> {
        self.registry.check()
    }

    /// What gives articles their vectors, where it can be had.
    pub(super) fn vectors(&self) -> Option<Arc<dyn Vectors + Send>> {
        let load = || -> Result<Loaded<dyn Vectors + Send>, LoadError> {
            let (languages, encode) = self.registry.vectors(EMBEDDER)?;
            Ok((Arc::new(Encoded::new(languages, encode)), None))
        };
        self.vectors.get(EMBEDDER, load).ok().map(|(vectors, _)| vectors)
    }

    /// Whether the models that are asked for by name, or the default ones, are loaded.
    pub(super) fn has_loaded(&self, asked: &Asked) -> bool {
        let named = |ids: &[String], is_there: &dyn Fn(&str) -> bool| {
            ids.iter().all(|id| is_there(id)) && (!ids.is_empty() || is_there(DEFAULT))
        };
        let summarizers = |ids: &[String]| {
            named(ids, &|id| self.summarizers.has(&in_style(id, asked.form.style)))
        };
        let sentiment = |ids: &[String]| {
            named(ids, &|id| self.sentiment.has(id))
                || (ids.is_empty() && self.sentiment.has(FAST_SENTIMENT))
        };
        match asked.operation {
            Operation::Check | Operation::Clean => true,
            Operation::Sentiment => sentiment(&asked.models),
            Operation::Summarize | Operation::Compare => {
                summarizers(&asked.models) && asked.tone.as_deref().is_none_or(sentiment)
            }
        }
    }

    /// Loads the models that are taken when nobody names any.
    pub(super) fn warm_up(&self, tell: impl Fn(&str)) -> Result<(), Refusal> {
        let (model, missing) = self.default_summarizer(Style::Standfirst)?;
        let tone = self.default_sentiment(Some(&[model]))?;
        [missing, tone.1].into_iter().flatten().for_each(|why| tell(&why));
        Ok(())
    }

    /// The registry, asked for `style`: what it loads is shared with all others.
    fn styled(&self, style: Style) -> Registry {
        self.registry.clone().with_style(style)
    }

    /// The summarisers of these ids, or the default one, asked for `style`.
    pub(super) fn summarizers(
        &self,
        ids: &[String],
        style: Style,
    ) -> Result<Vec<Arc<dyn Summarizer>>, Refusal> {
        if ids.is_empty() {
            return Ok(vec![self.default_summarizer(style)?.0]);
        }
        ids.iter()
            .map(|id| {
                self.check_offered(id)?;
                let load = || Ok((self.styled(style).summarizer(id)?, None));
                let model = self.summarizers.get(&in_style(id, style), load);
                Ok(model.map_err(|error| self.refusal(&error))?.0)
            })
            .collect()
    }

    /// The sentiment models of these ids, or the one that goes with `beside`; alone, the default one.
    pub(super) fn sentiment(
        &self,
        ids: &[String],
        beside: Option<&[Arc<dyn Summarizer>]>,
    ) -> Result<Vec<Arc<dyn SentimentModel>>, Refusal> {
        if ids.is_empty() {
            return Ok(vec![self.default_sentiment(beside)?.0]);
        }
        ids.iter()
            .map(|id| {
                self.check_offered(id)?;
                let load = || Ok((self.registry.sentiment(id)?, None));
                Ok(self.sentiment.get(id, load).map_err(|error| self.refusal(&error))?.0)
            })
            .collect()
    }

    /// The one that the program takes, or, where that is not offered, the first that is.
    fn default_summarizer(&self, style: Style) -> Result<Loaded<dyn Summarizer>, Refusal> {
        let meant = registry::DEFAULT_SUMMARIZER;
        let loaded = if let Some(id) = self.first_offered(Task::Summarize, meant) {
            let load = || Ok((self.styled(style).summarizer(&id)?, None));
            self.summarizers.get(&in_style(&id, style), load)
        } else {
            let load = || Ok(self.kept(self.styled(style).default_summarizer()?));
            self.summarizers.get(&in_style(DEFAULT, style), load)
        };
        loaded.map_err(|error| self.refusal(&error))
    }

    fn default_sentiment(
        &self,
        beside: Option<&[Arc<dyn Summarizer>]>,
    ) -> Result<Loaded<dyn SentimentModel>, Refusal> {
        let fast = beside.is_some_and(registry::is_fast);
        let meant = if fast { FAST_SENTIMENT } else { registry::DEFAULT_SENTIMENT };
        let loaded = match self.first_offered(Task::Sentiment, meant) {
            Some(id) => self.sentiment.get(&id, || Ok((self.registry.sentiment(&id)?, None))),
            None if fast => {
                self.sentiment.get(meant, || Ok((self.registry.sentiment(meant)?, None)))
            }
            None => {
                self.sentiment.get(DEFAULT, || Ok(self.kept(self.registry.default_sentiment()?)))
            }
        };
        loaded.map_err(|error| self.refusal(&error))
    }

    /// The first model for `task` that is offered, if `meant` is not; `None` where that is, or none for
    /// this task.
    fn first_offered(&self, task: Task, meant: &str) -> Option<String> {
        let mut offered =
            self.offered.iter().filter(|id| self.registry.task(id) == Some(task)).peekable();
        let is_meant = self.offered.iter().any(|id| id == meant);
        if is_meant { None } else { offered.next().cloned() }
    }

    fn kept<T: ?Sized>(&self, chosen: Chosen<T>) -> Loaded<T> {
        let instead = chosen.instead.map(|error| (self.words)(&error));
        (chosen.model, instead)
    }

    /// That the model is there, before anything is kept for it, and that it may be asked for.
    fn check_offered(&self, id: &str) -> Result<(), Refusal> {
        let card = self.registry.card(id).map_err(|error| self.refusal(&error))?;
        if self.offered.iter().any(|offered| offered == id) {
            return Ok(());
        }
        if self.offered.is_empty() {
            if !card.is_some_and(|card| leads_out(card.engine)) {
                return Ok(());
            }
            let told = format!(
                "{id} runs a program or asks a server, which is not for those who ask here to decide; whoever \
                 runs this service can offer it by its id"
            );
            return Err(Refusal::new(RefusalKind::Unanswerable, told));
        }
        let told =
            format!("the model {id} is not offered here; take one of {}", self.offered.join(", "));
        Err(Refusal::new(RefusalKind::Unanswerable, told))
    }

    fn refusal(&self, error: &LoadError) -> Refusal {
        Refusal::new(RefusalKind::Unanswerable, (self.words)(error))
    }
}
