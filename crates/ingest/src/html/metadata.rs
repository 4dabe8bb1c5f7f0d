//! Title, author and date of a page, each with where it says so.

use dom_query::Document;
use standfirst_core::article::{Facts as Found, Stated, Whence};

use super::{blocks::Block, facts::Facts};

mod author;
mod date;
mod site;
mod title;

use site::Site;

/// What a page says about itself, and where it stands.
pub(super) struct Metadata {
    /// Title, author and date.
    pub found: Found,
    /// Its own address.
    pub url: Option<String>,
}

impl Metadata {
    /// Reads them from a page and its visible blocks.
    pub(super) fn read(document: &Document, facts: &Facts, blocks: &[Block]) -> Self {
        let url = url(document, facts);
        let site = Site::read(facts, url.as_deref());
        let found = Found {
            title: title::find(document, facts, &site),
            author: author::find(document, facts, &site, blocks),
            published: date::find(document, facts, url.as_deref(), blocks),
        };
        Self { found, url }
    }
}

fn url(document: &Document, facts: &Facts) -> Option<String> {
    let canonical = document.select_single("link[rel=canonical][href]");
    let canonical = canonical.attr("href").map(|href| href.trim().to_owned());
    let url = canonical.filter(|url| url.starts_with("http"));
    url.or_else(|| facts.meta(&["og:url"]).map(str::to_owned)).or_else(|| facts.text("url"))
}

fn stated(text: impl Into<String>, by: Whence) -> Stated {
    Stated { text: text.into(), by }
}

/// The letters and digits of a text in lower case, to compare by.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Its words in lower case.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
