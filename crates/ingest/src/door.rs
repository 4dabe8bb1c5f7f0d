//! How files are opened: what is not a file does not make us wait.

use std::{fs::File, path::Path};

use super::IngestErrorKind;

/// Opens a file that a folder or a glob holds. Its type is looked at on the open handle, so that a pipe
/// put in its place meanwhile is an error and not a wait without end.
pub(super) fn file(path: &Path) -> Result<File, IngestErrorKind> {
    let file = without_waiting().read(true).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(IngestErrorKind::NotAFile) }
}

/// Opens what the user named, which may be a pipe: then whoever writes into it is waited for.
pub(super) fn named(path: &Path) -> Result<File, IngestErrorKind> {
    Ok(File::open(path)?)
}

#[cfg(unix)]
fn without_waiting() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flag = rustix::fs::OFlags::NONBLOCK.bits();
    let mut options = File::options();
    options.custom_flags(flag.try_into().unwrap_or_default());
    options
}

#[cfg(not(unix))]
fn without_waiting() -> std::fs::OpenOptions {
    File::options()
}
