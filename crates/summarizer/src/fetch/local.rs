//! `file:` and `program:` sources: copies from the folder of the card and from the program itself.

use std::{
    fs::File,
    io,
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
    let folder = folder.ok_or(SourceError::NoFolder)?;
    let from: PathBuf = folder.join(path.as_str());
    let unreadable = |source| SourceError::Local { path: from.clone(), source };
    let mut file = open_beneath(folder, path).map_err(unreadable)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err(SourceError::NotAFile { path: from });
    }
    let bytes = found.len();
    if !(1..MAX_FILE_BYTES).contains(&bytes) {
        return Err(SourceError::LocalLength { path: from, bytes });
    }
    let mut part = Part::create(target, bytes)?;
    match part.fill(&mut file, &|_| {}) {
        Ok(()) => Ok(part),
        Err(Fill::Read(source)) => Err(unreadable(source)),
        Err(Fill::Write(error)) => Err(error),
    }
}

/// Opens the file at `path` in `folder`. No link on the way is followed, since a card may be a
/// stranger's and the rest of the disk is not; and a pipe is not waited for.
#[cfg(unix)]
fn open_beneath(folder: &Path, path: &CardPath) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let into = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    let mut at = openat(CWD, folder, into, Mode::empty())?;
    let (folders, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        at = openat(&at, part, into | OFlags::NOFOLLOW, Mode::empty()).map_err(linked)?;
    }
    let file = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(openat(&at, name, file, Mode::empty()).map_err(linked)?.into())
}

/// A link that is not followed says so.
#[cfg(unix)]
fn linked(error: rustix::io::Errno) -> io::Error {
    use rustix::io::Errno;
    match error {
        Errno::LOOP | Errno::MLINK => io::Error::other(
            "there is a link on the way, and links of cards are not followed; put the file itself there",
        ),
        error => error.into(),
    }
}

#[cfg(not(unix))]
fn open_beneath(folder: &Path, path: &CardPath) -> io::Result<File> {
    let mut at = folder.to_owned();
    for part in path.as_str().split('/') {
        at.push(part);
        let found = at.symlink_metadata()?;
        if found.is_symlink() {
            return Err(io::Error::other(
                "there is a link on the way, and links of cards are not followed",
            ));
        }
    }
    File::open(at)
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
