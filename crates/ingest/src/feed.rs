//! RSS, Atom and JSON Feed, an article an entry. A feed is cut into its entries as it is read, each of
//! which is parsed by itself in a feed of one: what is broken in one of them costs no other.

mod body;
mod markup;

use std::{
    io::{BufRead, BufReader, Read},
    panic,
    sync::{Arc, LazyLock},
};

use encoding_rs::Encoding;
use feed_rs::{
    model::{Entry, Text},
    parser,
};
use regex::Regex;
use serde_json::Value;

use super::{
    IngestError, IngestErrorKind, decode,
    fields::{self, Object},
    html, jsonl, room,
};
use standfirst_core::{
    article::{Document, Source},
    language::Language,
};

/// Namespaces that feeds use and forget to declare.
const NAMESPACES: [(&str, &str); 4] = [
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("atom", "http://www.w3.org/2005/Atom"),
];
/// Longest tag, comment or text outside the entries that is kept to be looked at.
const MAX_PIECE: usize = 1 << 16;
/// Where a feed of JSON keeps its entries.
pub(super) const ITEMS: [&str; 1] = ["items"];

/// What the entries of a feed have around them.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// The start tag of the root and, of RSS, of the channel.
    opening: String,
    closing: String,
    /// Whether it is a flavour of RSS.
    rss: bool,
    language: Option<Language>,
    encoding: Option<&'static Encoding>,
}

/// An entry as it stands in its feed.
pub(super) type Raw = (Arc<Frame>, Vec<u8>);

/// The entries of a feed in XML, one at a time.
pub(super) struct Entries<R> {
    source: Source,
    reader: BufReader<R>,
    max_bytes: u64,
    frame: Arc<Frame>,
    /// Entries read so far.
    count: u64,
    /// Whether anything was read.
    any: bool,
    done: bool,
}

impl<R: Read> Entries<R> {
    /// The entries of `reader`; one of more than `max_bytes` is reported and never held in memory.
    pub fn new(source: Source, reader: R, max_bytes: u64) -> Self {
        let reader = BufReader::with_capacity(1 << 16, reader);
        let frame = Arc::default();
        Self { source, reader, max_bytes, frame, count: 0, any: false, done: false }
    }

    /// The bytes of the next entry; `None` at the end.
    fn advance(&mut self) -> Result<Option<Vec<u8>>, IngestErrorKind> {
        let mut piece = Vec::new();
        let mut language = false;
        loop {
            piece.clear();
            if !next_piece(&mut self.reader, &mut piece, MAX_PIECE)? {
                return self.end().map(|()| None);
            }
            self.any = true;
            let tag = Tag::read(&piece);
            if language && tag.is_none() {
                let tag = Language::of_tag(&String::from_utf8_lossy(&piece));
                let frame = Arc::make_mut(&mut self.frame);
                frame.language = frame.language.or(tag);
            }
            let Some(tag) = tag else { continue };
            language = tag.name == "language" && !tag.closes;
            match tag.name {
                "item" | "entry" if !tag.closes && !self.frame.opening.is_empty() => {
                    self.count += 1;
                    return self.entry(piece.clone(), tag.raw_name).map(Some);
                }
                _ => Arc::make_mut(&mut self.frame).see(&tag, &piece),
            }
        }
    }

    /// The rest of the entry that `bytes` begins, up to its end tag.
    fn entry(&mut self, mut bytes: Vec<u8>, name: &str) -> Result<Vec<u8>, IngestErrorKind> {
        let limit = usize::try_from(self.max_bytes).unwrap_or(usize::MAX).saturating_add(1);
        let mut ends = bytes.ends_with(b"/>");
        while !ends {
            let start = bytes.len();
            if !next_piece(&mut self.reader, &mut bytes, limit)? {
                self.done = true;
                return Err(IngestErrorKind::CutOff { what: "entry" });
            }
            let tag = bytes.get(start..).and_then(Tag::read);
            ends = tag.is_some_and(|tag| tag.closes && tag.raw_name == name);
            // What is over the limit is read and dropped, but for the tag that would end it.
            if bytes.len() > limit && !ends {
                bytes.truncate(limit);
            }
        }
        if bytes.len() > limit {
            return Err(IngestErrorKind::TooLarge { limit: self.max_bytes });
        }
        Ok(bytes)
    }

    /// Why there was no entry, if there was none.
    fn end(&mut self) -> Result<(), IngestErrorKind> {
        self.done = true;
        match (self.any, self.frame.opening.is_empty(), self.count) {
            (_, _, 1..) => Ok(()),
            (false, ..) => Err(IngestErrorKind::Empty),
            (true, true, _) => {
                Err(IngestErrorKind::Feed { message: "it has no root that feeds have".into() })
            }
            (true, false, _) => Err(IngestErrorKind::NoArticles),
        }
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<(Source, Raw), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let found = self.advance();
        self.done |= matches!(
            found,
            Err(IngestErrorKind::Io(_) | IngestErrorKind::Damaged(_) | IngestErrorKind::NoMemory)
        );
        let place = (self.count > 0).then_some(self.count);
        let source = Source { path: self.source.path.clone(), line: place };
        match found {
            Ok(bytes) => bytes.map(|bytes| Ok((source, (Arc::clone(&self.frame), bytes)))),
            Err(kind) => Some(Err(IngestError { source, kind })),
        }
    }
}

impl Frame {
    /// Remembers what a tag outside the entries says.
    fn see(&mut self, tag: &Tag<'_>, piece: &[u8]) {
        static ENCODING: LazyLock<Regex> =
            LazyLock::new(|| pattern(r#"encoding\s*=\s*["']([^"']+)"#));
        static LANG: LazyLock<Regex> = LazyLock::new(|| pattern(r#"xml:lang\s*=\s*["']([^"']+)"#));
        let text = String::from_utf8_lossy(piece);
        match tag.name {
            "?xml" => {
                let label = ENCODING.captures(&text);
                self.encoding = label.and_then(|label| Encoding::for_label(label[1].as_bytes()));
            }
            "rss" | "feed" | "RDF" if self.opening.is_empty() && !tag.closes => {
                self.rss = tag.name != "feed";
                self.opening = opening(&text, tag);
                self.closing = if self.rss {
                    "</channel></rss>".to_owned()
                } else {
                    format!("</{}>", tag.raw_name)
                };
                self.language = LANG.captures(&text).and_then(|lang| Language::of_tag(&lang[1]));
            }
            _ => {}
        }
    }
}

/// The start tag of a root, and of RSS that of its channel, with all that a parser wants of it: a version,
/// and every namespace. Every flavour of RSS passes for 2.0, whose entries need the least.
fn opening(tag: &str, root: &Tag<'_>) -> String {
    static VERSION: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\sversion\s*=\s*("[^"]*"|'[^']*')"#));
    let inside = tag.trim_end_matches('>').trim_end_matches('/');
    let is_rss = root.name != "feed";
    let mut opening = if is_rss {
        let attributes = inside.strip_prefix('<').and_then(|tag| tag.strip_prefix(root.raw_name));
        format!("<rss version=\"2.0\"{}", VERSION.replace(attributes.unwrap_or_default(), ""))
    } else {
        inside.to_owned()
    };
    for (prefix, uri) in NAMESPACES {
        if !inside.contains(&format!("xmlns:{prefix}")) {
            opening.extend([" xmlns:", prefix, "=\"", uri, "\""]);
        }
    }
    markup::sound(&opening) + if is_rss { "><channel>" } else { ">" }
}

/// # Panics
/// If a constant pattern is none; the tests compile them all.
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// A tag, or the declaration of XML.
struct Tag<'a> {
    /// The name, its prefix included.
    raw_name: &'a str,
    /// The name without its prefix.
    name: &'a str,
    closes: bool,
}

impl<'a> Tag<'a> {
    fn read(piece: &'a [u8]) -> Option<Self> {
        let inside = piece.strip_prefix(b"<")?;
        let closes = inside.first() == Some(&b'/');
        let inside = &inside[usize::from(closes)..];
        let end = inside.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
        let raw_name = std::str::from_utf8(&inside[..end?]).ok()?;
        let name = raw_name.rsplit(':').next().unwrap_or(raw_name);
        Some(Self { raw_name, name, closes })
    }
}

/// Appends the next tag, comment, section of CDATA or text to `bytes`, of a longer one than `limit` its
/// beginning; `false` at the end of the stream.
fn next_piece(
    reader: &mut impl BufRead,
    bytes: &mut Vec<u8>,
    limit: usize,
) -> Result<bool, IngestErrorKind> {
    let start = bytes.len();
    if reader.fill_buf()?.first() != Some(&b'<') {
        return copy_until(reader, bytes, limit, |piece, next| {
            next == Some(b'<') && !piece.is_empty()
        });
    }
    let ends = |piece: &[u8], _: Option<u8>| {
        if piece.starts_with(b"<!--") {
            piece.len() > 6 && piece.ends_with(b"-->")
        } else if piece.starts_with(b"<![CDATA[") {
            piece.ends_with(b"]]>")
        } else {
            // A `<` that starts no tag is text.
            piece.ends_with(b">")
                || piece.len() == 2
                    && !piece[1].is_ascii_alphabetic()
                    && !b"/!?_".contains(&piece[1])
        }
    };
    copy_until(reader, bytes, limit, ends)?;
    Ok(bytes.len() > start)
}

/// Appends bytes until `ends` says so of all that was read and of the byte after it; whether there was
/// any. Of more bytes than `limit` the last few are kept, so that an end is still seen.
fn copy_until(
    reader: &mut impl BufRead,
    bytes: &mut Vec<u8>,
    limit: usize,
    ends: impl Fn(&[u8], Option<u8>) -> bool,
) -> Result<bool, IngestErrorKind> {
    let start = bytes.len();
    let mut any = false;
    loop {
        let next = reader.fill_buf()?.first().copied();
        if ends(&bytes[start..], next) {
            return Ok(any);
        }
        let Some(byte) = next else { return Ok(any) };
        reader.consume(1);
        any = true;
        if bytes.len() > limit.saturating_add(start).saturating_add(64) {
            let kept = bytes.len() - 16;
            bytes.remove(kept);
        }
        room::push(bytes, byte)?;
    }
}

/// A document from an entry: its content or its summary.
pub(super) fn parse(source: &Source, (frame, bytes): Raw) -> Result<Document, IngestErrorKind> {
    let without_nul: Vec<u8> = bytes.into_iter().filter(|&byte| byte != 0).collect();
    let decoded = decode::decode(without_nul, frame.encoding)?;
    html::check_nesting(&decoded.text)?;
    let entry = entry(&frame, &decoded.text)?;
    let content = entry.content.and_then(|content| content.body);
    let summary = entry.summary.map(|summary| summary.content);
    let blocks = body::choose([content, summary].into_iter().flatten())?;
    let mut document = html::compose(source, &blocks);
    if !entry.id.is_empty() {
        document.id = entry.id;
    }
    document.title = entry.title.as_ref().map(plain).filter(|title| !title.is_empty());
    document.byline = entry.authors.into_iter().find_map(|author| author.name);
    document.published = entry.published.or(entry.updated).map(|date| date.to_rfc3339());
    let alternate = |rel: Option<&str>| matches!(rel, None | Some("alternate"));
    document.url =
        entry.links.into_iter().find(|link| alternate(link.rel.as_deref())).map(|link| link.href);
    document.language = frame.language;
    document.notes.extend(decoded.note);
    Ok(document)
}

/// Parses one entry, by way of a feed of one.
fn entry(frame: &Frame, text: &str) -> Result<Entry, IngestErrorKind> {
    let plain = || markup::sound(text);
    let wrapped = || markup::sound(&markup::wrapped(text));
    let first = if frame.rss { wrapped() } else { plain() };
    parse_one(frame, &first)
        .or_else(|error| if frame.rss { Err(error) } else { parse_one(frame, &wrapped()) })
}

fn parse_one(frame: &Frame, entry: &str) -> Result<Entry, IngestErrorKind> {
    let feed = [&frame.opening, entry, &frame.closing].concat();
    // Entries without an id would get a random one, and the same input must give the same output.
    let parser = parser::Builder::new().id_generator(|_, _, _| String::new()).build();
    let parse = || parser.parse(feed.as_bytes());
    let feed = panic::catch_unwind(panic::AssertUnwindSafe(parse))
        .map_err(|_| IngestErrorKind::Extractor)?
        .map_err(|error| IngestErrorKind::BadEntry { message: error.to_string() })?;
    feed.entries
        .into_iter()
        .next()
        .ok_or_else(|| IngestErrorKind::BadEntry { message: "it has no end".into() })
}

/// A title on one line, tags dropped.
fn plain(title: &Text) -> String {
    body::line(&title.content)
}

/// A document from an entry of a JSON Feed.
pub(super) fn parse_json(source: &Source, item: Vec<u8>) -> Result<Document, IngestErrorKind> {
    let (item, note) = jsonl::read(item)?;
    let text = |key| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let html = text("content_html").map(body::Body::Html);
    let plain = ["content_text", "summary"].map(|key| text(key).map(body::Body::Plain));
    let blocks = body::choose(html.into_iter().chain(plain.into_iter().flatten()))?;
    let mut document = html::compose(source, &blocks);
    match item.get("id") {
        None | Some(Value::Null) => {}
        Some(Value::String(id)) if id.is_empty() => {}
        Some(Value::String(id)) => id.clone_into(&mut document.id),
        Some(Value::Number(id)) => document.id = id.to_string(),
        Some(other) => {
            let (found, wanted) = (fields::kind(other), "a string or a number");
            return Err(IngestErrorKind::WrongType { key: "id".into(), found, wanted });
        }
    }
    document.title = text("title").map(|title| body::line(&title));
    document.byline = author(&item);
    document.published = text("date_published").or_else(|| text("date_modified"));
    document.url = text("url").or_else(|| text("external_url"));
    document.language = text("language").as_deref().and_then(Language::of_tag);
    document.notes.extend(note);
    Ok(document)
}

/// The first author of an entry that has a name: version 1.1 has a list of them, 1.0 one.
fn author(item: &Object) -> Option<String> {
    let listed = item.get("authors").and_then(Value::as_array).into_iter().flatten();
    let name = |author: &Value| author.get("name").and_then(Value::as_str).map(str::to_owned);
    listed.chain(item.get("author")).find_map(name)
}

#[cfg(test)]
mod tests;
