//! What an entry says: which of its texts, and what of the markup in it is markup.

use std::sync::LazyLock;

use regex::Regex;

use super::markup::CDATA;
use crate::{
    IngestErrorKind,
    html::{
        self,
        blocks::{self, Block, Kind},
    },
};

/// A content with less than this share of the summary's letters is a picture, a link, a "read on".
const MIN_SHARE: f64 = 0.5;
/// How many times a text may have been escaped too often.
const MAX_ESCAPES: usize = 3;

/// A text of an entry.
pub(super) enum Body {
    /// Markup, or text without any.
    Html(String),
    /// Text in which a `<` is a `<`.
    Plain(String),
}

impl From<String> for Body {
    fn from(html: String) -> Self {
        Self::Html(html)
    }
}

/// The blocks of an entry: of its texts, the best first, the first that has words and is not far shorter
/// than one after it.
///
/// # Errors
/// If none of them has a word.
pub(super) fn choose(
    bodies: impl Iterator<Item = impl Into<Body>>,
) -> Result<Vec<Block>, IngestErrorKind> {
    let mut chosen: Option<(Vec<Block>, usize)> = None;
    for body in bodies {
        let blocks = read(&body.into())?;
        let letters = letters(&blocks);
        let best = chosen.as_ref().map_or(0, |(_, letters)| *letters);
        if letters > 0 && (best as f64) < MIN_SHARE * letters as f64 {
            chosen = Some((blocks, letters));
        }
    }
    chosen.map(|(blocks, _)| blocks).ok_or(IngestErrorKind::EmptyEntry)
}

/// Letters of the running text.
fn letters(blocks: &[Block]) -> usize {
    let running = blocks.iter().filter(|block| block.kind != Kind::Caption);
    running.map(|block| block.text.chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

/// The blocks of a body; the line ends of one without a tag mean something.
fn read(body: &Body) -> Result<Vec<Block>, IngestErrorKind> {
    let html = match body {
        Body::Plain(text) => return Ok(lines(text, escaped)),
        Body::Html(html) => unescaped(html),
    };
    html::check_nesting(&html)?;
    Ok(if html.contains('<') { blocks::blocks(&html) } else { lines(&html, str::to_owned) })
}

fn lines(text: &str, html: impl Fn(&str) -> String) -> Vec<Block> {
    text.lines().flat_map(|line| blocks::blocks(&html(line))).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A text on one line, tags dropped.
pub(super) fn line(html: &str) -> String {
    let shown = blocks::guarded(&unescaped(html)).into_iter();
    let words = shown.filter(|block| block.kind != Kind::Caption).map(|block| block.text);
    words.collect::<Vec<_>>().join(" ")
}

/// Markup that was escaped once more than is right, as it was before; the markers of CDATA, which were
/// escaped with it, dropped.
fn unescaped(html: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| tag("<"));
    static ESCAPED: LazyLock<Regex> = LazyLock::new(|| tag("&(?:amp;)*lt;"));
    let mut html = html.replace(CDATA.0, "").replace(CDATA.1, "");
    for _ in 0..MAX_ESCAPES {
        let is_right = TAG.is_match(&html) || !ESCAPED.is_match(&html);
        if is_right || html::check_references(&html).is_err() {
            break;
        }
        html = blocks::unescaped(&html).replace(CDATA.0, "").replace(CDATA.1, "");
    }
    html
}

/// A tag that bodies of entries are made of.
fn tag(open: &str) -> Regex {
    let names = "p|br|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|img|figure|blockquote|table|section";
    Regex::new(&format!("(?i){open}/?(?:{names})(?:[\\s/>]|&(?:amp;)*[gq])"))
        .expect("constant pattern")
}
