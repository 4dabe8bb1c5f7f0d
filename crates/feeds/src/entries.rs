//! What stands in a feed, as entries of JSON Feed (<https://www.jsonfeed.org/version/1.1/>), each with what tells it
//! from its earlier forms.

use std::fmt::Write as _;

use feed_rs::{model::Entry, parser};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::FeedError;

/// An entry of a feed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// By what the feed tells it from others.
    pub id: String,
    /// Of all that it says: another one is an entry that has changed.
    pub sum: String,
    /// Where its page is.
    pub page: Option<Url>,
    /// As it is written.
    pub json: Value,
}

/// The entries of a feed, in its order, and its title.
pub(crate) fn parse(bytes: &[u8], url: &Url) -> Result<(Option<String>, Vec<Item>), FeedError> {
    let parser =
        parser::Builder::new().base_uri(Some(url.as_str())).sanitize_content(false).build();
    let feed = parser.parse(bytes).map_err(|error| FeedError::NotAFeed(error.to_string()))?;
    let title = feed.title.map(|title| title.content);
    Ok((title, feed.entries.into_iter().map(item).collect()))
}

fn item(entry: Entry) -> Item {
    let page =
        entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    let page = page.or(entry.links.first()).and_then(|link| crate::list::address(&link.href));
    let body = entry.content.as_ref().and_then(|content| content.body.clone());
    let summary = entry.summary.as_ref().map(|text| text.content.clone());
    let published = entry.published.or(entry.updated).map(|date| date.to_rfc3339());
    let authors: Vec<Value> =
        entry.authors.iter().map(|person| json!({ "name": person.name })).collect();
    let mut json = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            json.insert(key.to_owned(), value);
        }
    };
    put("id", Some(entry.id.clone().into()));
    put("url", page.as_ref().map(|url| url.as_str().into()));
    put("title", entry.title.map(|title| title.content.into()));
    put("content_html", body.clone().or_else(|| summary.clone()).map(Value::from));
    put("summary", body.and(summary).map(Value::from));
    put("date_published", published.map(Value::from));
    put("authors", (!authors.is_empty()).then(|| authors.into()));
    let json = Value::Object(json);
    let sum = short(json.to_string().as_bytes());
    Item { id: entry.id, sum, page, json }
}

/// A checksum that fits into a name.
pub(crate) fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(10).fold(String::new(), |mut hex, byte| {
        // Writing to memory does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
