//! Why an input could not be read. Every message names the thing and the way out, but where that is one
//! of the [`Options`](super::Options): how those are set only the caller knows. The place is in
//! [`IngestError::source`].

use std::{fmt, io};

use super::unpack;
use standfirst_core::{article::Source, input::InputError};

/// An input that could not be read.
#[derive(Debug)]
pub struct IngestError {
    /// Which one.
    pub source: Source,
    /// Why.
    pub kind: IngestErrorKind,
}

impl From<IngestError> for InputError {
    fn from(error: IngestError) -> Self {
        Self { from: error.source, reason: Box::new(error.kind) }
    }
}

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestErrorKind {
    /// The file cannot be opened or read.
    #[error("cannot be read; check that it is a file or folder and that you may read it")]
    Io(#[source] std::io::Error),
    /// Compressed data that do not decompress.
    #[error("cannot be decompressed: its data are damaged or cut short; fetch or pack it again")]
    Damaged(#[source] std::io::Error),
    /// A format that is known and not read.
    #[error("is {what}, which is not read here; save its text as .txt, .html, .json or .csv")]
    Foreign {
        /// What it is, with its article.
        what: &'static str,
    },
    /// There is nothing at this path.
    #[error("there is no such file or folder; check the spelling, or quote a glob such as '*.txt'")]
    NotFound,
    /// A link to something that is not there.
    #[error("the link leads to nothing; mend it or remove it")]
    DanglingLink,
    /// The glob has a syntax error.
    #[error("the glob cannot be understood; name the files, or escape its brackets as [[] and []]")]
    BadGlob(#[source] globset::Error),
    /// The glob is sound and nothing has such a name.
    #[error("no file matches this glob; check the pattern, or name a folder to read all of it")]
    NoMatch,
    /// A folder without a file.
    #[error("the folder holds no files; put articles into it or name another")]
    EmptyFolder,
    /// A link that leads back to a folder it lies in.
    #[error("the link leads back to {ancestor}, which holds it; remove the link")]
    SymlinkLoop {
        /// The folder it leads to.
        ancestor: String,
    },
    /// A socket or a device, or a pipe that nobody named.
    #[error(
        "is neither a file nor a folder, so it was passed over; name one of those, a pipe by itself, or - for \
         standard input"
    )]
    NotAFile,
    /// A file in a folder whose extension says nothing. It can be renamed, named by itself, or read
    /// with a [`format`](super::Options::format).
    #[error("skipped for its unknown extension {extension:?}")]
    UnknownExtension {
        /// The extension, without the dot; empty where there is none.
        extension: String,
    },
    /// Not a single byte.
    #[error("is empty; there is nothing to read")]
    Empty,
    /// Bytes, but no words.
    #[error("holds nothing but white space; there is nothing to read")]
    Blank,
    /// NUL bytes: an image, an archive, a program.
    #[error(
        "is not text: byte {at} is NUL; convert it to text first (a UTF-16 file must start with \
         its byte order mark)"
    )]
    Binary {
        /// Offset of the first NUL byte.
        at: usize,
    },
    /// No encoding gives text.
    #[error("is not text in {encoding}, the likeliest encoding; save it as UTF-8")]
    NotText {
        /// The encoding that was tried last.
        encoding: &'static str,
    },
    /// The article is larger than [`max_bytes`](super::Options::max_bytes).
    #[error("is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// There is no memory to hold the article, as far as the allocator says so.
    #[error("is too large for the memory that is left; free some, or split it")]
    NoMemory,
    /// A page with more of something than the parser can be given.
    #[error("has more than {limit} {what}; save the article itself as text")]
    Tangled {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A page without running text. It can be saved as text, or read as such by its
    /// [`format`](super::Options::format).
    #[error("no article was found on the page")]
    NoArticle,
    /// The extractor panicked.
    #[error("the page broke the extractor, which is a bug; save the article itself as text")]
    Extractor,
    /// The line is not JSON.
    #[error(
        "is not valid JSON at column {column}: {message}; every article must be one whole object"
    )]
    BadJson {
        /// 1-based byte in the line.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// The line is JSON but no object.
    #[error("is JSON {found}, not an object; write {{\"text\": \"…\"}}")]
    NotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// JSON in which no article can be found.
    #[error(
        "holds no articles: its JSON is neither an object nor an array of objects; write \
         [{{\"text\": \"…\"}}, …]"
    )]
    NoObjects,
    /// JSON that cannot be followed any further.
    #[error("is not valid JSON at byte {at}, and the rest of it was not read; write it again")]
    BrokenJson {
        /// Offset of the byte.
        at: u64,
    },
    /// JSON that ends too soon.
    #[error("ends in the middle of its JSON, after {at} bytes; fetch or write it again")]
    CutOffJson {
        /// Bytes of the document.
        at: u64,
    },
    /// A result of ours in which the article itself is not.
    #[error("is a result of standfirst without the article that it was made of")]
    ResultWithoutText,
    /// The object has no text.
    #[error("has no key {key:?}{}, which would hold the article", or_others(others))]
    MissingKey {
        /// The key.
        key: String,
        /// The keys that would do as well, between commas.
        others: String,
    },
    /// The value of a key is of the wrong type.
    #[error("the value of {key:?} is {found}; make it {wanted}")]
    WrongType {
        /// The key.
        key: String,
        /// What it is.
        found: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// None of the columns is the text.
    #[error("has no text column among its columns: {found}; name one of them {wanted}")]
    NoTextColumn {
        /// The names that would do.
        wanted: String,
        /// The names that are there.
        found: String,
    },
    /// A record with more or fewer fields than the header.
    #[error(
        "the record that starts on line {line} has {found} fields, and the header {wanted}; \
         quote fields that hold a delimiter or a line end"
    )]
    FieldCount {
        /// 1-based line of the file on which the record starts.
        line: u64,
        /// Fields of the record.
        found: usize,
        /// Fields of the header.
        wanted: usize,
    },
    /// A record larger than [`max_bytes`](super::Options::max_bytes), so that the rest of the file was
    /// not read.
    #[error(
        "the record is larger than {limit} bytes, perhaps for a quote that is never closed, and \
         the rest of the file was not read"
    )]
    RecordTooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A header without records, or a feed without entries.
    #[error("holds no articles: its frame is there, but no record or entry")]
    NoArticles,
    /// XML or JSON that is no feed, or a broken one.
    #[error("is no feed that can be read ({message})")]
    Feed {
        /// What the parser says.
        message: String,
    },
    /// An entry of a feed that no reader of markup makes sense of.
    #[error("the entry cannot be read ({message}); the entries after it are not touched by that")]
    BadEntry {
        /// What the parser says.
        message: String,
    },
    /// A stream that ends within an entry or a record.
    #[error("ends in the middle of the {what}; fetch it again")]
    CutOff {
        /// What was being read.
        what: &'static str,
    },
    /// Something that is no web archive, or from some place on is none.
    #[error("is no web archive from byte {at} on, and the rest of it was not read; fetch it again")]
    BadArchive {
        /// Offset of the byte in the decompressed archive.
        at: u64,
    },
    /// Something that is no table of Parquet, or whose end does not say what is in it.
    #[error("is no Parquet table that can be read: {message}; fetch or write it again")]
    BadTable {
        /// What is wrong.
        message: String,
    },
    /// A row group of Parquet that cannot be read, from this row on.
    #[error(
        "row group {group} cannot be read from here on: {message}; those after it are not touched by that"
    )]
    BadRows {
        /// 1-based number of the row group.
        group: usize,
        /// What is wrong.
        message: String,
    },
    /// A table of Parquet that comes through a pipe, or is packed, and is larger than may be held in memory.
    #[error(
        "is a Parquet table of more than {limit} bytes, which is read from its end; name the file itself, \
         not packed, instead of a pipe"
    )]
    PipedTable {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A table of Parquet, where this was built without the feature that reads them.
    #[error(
        "is a Parquet table, which this program was built without; build it with `cargo build --features \
         parquet`, or save the rows as .jsonl or .csv"
    )]
    WithoutParquet,
    /// An entry that only points elsewhere.
    #[error("the entry has neither content nor summary; save the page that it links to")]
    EmptyEntry,
}

impl From<io::Error> for IngestErrorKind {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::OutOfMemory {
            return Self::NoMemory;
        }
        let damaged = error.get_ref().and_then(|cause| cause.downcast_ref::<unpack::Damage>());
        if damaged.is_some() { Self::Damaged(error) } else { Self::Io(error) }
    }
}

/// `, nor article, body`; nothing where there is no other.
fn or_others(others: &str) -> String {
    if others.is_empty() { String::new() } else { format!(" (nor {others})") }
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
