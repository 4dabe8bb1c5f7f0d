//! Which feeds are to be polled: OPML 2.0, or a list of addresses.

use std::collections::HashSet;

use quick_xml::{Reader, XmlVersion, events::Event};
use url::Url;

use crate::FeedError;

/// Most feeds in a list.
const MAX_FEEDS: usize = 100_000;
/// What begins the comments of a list of addresses.
const COMMENT: char = '#';

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Where it is.
    pub url: Url,
    /// What the list calls it.
    pub title: Option<String>,
}

/// The feeds of `text`, each once, in their order.
///
/// # Errors
/// [`FeedError`] if there is none, or something that is no feed.
pub fn parse(text: &str) -> Result<Vec<Feed>, FeedError> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut feeds = if text.starts_with('<') { opml(text)? } else { lines(text)? };
    let mut seen = HashSet::new();
    feeds.retain(|feed| seen.insert(feed.url.clone()));
    feeds.truncate(MAX_FEEDS);
    if feeds.is_empty() { Err(FeedError::NoFeed) } else { Ok(feeds) }
}

/// The address of a feed; `None` for what cannot be one.
pub(crate) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn lines(text: &str) -> Result<Vec<Feed>, FeedError> {
    let lines = text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
    let told = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with(COMMENT));
    let feed = |(text, line): (&str, usize)| {
        let none = || FeedError::Address { line, address: text.chars().take(200).collect() };
        Ok(Feed { url: address(text).ok_or_else(none)?, title: None })
    };
    told.map(feed).collect()
}

fn opml(text: &str) -> Result<Vec<Feed>, FeedError> {
    let broken = |error: quick_xml::Error| FeedError::Opml(error.to_string());
    let mut reader = Reader::from_str(text);
    // Lists of the wild leave elements open; the outlines count.
    reader.config_mut().check_end_names = false;
    let mut feeds = Vec::new();
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "outline" => {
                let line = text[..usize::try_from(reader.buffer_position()).unwrap_or(0)].lines();
                feeds.extend(outline(&tag, line.count())?);
            }
            Event::Eof => return Ok(feeds),
            _ => {}
        }
    }
}

/// The feed of an outline; `None` for a folder.
fn outline(
    tag: &quick_xml::events::BytesStart<'_>,
    line: usize,
) -> Result<Option<Feed>, FeedError> {
    let (mut found, mut title) = (None, None);
    for attribute in tag.attributes().with_checks(false).flatten() {
        let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else { continue };
        match attribute.key.as_ref() {
            key if key.eq_ignore_ascii_case("xmlUrl") => found = Some(value.trim().to_owned()),
            "title" | "text" => title = title.or(Some(value.into_owned())),
            _ => {}
        }
    }
    let Some(text) = found.filter(|text| !text.is_empty()) else { return Ok(None) };
    let url = address(&text).ok_or(FeedError::Address { line, address: text })?;
    Ok(Some(Feed { url, title }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<String> {
        parse(text).unwrap().into_iter().map(|feed| feed.url.to_string()).collect()
    }

    #[test]
    fn opml_gives_its_feeds_at_any_depth_each_once() {
        let text = r#"<?xml version="1.0"?><opml version="2.0"><body>
            <outline text="News"><outline type="rss" text="A &amp; B" xmlUrl="https://a.example/rss?x=1&amp;y=2"/>
            <outline xmlurl="http://b.example/atom"></outline></outline>
            <outline text="again" xmlUrl="https://a.example/rss?x=1&amp;y=2"/></body></opml>"#;
        assert_eq!(urls(text), ["https://a.example/rss?x=1&y=2", "http://b.example/atom"]);
        assert_eq!(parse(text).unwrap()[0].title.as_deref(), Some("A & B"));
    }

    #[test]
    fn a_list_has_an_address_a_line() {
        assert_eq!(urls("# mine\n\nhttps://a.example/feed\n"), ["https://a.example/feed"]);
    }

    #[test]
    fn what_is_no_feed_is_told_with_its_line() {
        let error = parse("https://a.example/\nfile:///etc/passwd\n").unwrap_err();
        assert!(matches!(error, FeedError::Address { line: 2, .. }), "{error}");
        let error =
            parse("<opml><body>\n<outline xmlUrl=\"gopher://x\"/></body></opml>").unwrap_err();
        assert!(matches!(error, FeedError::Address { line: 2, .. }), "{error}");
        assert!(matches!(parse(" \n"), Err(FeedError::NoFeed)));
        assert!(matches!(parse("<opml><body/></opml>"), Err(FeedError::NoFeed)));
    }
}
