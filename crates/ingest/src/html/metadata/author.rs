//! Who wrote it.

use std::sync::LazyLock;

use dom_query::{Document, NodeRef};
use regex::Regex;
use serde_json::Value;
use standfirst_core::article::{Stated, Whence};

use super::{Site, stated};
use crate::html::{
    blocks::Block,
    facts::{Facts, folded, plain},
};

mod name;

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
/// `meta` elements of which every one names an author, as reference managers read them.
const EACH: &str = "citation_author";
/// Pairs of a `meta` element with a label for readers and one with what it labels.
const LABELLED: [(&str, &str); 2] =
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
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
/// Elements that may be about anything to do with authors, where only people are looked for.
const LOOSE: &str = "[class*=author], [class*=Author]";
/// Parts of the names of elements around somebody who wrote something else.
const ELSEWHERE: [&str; 6] =
    ["comment", "related", "recommend", "popular", "sidebar", "testimonial"];
/// Elements of a selector that are looked at, elements around each, and texts in each.
const MAX_ELEMENTS: usize = 6;
const MAX_AROUND: usize = 12;
const MAX_PIECES: usize = 12;
/// Names of one article, each of which is compared with the others.
const MAX_NAMES: usize = 200;

/// The authors, joined by commas: first who is called as people are, then anybody but the site, then the site.
pub(super) fn find(
    document: &Document,
    facts: &Facts,
    site: &Site,
    blocks: &[Block],
) -> Option<Stated> {
    let mut found: Vec<Stated> = Vec::new();
    if let Some(article) = facts.articles().next() {
        let names = named(&article["author"], facts);
        found.extend(joined(names.iter().map(String::as_str), Whence::Jsonld));
    }
    let mut elements = ELEMENTS.iter().map(|selector| in_element(document, selector, |_| true));
    found.extend(elements.next().flatten());
    let meta = METAS.iter().filter_map(|name| facts.meta(&[*name])).filter_map(name::clean);
    found.extend(meta.map(|name| stated(name, Whence::Meta)));
    found.extend(joined(facts.metas(EACH), Whence::Meta));
    found.extend(labelled(facts));
    found.extend(elements.flatten());
    found.extend(in_element(document, LOOSE, name::is_of_a_person));
    found.extend(in_text(blocks));
    let somebody = |found: &Stated| !site.is(&found.text);
    let person = |found: &Stated| somebody(found) && name::is_of_a_person(&found.text);
    let best = found.iter().position(person).or_else(|| found.iter().position(somebody));
    let best = best.unwrap_or(0);
    (best < found.len()).then(|| found.swap_remove(best))
}

/// Names, each once, joined by commas.
fn joined<'a>(names: impl Iterator<Item = &'a str>, by: Whence) -> Option<Stated> {
    let mut each: Vec<String> = Vec::new();
    for name in names.filter_map(name::clean).take(MAX_NAMES) {
        if !each.contains(&name) {
            each.push(name);
        }
    }
    (!each.is_empty()).then(|| stated(each.join(", "), by))
}

/// Who stands beside a label such as "Written by" for readers of cards in social networks.
fn labelled(facts: &Facts) -> Option<Stated> {
    let mut pairs = LABELLED.iter().filter_map(|(label, data)| {
        let label = facts.meta(&[*label])?;
        name::introduces(label).then(|| facts.meta(&[*data])).flatten()
    });
    pairs.find_map(name::clean).map(|name| stated(name, Whence::Meta))
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

/// The first name in an element of `selector` that is `wanted`.
fn in_element(document: &Document, selector: &str, wanted: fn(&str) -> bool) -> Option<Stated> {
    let found = document.select(selector);
    let here = found.nodes().iter().filter(|node| !is_elsewhere(node)).take(MAX_ELEMENTS);
    let mut names = here.filter_map(|node| Some(with_others(node, name::first(&pieces(node))?)));
    names.find(|name| wanted(name)).map(|name| stated(name, Whence::Text))
}

/// The name of a link, with those of the links beside it that are joined to it: "By Ada Quill and Ben Roe".
fn with_others(node: &NodeRef<'_>, name: String) -> String {
    let link = node.node_name().is_some_and(|tag| &*tag == "a");
    let Some(parent) = node.parent().filter(|_| link) else { return name };
    let around = pieces(&parent);
    let from = around.iter().position(|piece| piece.contains(&name));
    let all = from.and_then(|from| name::first(&around[from..]));
    all.filter(|all| all.starts_with(&name)).unwrap_or(name)
}

/// Whether an element is of a comment or of another article.
fn is_elsewhere(node: &NodeRef<'_>) -> bool {
    let around = node.ancestors_it(Some(MAX_AROUND)).chain([*node]);
    let mut names = around.flat_map(|node| [node.attr("class"), node.attr("id")]).flatten();
    names.any(|name| {
        let name = name.to_lowercase();
        ELSEWHERE.iter().any(|part| name.contains(part))
    })
}

/// The texts in an element, one by one, since what stands beside a name is not of it.
fn pieces(node: &NodeRef<'_>) -> Vec<String> {
    let texts = node.descendants_it().filter(NodeRef::is_text).map(|text| folded(&text.text()));
    texts.filter(|text| !text.is_empty()).take(MAX_PIECES).collect()
}

/// A line of the page that names its writer, alone or at its end, or the line after "By".
fn in_text(blocks: &[Block]) -> Option<Stated> {
    static LINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?:(?i:published|posted|updated)\b[^.]{0,40}\b|.{0,12}\d{4} )(?:by)|(?i:by|written by|posted by|words by|article by|author:|contributors?:))\s+(\p{Lu}[\w.’'-]+(?: (?:\p{Lu}[\w.’'-]*|de|van|von|der|la|bin|al))+)",
        )
        .expect("the pattern is valid")
    });
    let after = |index: usize| blocks.get(index + 1).map(|next| next.text.as_str());
    let mut names = blocks.iter().enumerate().filter_map(|(index, block)| {
        if let Some(line) = LINE.captures(&block.text) {
            return name::clean(&line[1]);
        }
        let next = after(index).filter(|_| name::introduces(&block.text))?;
        name::clean(next).filter(|name| name::is_of_a_person(name))
    });
    names.next().map(|name| stated(name, Whence::Text))
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
        for page in [
            "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ada Quill'>",
            "<meta name=citation_author content='Ada Quill'><meta name=citation_author content='Ada Quill'>",
            "<meta name=author content=adaq7><span class=post-author>Ada Quill</span>",
        ] {
            assert_eq!(author(page).map(|found| found.0).as_deref(), Some("Ada Quill"), "{page}");
        }
        for page in [
            "<p class=author>Ada Quill<br>4 August 2010",
            "<div class=byline>By <b>Ada Quill</b><i>Senior Slip Reporter</i> <time>3 May</time></div>",
            "<div class=byline><span>3 May 2024</span> <span>by Ada Quill</span></div>",
            "<div class=author-box><a>Ada Quill May 4</a></div>",
            "<div class=comment><b class=author>Cy Crab</b></div><p>Published May 3, 2024 by Ada Quill",
            "<h3>Author</h3><p>Ada Quill</p><p>x",
            "<h2>Article by</h2><div>Ada Quill</div>",
            "<span class=author><i>Ada</i> <i>Quill</i></span>",
        ] {
            assert_eq!(author(page), by("Ada Quill", Whence::Text), "{page}");
        }
        assert_eq!(
            author("<p class=byline>By <a>Ada Quill</a> and <a>Ben Roe</a>, in Porthaven"),
            by("Ada Quill, Ben Roe", Whence::Text)
        );
        assert_eq!(
            author("<meta name=author content=HarbourTimes>"),
            by("HarbourTimes", Whence::Meta)
        );
        assert_eq!(author("<meta name='article:author' content='https://x.example/a'>"), None);
    }
}
