//! From a path as the user typed it to the files it means.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::{DirEntry, WalkDir};

use super::{IngestError, IngestErrorKind, sniff};
use standfirst_core::article::Source;

/// Something to read.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    Stdin,
    File(PathBuf),
}

type Finds = Box<dyn Iterator<Item = Result<Found, IngestError>> + Send>;

/// The files that `path` means. In a folder, files of unknown extension are errors unless
/// `any_extension`.
pub(super) fn expand(path: &Path, any_extension: bool) -> Finds {
    if path.as_os_str() == "-" {
        return once(Ok(Found::Stdin));
    }
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => folder(path, any_extension),
        Ok(metadata) if is_special(&metadata) => once(Err(error(path, IngestErrorKind::NotAFile))),
        Ok(_) => once(Ok(Found::File(path.to_owned()))),
        Err(cause) if is_missing(&cause) && is_glob(path) => glob(path, any_extension),
        Err(cause) if is_missing(&cause) => once(Err(error(path, IngestErrorKind::NotFound))),
        Err(cause) => once(Err(error(path, cause.into()))),
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

/// Every regular file under a folder, by name; links are followed, loops reported.
fn folder(root: &Path, any_extension: bool) -> Finds {
    let mut files = walk(root)
        .filter_map(move |entry| match entry {
            Ok(entry) if !entry.file_type().is_file() => None,
            Ok(entry) => Some(take(entry, any_extension)),
            Err(cause) => Some(Err(walk_error(&cause))),
        })
        .peekable();
    if files.peek().is_none() {
        return once(Err(error(root, IngestErrorKind::EmptyFolder)));
    }
    Box::new(files)
}

fn take(entry: DirEntry, any_extension: bool) -> Result<Found, IngestError> {
    let path = entry.into_path();
    if any_extension || sniff::is_known(&path) {
        return Ok(Found::File(path));
    }
    let extension = sniff::lower(&path);
    Err(error(&path, IngestErrorKind::UnknownExtension { extension }))
}

/// A sorted walk that enters nothing hidden below `root`.
fn walk(root: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> + Send + use<> {
    WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn walk_error(cause: &walkdir::Error) -> IngestError {
    let path = cause.path().unwrap_or(Path::new("")).to_owned();
    let kind = match (cause.loop_ancestor(), cause.io_error()) {
        (Some(ancestor), _) => {
            IngestErrorKind::SymlinkLoop { ancestor: ancestor.display().to_string() }
        }
        (None, Some(io)) if is_missing(io) => IngestErrorKind::NotFound,
        (None, Some(io)) => io::Error::new(io.kind(), io.to_string()).into(),
        (None, None) => io::Error::other(cause.to_string()).into(),
    };
    error(&path, kind)
}

fn is_glob(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?', '[']))
}

/// The files that a pattern matches, by name, and the files of the folders that it matches.
fn glob(path: &Path, any_extension: bool) -> Finds {
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
    Box::new(files.flat_map(move |path| expand(&path, any_extension)))
}

/// Walks the longest folder without a wildcard, no deeper than the pattern reaches.
fn matching(path: &Path, matcher: GlobMatcher) -> impl Iterator<Item = PathBuf> + Send + use<> {
    let plain: PathBuf = path.components().take_while(|part| !is_glob(part.as_ref())).collect();
    let rest = path.components().skip_while(|part| !is_glob(part.as_ref()));
    let depth = depth(rest);
    let here = plain.as_os_str().is_empty();
    let root = if here { PathBuf::from(".") } else { plain };
    WalkDir::new(root)
        .max_depth(depth)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
        .filter_map(Result::ok)
        .map(move |entry| {
            let path = entry.path();
            if here { path.strip_prefix(".").unwrap_or(path).to_owned() } else { path.to_owned() }
        })
        .filter(move |path| matcher.is_match(path))
}

/// How many folders deep a pattern can match; no limit with `**`.
fn depth<'a>(rest: impl Iterator<Item = Component<'a>>) -> usize {
    rest.fold(0_usize, |depth, part| match part.as_os_str().to_str() {
        Some("**") => usize::MAX,
        _ => depth.saturating_add(1),
    })
}
