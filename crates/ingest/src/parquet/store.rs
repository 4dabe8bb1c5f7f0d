//! Where the bytes of a table are. It is read from its end, so that what came through a pipe is held in memory.

use std::{
    fs::File,
    io::{self, Read, Seek as _, SeekFrom},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

use super::fault::Fault;
use crate::{IngestErrorKind, room};

/// Largest table that comes through a pipe or out of a packed file, in bytes.
const MAX_PIPED: u64 = 256 << 20;
/// Bytes that are read from a pipe at a time.
const CHUNK: usize = 1 << 16;

/// The bytes of a table.
pub(super) enum Store {
    /// In a file of this size.
    File(Mutex<File>, u64),
    /// In memory.
    Memory(Bytes),
}

impl Store {
    /// Of an open file.
    ///
    /// # Errors
    /// If its size cannot be told.
    pub fn file(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self::File(Mutex::new(file), size))
    }

    /// All that `reader` gives.
    ///
    /// # Errors
    /// If it gives more than may be held.
    pub fn memory(mut reader: impl Read) -> Result<Self, IngestErrorKind> {
        let mut bytes = Vec::new();
        loop {
            room::reserve(&mut bytes, CHUNK)?;
            if reader.by_ref().take(CHUNK as u64).read_to_end(&mut bytes)? == 0 {
                return Ok(Self::Memory(bytes.into()));
            }
            if bytes.len() as u64 > MAX_PIPED {
                return Err(IngestErrorKind::PipedTable { limit: MAX_PIPED });
            }
        }
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::File(_, size) => *size,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// `length` bytes from `at` on.
    ///
    /// # Errors
    /// If there are not so many.
    pub fn read(&self, at: u64, length: usize) -> Result<Bytes, Fault> {
        let end = at.checked_add(length as u64).filter(|end| *end <= self.size());
        let Some(end) = end else { return Err(Fault::new("it points behind its end")) };
        match self {
            Self::Memory(bytes) => {
                let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
                Ok(bytes.slice(place(at)..place(end)))
            }
            Self::File(file, _) => {
                let mut bytes = Vec::new();
                bytes.try_reserve_exact(length)?;
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(at))?;
                file.by_ref().take(length as u64).read_to_end(&mut bytes)?;
                if bytes.len() < length {
                    return Err(Fault::new("it became shorter while it was read"));
                }
                Ok(bytes.into())
            }
        }
    }
}
