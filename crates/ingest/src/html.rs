//! Web pages: the article on a page, a paragraph a line. Finding it is `rs-trafilatura`'s work, a
//! port of trafilatura (Barbaresi, ACL 2021); what it gives is broken into blocks here, so that
//! headings and captions stay what they are, and what is plainly not prose is left out.

use std::{panic, sync::LazyLock};

use encoding_rs::Encoding;
use regex::bytes::Regex;
use rs_trafilatura::{ExtractResult, Options, page_type::PageType};

use super::{IngestErrorKind, decode};
use standfirst_core::article::{Cut, Document, Reason, Source, Span};

pub(super) mod blocks;
mod container;
mod guard;
mod prose;

use blocks::{Block, Kind};

/// How many times the running text of what the extractor found an element must hold to be taken
/// instead: it then found a caption, a footer or nothing.
const FAR_MORE: usize = 3;
/// How many bytes of a page may come before the tag that names its encoding (HTML standard).
const CHARSET_WITHIN: usize = 1024;

/// The article of a page, and what the page says about it.
pub(super) fn parse(source: &Source, bytes: Vec<u8>) -> Result<Document, IngestErrorKind> {
    let declared = declared_encoding(&bytes);
    let decoded = decode::decode(bytes, declared)?;
    check_nesting(&decoded.text)?;
    let found = extract(&decoded.text)?;
    let blocks = article(&decoded.text, found.content_html.as_deref());
    if blocks.is_empty() {
        return Err(IngestErrorKind::NoArticle);
    }
    let mut document = compose(source, &blocks);
    document.title = found.metadata.title;
    document.byline = found.metadata.author;
    document.published = found.metadata.date.map(|date| date.format("%Y-%m-%d").to_string());
    document.url = found.metadata.url;
    document.notes.extend(decoded.note);
    Ok(document)
}

/// Refuses markup that would keep the parser busy for minutes.
pub(super) fn check_nesting(html: &str) -> Result<(), IngestErrorKind> {
    guard::check(html)
}

/// The blocks of the article: those that the extractor found, unless one element of the page holds
/// far more running text.
fn article(page: &str, found: Option<&str>) -> Vec<Block> {
    let found = found.map(blocks::blocks).unwrap_or_default();
    let fullest = container::blocks(page);
    let far_more = prose::length(&fullest) > FAR_MORE * prose::length(&found);
    prose::trim(if far_more || found.is_empty() { fullest } else { found })
}

/// The encoding that a `meta` tag names.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    static CHARSET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)<meta[^>]*charset\s*=\s*["']?([\w-]+)"#).expect("the pattern is valid")
    });
    let head = &bytes[..bytes.len().min(CHARSET_WITHIN)];
    Encoding::for_label(&CHARSET.captures(head)?[1])
}

/// Runs the extractor, without its own second try: that repeats the text of nested elements. It is
/// not ours, so a panic in it is this page's error and not the run's end.
fn extract(html: &str) -> Result<ExtractResult, IngestErrorKind> {
    let options = Options {
        page_type: Some(PageType::Article),
        use_fallback_extraction: false,
        ..Options::default()
    };
    panic::catch_unwind(|| rs_trafilatura::extract_with_options(html, &options))
        .map_err(|_| IngestErrorKind::Extractor)?
        .map_err(|_| IngestErrorKind::NoArticle)
}

/// A document of one block a line; headings and captions are declared.
pub(super) fn compose(source: &Source, blocks: &[Block]) -> Document {
    let mut text = String::new();
    let mut declared = Vec::new();
    for block in blocks {
        let start = text.len();
        text.push_str(&block.text);
        let span = Span::new(start, text.len());
        let reason = match block.kind {
            Kind::Heading => Some(Reason::Heading),
            Kind::Caption => Some(Reason::Caption),
            Kind::Paragraph | Kind::Item => None,
        };
        declared.extend(reason.map(|reason| Cut { span, reason, confidence: 1.0 }));
        text.push('\n');
    }
    let mut document = Document::from_text(source.to_string(), text);
    document.source = source.clone();
    document.declared = declared;
    document
}
