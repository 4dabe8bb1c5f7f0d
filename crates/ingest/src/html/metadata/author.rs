//! Who wrote it.

use std::sync::LazyLock;

use dom_query::Document;
use regex::Regex;
use serde_json::Value;
use standfirst_core::article::{Stated, Whence};

use super::{Site, bare, stated};
use crate::html::{
    blocks::Block,
    facts::{Facts, folded, plain},
};

/// `meta` elements that name authors.
const METAS: [&str; 7] = [
    "author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "byl",
    "article:author",
];
/// Elements that name one, best first.
const ELEMENTS: [&str; 8] = [
    "[itemprop=author] [itemprop=name]",
    "[class*=author-name], [class*=author__name], [class*=authorName], [class*=author_name], [class*=byline-name], [class*=byline__name]",
    "[class*=byline] a",
    "a[rel~=author]",
    "a[href*='/author/'], a[href*='/authors/']",
    "[itemprop=author]",
    "[class*=byline]",
    "[class*=author] a",
];
/// What stands in the place of a name and is none.
const NOBODY: [&str; 12] = [
    "admin",
    "administrator",
    "editor",
    "webmaster",
    "guest",
    "author",
    "authors",
    "contributors",
    "none",
    "null",
    "user",
    "viewmoreposts",
];
/// Longest author line, in characters and in words.
const MAX_LENGTH: usize = 80;
const MAX_WORDS: usize = 12;

/// The authors, joined by commas. The site itself is the author only where nobody else is.
pub(super) fn find(
    document: &Document,
    facts: &Facts,
    site: &Site,
    blocks: &[Block],
) -> Option<Stated> {
    let mut found: Vec<Stated> = Vec::new();
    if let Some(article) = facts.articles().first() {
        let mut names: Vec<String> = Vec::new();
        for name in named(&article["author"], facts).iter().filter_map(|name| clean(name)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        found.extend((!names.is_empty()).then(|| stated(names.join(", "), Whence::Jsonld)));
    }
    let mut elements = ELEMENTS.iter().map(|selector| in_element(document, selector));
    found.extend(elements.next().flatten());
    let meta = METAS.iter().filter_map(|name| facts.meta(&[*name])).filter_map(clean);
    found.extend(meta.map(|name| stated(name, Whence::Meta)));
    found.extend(elements.flatten());
    found.extend(in_text(blocks));
    let foreign = found.iter().position(|found| !site.is(&found.text)).unwrap_or(0);
    (foreign < found.len()).then(|| found.swap_remove(foreign))
}

/// The names under the key `author` of structured data.
fn named(value: &Value, facts: &Facts) -> Vec<String> {
    match value {
        Value::String(name) => vec![plain(name)],
        Value::Array(values) => values.iter().flat_map(|value| named(value, facts)).collect(),
        Value::Object(object) => match (object.get("name"), object.get("@id")) {
            (Some(name), _) => match name {
                Value::String(name) => vec![plain(name)],
                Value::Array(names) => names.iter().filter_map(Value::as_str).map(plain).collect(),
                _ => Vec::new(),
            },
            (None, Some(Value::String(id))) => facts
                .object(id)
                .and_then(|object| object["name"].as_str())
                .map(plain)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn in_element(document: &Document, selector: &str) -> Option<Stated> {
    let found = document.select(selector);
    found.iter().take(6).find_map(|node| clean(&node.text())).map(|name| stated(name, Whence::Text))
}

/// A line of the page that names its writer.
fn in_text(blocks: &[Block]) -> Option<Stated> {
    static LINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?i:by|written by|posted by|author:))\s+(\p{Lu}[\w.’'-]+(?: (?:\p{Lu}[\w.’'-]*|de|van|von|der|la|bin|al))+)",
        )
        .expect("the pattern is valid")
    });
    let name = blocks.iter().find_map(|block| clean(&LINE.captures(&block.text)?[1]))?;
    Some(stated(name, Whence::Text))
}

/// A name without what is said around it; `None` if it is none.
fn clean(text: &str) -> Option<String> {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:written |posted |reviewed |edited |words )?(?:by|von|par|por)\b:?\s+|author:?\s+)")
            .expect("the pattern is valid")
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\s*(?:\||•|·|–|—|/|\bon \w+ \d|\b(?:Published|Updated|Posted|Last)\b|\d{4})")
            .expect("the pattern is valid")
    });
    let text = folded(text);
    if text.contains("://") || text.contains('@') || text.contains("www.") {
        return None;
    }
    let name = BEFORE.replace(&text, "");
    let name = AFTER.split(&name).next().unwrap_or("").trim_matches([' ', ',', ';', ':', '-']);
    let short = name.chars().count() <= MAX_LENGTH && name.split(' ').count() <= MAX_WORDS;
    let letters = bare(name);
    let somebody = name.contains(char::is_alphabetic) && !NOBODY.contains(&letters.as_str());
    (short && somebody).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(page: &str) -> Option<(String, Whence)> {
        let document = Document::from(page);
        let facts = Facts::read(&document);
        let site = Site::read(&facts, Some("https://harbourtimes.example/slip"));
        let blocks = crate::html::blocks::blocks(page);
        find(&document, &facts, &site, &blocks).map(|found| (found.text, found.by))
    }

    #[test]
    fn authors_are_found_where_pages_name_them() {
        let by = |name: &str, by| Some((name.to_owned(), by));
        let data = r##"<script type="application/ld+json">{"@graph":[{"@type":"Article","author":[{"@id":"#a"},{"name":"Ben Roe"}]},{"@id":"#a","name":"Ada Quill"}]}</script>"##;
        assert_eq!(author(data), by("Ada Quill, Ben Roe", Whence::Jsonld));
        assert_eq!(
            author("<meta name=author content='By Ada Quill'>"),
            by("Ada Quill", Whence::Meta)
        );
        assert_eq!(
            author("<div class=byline>By <a href=/x>Ada Quill</a> | 3 May</div>"),
            by("Ada Quill", Whence::Text)
        );
        assert_eq!(author("<p>By Ada van Quill</p>"), by("Ada van Quill", Whence::Text));
        assert_eq!(
            author("<meta name=author content='Harbour Times'><p>Written by Ada Quill"),
            by("Ada Quill", Whence::Text)
        );
        assert_eq!(
            author("<meta name=author content=HarbourTimes>"),
            by("HarbourTimes", Whence::Meta)
        );
        assert_eq!(author("<meta name='article:author' content='https://x.example/a'>"), None);
    }
}
