//! Small files that the program carries in itself: heads that were trained for it. Nobody has to fetch
//! them, and they are checked as any other file is.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use standfirst_core::card::{CardFile, CardPath, Source};

/// The bytes of the file that is carried as `path`.
pub(crate) fn bytes(path: &CardPath) -> Option<&'static [u8]> {
    let mut files = standfirst_models::FILES.iter();
    files.find(|(name, _)| *name == path.as_str()).map(|&(_, bytes)| bytes)
}

/// The bytes of `file`, if one of its sources is the program.
pub(super) fn of(file: &CardFile) -> Option<&'static [u8]> {
    file.sources.iter().find_map(|source| match source {
        Source::Program { path } => bytes(path),
        _ => None,
    })
}

/// Writes `bytes` to `path`, whole or not at all, and makes the folder if there is none.
pub(super) fn lay_out(bytes: &[u8], path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
