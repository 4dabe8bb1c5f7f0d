//! Web archives, the files that crawlers write (WARC, ISO 28500): a page a record. Records of anything
//! else (requests, images, metadata) are passed over.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::Encoding;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::{Format, IngestError, IngestErrorKind};
use standfirst_core::article::Source;

/// First bytes of every record.
pub(super) const MAGIC: &[u8] = b"WARC/";
/// Longest header of a record or of an answer.
const MAX_HEADER: u64 = 1 << 20;

/// A page of an archive.
#[derive(Debug)]
pub(super) struct Page {
    /// Where it was fetched.
    pub url: Option<String>,
    /// Its bytes, as the server's page, no longer packed.
    pub body: Vec<u8>,
    /// A page, or text that somebody else has taken out of one.
    pub format: Format,
    /// What the server says it is written in.
    pub encoding: Option<&'static Encoding>,
}

/// The pages of an archive, each with the number of its record.
pub(super) struct Pages<R> {
    source: Source,
    reader: BufReader<R>,
    max_bytes: u64,
    /// Records read so far.
    record: u64,
    /// Bytes read so far.
    at: u64,
    /// Whether there was a page among them.
    any: bool,
    done: bool,
}

impl<R: Read> Pages<R> {
    /// The pages of `reader`; one of more than `max_bytes` is reported and never held in memory.
    pub fn new(source: Source, reader: R, max_bytes: u64) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        Self { source, reader, max_bytes, record: 0, at: 0, any: false, done: false }
    }

    /// The page of the next record; `None` if it holds none.
    fn advance(&mut self) -> Result<Option<Page>, IngestErrorKind> {
        let Some(header) = self.header()? else {
            self.done = true;
            return match (self.any, self.record) {
                (true, _) => Ok(None),
                (false, 0) => Err(IngestErrorKind::Empty),
                (false, _) => Err(IngestErrorKind::NoArticles),
            };
        };
        self.record += 1;
        let length = header.get("content-length").and_then(|length| length.parse::<u64>().ok());
        let (true, Some(length)) = (header.first.as_bytes().starts_with(MAGIC), length) else {
            return Err(IngestErrorKind::BadArchive { at: self.at });
        };
        let Some(kind) = Kind::of(&header) else {
            self.skip(length)?;
            return Ok(None);
        };
        if length > self.max_bytes.saturating_add(MAX_HEADER) {
            self.skip(length)?;
            return Err(IngestErrorKind::TooLarge { limit: self.max_bytes });
        }
        let mut block = Vec::new();
        let read = self.reader.by_ref().take(length).read_to_end(&mut block);
        // Where the next record begins is known only after this one.
        self.done |= read.is_err();
        read?;
        self.at += block.len() as u64;
        if (block.len() as u64) < length {
            self.done = true;
            return Err(IngestErrorKind::CutOff { what: "record" });
        }
        let url = header.get("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned());
        kind.page(&header, url, block, self.max_bytes)
    }

    /// The header of the next record, blank lines before it passed over; `None` at the end.
    fn header(&mut self) -> Result<Option<Header>, IngestErrorKind> {
        let mut header = Vec::new();
        loop {
            let start = header.len();
            let left = MAX_HEADER.saturating_sub(start as u64);
            self.at += self.reader.by_ref().take(left).read_until(b'\n', &mut header)? as u64;
            let line = &header[start..];
            if !line.ends_with(b"\n") {
                let blank = header.trim_ascii().is_empty();
                return if blank && left > 0 {
                    Ok(None)
                } else {
                    Err(IngestErrorKind::BadArchive { at: self.at })
                };
            }
            if line.trim_ascii().is_empty() {
                if header.trim_ascii().is_empty() {
                    header.clear();
                } else {
                    return Ok(Some(Header::read(&header)));
                }
            } else if start == 0 && !line.starts_with(MAGIC) {
                return Err(IngestErrorKind::BadArchive { at: self.at - line.len() as u64 });
            }
        }
    }

    /// Passes over the block of a record.
    fn skip(&mut self, length: u64) -> Result<(), IngestErrorKind> {
        let skipped = io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())?;
        self.at += skipped;
        if skipped == length { Ok(()) } else { Err(IngestErrorKind::CutOff { what: "record" }) }
    }
}

impl<R: Read> Iterator for Pages<R> {
    type Item = Result<(Source, Page), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let found = self.advance();
            let ends = matches!(
                found,
                Err(IngestErrorKind::BadArchive { .. }
                    | IngestErrorKind::CutOff { .. }
                    | IngestErrorKind::Damaged(_)
                    | IngestErrorKind::Io(_))
            );
            self.done |= ends;
            let place = (!self.done).then_some(self.record);
            let source = Source { path: self.source.path.clone(), line: place };
            match found {
                Ok(None) => {}
                Ok(Some(page)) => {
                    self.any = true;
                    return Some(Ok((source, page)));
                }
                Err(kind) => {
                    self.any = true;
                    return Some(Err(IngestError { source, kind }));
                }
            }
        }
        None
    }
}

/// A first line and named values, as records and the answers of servers begin.
struct Header {
    first: String,
    values: Vec<(String, String)>,
}

impl Header {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().trim().to_owned();
        let values = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { first, values }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The media type under a name, in lower case, without its parameters.
    fn media_type(&self) -> String {
        let value = self.get("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// What a record that may hold a page is.
#[derive(Clone, Copy)]
enum Kind {
    /// What a server answered, its header included.
    Answer,
    /// A page alone.
    Resource,
    /// The text of a page, taken out by whoever wrote the archive.
    Text,
}

impl Kind {
    fn of(header: &Header) -> Option<Self> {
        let media_type = header.media_type();
        match header.get("warc-type")? {
            "response" if media_type == "application/http" => Some(Self::Answer),
            "resource" if is_page(&media_type) => Some(Self::Resource),
            "conversion" if media_type == "text/plain" => Some(Self::Text),
            _ => None,
        }
    }

    /// The page that a record's block is; `None` if it is something else, or an error of the server's.
    fn page(
        self,
        record: &Header,
        url: Option<String>,
        block: Vec<u8>,
        max_bytes: u64,
    ) -> Result<Option<Page>, IngestErrorKind> {
        let page = |body, format, encoding| Ok(Some(Page { url, body, format, encoding }));
        match self {
            Self::Text => page(block, Format::Text, None),
            Self::Resource => page(block, Format::Html, charset(record)),
            Self::Answer => {
                let (header, body) = split(&block);
                let is_ok =
                    header.first.split(' ').nth(1).is_some_and(|code| code.starts_with('2'));
                if !is_ok || !is_page(&header.media_type()) || body.trim_ascii().is_empty() {
                    return Ok(None);
                }
                page(unpacked(&header, body, max_bytes)?, Format::Html, charset(&header))
            }
        }
    }
}

fn is_page(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml")
}

/// The encoding that a media type names.
fn charset(header: &Header) -> Option<&'static Encoding> {
    let value = header.get("content-type")?.to_ascii_lowercase();
    let label = value.split_once("charset=")?.1;
    Encoding::for_label(label.split(';').next()?.trim_matches(['"', '\'', ' ']).as_bytes())
}

/// The header of an answer, and its body.
fn split(block: &[u8]) -> (Header, &[u8]) {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"].map(|end| {
        block.windows(end.len()).position(|window| window == end).map(|at| (at, at + end.len()))
    });
    let (end, body) = ends.into_iter().flatten().min().unwrap_or((block.len(), block.len()));
    (Header::read(&block[..end]), &block[body..])
}

/// A body out of its chunks and its compression, which archives keep as they came over the line. Many
/// have been taken apart already and only still say that they are packed.
fn unpacked(header: &Header, body: &[u8], max_bytes: u64) -> Result<Vec<u8>, IngestErrorKind> {
    let chunked = header.get("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
    let mut whole = Vec::new();
    // What is put together of chunks is no more than the chunks are.
    whole.try_reserve_exact(body.len()).map_err(io::Error::from)?;
    if !(chunked && join(body, &mut whole).is_some()) {
        whole.clear();
        whole.extend_from_slice(body);
    }
    let body = whole;
    let packing = header.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    let bounded = |reader: &mut dyn Read| super::read_bounded(reader, max_bytes);
    match packing.as_str() {
        "gzip" | "x-gzip" if body.starts_with(&[0x1F, 0x8B]) => {
            bounded(&mut MultiGzDecoder::new(body.as_slice()))
        }
        "deflate" if body.first().is_some_and(|first| first & 0x0F == 8) => {
            bounded(&mut ZlibDecoder::new(body.as_slice()))
        }
        "" | "identity" | "gzip" | "x-gzip" | "deflate" => bounded(&mut body.as_slice()),
        _ if std::str::from_utf8(&body).is_ok() => bounded(&mut body.as_slice()),
        _ => Err(IngestErrorKind::Foreign { what: "a page in a packing other than gzip" }),
    }
}

/// Appends the chunks of a body to `whole`; `None` if it is not in chunks.
fn join(mut body: &[u8], whole: &mut Vec<u8>) -> Option<()> {
    loop {
        let end = body.iter().position(|&byte| byte == b'\n')?;
        let line = std::str::from_utf8(&body[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(());
        }
        body = &body[end + 1..];
        whole.extend_from_slice(body.get(..size)?);
        body = body[size..].strip_prefix(b"\r\n").or_else(|| body[size..].strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn record(kind: &str, media_type: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <http://a.example/{kind}>\r\n\
             Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {head}\r\n\r\n");
        record("response", "application/http; msgtype=response", &[head.as_bytes(), body].concat())
    }

    fn pages(archive: &[u8]) -> Vec<Result<(Option<u64>, Page), String>> {
        let source = Source { path: "f".into(), line: None };
        Pages::new(source, archive, 1_000)
            .map(|page| page.map(|(s, page)| (s.line, page)).map_err(|error| error.to_string()))
            .collect()
    }

    #[test]
    fn pages_are_found_among_other_records() {
        let archive = [
            record("warcinfo", "application/warc-fields", b"software: x\r\n"),
            record("request", "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
            answer("200 OK\r\nContent-Type: text/html; charset=\"latin1\"", b"<p>caf\xE9"),
            answer("200 OK\r\nContent-Type: image/png", b"\x89PNG"),
            answer("404 Not Found\r\nContent-Type: text/html", b"<p>Gone"),
            record("resource", "text/html", b"<p>two"),
            record("conversion", "text/plain", b"three"),
        ];
        let found = pages(&archive.concat());
        let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
        let bodies: Vec<_> = found.iter().map(|(at, page)| (at.unwrap(), &page.body[..])).collect();
        assert_eq!(bodies, [(3, &b"<p>caf\xE9"[..]), (6, b"<p>two"), (7, b"three")]);
        assert_eq!(found[0].1.url.as_deref(), Some("http://a.example/response"));
        assert_eq!(found[0].1.encoding, Some(encoding_rs::WINDOWS_1252));
        assert_eq!((found[1].1.format, found[2].1.format), (Format::Html, Format::Text));
    }

    #[test]
    fn chunks_and_packing_are_taken_off() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(b"<p>packed").unwrap();
        let packed = encoder.finish().unwrap();
        let head = "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip";
        let (one, two) = packed.split_at(5);
        let chunks = [
            format!("{:x}\r\n", one.len()).as_bytes(),
            one,
            format!("\r\n{:X};x=y\r\n", two.len()).as_bytes(),
            two,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        let archive = [
            answer(head, &packed),
            answer(&format!("{head}\r\nTransfer-Encoding: chunked"), &chunks),
            answer(&format!("{head}\r\nTransfer-Encoding: chunked"), b"<p>packed"),
        ];
        for page in pages(&archive.concat()) {
            assert_eq!(page.unwrap().1.body, b"<p>packed");
        }
    }

    #[test]
    fn what_breaks_an_archive_is_said() {
        let page = record("resource", "text/html", b"<p>one");
        let cut = [&page[..], &page[..page.len() - 6]].concat();
        let found = pages(&cut);
        assert!(found[0].is_ok() && found.len() == 2, "{found:?}");
        assert!(found[1].as_ref().unwrap_err().contains("middle of the record"), "{found:?}");
        let found = pages(&[&page[..], b"nonsense\r\n\r\n"].concat());
        assert!(found[1].as_ref().unwrap_err().contains("no web archive from byte"), "{found:?}");
        let large = record("resource", "text/html", &vec![b'x'; 2 << 20]);
        let found = pages(&[large, page].concat());
        assert!(found[0].as_ref().unwrap_err().contains("f:1: is larger than 1000"), "{found:?}");
        assert!(found[1].is_ok() && found.len() == 2);
        assert!(pages(b"")[0].as_ref().unwrap_err().contains("is empty"));
        let none = record("request", "application/http", b"GET /");
        assert!(pages(&none)[0].as_ref().unwrap_err().contains("holds no articles"));
    }
}
