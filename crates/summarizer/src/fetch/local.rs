//! `file:` and `program:` sources: copies from the folder of the card and from the program itself.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use standfirst_core::card::{CardPath, MAX_FILE_BYTES};

use super::{
    SourceError,
    part::{Fill, Part},
};
use crate::files::carried;

/// A part at `target` with all of the file at `path` in `folder`.
pub(super) fn copy(
    folder: Option<&Path>,
    path: &CardPath,
    target: &Path,
) -> Result<Part, SourceError> {
    let from: PathBuf = folder.ok_or(SourceError::NoFolder)?.join(path.as_str());
    let unreadable = |source| SourceError::Local { path: from.clone(), source };
    let mut file = File::open(&from).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if !(1..MAX_FILE_BYTES).contains(&bytes) {
        return Err(SourceError::Length);
    }
    let mut part = Part::create(target, bytes)?;
    match part.fill(&mut file, &|_| {}) {
        Ok(()) => Ok(part),
        Err(Fill::Read(source)) => Err(unreadable(source)),
        Err(Fill::Write(error)) => Err(error),
    }
}

/// A part at `target` with all of what the program carries as `path`.
pub(super) fn carried(path: &CardPath, target: &Path) -> Result<Part, SourceError> {
    let mut bytes =
        carried::bytes(path).ok_or_else(|| SourceError::NotCarried { path: path.to_string() })?;
    let mut part = Part::create(target, bytes.len() as u64)?;
    match part.fill(&mut bytes, &|_| {}) {
        Ok(()) => Ok(part),
        Err(Fill::Read(source)) => Err(SourceError::Local { path: target.into(), source }),
        Err(Fill::Write(error)) => Err(error),
    }
}
