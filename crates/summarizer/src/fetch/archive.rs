//! Takes one member out of an archive. Only the member that was asked for is read, and it is written
//! under a name of ours: no name in an archive decides where anything is written. How much may come
//! out is known before, so an archive bomb fills nothing.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use standfirst_core::card::CardPath;
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use super::{
    SourceError,
    part::{Fill, Part},
};

/// Fills `part` with the member, whose size has to be the part's.
pub(super) fn extract(
    archive: &Path,
    member: &CardPath,
    part: &mut Part,
    advance: &dyn Fn(u64),
) -> Result<(), SourceError> {
    with_member(archive, member, |file| {
        let (found, expected) = (file.size(), part.expected());
        if found != expected {
            return Err(SourceError::Size { found, expected });
        }
        part.fill(file, advance).map_err(|error| match error {
            Fill::Read(source) => broken(member, source),
            Fill::Write(error) => error,
        })
    })
}

/// Writes the member to the end of `target`, which is there afterwards, unless the member has more than `limit`
/// bytes. Gives how many it has.
pub(super) fn append(
    archive: &Path,
    member: &CardPath,
    target: &Path,
    limit: u64,
    advance: &dyn Fn(u64),
) -> Result<u64, SourceError> {
    let store = |source| SourceError::Store { path: target.to_owned(), source };
    with_member(archive, member, |file| {
        if file.size() > limit {
            return Err(SourceError::TooLarge { limit });
        }
        let mut output = File::options().append(true).create(true).open(target).map_err(store)?;
        let (mut taken, mut chunk) = (0, vec![0; 256 * 1024]);
        loop {
            let n = file.read(&mut chunk).map_err(|source| broken(member, source))?;
            if n == 0 {
                return Ok(taken);
            }
            taken += n as u64;
            if taken > limit {
                return Err(SourceError::TooLarge { limit });
            }
            output.write_all(&chunk[..n]).map_err(store)?;
            advance(n as u64);
        }
    })
}

/// Opens the archive and hands its `member` on, if that is a plain file.
fn with_member<T>(
    archive: &Path,
    member: &CardPath,
    take: impl FnOnce(&mut ZipFile<'_, BufReader<File>>) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let broken = |source| SourceError::Archive { archive: file_name(archive), source };
    let file = File::open(archive).map_err(|error| broken(ZipError::Io(error)))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut file = zip.by_name(member.as_str()).map_err(|error| match error {
        ZipError::FileNotFound => {
            SourceError::NoMember { archive: file_name(archive), member: member.to_string() }
        }
        error => broken(error),
    })?;
    if !file.is_file() || file.enclosed_name().is_none() {
        return Err(SourceError::NotPlain { member: member.to_string() });
    }
    take(&mut file)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn broken(member: &CardPath, source: io::Error) -> SourceError {
    SourceError::Member { member: member.to_string(), source }
}
