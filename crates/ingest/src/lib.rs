//! What inputs there are and what they say: from paths to documents, in two steps so that the costly one
//! can run on many threads: [`open`] walks the paths and yields [`Pending`] inputs, cheap to hold;
//! [`Pending::read`] decodes and parses one of them.
//!
//! | format | one document per | what [`Document::text`] is |
//! | --- | --- | --- |
//! | text | file | the decoded file |
//! | Markdown | file | the decoded file, marks included; they are in [`Document::markup`] |
//! | HTML | file | the visible text of the page, a block a line; what is not its article is in [`Document::declared`] |
//! | JSON Lines | line | the string under `text`, or under another of [`TEXT_FIELDS`] |
//! | JSON | object of an array, or of a list in an object | the same |
//! | CSV | record | the field of the text column |
//! | Parquet | row | the same; only with the feature `parquet` |
//! | feed | entry | the entry's content or summary, tags dropped, a paragraph a line |
//! | WARC | record that holds a page | as of HTML |
//!
//! Every span of a document points into that text: for HTML and feeds into the visible text, not
//! into the markup. Line ends are kept as they are, a byte order mark is dropped.
//!
//! Any of them may be packed with gzip or Zstandard, which the first bytes tell. Files of many articles
//! are streamed: only the line, object, record, row or entry at hand is in memory, and the size limit holds
//! for each. A table of Parquet is read from its end, so that one that is packed, or comes through a pipe, is held in
//! memory as it is stored.
//!
//! One bad input never ends a run: it is an [`IngestError`] in the place where its document would
//! have been, and the next input follows.

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Cursor, Read, Seek as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use encoding_rs::Encoding;

use standfirst_core::{
    article::{Document, Source},
    input::{Input, InputError, PER_BYTE},
};

mod csv;
mod decode;
mod door;
mod error;
mod feed;
mod fields;
mod html;
mod identity;
mod invisible;
mod json;
mod jsonl;
mod judged;
mod lines;
mod markdown;
#[cfg(feature = "parquet")]
mod parquet;
mod predictions;
mod room;
mod sniff;
mod story;
mod transcode;
mod unpack;
mod walk;
mod warc;

pub use error::{IngestError, IngestErrorKind};
pub use fields::{Fields, RowsOf, TEXT as TEXT_FIELDS};
pub use identity::{FileId, Outputs};
pub use predictions::{Predictions, PredictionsError, predictions};

use lines::JsonLines;
use sniff::Sniffed;
use walk::{Found, Wanted};

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
    /// JSON: an array of articles, one article, or an object that holds a list of them.
    Json,
    /// Comma-separated values with a header, an article a record.
    Csv,
    /// A table of Parquet, an article a row.
    Parquet,
    /// RSS, Atom or JSON Feed, an article an entry.
    Feed,
    /// A web archive, an article a page.
    Warc,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Jsonl,
        Self::Json,
        Self::Csv,
        Self::Parquet,
        Self::Feed,
        Self::Warc,
    ];

    /// The word that names it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Feed => "feed",
            Self::Warc => "warc",
        }
    }
}

/// Memory that a page, an entry of a feed or Markdown takes while it is worked on, at most, in bytes for each byte of it:
/// the trees that they are read into take far more than the text in them.
pub const PER_BYTE_OF_MARKUP: u64 = 140;
/// How many times its size what is in a packed file is reckoned to have, up to the size limit.
const PACKED: u64 = 16;

/// What the caller asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Read every input as this; `None` to tell by extension and content.
    pub format: Option<Format>,
    /// Largest article, in bytes as stored or, of a packed input, as unpacked.
    pub max_bytes: u64,
    /// Files that are not read, since they are written.
    pub outputs: Outputs,
    /// What the fields of rows are called, where the well-known names will not do.
    pub fields: Fields,
}

impl Options {
    /// The size limit when nobody says otherwise: 10 MB an article.
    pub const MAX_BYTES: u64 = 10_000_000;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            max_bytes: Self::MAX_BYTES,
            fields: Fields::default(),
            outputs: Outputs::default(),
        }
    }
}

/// One input that was found but not yet decoded and parsed.
#[derive(Debug)]
pub struct Pending {
    source: Source,
    max_bytes: u64,
    /// What the stream was in that it is a part of, where that was not UTF-8.
    transcoded: Option<&'static Encoding>,
    fields: Arc<Fields>,
    payload: Payload,
}

/// What a [`Pending`] holds until it is read.
#[derive(Debug)]
enum Payload {
    /// A file that is one article: nothing of it is in memory yet.
    File(PathBuf, Format),
    /// An article that came through a pipe and cannot be opened a second time.
    Bytes(Vec<u8>, Format),
    /// An object of JSON or JSON Lines, or a row of Parquet made one.
    Object(Vec<u8>),
    /// A record of CSV and what its columns mean.
    Record(csv::Row),
    /// An entry of a feed.
    Entry(feed::Raw),
    /// An entry of a JSON Feed.
    Item(Vec<u8>),
    /// A page of a web archive.
    Page(warc::Page),
}

impl Pending {
    /// A line of JSON Lines, without its end, that came from `source`: for a caller who finds the lines.
    /// What [`from_reader`] finds in the same bytes.
    ///
    /// # Errors
    /// If it is longer than [`Options::max_bytes`].
    pub fn of_line(source: Source, line: Vec<u8>, options: &Options) -> Result<Self, IngestError> {
        let max_bytes = options.max_bytes;
        if line.len() as u64 > max_bytes {
            return Err(IngestError {
                source,
                kind: IngestErrorKind::TooLarge { limit: max_bytes },
            });
        }
        let fields = Arc::new(options.fields.clone());
        Ok(Self { source, max_bytes, transcoded: None, fields, payload: Payload::Object(line) })
    }

    /// Where it came from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Hands on all bytes that [`read`](Self::read) makes its document of, as they are stored, so that a
    /// caller can tell whether it is the input of an earlier run.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn stored(&self, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
        match &self.payload {
            Payload::File(path, format) => {
                take(format.name().as_bytes());
                let file = door::file(path).map_err(std::io::Error::other)?;
                let mut file = BufReader::new(file.take(self.max_bytes.saturating_add(1)));
                loop {
                    let bytes = file.fill_buf()?;
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    take(bytes);
                    let length = bytes.len();
                    file.consume(length);
                }
            }
            Payload::Bytes(bytes, format) => {
                take(format.name().as_bytes());
                take(bytes);
            }
            Payload::Object(bytes) | Payload::Item(bytes) => take(bytes),
            Payload::Record((columns, record, quotes)) => {
                take(format!("{columns:?}{quotes:?}").as_bytes());
                for field in record {
                    take(&field.len().to_le_bytes());
                    take(field);
                }
            }
            Payload::Entry((frame, bytes)) => {
                take(format!("{frame:?}").as_bytes());
                take(bytes);
            }
            Payload::Page(page) => {
                let told = (&page.url, page.format, page.encoding.map(Encoding::name));
                take(format!("{told:?}").as_bytes());
                take(&page.body);
            }
        }
        Ok(())
    }

    /// Reads, decodes and parses it.
    ///
    /// # Errors
    /// [`IngestError`], which names the input and what to do.
    pub fn read(self) -> Result<Document, IngestError> {
        let Self { source, max_bytes, transcoded, fields, payload } = self;
        match load(&source, max_bytes, &fields, payload) {
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

    fn bytes(&self) -> u64 {
        let held = match &self.payload {
            Payload::File(path, _) => {
                let stored = path.metadata().map_or(0, |file| file.len());
                let packed = unpack::inner_name(path) != path;
                return if packed {
                    stored.saturating_mul(PACKED).min(self.max_bytes)
                } else {
                    stored
                };
            }
            Payload::Bytes(bytes, _)
            | Payload::Object(bytes)
            | Payload::Item(bytes)
            | Payload::Entry((_, bytes)) => bytes.len(),
            Payload::Record((_, record, _)) => record.as_slice().len(),
            Payload::Page(page) => page.body.len(),
        };
        held as u64
    }

    fn memory(&self) -> u64 {
        let markup = |format: &Format| matches!(format, Format::Html | Format::Markdown);
        let is_markup = match &self.payload {
            Payload::File(_, format) | Payload::Bytes(_, format) => markup(format),
            Payload::Page(page) => markup(&page.format),
            Payload::Entry(_) | Payload::Item(_) => true,
            Payload::Object(_) | Payload::Record(_) => false,
        };
        self.bytes().saturating_mul(if is_markup { PER_BYTE_OF_MARKUP } else { PER_BYTE })
    }

    fn read(self) -> Result<Document, InputError> {
        Ok(self.read()?)
    }
}

/// Reads a payload and refuses a document without words.
fn load(
    source: &Source,
    max_bytes: u64,
    fields: &Fields,
    payload: Payload,
) -> Result<Document, IngestErrorKind> {
    let mut document = match payload {
        Payload::File(path, format) => {
            let opened = unpack::open(door::file(&path)?)?;
            parse(source, read_bounded(opened, max_bytes)?, format, None)?
        }
        Payload::Bytes(bytes, format) => parse(source, bytes, format, None)?,
        Payload::Object(object) => jsonl::parse(source, object, fields)?,
        Payload::Record(row) => csv::parse(source, &row, fields)?,
        Payload::Entry(entry) => feed::parse(source, entry)?,
        Payload::Item(item) => feed::parse_json(source, item)?,
        Payload::Page(page) => {
            let mut document = parse(source, page.body, page.format, page.encoding)?;
            document.url = document.url.or(page.url);
            document
        }
    };
    if document.text.trim().is_empty() {
        return Err(IngestErrorKind::Blank);
    }
    invisible::mark(&mut document);
    Ok(document)
}

/// A document from the bytes of a file that holds one article. `served` is the encoding that whoever sent
/// it named.
fn parse(
    source: &Source,
    bytes: Vec<u8>,
    format: Format,
    served: Option<&'static Encoding>,
) -> Result<Document, IngestErrorKind> {
    if bytes.is_empty() {
        return Err(IngestErrorKind::Empty);
    }
    if format == Format::Html {
        return html::parse(source, bytes, served);
    }
    let decoded = decode::decode(bytes, served)?;
    let mut document = Document::from_text(source.to_string(), decoded.text);
    document.source = source.clone();
    document.notes.extend(decoded.note);
    match format {
        Format::Markdown => markdown::mark(&mut document),
        _ => story::mark(&mut document),
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

/// Whether a file in a folder that is named would be read, by its name.
pub fn is_known(path: &Path) -> bool {
    sniff::is_known(path)
}

/// Every input under `paths`, in order: files as named, folders recursively and sorted, globs
/// expanded, `-` for standard input. Files of many articles are streamed.
///
/// A file that is named is read whatever it is called, its format told by its extension or its first
/// bytes; a pipe that is named is waited for. In a folder only files with a known extension are read;
/// hidden ones are passed over, and any other is reported, as is what is no file, in a folder and by a
/// glob.
pub fn open(
    paths: Vec<PathBuf>,
    options: Options,
) -> impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static {
    let wanted =
        Wanted { any_extension: options.format.is_some(), outputs: options.outputs.clone() };
    paths.into_iter().flat_map(move |path| walk::expand(&path, &wanted)).flat_map(move |found| {
        match found {
            Ok(Found::Stdin) => from_reader("-", std::io::stdin(), &options),
            Ok(Found::Named(path)) => from_file(path, door::named, &options),
            Ok(Found::Held(path)) => from_file(path, door::file, &options),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    })
}

/// The inputs that come out of `reader`, which `path` names in messages: what [`open`] does with
/// standard input. Without [`Options::format`] the first bytes tell the format.
pub fn from_reader(
    path: &str,
    reader: impl Read + Send + 'static,
    options: &Options,
) -> Box<dyn Iterator<Item = Result<Pending, IngestError>> + Send> {
    let source = Source { path: path.to_owned(), line: None };
    match unpack::open(reader) {
        Ok(reader) => told(source, reader, options.format, options),
        Err(error) => fail(source, error.into()),
    }
}

/// The inputs of a file: itself, if it is one article, else what streams out of it.
fn from_file(
    path: PathBuf,
    open: fn(&Path) -> Result<File, IngestErrorKind>,
    options: &Options,
) -> Inputs {
    let source = Source { path: path.display().to_string(), line: None };
    let known = options.format.or_else(|| sniff::extension(&path));
    let regular = path.metadata().is_ok_and(|metadata| metadata.is_file());
    if let (true, Some(format)) = (regular, known)
        && format.holds_one_article()
    {
        return one(source, options, Payload::File(path, format));
    }
    let opened = open(&path).and_then(|file| {
        if regular && known.is_none_or(|known| known == Format::Parquet) && is_table(&file)? {
            return table(source.clone(), file, options);
        }
        Ok(told(source.clone(), unpack::open(file)?, known, options))
    });
    opened.unwrap_or_else(|error| fail(source, error))
}

/// Whether a file begins as a table of Parquet does, which then need not be held in memory.
fn is_table(mut file: &File) -> std::io::Result<bool> {
    let mut head = Vec::new();
    file.take(sniff::PARQUET.len() as u64).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head == sniff::PARQUET)
}

/// The rows of a table of Parquet that lies in a file.
#[cfg(feature = "parquet")]
fn table(source: Source, file: File, options: &Options) -> Result<Inputs, IngestErrorKind> {
    let rows = parquet::Rows::of_file(source, file, options.max_bytes, &options.fields)?;
    Ok(stream(rows, options, None, Payload::Object))
}

#[cfg(not(feature = "parquet"))]
fn table(_: Source, _: File, _: &Options) -> Result<Inputs, IngestErrorKind> {
    Err(IngestErrorKind::WithoutParquet)
}

/// The rows of a table of Parquet that comes through a pipe, or is packed.
#[cfg(feature = "parquet")]
fn piped_table(
    source: Source,
    reader: impl Read,
    options: &Options,
) -> Result<Inputs, IngestErrorKind> {
    let rows = parquet::Rows::of_reader(source, reader, options.max_bytes, &options.fields)?;
    Ok(stream(rows, options, None, Payload::Object))
}

#[cfg(not(feature = "parquet"))]
fn piped_table(_: Source, _: impl Read, _: &Options) -> Result<Inputs, IngestErrorKind> {
    Err(IngestErrorKind::WithoutParquet)
}

impl Format {
    /// The format that the extension of `path` settles; `None` where the content decides.
    pub fn of_path(path: &Path) -> Option<Self> {
        sniff::extension(path)
    }

    /// Whether a file of this format is one article.
    fn holds_one_article(self) -> bool {
        matches!(self, Self::Text | Self::Markdown | Self::Html)
    }
}

/// The inputs of a reader whose format is `known`, or told by its first bytes.
fn told(
    source: Source,
    mut reader: Box<dyn Read + Send>,
    known: Option<Format>,
    options: &Options,
) -> Inputs {
    if let Some(format) = known {
        return inputs(source, reader, format, options);
    }
    let mut head = Vec::new();
    if let Err(error) = reader.by_ref().take(sniff::HEAD).read_to_end(&mut head) {
        return fail(source, error.into());
    }
    match sniff::content(&head, &options.fields) {
        Sniffed::Format(format) => inputs(source, Cursor::new(head).chain(reader), format, options),
        Sniffed::Foreign(what) => fail(source, IngestErrorKind::Foreign { what }),
        Sniffed::Binary { at } => fail(source, IngestErrorKind::Binary { at }),
    }
}

/// The inputs of a reader whose format is known.
fn inputs(
    source: Source,
    reader: impl Read + Send + 'static,
    format: Format,
    options: &Options,
) -> Inputs {
    if format.holds_one_article() {
        return match read_bounded(reader, options.max_bytes) {
            Ok(bytes) => one(source, options, Payload::Bytes(bytes, format)),
            Err(kind) => fail(source, kind),
        };
    }
    many(source.clone(), reader, format, options).unwrap_or_else(|kind| fail(source, kind))
}

/// The inputs of a reader of many articles, one at a time.
fn many(
    source: Source,
    reader: impl Read + Send + 'static,
    format: Format,
    options: &Options,
) -> Result<Inputs, IngestErrorKind> {
    let max_bytes = options.max_bytes;
    if format == Format::Warc {
        let pages = warc::Pages::new(source, reader, max_bytes);
        return Ok(stream(pages, options, None, Payload::Page));
    }
    if format == Format::Parquet {
        return piped_table(source, reader, options);
    }
    let (reader, transcoded) = transcode::utf8(reader)?;
    Ok(match format {
        Format::Csv => {
            let records = csv::Records::new(source, reader, max_bytes, &options.fields)?;
            stream(records, options, transcoded, Payload::Record)
        }
        Format::Json => {
            let objects = json::Objects::new(source, reader, max_bytes, &json::LISTS);
            stream(objects, options, transcoded, Payload::Object)
        }
        Format::Feed => {
            let mut reader = reader;
            let mut head = Vec::new();
            reader.by_ref().take(sniff::HEAD).read_to_end(&mut head)?;
            let json = first_sign(&head) == Some(b'{');
            let reader = Cursor::new(head).chain(reader);
            if json {
                let items = json::Objects::new(source, reader, max_bytes, &feed::ITEMS);
                stream(items, options, transcoded, Payload::Item)
            } else {
                let entries = feed::Entries::new(source, reader, max_bytes);
                stream(entries, options, transcoded, Payload::Entry)
            }
        }
        _ => {
            let lines = JsonLines::new(source, reader, max_bytes);
            stream(lines, options, transcoded, Payload::Object)
        }
    })
}

/// The first byte that is neither white space nor part of a byte order mark.
fn first_sign(head: &[u8]) -> Option<u8> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    head.trim_ascii_start().first().copied()
}

/// The inputs that a reader of many articles finds.
fn stream<T>(
    found: impl Iterator<Item = Result<(Source, T), IngestError>> + Send + 'static,
    options: &Options,
    transcoded: Option<&'static Encoding>,
    payload: impl Fn(T) -> Payload + Send + 'static,
) -> Inputs {
    let (max_bytes, fields) = (options.max_bytes, Arc::new(options.fields.clone()));
    Box::new(found.map(move |found| {
        let (source, found) = found?;
        let fields = Arc::clone(&fields);
        Ok(Pending { source, max_bytes, transcoded, fields, payload: payload(found) })
    }))
}

/// A single input.
fn one(source: Source, options: &Options, payload: Payload) -> Inputs {
    let max_bytes = options.max_bytes;
    let fields = Arc::default();
    Box::new(std::iter::once(Ok(Pending { source, max_bytes, transcoded: None, fields, payload })))
}

/// A single error.
fn fail(source: Source, kind: IngestErrorKind) -> Inputs {
    Box::new(std::iter::once(Err(IngestError { source, kind })))
}
