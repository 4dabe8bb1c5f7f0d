//! What a page says about itself beside its text: `meta` elements and structured data (JSON-LD).

use std::collections::HashMap;

use dom_query::Document;
use serde_json::Value;

/// The types of structured data that are an article.
const ARTICLES: [&str; 14] = [
    "Article",
    "NewsArticle",
    "BlogPosting",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "AdvertiserContentArticle",
    "LiveBlogPosting",
    "TechArticle",
    "Report",
    "ScholarlyArticle",
    "SatiricalArticle",
];
/// Types that are an article where no better one is there.
const PAGES: [&str; 7] =
    ["WebPage", "Recipe", "HowTo", "VideoObject", "Review", "Product", "ItemPage"];
/// How deep structured data may nest.
const MAX_DEPTH: usize = 32;

/// What a page says about itself.
#[derive(Default)]
pub(super) struct Facts {
    /// Names in lower case and contents of `meta` elements, in order.
    metas: Vec<(String, String)>,
    /// All objects of the structured data down to [`MAX_DEPTH`], without the objects in them: each is kept once.
    objects: Vec<Value>,
    /// Which of them are articles, best first; then those that are pages.
    articles: Vec<usize>,
    /// Which of them has a name, by its `@id`: the first.
    named: HashMap<String, usize>,
}

impl Facts {
    /// Reads the facts of a page.
    pub(super) fn read(document: &Document) -> Self {
        let mut facts = Self::default();
        for node in document.select("meta[content]").nodes() {
            let key = ["property", "name", "itemprop", "http-equiv"]
                .iter()
                .find_map(|key| node.attr(key));
            let content = node.attr("content").unwrap_or_default();
            if let (Some(key), false) = (key, content.trim().is_empty()) {
                facts.metas.push((key.trim().to_lowercase(), folded(&content)));
            }
        }
        for node in document.select("script[type='application/ld+json']").nodes() {
            if let Some(value) = lenient(&node.text()) {
                facts.collect(value, 0);
            }
        }
        let rank = |value: &Value| {
            ARTICLES.iter().chain(&PAGES).position(|name| is_a(value, name)).unwrap_or(usize::MAX)
        };
        let ranked = facts.objects.iter().map(rank).enumerate();
        let mut articles: Vec<_> = ranked.filter(|(_, rank)| *rank < usize::MAX).collect();
        articles.sort_by_key(|(_, rank)| *rank >= ARTICLES.len());
        facts.articles = articles.into_iter().map(|(at, _)| at).collect();
        for (at, object) in facts.objects.iter().enumerate() {
            if let (Some(id), Some(_)) = (object["@id"].as_str(), object.get("name")) {
                facts.named.entry(id.to_owned()).or_insert(at);
            }
        }
        facts
    }

    fn collect(&mut self, value: Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::Array(values) => {
                for value in values {
                    self.collect(value, depth + 1);
                }
            }
            Value::Object(mut object) => {
                for key in ["@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"] {
                    let holds = |inner: &Value| inner.is_array() || inner.is_object();
                    if object.get(key).is_some_and(holds)
                        && let Some(inner) = object.remove(key)
                    {
                        self.collect(inner, depth + 1);
                    }
                }
                self.objects.push(Value::Object(object));
            }
            _ => {}
        }
    }

    /// The contents of the `meta` elements of a name, in order.
    pub(super) fn metas<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.as_str())
    }

    /// The first content that one of the names has.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        let first = |name: &&str| self.metas.iter().find(|(key, _)| key == name);
        names.iter().find_map(first).map(|(_, content)| content.as_str())
    }

    /// The articles of the structured data, best first.
    pub(super) fn articles(&self) -> impl Iterator<Item = &Value> {
        self.articles.iter().filter_map(|&at| self.objects.get(at))
    }

    /// The object that another one names by its `@id`.
    pub(super) fn object(&self, id: &str) -> Option<&Value> {
        self.objects.get(*self.named.get(id)?)
    }

    /// The objects of a type.
    pub(super) fn of_type<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects.iter().filter(move |object| is_a(object, name))
    }

    /// A text of the best article.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.articles()
            .find_map(|article| article[key].as_str())
            .map(plain)
            .filter(|text| !text.is_empty())
    }

    /// What the page is about, in a sentence or two; empty where it does not say.
    pub(super) fn description(&self) -> String {
        let said = self.meta(&["og:description", "description", "twitter:description"]);
        said.map(plain).or_else(|| self.text("description")).unwrap_or_default()
    }
}

/// Whether an object is of a type.
fn is_a(object: &Value, name: &str) -> bool {
    match &object["@type"] {
        Value::String(kind) => kind.rsplit('/').next() == Some(name),
        Value::Array(kinds) => kinds.iter().any(|kind| kind == name),
        _ => false,
    }
}

/// JSON as pages have it: within comments, with line ends in strings, with a semicolon at the end.
fn lenient(text: &str) -> Option<Value> {
    let text = text
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_end_matches("-->");
    let text = text.trim_end_matches("//]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let repaired: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&repaired).ok()
    })
}

/// A text in one line.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of the structured data as a reader would see it: entities and tags there are part of the string.
pub(super) fn plain(text: &str) -> String {
    if !text.contains(['&', '<']) {
        return folded(text);
    }
    let blocks = super::blocks::guarded(text);
    blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_an_object_is_kept_once() {
        let inner = r#"{"@type":"Article","@id":"a","name":"Rain","x":[1,2,3]}"#;
        let nested = (0..20).fold(inner.to_owned(), |inner, level| {
            let key = ["mainEntity", "mainEntityOfPage", "item"][level % 3];
            format!(r#"{{"@type":"Article","{key}":{inner}}}"#)
        });
        let page = format!("<script type='application/ld+json'>{nested}</script>");
        let facts = Facts::read(&Document::from(page));
        assert_eq!((facts.objects.len(), facts.articles().count()), (21, 21));
        let kept: usize = facts.objects.iter().map(|object| object.to_string().len()).sum();
        assert!(kept <= nested.len(), "{kept} of {}", nested.len());
        assert_eq!(facts.object("a").unwrap()["name"], "Rain");
        assert!(facts.object("b").is_none());
    }
}
