//! What runs have found, on disk, so that nothing is computed twice.
//!
//! A store is a folder. Findings are kept by 256-bit keys in *segments*, files that are only ever appended to, each
//! by one process that holds its lock: several processes use one store at once without waiting for one another, and
//! one that is killed leaves at most a torn end, which is never read. [`runs`] has a record of every run.
//!
//! It knows nothing of what is kept.

mod error;
mod index;
pub mod runs;
mod segment;

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::{Serialize, de::DeserializeOwned};

pub use self::error::StoreError;
use self::{index::Index, segment::Writer};

/// By what a finding is kept: a checksum of all that it depends on.
pub type Key = [u8; 32];

/// The file that says that a folder is a store, and of which version.
const MARK: &str = "standfirst-store-1";
/// The file that is locked: by many who use the store, or by one who takes things out of it.
const LOCK: &str = "lock";
/// The folder of the segments.
const SEGMENTS: &str = "segments";
/// Longest that a finding waits in memory before it is written.
const PATIENCE: Duration = Duration::from_millis(200);
/// Bytes that wait at most.
const BUFFER: usize = 1 << 18;
/// How often a store looks for what other processes have found meanwhile.
const LOOK: Duration = Duration::from_secs(1);

/// A folder of findings.
pub struct Store {
    folder: PathBuf,
    /// Held shared as long as the store is open.
    _lock: File,
    index: Mutex<Looked>,
    writer: Mutex<Writing>,
}

/// The index, and when it was last looked whether there is more.
struct Looked {
    index: Index,
    at: Instant,
}

/// What waits to be written.
struct Writing {
    writer: Option<Writer>,
    waiting: Vec<(Key, Vec<u8>)>,
    bytes: usize,
    since: Instant,
}

impl Store {
    /// Opens the store at `folder`; one is made if there is nothing, or an empty folder.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read or written, is something else, or is being cleared out.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let cannot = |source| StoreError::Io { path: folder.to_owned(), source };
        mark(folder)?;
        fs::create_dir_all(folder.join(SEGMENTS)).map_err(cannot)?;
        fs::create_dir_all(folder.join(runs::FOLDER)).map_err(cannot)?;
        let lock = lock_file(folder).map_err(cannot)?;
        match lock.try_lock_shared() {
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(folder.to_owned())),
            // A file system that knows no locks.
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                return Err(cannot(error));
            }
            _ => {}
        }
        let mut index = Index::default();
        index.refresh(&folder.join(SEGMENTS)).map_err(cannot)?;
        let now = Instant::now();
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
            index: Mutex::new(Looked { index, at: now }),
            writer: Mutex::new(Writing { writer: None, waiting: Vec::new(), bytes: 0, since: now }),
        })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        unpoisoned(&self.index).index.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is kept by `key`; `None` too for what cannot be read any more, which is then computed anew.
    pub fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        let bytes = self.bytes(key)?;
        ciborium::from_reader(bytes.as_slice()).ok()
    }

    fn bytes(&self, key: &Key) -> Option<Vec<u8>> {
        let place = {
            let mut looked = unpoisoned(&self.index);
            if looked.index.place(key).is_none() && looked.at.elapsed() > LOOK {
                // What cannot be looked at now is looked at again.
                let _ = looked.index.refresh(&self.folder.join(SEGMENTS));
                looked.at = Instant::now();
            }
            looked.index.place(key)
        };
        if let Some((segment, place)) = place {
            let found = segment.read(key, place);
            if found.is_none() {
                // Spoiled: what is computed in its place is to be kept.
                unpoisoned(&self.index).index.forget(key, place);
            }
            return found;
        }
        let writing = unpoisoned(&self.writer);
        let unwritten = writing.waiting.iter().find(|(other, _)| other == key);
        unwritten.and_then(|(_, packed)| segment::unpacked(packed))
    }

    /// Keeps a finding, unless there is one by this key.
    ///
    /// # Errors
    /// [`StoreError`] if the disk is full.
    pub fn put<T: Serialize>(&self, key: &Key, finding: &T) -> Result<(), StoreError> {
        if unpoisoned(&self.index).index.place(key).is_some() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        ciborium::into_writer(finding, &mut bytes)
            .map_err(|error| self.cannot(io::Error::other(error.to_string())))?;
        let packed = segment::packed(&bytes);
        let mut writing = unpoisoned(&self.writer);
        if writing.waiting.iter().any(|(other, _)| other == key) {
            return Ok(());
        }
        if writing.waiting.is_empty() {
            writing.since = Instant::now();
        }
        writing.bytes += packed.len();
        writing.waiting.push((*key, packed));
        if writing.bytes > BUFFER || writing.since.elapsed() > PATIENCE {
            self.write(&mut writing)?;
        }
        Ok(())
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// [`StoreError`] if the disk is full.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.write(&mut unpoisoned(&self.writer))
    }

    fn write(&self, writing: &mut Writing) -> Result<(), StoreError> {
        if writing.waiting.is_empty() {
            return Ok(());
        }
        let folder = self.folder.join(SEGMENTS);
        let cannot = |source| self.cannot(source);
        if writing.writer.is_none() {
            writing.writer = Some(Writer::open(&folder).map_err(cannot)?);
            // It may go on behind what another process has written since the last look.
            unpoisoned(&self.index).index.refresh(&folder).map_err(cannot)?;
        }
        let Some(writer) = &mut writing.writer else { return Ok(()) };
        let written = writer.append(&writing.waiting);
        if written.is_err() {
            // Its end is torn; the next attempt takes another.
            writing.writer = None;
        }
        let places = written.map_err(cannot)?;
        let segment = writing.writer.as_ref().map(Writer::segment);
        writing.waiting.clear();
        writing.bytes = 0;
        if let Some(segment) = segment {
            unpoisoned(&self.index).index.add(&segment, places);
        }
        Ok(())
    }

    /// Makes what was kept last through a power cut.
    ///
    /// # Errors
    /// [`StoreError`] if the disk is full.
    pub fn sync(&self) -> Result<(), StoreError> {
        let mut writing = unpoisoned(&self.writer);
        self.write(&mut writing)?;
        writing.writer.as_ref().map_or(Ok(()), |writer| writer.sync().map_err(|e| self.cannot(e)))
    }

    fn cannot(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.folder.clone(), source }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Lost is only what can be computed again.
        let _ = self.flush();
    }
}

/// What [`collect`] has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Findings that are still there.
    pub kept: u64,
    /// Findings that are not.
    pub dropped: u64,
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
}

/// Takes out of the store at `folder` every finding that is not among those that `wanted` gives once nobody else can
/// use the store, and what was torn or written twice. Killed at any moment, it leaves all that was wanted.
///
/// # Errors
/// [`StoreError`] if it is no store, somebody else uses it, or the disk is full; what `wanted` fails with.
pub fn collect(
    folder: &Path,
    wanted: impl FnOnce() -> Result<Vec<Key>, StoreError>,
) -> Result<Collected, StoreError> {
    let cannot = |source| StoreError::Io { path: folder.to_owned(), source };
    if !folder.join(MARK).is_file() {
        return Err(StoreError::Foreign(folder.to_owned()));
    }
    let lock = lock_file(folder).map_err(cannot)?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        return Err(StoreError::Busy(folder.to_owned()));
    }
    let wanted = segment::Wanted::new(wanted()?);
    segment::collect(&folder.join(SEGMENTS), wanted).map_err(cannot)
}

/// Sees to it that `folder` is a store. The mark is the first thing that is made in it, and has its version in its
/// name, so that it is whole as soon as it is there.
fn mark(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(MARK);
    let cannot = |source| StoreError::Io { path: folder.to_owned(), source };
    if path.is_file() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(cannot)?;
    let is_empty = fs::read_dir(folder).map_err(cannot)?.next().is_none();
    if !is_empty && !path.is_file() {
        return Err(StoreError::Foreign(folder.to_owned()));
    }
    match File::options().write(true).create_new(true).open(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(cannot(error)),
        _ => Ok(()),
    }
}

fn lock_file(folder: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(folder.join(LOCK))
}

/// Locks data that a panic cannot have left half changed.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
