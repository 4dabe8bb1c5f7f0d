//! CSV with a header, an article a record. The columns are found by name, whatever their case and
//! order; all others are kept in [`Document::annotations`].

mod quotes;

use std::{
    collections::HashSet,
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use self::quotes::{Quotes, Raw};
use super::{
    IngestError, IngestErrorKind, decode,
    fields::{Fields, Object},
    sniff,
};
use standfirst_core::article::{Document, Source};

/// What may separate fields, the likelier first.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes that are read ahead; the header is looked for in the first of them.
const BUFFER: usize = 1 << 16;
/// A byte order mark, which would hide the quotation marks of the first name.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The names of the columns, no two of them the same.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn new(header: &ByteRecord, fields: &Fields) -> Result<Self, IngestErrorKind> {
        let encoding = decode::guess(header.as_slice());
        let mut names: Vec<String> = Vec::with_capacity(header.len());
        let mut taken = HashSet::with_capacity(header.len());
        for (at, name) in (1..).zip(header) {
            let name = encoding.decode(name).0.trim().to_owned();
            let name = if taken.contains(&name) { format!("{name} ({at})") } else { name };
            taken.insert(name.clone());
            names.push(name);
        }
        if names.iter().any(|name| fields.is_text(name)) {
            Ok(Self { names })
        } else {
            let (wanted, found) = (fields.text_names().join(", "), names.join(", "));
            Err(IngestErrorKind::NoTextColumn { wanted, found })
        }
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
        mut reader: impl Read + Send + 'static,
        max_bytes: u64,
        fields: &Fields,
    ) -> Result<Self, IngestErrorKind> {
        // Not what one read gives: that may be a few bytes of a pipe.
        let mut head = Vec::new();
        reader.by_ref().take(sniff::HEAD).read_to_end(&mut head)?;
        if head.is_empty() {
            return Err(IngestErrorKind::Empty);
        }
        if let Some(at) = head.iter().position(|&byte| byte == 0) {
            return Err(IngestErrorKind::Binary { at });
        }
        let preamble = Preamble::read(&head);
        let delimiter = preamble.delimiter.unwrap_or_else(|| delimiter(&head[preamble.len..]));
        let skipped = u64::from(preamble.delimiter.is_some());
        head.drain(..preamble.len);
        let reader = Cursor::new(head).chain(reader);
        let budget = Arc::new(AtomicU64::new(allowance(max_bytes)));
        let raw = Raw::default();
        let meter =
            Meter { reader: Box::new(reader), budget: Arc::clone(&budget), raw: raw.clone() };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(meter);
        let columns = Arc::new(Columns::new(reader.byte_headers().map_err(kind)?, fields)?);
        let mut quotes = Quotes::new(raw, delimiter, skipped);
        quotes.look(reader.position().byte());
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
        let (line, torn) = self.quotes.look(self.reader.position().byte());
        Some(self.check(record, line, torn))
    }

    /// Refuses a record of the wrong shape or size.
    fn check(
        &self,
        record: ByteRecord,
        line: u64,
        torn: Option<String>,
    ) -> Result<Row, IngestErrorKind> {
        let wanted = self.columns.names.len();
        if record.len() != wanted {
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

/// A document from a record whose fields are as many as the columns. An empty field says nothing where
/// its name means something to us.
pub(super) fn parse(
    source: &Source,
    (columns, record, torn): &Row,
    fields: &Fields,
) -> Result<Document, IngestErrorKind> {
    if let Some(at) = record.as_slice().iter().position(|&byte| byte == 0) {
        return Err(IngestErrorKind::Binary { at });
    }
    let encoding = decode::guess(record.as_slice());
    let field = |bytes| encoding.decode_without_bom_handling(bytes).0.into_owned();
    let row: Object = columns
        .names
        .iter()
        .zip(record)
        .map(|(name, bytes)| (name.clone(), Value::String(field(bytes))))
        .collect();
    let mut document = fields.document(source, row)?;
    document.notes.extend(torn.clone());
    if encoding != encoding_rs::UTF_8 {
        document.notes.push(format!("decoded as {} (guessed)", encoding.name()));
    }
    Ok(document)
}

/// What may stand before the header: a byte order mark, and the line `sep=;` with which spreadsheets
/// tell one another the delimiter.
struct Preamble {
    len: usize,
    delimiter: Option<u8>,
}

impl Preamble {
    fn read(head: &[u8]) -> Self {
        let mark = if head.starts_with(MARK) { MARK.len() } else { 0 };
        let rest = &head[mark..];
        let end = rest.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(rest.len());
        let line = rest[..end].strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\""));
        let delimiter = match line.unwrap_or(&rest[..end]) {
            [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => *delimiter,
            _ => return Self { len: mark, delimiter: None },
        };
        let line_end = match &rest[end..] {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => 0,
        };
        Self { len: mark + end + line_end, delimiter: Some(delimiter) }
    }
}

/// The delimiter that stands most often in the first line, quoted fields left out.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
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

/// Whether a text begins as a table does: with a line that names its delimiter, or one of several short
/// names, among them one that rows of articles have, in front of a line that is divided as often.
pub(super) fn is_likely(head: &[u8], fields: &Fields) -> bool {
    let preamble = Preamble::read(head);
    if preamble.delimiter.is_some() {
        return true;
    }
    let delimiter = delimiter(head);
    let mut lines = head.split(|byte| b"\r\n".contains(byte));
    let names: Vec<String> = lines
        .next()
        .unwrap_or_default()
        .split(|&byte| byte == delimiter)
        .map(|name| String::from_utf8_lossy(name).trim_matches([' ', '"']).to_owned())
        .collect();
    let short = |name: &String| {
        let letters = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
        !name.contains(' ') && name.chars().all(letters)
    };
    let second = lines.find(|line| !line.is_empty());
    let divided = second.is_none_or(|line| line.contains(&delimiter) || line.contains(&b'"'));
    names.len() > 1
        && divided
        && names.iter().all(short)
        && names.iter().any(|name| fields.is_known(name))
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
        let fields = Fields::default();
        match Records::new(source, text, 200, &fields) {
            Err(kind) => vec![Err(kind.to_string())],
            Ok(records) => records
                .map(|row| {
                    let (source, row) = row.map_err(|error| error.to_string())?;
                    parse(&source, &row, &fields).map_err(|kind| kind.to_string())
                })
                .collect(),
        }
    }

    #[test]
    fn columns_are_found_by_name_and_the_others_kept() {
        let found = read(
            b"\xEF\xBB\xBF\"ID\";Headline;Body;Desk\n7;Bridge;\"It opened;\nat last.\";city\n",
        );
        let document = found[0].as_ref().unwrap();
        assert_eq!((document.id.as_str(), document.title.as_deref()), ("7", Some("Bridge")));
        assert_eq!(document.text, "It opened;\nat last.");
        assert_eq!(document.annotations.given()["Desk"], "city");
        assert_eq!((document.annotations.given().len(), document.source.line), (1, Some(1)));
    }

    #[test]
    fn what_separates_fields_is_told_or_said() {
        for text in [
            &b"sep=;\r\nid;text\r\na;One, two.\r\n"[..],
            b"\xEF\xBB\xBF\"sep=;\"\nid;text\na;One, two.\n",
            b"SEP=|\nid|text\na|One, two.\n",
            b"id|text\na|One, two.\n",
            b"id\ttext\ra\tOne, two.\r",
        ] {
            let document = read(text)[0].as_ref().unwrap().clone();
            assert_eq!((document.id.as_str(), document.text.as_str()), ("a", "One, two."));
        }
        let found = read(b"sep=;\nid;text\na;b;c\n");
        assert!(found[0].as_ref().unwrap_err().contains("line 3"), "{found:?}");
    }

    #[test]
    fn columns_of_one_name_are_all_kept() {
        let document = read(b"text,desk,desk\nOne.,a,b\n")[0].as_ref().unwrap().clone();
        let given: Vec<_> = document.annotations.given().iter().collect();
        assert_eq!((given[0].1.as_str(), given[1].1.as_str()), (Some("a"), Some("b")));
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
        let found = read(b"sep=,\r\nid,text\r\n1,one\r\n2,two,more\r\n");
        let message = found[1].as_ref().unwrap_err();
        assert!(message.contains("line 4"), "{message}");
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
        let found: Vec<_> =
            Records::new(source, endless, 1_000, &Fields::default()).unwrap().collect();
        assert_eq!(found.len(), 1);
        let message = found[0].as_ref().map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("quote that is never closed"), "{message}");
    }
}
