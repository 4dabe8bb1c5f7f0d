//! A file on its way into the cache: what has come so far, its running sum, and the last step.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256 as Hasher};
use standfirst_core::card::{CardFile, Sha256};

use super::SourceError;
use crate::files::Cache;

/// Bytes moved at once.
const CHUNK: usize = 256 * 1024;

/// The bytes of a file so far.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    hasher: Hasher,
    have: u64,
    expected: u64,
}

impl Part {
    /// An empty one at `path`; what was there is gone.
    pub(super) fn create(path: &Path, expected: u64) -> Result<Self, SourceError> {
        let mut part = Self::resume(path, expected)?;
        part.restart()?;
        Ok(part)
    }

    /// The one at `path`, with what an earlier download left there.
    pub(super) fn resume(path: &Path, expected: u64) -> Result<Self, SourceError> {
        let store = |source| SourceError::Store { path: path.to_owned(), source };
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(store)?;
        let mut part =
            Self { path: path.to_owned(), file, hasher: Hasher::new(), have: 0, expected };
        part.reread().map_err(store)?;
        if part.have > part.expected {
            part.restart()?;
        }
        Ok(part)
    }

    /// Sums what is there, and stands at its end; one byte past the expected size is enough to know.
    fn reread(&mut self) -> io::Result<()> {
        let mut left = (&self.file).take(self.expected + 1);
        let mut chunk = vec![0; CHUNK];
        loop {
            match left.read(&mut chunk)? {
                0 => return Ok(()),
                n => {
                    self.hasher.update(&chunk[..n]);
                    self.have += n as u64;
                }
            }
        }
    }

    /// Throws away what is there.
    pub(super) fn restart(&mut self) -> Result<(), SourceError> {
        self.hasher = Hasher::new();
        self.have = 0;
        let emptied = self.file.set_len(0).and_then(|()| io::Seek::rewind(&mut self.file));
        emptied.map_err(|source| self.store(source))
    }

    /// Bytes that are there.
    pub(super) fn have(&self) -> u64 {
        self.have
    }

    /// Bytes that there will be.
    pub(super) fn expected(&self) -> u64 {
        self.expected
    }

    /// Takes everything that `reader` gives, and tells `advance` of it. Reads no more than one chunk
    /// past the expected size, whatever the reader has.
    pub(super) fn fill(
        &mut self,
        reader: &mut dyn Read,
        advance: &dyn Fn(u64),
    ) -> Result<(), Fill> {
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = match reader.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Fill::Read(error)),
            };
            self.append(&chunk[..n]).map_err(Fill::Write)?;
            advance(n as u64);
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let found = self.have + bytes.len() as u64;
        if found > self.expected {
            self.restart()?;
            return Err(SourceError::Size { found, expected: self.expected });
        }
        self.file.write_all(bytes).map_err(|source| self.store(source))?;
        self.hasher.update(bytes);
        self.have = found;
        Ok(())
    }

    /// SHA-256 of the bytes so far.
    pub(super) fn sum(&self) -> Sha256 {
        Sha256(self.hasher.clone().finalize().into())
    }

    /// Puts the file into the cache if it is whole and right. A wrong one is thrown away, a short one
    /// stays to be resumed.
    pub(super) fn keep(self, cache: &Cache, card: &CardFile) -> Result<(), SourceError> {
        if self.have < self.expected {
            return Err(SourceError::Truncated { have: self.have, expected: self.expected });
        }
        let found = self.sum();
        if found != card.sha256 {
            let _ = fs::remove_file(&self.path);
            return Err(SourceError::Checksum { found, expected: card.sha256 });
        }
        let target = cache.path(card);
        let stored = self.file.sync_all().and_then(|()| fs::rename(&self.path, &target));
        stored.and_then(|()| sync_folder(cache.dir())).map_err(|source| self.store(source))?;
        // Nothing is left of a download that another source overtook.
        let _ = fs::remove_file(target.with_added_extension("part"));
        cache.verify(card).map(drop).map_err(|problem| self.store(io::Error::other(problem)))
    }

    fn store(&self, source: io::Error) -> SourceError {
        SourceError::Store { path: self.path.clone(), source }
    }
}

/// Why a part was not filled.
pub(super) enum Fill {
    /// The reader failed.
    Read(io::Error),
    /// The part did not take the bytes.
    Write(SourceError),
}

/// Makes the renaming last through a power cut.
#[cfg(unix)]
fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// A folder cannot be opened here; the file itself was synced.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
