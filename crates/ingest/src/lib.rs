//! What inputs there are and what they say: from paths to documents, in two steps so that the costly one
//! can run on many threads: [`open`] walks the paths and yields [`Pending`] inputs, cheap to hold;
//! [`Pending::read`] decodes and parses one of them.
//!
//! | format | one document per | what [`Document::text`] is |
//! | --- | --- | --- |
//! | text | file | the decoded file |
//! | Markdown | file | the decoded file, marks included; they are in [`Document::markup`] |
//! | HTML | file | the article that was found on the page, a paragraph a line |
//! | JSON Lines | line | the string under `text` |
//! | CSV | record | the field of the text column |
//! | feed | entry | the entry's content or summary, tags dropped, a paragraph a line |
//!
//! Every span of a document points into that text: for HTML and feeds into what was extracted, not
//! into the page. Line ends are kept as they are, a byte order mark is dropped.
//!
//! Files of many articles are streamed: only the line or record at hand is in memory. A feed is read
//! whole, so the size limit holds for the feed.
//!
//! One bad input never ends a run: it is an [`IngestError`] in the place where its document would
//! have been, and the next input follows.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::PathBuf,
};

use encoding_rs::Encoding;

use standfirst_core::{
    article::{Document, Source},
    input::{Input, InputError},
};

mod csv;
mod decode;
mod error;
mod feed;
mod html;
mod jsonl;
mod lines;
mod markdown;
mod sniff;
mod transcode;
mod walk;

pub use error::{IngestError, IngestErrorKind};

use lines::JsonLines;
use sniff::Sniffed;
use walk::Found;

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

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Markdown, Self::Html, Self::Jsonl, Self::Csv, Self::Feed];

    /// The word that names it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Feed => "feed",
        }
    }
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
    max_bytes: u64,
    /// What the stream was in that it is a part of, where that was not UTF-8.
    transcoded: Option<&'static Encoding>,
    payload: Payload,
}

/// What a [`Pending`] holds until it is read.
#[derive(Debug)]
enum Payload {
    /// A file that is one article: nothing of it is in memory yet.
    File(PathBuf, Format),
    /// An article that came through a pipe and cannot be opened a second time.
    Bytes(Vec<u8>, Format),
    /// A line of JSON Lines.
    JsonLine(Vec<u8>),
    /// A record of CSV and what its columns mean.
    Record(csv::Row),
    /// An entry of a feed.
    Entry(Box<feed_rs::model::Entry>),
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
        let Self { source, max_bytes, transcoded, payload } = self;
        match load(&source, max_bytes, payload) {
            Ok(mut document) => {
                document.notes.extend(transcoded.map(decode::by_mark_note));
                Ok(document)
            }
            Err(kind) => Err(IngestError { source, kind }),
        }
    }
}

impl Input for Pending {
    fn source(&self) -> &Source {
        self.source()
    }

    fn read(self) -> Result<Document, InputError> {
        Ok(self.read()?)
    }
}

/// Reads a payload and refuses a document without words.
fn load(source: &Source, max_bytes: u64, payload: Payload) -> Result<Document, IngestErrorKind> {
    let document = match payload {
        Payload::File(path, format) => {
            parse(source, read_bounded(File::open(path)?, max_bytes)?, format)?
        }
        Payload::Bytes(bytes, format) => parse(source, bytes, format)?,
        Payload::JsonLine(line) => jsonl::parse(source, line)?,
        Payload::Record(row) => csv::parse(source, &row)?,
        Payload::Entry(entry) => feed::parse(source, *entry)?,
    };
    if document.text.trim().is_empty() {
        return Err(IngestErrorKind::Blank);
    }
    Ok(document)
}

/// A document from the bytes of a file that holds one article.
fn parse(source: &Source, bytes: Vec<u8>, format: Format) -> Result<Document, IngestErrorKind> {
    if bytes.is_empty() {
        return Err(IngestErrorKind::Empty);
    }
    if format == Format::Html {
        return html::parse(source, bytes);
    }
    let decoded = decode::decode(bytes, None)?;
    let mut document = Document::from_text(source.to_string(), decoded.text);
    document.source = source.clone();
    document.notes.extend(decoded.note);
    if format == Format::Markdown {
        markdown::mark(&mut document);
    }
    Ok(document)
}

/// All bytes of `reader`, or an error as soon as there are more than `max_bytes`.
fn read_bounded(reader: impl Read, max_bytes: u64) -> Result<Vec<u8>, IngestErrorKind> {
    let mut bytes = Vec::new();
    reader.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return Err(IngestErrorKind::TooLarge { limit: max_bytes });
    }
    Ok(bytes)
}

/// The inputs of one file, in order.
type Inputs = Box<dyn Iterator<Item = Result<Pending, IngestError>> + Send>;

/// Every input under `paths`, in order: files as named, folders recursively and sorted, globs
/// expanded, `-` for standard input. Files of many articles are streamed.
///
/// A file that is named is read whatever it is called, its format told by its extension or its first
/// bytes. In a folder only files with a known extension are read; hidden ones are passed over, and
/// any other is reported.
pub fn open(
    paths: Vec<PathBuf>,
    options: Options,
) -> impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static {
    let any_extension = options.format.is_some();
    paths.into_iter().flat_map(move |path| walk::expand(&path, any_extension)).flat_map(
        move |found| match found {
            Ok(Found::Stdin) => from_reader("-", std::io::stdin(), &options),
            Ok(Found::File(path)) => from_file(path, &options),
            Err(error) => Box::new(std::iter::once(Err(error))),
        },
    )
}

/// The inputs that come out of `reader`, which `path` names in messages: what [`open`] does with
/// standard input. Without [`Options::format`] the first bytes tell the format.
pub fn from_reader(
    path: &str,
    mut reader: impl Read + Send + 'static,
    options: &Options,
) -> Box<dyn Iterator<Item = Result<Pending, IngestError>> + Send> {
    let source = Source { path: path.to_owned(), line: None };
    if let Some(format) = options.format {
        return inputs(source, reader, format, options);
    }
    let mut head = Vec::new();
    if let Err(error) = reader.by_ref().take(sniff::HEAD).read_to_end(&mut head) {
        return fail(source, error.into());
    }
    match sniff::content(&head) {
        Sniffed::Format(format) => inputs(source, Cursor::new(head).chain(reader), format, options),
        Sniffed::Binary { at } => fail(source, IngestErrorKind::Binary { at }),
    }
}

/// The inputs of a file: itself, if it is one article, else what streams out of it.
fn from_file(path: PathBuf, options: &Options) -> Inputs {
    let source = Source { path: path.display().to_string(), line: None };
    let known = options.format.or_else(|| sniff::extension(&path));
    let regular = path.metadata().is_ok_and(|metadata| metadata.is_file());
    if let (true, Some(format)) = (regular, known)
        && format.holds_one_article()
    {
        return one(source, options, Payload::File(path, format));
    }
    match (File::open(path), known) {
        (Ok(file), Some(format)) => inputs(source, file, format, options),
        (Ok(file), None) => from_reader(&source.path, file, options),
        (Err(error), _) => fail(source, error.into()),
    }
}

impl Format {
    /// Whether a file of this format is one article.
    fn holds_one_article(self) -> bool {
        matches!(self, Self::Text | Self::Markdown | Self::Html)
    }
}

/// The inputs of a reader whose format is known.
fn inputs(
    source: Source,
    reader: impl Read + Send + 'static,
    format: Format,
    options: &Options,
) -> Inputs {
    let max_bytes = options.max_bytes;
    let found = match format {
        Format::Jsonl => lines(source.clone(), reader, max_bytes),
        Format::Csv => records(source.clone(), reader, max_bytes),
        Format::Feed => entries(source.clone(), reader, max_bytes),
        Format::Text | Format::Markdown | Format::Html => read_bounded(reader, max_bytes)
            .map(|bytes| one(source.clone(), options, Payload::Bytes(bytes, format))),
    };
    found.unwrap_or_else(|kind| fail(source, kind))
}

/// The lines of JSON Lines.
fn lines(
    source: Source,
    reader: impl Read + Send + 'static,
    max_bytes: u64,
) -> Result<Inputs, IngestErrorKind> {
    let (reader, transcoded) = transcode::utf8(reader)?;
    Ok(Box::new(JsonLines::new(source, reader, max_bytes).map(move |line| {
        let (source, line) = line?;
        Ok(Pending { source, max_bytes, transcoded, payload: Payload::JsonLine(line) })
    })))
}

/// The records of CSV.
fn records(
    source: Source,
    reader: impl Read + Send + 'static,
    max_bytes: u64,
) -> Result<Inputs, IngestErrorKind> {
    let (reader, transcoded) = transcode::utf8(reader)?;
    Ok(Box::new(csv::Records::new(source, reader, max_bytes)?.map(move |row| {
        let (source, row) = row?;
        Ok(Pending { source, max_bytes, transcoded, payload: Payload::Record(row) })
    })))
}

/// The entries of a feed.
fn entries(source: Source, reader: impl Read, max_bytes: u64) -> Result<Inputs, IngestErrorKind> {
    let entries = feed::entries(&read_bounded(reader, max_bytes)?)?;
    Ok(Box::new((1..).zip(entries).map(move |(entry, content)| {
        let source = Source { path: source.path.clone(), line: Some(entry) };
        let payload = Payload::Entry(Box::new(content));
        Ok(Pending { source, max_bytes, transcoded: None, payload })
    })))
}

/// A single input.
fn one(source: Source, options: &Options, payload: Payload) -> Inputs {
    let max_bytes = options.max_bytes;
    Box::new(std::iter::once(Ok(Pending { source, max_bytes, transcoded: None, payload })))
}

/// A single error.
fn fail(source: Source, kind: IngestErrorKind) -> Inputs {
    Box::new(std::iter::once(Err(IngestError { source, kind })))
}
