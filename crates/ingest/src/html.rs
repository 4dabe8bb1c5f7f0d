//! Web pages: the article on a page, a paragraph a line. Finding it is `rs-trafilatura`'s work, a
//! port of trafilatura (Barbaresi, ACL 2021); what it gives is broken into blocks here, so that
//! headings and captions stay what they are, and what is plainly not prose is left out.

use std::{panic, sync::LazyLock};

use encoding_rs::Encoding;
use regex::bytes::Regex;
use rs_trafilatura::{ExtractResult, Options, page_type::PageType};

use super::{IngestErrorKind, decode};
use standfirst_core::{
    article::{Cut, Document, Reason, Source, Span},
    language::Language,
};

pub(super) mod blocks;
mod container;
mod guard;
mod hidden;
mod prose;

use blocks::{Block, Kind};

/// How many times the running text of what the extractor found an element must hold to be taken
/// instead: it then found a caption, a footer or nothing.
const FAR_MORE: usize = 3;
/// How many bytes of a page may come before the tag that names its encoding (HTML standard).
const CHARSET_WITHIN: usize = 1024;

/// One NUL in so many bytes is a slip, as browsers take it; more are no page.
const NUL_ONE_IN: usize = 100;

/// The article of a page, and what the page says about it. `served` is the encoding that whoever sent it
/// named.
pub(super) fn parse(
    source: &Source,
    bytes: Vec<u8>,
    served: Option<&'static Encoding>,
) -> Result<Document, IngestErrorKind> {
    let (bytes, dropped) = without_nul(bytes);
    let declared = served.or_else(|| declared_encoding(&bytes));
    let decoded = decode::decode(bytes, declared)?;
    check_nesting(&decoded.text)?;
    let page = hidden::strip(&decoded.text);
    let found = extract(&page)?;
    let blocks = article(&page, found.content_html.as_deref());
    if blocks.is_empty() {
        return Err(IngestErrorKind::NoArticle);
    }
    let mut document = compose(source, &blocks);
    document.title = found.metadata.title;
    document.byline = found.metadata.author;
    document.published = found.metadata.date.map(|date| date.format("%Y-%m-%d").to_string());
    document.url = found.metadata.url;
    document.language = declared_language(&page);
    document.notes.extend(decoded.note);
    if dropped > 0 {
        document.notes.push(format!("NUL bytes that were dropped: {dropped}"));
    }
    Ok(document)
}

/// The bytes without stray NULs, and how many there were. UTF-16, every other byte of which may be one,
/// stays as it is.
fn without_nul(mut bytes: Vec<u8>) -> (Vec<u8>, usize) {
    let count = bytes.split(|&byte| byte == 0).count() - 1;
    if count == 0 || count > bytes.len() / NUL_ONE_IN || decode::wide(&bytes).is_some() {
        return (bytes, 0);
    }
    bytes.retain(|&byte| byte != 0);
    (bytes, count)
}

/// The language that the page says it is in.
fn declared_language(page: &str) -> Option<Language> {
    static LANG: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(
            r#"(?i)<(?:html|body|article)\b[^>]*?\s(?:xml:)?lang\s*=\s*["']?([\w-]+)"#,
        )
        .expect("the pattern is valid")
    });
    LANG.captures_iter(page).find_map(|found| Language::of_tag(&found[1]))
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
    let (mut declared, mut items) = (Vec::new(), Vec::new());
    for block in blocks {
        let start = text.len();
        text.push_str(&block.text);
        let span = Span::new(start, text.len());
        let reason = match block.kind {
            Kind::Heading => Some(Reason::Heading),
            Kind::Caption => Some(Reason::Caption),
            Kind::Paragraph | Kind::Item => None,
        };
        items.extend((block.kind == Kind::Item).then_some(span));
        declared.extend(reason.map(|reason| Cut { span, reason, confidence: 1.0 }));
        text.push('\n');
    }
    let mut document = Document::from_text(source.to_string(), text);
    document.source = source.clone();
    document.declared = declared;
    document.items = items;
    document
}
