//! `--watch`: articles as they come into folders, until the user has seen enough.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use standfirst_ingest as ingest;
use standfirst_ingest::{FileId, IngestError, Pending};

use crate::{
    commands::resume::{Inputs, identity},
    interrupt,
};

/// How long a file must be left alone before it is read: whoever writes it may not be done.
const QUIET: Duration = Duration::from_millis(400);
/// How often it is looked whether the user has seen enough.
const LOOK: Duration = Duration::from_millis(100);

/// All articles that are there, and then those that come or change. It ends when the run is to stop.
pub struct Watch {
    inputs: Inputs,
    options: ingest::Options,
    places: Vec<PathBuf>,
    events: Receiver<notify::Result<notify::Event>>,
    /// Dropped with the rest; until then it sends.
    _watcher: RecommendedWatcher,
    /// Files that were written to, and when last.
    touched: BTreeMap<PathBuf, Instant>,
    /// Articles that were handed on, by their file and what stood in it.
    seen: HashSet<(PathBuf, String)>,
}

impl Watch {
    /// Begins to watch files and folders.
    ///
    /// # Errors
    /// If one of them is neither, or the system does not tell what happens to them.
    pub fn begin(places: Vec<PathBuf>, options: ingest::Options) -> Result<Self> {
        let (send, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event| {
            // A send fails only when nobody watches any more.
            let _ = send.send(event);
        })
        .context("this system does not tell what happens to files")?;
        for place in &places {
            ensure!(
                place.exists(),
                "--watch looks at files and folders, and {} is neither",
                place.display()
            );
            // A file that is replaced is another one: its folder tells of that.
            let (folder, mode) = if place.is_dir() {
                (place.as_path(), RecursiveMode::Recursive)
            } else {
                (folder_of(place), RecursiveMode::NonRecursive)
            };
            watcher
                .watch(folder, mode)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        let inputs = Box::new(ingest::open(places.clone(), options.clone()));
        let (touched, seen) = (BTreeMap::new(), HashSet::new());
        Ok(Self { inputs, options, places, events, _watcher: watcher, touched, seen })
    }

    /// Takes note of what happened, and waits a little if nothing did.
    fn listen(&mut self) {
        let mut wait = LOOK;
        loop {
            match self.events.recv_timeout(wait) {
                Ok(Ok(event)) if !event.kind.is_access() && !event.kind.is_remove() => {
                    for path in event.paths {
                        if self.is_meant(&path) {
                            self.touched.insert(path, Instant::now());
                        }
                    }
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
            wait = Duration::ZERO;
        }
    }

    /// Whether a path is one that a run on these places would read: of a folder no hidden file, none of an unknown
    /// kind, and none that results go into.
    fn is_meant(&self, path: &Path) -> bool {
        let of = |place: &PathBuf| {
            if !place.is_dir() {
                return same(place, path);
            }
            let Some(below) = below(place, path) else { return false };
            let hidden = below
                .components()
                .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
            !hidden && (self.options.format.is_some() || ingest::is_known(path))
        };
        let written =
            FileId::of_path(path).is_some_and(|file| self.options.outputs.files.contains(&file));
        path.is_file() && !written && self.places.iter().any(of)
    }

    /// Opens the files that nobody has written to for a while.
    fn open_touched(&mut self) {
        let (still, busy) = std::mem::take(&mut self.touched)
            .into_iter()
            .partition::<Vec<_>, _>(|(_, at)| at.elapsed() >= QUIET);
        self.touched = busy.into_iter().collect();
        let paths: Vec<PathBuf> = still.into_iter().map(|(path, _)| self.as_named(path)).collect();
        self.inputs = Box::new(ingest::open(paths, self.options.clone()));
    }

    /// The path as it would be called if the folder was walked.
    fn as_named(&self, path: PathBuf) -> PathBuf {
        let named = self.places.iter().find_map(|place| {
            if place.is_dir() {
                below(place, &path).map(|below| place.join(below))
            } else {
                same(place, &path).then(|| place.clone())
            }
        });
        named.unwrap_or(path)
    }
}

impl Iterator for Watch {
    type Item = Result<Pending, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if interrupt::stopped() {
                return None;
            }
            let Some(input) = self.inputs.next() else {
                self.listen();
                self.open_touched();
                continue;
            };
            let path = match &input {
                Ok(pending) => &pending.source().path,
                Err(error) => &error.source.path,
            };
            if self.seen.insert((PathBuf::from(path), identity(&input).1)) {
                return Some(input);
            }
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The rest of `path` below `place`, however either is written.
fn below(place: &Path, path: &Path) -> Option<PathBuf> {
    let (whole, path) = (place.canonicalize().ok()?, path.canonicalize().ok()?);
    path.strip_prefix(whole).ok().map(Path::to_owned)
}

fn same(one: &Path, other: &Path) -> bool {
    FileId::of_path(one).is_some_and(|file| FileId::of_path(other) == Some(file))
}
