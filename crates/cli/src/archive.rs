//! The store of a run: what is known of its articles already, and the record of what it did.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::Result;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use standfirst_core::{
    article::Document,
    language::Language,
    plugin::PluginInfo,
    report::{AbstractReport, ArticleReport, SentimentReport},
    run::{Archive, Found, Key, Plan, Repaired, Totals},
};
use standfirst_store::{
    Store, StoreError,
    runs::{self, Began, Ended, Recorder},
};
use standfirst_summarizer::registry::Registry;

use crate::{args, messages, output::MadeWith, revision::revision, settings};

/// The version of what the keys are made of.
const SCHEMA: &str = "standfirst-keys/1";

/// What a model is shown of a line of the input beside the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: it works on the article.
    Nothing,
    /// The summary that comes with it.
    Summary,
    /// Its id, by which a summary is found.
    Id,
}

/// What an abstract depends on beside the article and its model.
pub struct Asked<'a> {
    /// How long it is to be, and how it is to be made.
    pub length: Option<&'a args::Length>,
    /// Of whom the tone is.
    pub tone: args::Tone,
    /// Models that stand for summaries which are there already, and what they go by.
    pub given: Vec<(String, Shown)>,
    /// Checksum of those summaries.
    pub summaries: String,
    /// Where the models are from.
    pub registry: Option<&'a Registry>,
}

impl<'a> Asked<'a> {
    /// Of models from `registry`, and of no length.
    pub fn of(registry: &'a Registry) -> Self {
        Self {
            length: None,
            tone: args::Tone::default(),
            given: Vec::new(),
            summaries: String::new(),
            registry: Some(registry),
        }
    }
}

/// A store in use by a run.
pub struct Archived {
    store: Store,
    repair: Key,
    columns: Vec<(Key, Shown)>,
    abstracts: usize,
    /// Keys of articles whose results are not handed on yet, by source, and how many have it.
    in_flight: Mutex<HashMap<String, (Vec<Key>, usize)>>,
    record: Mutex<Option<Recorder>>,
    known: AtomicU64,
    since: Instant,
    /// What went wrong with the store first; the run goes on without it.
    broken: Mutex<Option<StoreError>>,
}

impl Archived {
    /// The store that is asked for, if one is.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn open(
        global: &args::Global,
        plan: &Plan,
        asked: &Asked<'_>,
        made_with: &MadeWith,
    ) -> Result<Option<Self>> {
        let Some(folder) = settings::store(global) else { return Ok(None) };
        let store = Store::open(&folder)?;
        let (columns, abstracts) = columns(plan, asked);
        let began = Began {
            at: jiff::Timestamp::now().round(jiff::Unit::Second)?.to_string(),
            command: made_with.command().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            models: made_with.models().clone(),
            settings: made_with.settings().clone(),
            abstracts,
        };
        let record = Mutex::new(Some(Recorder::begin(&store, began)?));
        Ok(Some(Self {
            store,
            repair: key(&["repair"]),
            columns,
            abstracts,
            in_flight: Mutex::default(),
            record,
            known: AtomicU64::new(0),
            since: Instant::now(),
            broken: Mutex::default(),
        }))
    }

    /// Takes note of an article that is handed on. What was found of it is on disk before the article is in a result:
    /// a run that is killed and resumed takes over what its result has, and would leave the store without it.
    pub fn note(&self, report: &ArticleReport) {
        if unpoisoned(&self.broken).is_none() {
            self.told(self.store.flush());
        }
        let keys = self.landed(&report.source);
        let rest = ArticleReport {
            text: None,
            cuts: Vec::new(),
            abstracts: Vec::new(),
            sentiment: Vec::new(),
            target: None,
            ..report.clone()
        };
        let Ok(rest) = serde_json::to_value(&rest) else { return };
        let keys = keys.iter().map(runs::to_hex).collect();
        let article = runs::Article { id: report.id.clone(), keys, report: rest };
        if let Some(record) = unpoisoned(&self.record).as_mut() {
            self.told(record.article(article));
        }
    }

    /// The keys of the article from `source`, which is no longer in flight.
    fn landed(&self, source: &str) -> Vec<Key> {
        let mut in_flight = unpoisoned(&self.in_flight);
        let Some((keys, count)) = in_flight.get_mut(source) else { return Vec::new() };
        *count -= 1;
        if *count > 0 {
            return keys.clone();
        }
        in_flight.remove(source).map(|(keys, _)| keys).unwrap_or_default()
    }

    /// Ends the record. `false`, said aloud, if not all could be kept.
    pub fn end(self, totals: Totals, quiet: bool) -> bool {
        let ended = Ended {
            articles: totals.articles,
            failed: totals.failed,
            known: self.known.load(Ordering::Relaxed),
            seconds: self.since.elapsed().as_secs_f64(),
            interrupted: totals.interrupted,
        };
        let record = unpoisoned(&self.record).take();
        let id = record.as_ref().map(|record| record.id().to_owned()).unwrap_or_default();
        self.told(self.store.sync());
        if let Some(record) = record {
            self.told(record.end(ended));
        }
        if let Some(error) = unpoisoned(&self.broken).take() {
            let why = messages::words(&error);
            messages::notice(&format!("not all results were kept for another time: {why}"));
            return false;
        }
        if !quiet {
            let (known, articles) = (ended.known, ended.articles);
            messages::notice(&format!(
                "run {id}: {known} of {articles} articles were known already"
            ));
        }
        true
    }

    fn told(&self, done: Result<(), StoreError>) {
        if let Err(error) = done {
            unpoisoned(&self.broken).get_or_insert(error);
        }
    }

    fn put(&self, key: &Key, finding: &impl Serialize) {
        // One that is full is not asked for every article again.
        if unpoisoned(&self.broken).is_none() {
            self.told(self.store.put(key, finding));
        }
    }
}

impl Archive for Archived {
    fn find(&self, document: &Document) -> Found {
        let content = content(document);
        let of = |(base, shown): &(Key, Shown)| {
            let beside = match shown {
                Shown::Nothing => "",
                Shown::Summary => document.annotations.summary().unwrap_or_default(),
                Shown::Id => &document.id,
            };
            let hasher = Sha256::new().chain_update(base).chain_update(content);
            Key::from(hasher.chain_update(beside).finalize())
        };
        let mut keys = vec![of(&(self.repair, Shown::Nothing))];
        keys.extend(self.columns.iter().map(of));
        let (abstracts, tones) = keys[1..].split_at(self.abstracts);
        let found = Found {
            repaired: self.store.get::<Repaired>(&keys[0]),
            abstracts: abstracts.iter().map(|key| self.store.get::<AbstractReport>(key)).collect(),
            sentiment: tones.iter().map(|key| self.store.get::<SentimentReport>(key)).collect(),
            keys: keys.clone(),
        };
        self.known.fetch_add(u64::from(found.is_all()), Ordering::Relaxed);
        let mut in_flight = unpoisoned(&self.in_flight);
        in_flight.entry(document.source.to_string()).or_insert((keys, 0)).1 += 1;
        found
    }

    fn keep(&self, keys: &[Key], report: &ArticleReport) {
        if report.error.is_some() || keys.len() != 1 + self.columns.len() {
            return;
        }
        let repaired = Repaired {
            title: report.title.clone(),
            language: report.language,
            notes: report.notes.clone(),
            cuts: report.cuts.clone(),
        };
        self.put(&keys[0], &repaired);
        let (abstracts, tones) = keys[1..].split_at(self.abstracts);
        for (key, cell) in abstracts.iter().zip(&report.abstracts) {
            // What failed for now may succeed another time, and so may a check whose model failed.
            let whole = cell.error.is_none() && !cell.is_half_checked();
            if whole {
                self.put(key, cell);
            }
        }
        for (key, tone) in tones.iter().zip(&report.sentiment) {
            if tone.error.is_none() {
                self.put(key, tone);
            }
        }
    }
}

/// A key for every model of the plan, and how many of them summarise.
fn columns(plan: &Plan, asked: &Asked<'_>) -> (Vec<(Key, Shown)>, usize) {
    let sentences = plan.allowance.sentences.to_string();
    let of = |info: &PluginInfo| revision(info, asked.registry);
    let check = plan.entailment.as_ref().map(|model| of(model.info())).unwrap_or_default();
    let made = asked.length.map(|length| format!("{:?} {:?}", length.mode, length.long));
    let made = format!("{:?} {made:?}", plan.budget);
    let abstracts = plan.summarizers.iter().map(|model| {
        let info = model.info();
        let style = model.style();
        // What was kept before there were styles is known still.
        let made = if style.is_usual() { made.clone() } else { format!("{} {made}", style.name()) };
        let given = asked.given.iter().find(|(id, _)| *id == info.id);
        let shown = given.map_or(Shown::Nothing, |(_, shown)| *shown);
        let summaries = if shown == Shown::Nothing { "" } else { &asked.summaries };
        let parts = ["abstract", &info.id, &of(info), &check, &made, &sentences, summaries];
        (key(&parts), shown)
    });
    let tones = plan.sentiment.iter().map(|model| {
        let info = model.info();
        // What is told of everybody has the key that it had when there was no choice.
        let whole: &[&str] = if asked.tone.no_targets { &["no targets"] } else { &[] };
        let revision = of(info);
        let parts = [&["tone", &info.id, &revision, &sentences], whole].concat();
        (key(&parts), Shown::Nothing)
    });
    (abstracts.chain(tones).collect(), plan.summarizers.len())
}

/// A checksum of these parts, in the methods of this version of the program.
fn key(parts: &[&str]) -> Key {
    let mut hasher = Sha256::new();
    for part in [SCHEMA, env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// A checksum of all that the repair and the models see of a document, wherever it lies and whatever it is called.
fn content(document: &Document) -> Key {
    let beside = format!(
        "{:?}",
        (
            &document.title,
            &document.byline,
            &document.published,
            &document.url,
            &document.facts,
            document.language.map(Language::code),
            document.annotations.target(),
            &document.declared,
            &document.items,
            &document.markup,
            &document.notes,
        )
    );
    key(&[&document.text, &beside])
}

/// Locks data that a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
