//! Web pages: all visible text, a block a line; what is not the article is declared as cuts with a reason.
//! Which blocks are the article is for `extract` to say; one of those it listens to is `rs-trafilatura`, a port
//! of trafilatura (Barbaresi, ACL 2021).

use std::{panic, sync::LazyLock};

use dom_query::Document as Dom;
use encoding_rs::Encoding;
use regex::bytes::Regex;
use rs_trafilatura::{Options, page_type::PageType};

use super::{IngestErrorKind, decode};
use standfirst_core::{
    article::{Cut, Document, Reason, Source, Span, Stated},
    language::Language,
};

pub(super) mod blocks;
mod extract;
mod facts;
mod guard;
mod hidden;
mod metadata;

use blocks::{Block, Kind};
use extract::{Choice, Clues, Page};
use facts::Facts;
use metadata::Metadata;

/// What a reader is told where it was hard to say which blocks are the article.
const CLOSE: &str = "which parts of the page are the article was a close call; `standfirst clean --diff` shows \
                     what was left out";
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
    let shown = hidden::strip(&decoded.text);
    let read = Read::of(&shown);
    if read.page.blocks.is_empty() {
        return Err(IngestErrorKind::NoArticle);
    }
    let choice = extract::choose(&read.page, &read.clues);
    let mut document = page_document(source, &read.page.blocks, &choice);
    let Metadata { found, url } = read.metadata;
    let text = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.text.clone());
    document.title = text(&found.title);
    document.byline = text(&found.author);
    document.published = text(&found.published);
    document.facts = found;
    document.url = url;
    document.language = declared_language(&shown);
    document.notes.extend(decoded.note);
    if dropped > 0 {
        document.notes.push(format!("NUL bytes that were dropped: {dropped}"));
    }
    document.notes.extend(choice.close.then(|| CLOSE.to_owned()));
    Ok(document)
}

/// A page as it was read, before it is decided what on it is the article.
struct Read {
    page: Page,
    clues: Clues,
    metadata: Metadata,
}

impl Read {
    fn of(html: &str) -> Self {
        let dom = Dom::from(html);
        let facts = Facts::read(&dom);
        let page = Page::read(&dom);
        let metadata = Metadata::read(&dom, &facts, &page.blocks);
        let title = metadata.found.title.as_ref().map_or("", |title| title.text.as_str());
        let body = facts.text("articleBody").unwrap_or_default();
        // Each tree of a page takes a hundred times its size: one at a time.
        drop(dom);
        let clues = Clues::new(title, &facts.description(), &body, &second_opinion(html));
        Self { page, clues, metadata }
    }
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

/// Refuses more character references than the parser can be given.
pub(super) fn check_references(html: &str) -> Result<(), IngestErrorKind> {
    guard::check_references(html)
}

/// The encoding that a `meta` tag names.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    static CHARSET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)<meta[^>]*charset\s*=\s*["']?([\w-]+)"#).expect("the pattern is valid")
    });
    let head = &bytes[..bytes.len().min(CHARSET_WITHIN)];
    Encoding::for_label(&CHARSET.captures(head)?[1])
}

/// What `rs-trafilatura` takes for the article, without its own second try: that repeats the text of nested
/// elements. It is not ours, so a panic in it is one voice less and not the run's end.
fn second_opinion(html: &str) -> String {
    let options = Options {
        page_type: Some(PageType::Article),
        use_fallback_extraction: false,
        ..Options::default()
    };
    let found = panic::catch_unwind(|| rs_trafilatura::extract_with_options(html, &options));
    let content = found.ok().and_then(Result::ok).and_then(|found| found.content_html);
    let blocks = blocks::blocks(&content.unwrap_or_default());
    let lines: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    lines.join("\n")
}

/// A document of all blocks of a page, one a line. Neighbours that are left out for the same reason are one cut.
fn page_document(source: &Source, blocks: &[Block], choice: &Choice) -> Document {
    let mut document = compose(source, blocks);
    let mut own = std::mem::take(&mut document.declared).into_iter().peekable();
    let mut declared: Vec<Cut> = Vec::new();
    let mut start = 0;
    let mut joins = false;
    for (block, left) in blocks.iter().zip(&choice.left) {
        let span = Span::new(start, start + block.text.len());
        start = span.end + 1;
        let own = own.next_if(|cut| cut.span == span);
        match (left, declared.last_mut()) {
            (Some((reason, confidence)), Some(last)) if joins && last.reason == *reason => {
                last.span.end = span.end;
                last.confidence = last.confidence.min(*confidence);
            }
            (&Some((reason, confidence)), _) => declared.push(Cut { span, reason, confidence }),
            (None, _) => declared.extend(own),
        }
        joins = left.is_some();
    }
    document.declared = declared;
    document
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
