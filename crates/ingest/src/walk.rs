//! From a path as the user typed it to the files it means.

use std::{
    ffi::OsStr,
    io,
    path::{Component, Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use super::{IngestError, IngestErrorKind, Outputs, sniff};
use standfirst_core::article::Source;

/// Something to read.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    Stdin,
    /// What the user named.
    Named(PathBuf),
    /// A file that a folder holds or a glob matches.
    Held(PathBuf),
}

/// What of a folder is read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Whether files of unknown extension are, too; else they are errors.
    pub(super) any_extension: bool,
    /// What is not.
    pub(super) outputs: Outputs,
}

type Finds = Box<dyn Iterator<Item = Result<Found, IngestError>> + Send>;

/// The files that `path` means.
pub(super) fn expand(path: &Path, wanted: &Wanted) -> Finds {
    if path.as_os_str() == "-" {
        return once(Ok(Found::Stdin));
    }
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => folder(path, wanted),
        Ok(metadata) if is_special(&metadata) => once(Err(error(path, IngestErrorKind::NotAFile))),
        Ok(_) => once(Ok(Found::Named(path.to_owned()))),
        Err(cause) if is_missing(&cause) && is_glob(path) && !is_link(path) => glob(path, wanted),
        Err(cause) => once(Err(error(path, no_entry(path, cause)))),
    }
}

fn once(found: Result<Found, IngestError>) -> Finds {
    Box::new(std::iter::once(found))
}

fn error(path: &Path, kind: IngestErrorKind) -> IngestError {
    IngestError { source: Source { path: path.display().to_string(), line: None }, kind }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink())
}

/// Why there is nothing at `path`.
fn no_entry(path: &Path, cause: io::Error) -> IngestErrorKind {
    match is_missing(&cause) {
        true if is_link(path) => IngestErrorKind::DanglingLink,
        true => IngestErrorKind::NotFound,
        false => cause.into(),
    }
}

/// Whether it is a socket or a block device: neither can be read as a stream of text. Pipes and
/// character devices can (`<(command)`, `/dev/stdin`).
#[cfg(unix)]
fn is_special(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_socket() || metadata.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_special(_: &std::fs::Metadata) -> bool {
    false
}

/// Every regular file under a folder, by name; links are followed, loops and whatever is no file
/// reported.
fn folder(root: &Path, wanted: &Wanted) -> Finds {
    let wanted = wanted.clone();
    let mut files = walk(root, usize::MAX)
        .filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) if wanted.outputs.pass_over(entry.path()) => None,
            Ok(entry) => Some(take(entry, wanted.any_extension)),
            Err(cause) => Some(Err(walk_error(&cause))),
        })
        .peekable();
    if files.peek().is_none() {
        return once(Err(error(root, IngestErrorKind::EmptyFolder)));
    }
    Box::new(files)
}

fn take(entry: DirEntry, any_extension: bool) -> Result<Found, IngestError> {
    let is_file = entry.file_type().is_file();
    let path = entry.into_path();
    if !is_file {
        return Err(error(&path, IngestErrorKind::NotAFile));
    }
    if any_extension || sniff::is_known(&path) {
        return Ok(Found::Held(path));
    }
    let extension = sniff::lower(&path);
    Err(error(&path, IngestErrorKind::UnknownExtension { extension }))
}

/// A sorted walk that enters nothing hidden below `root`, and no more than `depth` folders.
fn walk(
    root: &Path,
    depth: usize,
) -> impl Iterator<Item = walkdir::Result<DirEntry>> + Send + use<> {
    WalkDir::new(root)
        .max_depth(depth)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()))
        // What is wrong with a hidden entry concerns nobody.
        .filter(|entry| match entry {
            Ok(_) => true,
            Err(cause) => {
                let name = cause.path().and_then(Path::file_name);
                cause.depth() == 0 || !name.is_some_and(is_hidden)
            }
        })
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn walk_error(cause: &walkdir::Error) -> IngestError {
    let path = cause.path().unwrap_or(Path::new("")).to_owned();
    let kind = match (cause.loop_ancestor(), cause.io_error()) {
        (Some(ancestor), _) => {
            IngestErrorKind::SymlinkLoop { ancestor: ancestor.display().to_string() }
        }
        (None, Some(io)) => no_entry(&path, io::Error::new(io.kind(), io.to_string())),
        (None, None) => io::Error::other(cause.to_string()).into(),
    };
    error(&path, kind)
}

fn is_glob(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?', '[']))
}

/// The files that a pattern matches, by name, and the files of the folders that it matches.
fn glob(path: &Path, wanted: &Wanted) -> Finds {
    // The walk yields paths without inner `.` and doubled slashes; so must the pattern.
    let plain: PathBuf = path.components().collect();
    let matcher = match GlobBuilder::new(&plain.to_string_lossy()).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(cause) => return once(Err(error(path, IngestErrorKind::BadGlob(cause)))),
    };
    let mut files = matching(path, matcher).peekable();
    if files.peek().is_none() {
        return once(Err(error(path, IngestErrorKind::NoMatch)));
    }
    let wanted = wanted.clone();
    Box::new(files.flat_map(move |path| match path {
        Ok(path) => matched(path, &wanted),
        Err(error) => once(Err(error)),
    }))
}

/// What a path that a pattern matches means: as if it were named, but that nothing is waited for.
fn matched(path: PathBuf, wanted: &Wanted) -> Finds {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => folder(&path, wanted),
        Ok(metadata) if !metadata.is_file() => once(Err(error(&path, IngestErrorKind::NotAFile))),
        Ok(_) if wanted.outputs.pass_over(&path) => Box::new(std::iter::empty()),
        Ok(_) => once(Ok(Found::Held(path))),
        Err(cause) => once(Err(error(&path, no_entry(&path, cause)))),
    }
}

/// Walks the longest folder without a wildcard, no deeper than the pattern reaches. What cannot be
/// walked is an error; a link that leads nowhere is one only where the pattern means it.
fn matching(
    path: &Path,
    matcher: GlobMatcher,
) -> impl Iterator<Item = Result<PathBuf, IngestError>> + Send + use<> {
    let plain: PathBuf = path.components().take_while(|part| !is_glob(part.as_ref())).collect();
    let rest = path.components().skip_while(|part| !is_glob(part.as_ref()));
    let depth = depth(rest);
    let here = plain.as_os_str().is_empty();
    let root = if here { PathBuf::from(".") } else { plain };
    let shown = move |path: &Path| {
        if here { path.strip_prefix(".").unwrap_or(path).to_owned() } else { path.to_owned() }
    };
    walk(&root, depth).filter_map(move |entry| match entry {
        Ok(entry) => Some(shown(entry.path())).filter(|path| matcher.is_match(path)).map(Ok),
        // There is no such folder, so nothing matches.
        Err(cause) if cause.depth() == 0 && cause.io_error().is_some_and(is_missing) => None,
        Err(cause) => {
            let meant = cause.path().is_some_and(|path| matcher.is_match(shown(path)));
            let harmless = cause.io_error().is_some_and(is_missing) && !meant;
            (!harmless).then(|| Err(walk_error(&cause)))
        }
    })
}

/// How many folders deep a pattern can match; no limit with `**`.
fn depth<'a>(rest: impl Iterator<Item = Component<'a>>) -> usize {
    rest.fold(0_usize, |depth, part| match part.as_os_str().to_str() {
        Some("**") => usize::MAX,
        _ => depth.saturating_add(1),
    })
}
