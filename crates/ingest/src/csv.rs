//! CSV with a header, an article a record. The columns are found by name, whatever their case and
//! order; all others are kept in [`Document::annotations`].

mod quotes;

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use self::quotes::{Quotes, Raw};
use super::{IngestError, IngestErrorKind, decode};
use standfirst_core::article::{Document, Source};

/// What may separate fields, the likelier first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// Bytes that are read ahead; the header is looked for in the first of them.
const BUFFER: usize = 1 << 16;

/// Names of the column that holds the article, the first that is there is taken.
const TEXT: [&str; 4] = ["text", "body", "content", "article"];
const TITLE: [&str; 2] = ["title", "headline"];
const BYLINE: [&str; 2] = ["byline", "author"];
const PUBLISHED: [&str; 3] = ["published", "date", "published_at"];
const URL: [&str; 2] = ["url", "link"];
const ID: [&str; 1] = ["id"];

/// Which column is what.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    text: usize,
    title: Option<usize>,
    byline: Option<usize>,
    published: Option<usize>,
    url: Option<usize>,
    id: Option<usize>,
}

impl Columns {
    fn new(header: &ByteRecord) -> Result<Self, IngestErrorKind> {
        let encoding = decode::guess(header.as_slice());
        let names: Vec<String> = header
            .iter()
            .map(|name| encoding.decode(name).0.trim_matches(['\u{feff}', ' ', '\t']).to_owned())
            .collect();
        let find = |known: &[&str]| {
            known.iter().find_map(|known| names.iter().position(|n| n.eq_ignore_ascii_case(known)))
        };
        let Some(text) = find(&TEXT) else {
            return Err(IngestErrorKind::NoTextColumn {
                wanted: TEXT.join(", "),
                found: names.join(", "),
            });
        };
        Ok(Self {
            text,
            title: find(&TITLE),
            byline: find(&BYLINE),
            published: find(&PUBLISHED),
            url: find(&URL),
            id: find(&ID),
            names,
        })
    }

    /// Whether a column is one of those that have a place in a document.
    fn is_known(&self, column: usize) -> bool {
        let optional = [self.title, self.byline, self.published, self.url, self.id];
        column == self.text || optional.contains(&Some(column))
    }
}

/// The records of a stream, one at a time.
pub(super) struct Records {
    source: Source,
    reader: Reader<Meter>,
    budget: Arc<AtomicU64>,
    columns: Arc<Columns>,
    max_bytes: u64,
    quotes: Quotes,
    /// Records read so far.
    count: u64,
    done: bool,
}

/// A record, what its columns mean, and what is amiss with its quotes.
pub(super) type Row = (Arc<Columns>, ByteRecord, Option<String>);

impl Records {
    /// Reads the header.
    ///
    /// # Errors
    /// If there is none, or none of its columns is the text.
    pub fn new(
        source: Source,
        reader: impl Read + Send + 'static,
        max_bytes: u64,
    ) -> Result<Self, IngestErrorKind> {
        let mut reader = BufReader::with_capacity(BUFFER, reader);
        let head = reader.fill_buf()?;
        if head.is_empty() {
            return Err(IngestErrorKind::Empty);
        }
        if let Some(at) = head.iter().position(|&byte| byte == 0) {
            return Err(IngestErrorKind::Binary { at });
        }
        let delimiter = delimiter(head);
        let budget = Arc::new(AtomicU64::new(allowance(max_bytes)));
        let raw = Raw::default();
        let meter =
            Meter { reader: Box::new(reader), budget: Arc::clone(&budget), raw: raw.clone() };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(meter);
        let columns = Arc::new(Columns::new(reader.byte_headers().map_err(kind)?)?);
        let mut quotes = Quotes::new(raw, delimiter);
        quotes.look(1, reader.position().byte());
        Ok(Self { source, reader, budget, columns, max_bytes, quotes, count: 0, done: false })
    }

    /// The next record, or what is wrong with it; `None` at the end.
    fn advance(&mut self) -> Option<Result<Row, IngestErrorKind>> {
        self.budget.store(allowance(self.max_bytes), Ordering::Relaxed);
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(true) => self.count += 1,
            Ok(false) if self.count > 0 => return None,
            Ok(false) => {
                self.done = true;
                return Some(Err(IngestErrorKind::NoArticles));
            }
            Err(error) => {
                self.count += 1;
                self.done = true;
                return Some(Err(
                    over_budget(&error, self.max_bytes).unwrap_or_else(|| kind(error))
                ));
            }
        }
        let first = record.position().map_or(0, csv::Position::line);
        let torn = self.quotes.look(first, self.reader.position().byte());
        Some(self.check(record, torn))
    }

    /// Refuses a record of the wrong shape or size.
    fn check(&self, record: ByteRecord, torn: Option<String>) -> Result<Row, IngestErrorKind> {
        let wanted = self.columns.names.len();
        if record.len() != wanted {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(IngestErrorKind::FieldCount { line, found: record.len(), wanted });
        }
        if record.as_slice().len() as u64 > self.max_bytes {
            return Err(IngestErrorKind::TooLarge { limit: self.max_bytes });
        }
        Ok((Arc::clone(&self.columns), record, torn))
    }
}

impl Iterator for Records {
    type Item = Result<(Source, Row), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = self.advance()?;
        let line = (self.count > 0).then_some(self.count);
        let source = Source { path: self.source.path.clone(), line };
        Some(match row {
            Ok(row) => Ok((source, row)),
            Err(kind) => Err(IngestError { source, kind }),
        })
    }
}

/// A document from a record whose fields are as many as the columns.
pub(super) fn parse(
    source: &Source,
    (columns, record, torn): &Row,
) -> Result<Document, IngestErrorKind> {
    if let Some(at) = record.as_slice().iter().position(|&byte| byte == 0) {
        return Err(IngestErrorKind::Binary { at });
    }
    let encoding = decode::guess(record.as_slice());
    let field = |column: usize| {
        encoding.decode_without_bom_handling(record.get(column).unwrap_or_default()).0.into_owned()
    };
    let optional = |column: Option<usize>| column.map(field).filter(|field| !field.is_empty());
    let id = optional(columns.id).unwrap_or_else(|| source.to_string());
    let mut document = Document::from_text(id, field(columns.text));
    document.source = source.clone();
    document.title = optional(columns.title);
    document.byline = optional(columns.byline);
    document.published = optional(columns.published);
    document.url = optional(columns.url);
    let others: Map<String, Value> = (0..columns.names.len())
        .filter(|&column| !columns.is_known(column))
        .map(|column| (columns.names[column].clone(), Value::String(field(column))))
        .collect();
    document.annotations = others.into();
    document.notes.extend(torn.clone());
    if encoding != encoding_rs::UTF_8 {
        document.notes.push(format!("decoded as {} (guessed)", encoding.name()));
    }
    Ok(document)
}

/// The delimiter that stands most often in the first line, quoted fields left out.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(which) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[which] += 1;
                }
            }
        }
    }
    // The first of equals: `max_by_key` would take the last.
    let best = (0..DELIMITERS.len()).rev().max_by_key(|&which| counts[which]);
    DELIMITERS[best.unwrap_or(0)]
}

/// Bytes that may be read for one record: the limit, and what is read ahead of the next.
fn allowance(max_bytes: u64) -> u64 {
    max_bytes.saturating_add(2 * BUFFER as u64)
}

/// A reader that stops a record which never ends, such as one with a quote that is never closed,
/// before all of the stream is in memory.
struct Meter {
    reader: Box<dyn Read + Send>,
    /// Bytes that may still be read for the record at hand.
    budget: Arc<AtomicU64>,
    raw: Raw,
}

/// The error with which a [`Meter`] stops.
#[derive(Debug, thiserror::Error)]
#[error("the record is over the limit")]
struct OverBudget;

impl Read for Meter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(OverBudget));
        }
        let read = self.reader.read(buffer)?;
        self.budget.store(left.saturating_sub(read as u64), Ordering::Relaxed);
        self.raw.given(&buffer[..read]);
        Ok(read)
    }
}

fn over_budget(error: &csv::Error, limit: u64) -> Option<IngestErrorKind> {
    let csv::ErrorKind::Io(error) = error.kind() else { return None };
    error.get_ref()?.is::<OverBudget>().then_some(IngestErrorKind::RecordTooLarge { limit })
}

/// Anything else that goes wrong in a flexible reader of bytes is input and output.
fn kind(error: csv::Error) -> IngestErrorKind {
    IngestErrorKind::Io(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static [u8]) -> Vec<Result<Document, String>> {
        let source = Source { path: "f.csv".into(), line: None };
        match Records::new(source, text, 200) {
            Err(kind) => vec![Err(kind.to_string())],
            Ok(records) => records
                .map(|row| {
                    let (source, row) = row.map_err(|error| error.to_string())?;
                    parse(&source, &row).map_err(|kind| kind.to_string())
                })
                .collect(),
        }
    }

    #[test]
    fn columns_are_found_by_name_and_the_others_kept() {
        let found =
            read(b"\xEF\xBB\xBFID;Headline;Body;Desk\n7;Bridge;\"It opened;\nat last.\";city\n");
        let document = found[0].as_ref().unwrap();
        assert_eq!((document.id.as_str(), document.title.as_deref()), ("7", Some("Bridge")));
        assert_eq!(document.text, "It opened;\nat last.");
        assert_eq!(document.annotations.given()["Desk"], "city");
        assert_eq!((document.annotations.given().len(), document.source.line), (1, Some(1)));
    }

    #[test]
    fn tabs_and_other_encodings_are_told() {
        let found = read(b"date\ttext\n2024\tThe caf\xE9 in Besan\xE7on stays open.\n");
        let document = found[0].as_ref().unwrap();
        assert_eq!(document.text, "The café in Besançon stays open.");
        assert_eq!(document.id, "f.csv:1");
        assert!(document.notes[0].contains("windows-1252"), "{:?}", document.notes);
    }

    #[test]
    fn a_bad_record_is_named_and_the_next_survives() {
        let found = read(b"id,text\n1,one,more\n2,two\n");
        let message = found[0].as_ref().unwrap_err();
        assert!(message.starts_with("f.csv:1: ") && message.contains("line 2"), "{message}");
        assert!(message.contains("3 fields") && message.contains('2'), "{message}");
        assert_eq!(found[1].as_ref().unwrap().text, "two");
    }

    #[test]
    fn a_record_that_swallows_the_next_says_so() {
        let notes = |text: &'static [u8]| {
            let found = read(text);
            let notes = found.iter().map(|document| document.as_ref().unwrap().notes.clone());
            notes.collect::<Vec<_>>()
        };
        let swallowed =
            notes(b"id,text\r\n1,\"Rain fell.\r\n2,\"The bridge held.\"\r\n3,Calm.\r\n");
        assert_eq!(swallowed.len(), 2, "{swallowed:?}");
        assert!(swallowed[0][0].contains("from line 2 to line 3"), "{swallowed:?}");
        assert!(swallowed[1].is_empty(), "{swallowed:?}");
        let last = notes(b"id,text\n1,Calm.\n2,\"Rain fell.\n3,The bridge held.\n");
        assert!(last[0].is_empty() && last[1][0].contains("from line 3 to line 4"), "{last:?}");
        let whole = notes(b"id,text\n1,\"Rain fell.\nIt \"\"poured\"\".\"\n2,\"Calm.\n\"\n");
        assert!(whole.iter().all(Vec::is_empty), "{whole:?}");
    }

    #[test]
    fn a_header_that_does_not_serve_is_named() {
        assert!(read(b"id,story\n1,x\n")[0].as_ref().unwrap_err().contains("id, story"));
        assert!(read(b"")[0].as_ref().unwrap_err().contains("is empty"));
        assert!(read(b"id,text\n")[0].as_ref().unwrap_err().contains("no articles"));
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_file_and_not_the_memory() {
        let source = Source { path: "f.csv".into(), line: None };
        let endless = io::Cursor::new(b"text\n\"").chain(io::repeat(b'x'));
        let found: Vec<_> = Records::new(source, endless, 1_000).unwrap().collect();
        assert_eq!(found.len(), 1);
        let message = found[0].as_ref().map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("quote that is never closed"), "{message}");
    }
}
