//! RSS, Atom and JSON Feed, an article an entry.

use std::panic;

use feed_rs::{
    model::{Entry, Text},
    parser,
};

use super::{
    IngestErrorKind, decode,
    html::{
        self,
        blocks::{self, Block, Kind},
    },
};
use standfirst_core::article::{Document, Source};

/// The entries of a feed, in its order.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, IngestErrorKind> {
    if bytes.is_empty() {
        return Err(IngestErrorKind::Empty);
    }
    if let (None, Some(at)) = (decode::wide(bytes), bytes.iter().position(|&byte| byte == 0)) {
        return Err(IngestErrorKind::Binary { at });
    }
    html::check_nesting(&String::from_utf8_lossy(bytes))?;
    // Entries without an id would get a random one, and the same input must give the same output.
    let parser = parser::Builder::new().id_generator(|_, _, _| String::new()).build();
    let feed = panic::catch_unwind(panic::AssertUnwindSafe(|| parser.parse(bytes)))
        .map_err(|_| IngestErrorKind::Extractor)?
        .map_err(|error| IngestErrorKind::Feed { message: error.to_string() })?;
    if feed.entries.is_empty() {
        return Err(IngestErrorKind::NoArticles);
    }
    Ok(feed.entries)
}

/// Bytes of what an entry says.
pub(super) fn length(entry: &Entry) -> usize {
    let content = entry.content.as_ref().and_then(|content| content.body.as_ref());
    let summary = entry.summary.as_ref().map(|summary| &summary.content);
    content.into_iter().chain(summary).map(String::len).sum()
}

/// A document from an entry: its content, else its summary.
pub(super) fn parse(source: &Source, entry: Entry) -> Result<Document, IngestErrorKind> {
    let content = entry.content.and_then(|content| content.body);
    let summary = entry.summary.map(|summary| summary.content);
    let body = [content, summary].into_iter().flatten().find(|body| !body.trim().is_empty());
    let body = body.ok_or(IngestErrorKind::EmptyEntry)?;
    html::check_nesting(&body)?;
    let mut document = html::compose(source, &read(&body));
    if !entry.id.is_empty() {
        document.id = entry.id;
    }
    document.title = entry.title.as_ref().map(plain);
    document.byline = entry.authors.into_iter().find_map(|author| author.name);
    document.published = entry.published.or(entry.updated).map(|date| date.to_rfc3339());
    let alternate = |rel: Option<&str>| matches!(rel, None | Some("alternate"));
    document.url =
        entry.links.into_iter().find(|link| alternate(link.rel.as_deref())).map(|link| link.href);
    Ok(document)
}

/// The blocks of a body; one without a tag is plain text, whose line ends mean something.
fn read(body: &str) -> Vec<Block> {
    if body.contains('<') {
        return blocks::blocks(body);
    }
    body.lines().flat_map(blocks::blocks).collect()
}

/// A title on one line, tags dropped.
fn plain(title: &Text) -> String {
    let words: Vec<String> = blocks::blocks(&title.content)
        .into_iter()
        .filter(|block| block.kind != Kind::Caption)
        .map(|block| block.text)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(feed: &str) -> Vec<Result<Document, String>> {
        let entries = entries(feed.as_bytes()).unwrap();
        let read = |(at, entry)| {
            let source = Source { path: "f.rss".into(), line: Some(at) };
            parse(&source, entry).map_err(|kind| kind.to_string())
        };
        (1..).zip(entries).map(read).collect()
    }

    #[test]
    fn rss_items_become_articles() {
        let found = documents(
            "<rss version='2.0'><channel><title>News</title>\
             <item><title>Bridge &amp; ferry</title><link>http://a.example/1</link>\
             <pubDate>Mon, 06 May 2024 10:00:00 GMT</pubDate>\
             <description>&lt;p&gt;It opened.&lt;/p&gt;&lt;p&gt;It &lt;b&gt;rained&lt;/b&gt;.&lt;/p&gt;\
             </description></item><item><title>Empty</title></item></channel></rss>",
        );
        let bridge = found[0].as_ref().unwrap();
        assert_eq!(bridge.text, "It opened.\nIt rained.\n");
        assert_eq!(
            (bridge.id.as_str(), bridge.title.as_deref()),
            ("f.rss:1", Some("Bridge & ferry"))
        );
        assert_eq!(bridge.url.as_deref(), Some("http://a.example/1"));
        assert_eq!(bridge.published.as_deref(), Some("2024-05-06T10:00:00+00:00"));
        assert!(found[1].as_ref().unwrap_err().contains("neither content nor summary"));
    }

    #[test]
    fn atom_and_json_feeds_are_read_too() {
        let atom = documents(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>n</title><id>f</id>\
             <entry><id>urn:1</id><title>T</title><author><name>Ana Lund</name></author>\
             <content type='html'>&lt;h2&gt;Part&lt;/h2&gt;Text.</content></entry></feed>",
        );
        let entry = atom[0].as_ref().unwrap();
        assert_eq!((entry.id.as_str(), entry.text.as_str()), ("urn:1", "Part\nText.\n"));
        assert_eq!(entry.byline.as_deref(), Some("Ana Lund"));
        assert_eq!(entry.declared.len(), 1);
        let json = documents(
            r#"{"version":"https://jsonfeed.org/version/1.1","title":"n",
               "items":[{"id":"1","content_text":"One line.\nTwo lines."}]}"#,
        );
        assert_eq!(json[0].as_ref().unwrap().text, "One line.\nTwo lines.\n");
    }

    #[test]
    fn what_is_no_feed_says_so() {
        let message = |feed: &str| entries(feed.as_bytes()).unwrap_err().to_string();
        assert!(message("<html><p>x</html>").contains("no feed"), "{}", message("<html></html>"));
        assert!(message("<rss version='2.0'><channel/></rss>").contains("no articles"));
        assert!(message(&"<a>".repeat(100_000)).contains("nested tags"));
        assert!(message("").contains("is empty"));
    }
}
