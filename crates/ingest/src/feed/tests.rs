use super::*;

fn raw(feed: &[u8], max_bytes: u64) -> Vec<Result<(Source, Raw), IngestError>> {
    let source = Source { path: "f.rss".into(), line: None };
    Entries::new(source, feed, max_bytes).collect()
}

fn documents(feed: impl AsRef<[u8]>) -> Vec<Result<Document, String>> {
    let read = |entry: Result<(Source, Raw), IngestError>| {
        let (source, raw) = entry.map_err(|error| error.to_string())?;
        parse(&source, raw).map_err(|kind| format!("{source}: {kind}"))
    };
    raw(feed.as_ref(), 10_000).into_iter().map(read).collect()
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    )
}

fn text(item: &str) -> String {
    let found = documents(rss(&format!("<item>{item}</item>")));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].as_ref().unwrap().text.clone()
}

#[test]
fn rss_items_become_articles() {
    let found = documents(
        "<rss version='2.0'><channel><title>News</title><language>de-AT</language>\
         <item><title>Bridge &amp; ferry</title><link>http://a.example/1</link>\
         <pubDate>Mon, 06 May 2024 10:00:00 GMT</pubDate>\
         <description>&lt;p&gt;It opened.&lt;/p&gt;&lt;p&gt;It &lt;b&gt;rained&lt;/b&gt;.&lt;/p&gt;\
         </description></item><item><title>Empty</title></item></channel></rss>",
    );
    let bridge = found[0].as_ref().unwrap();
    assert_eq!(bridge.text, "It opened.\nIt rained.\n");
    assert_eq!((bridge.id.as_str(), bridge.title.as_deref()), ("f.rss:1", Some("Bridge & ferry")));
    assert_eq!(bridge.url.as_deref(), Some("http://a.example/1"));
    assert_eq!(bridge.published.as_deref(), Some("2024-05-06T10:00:00+00:00"));
    assert_eq!(bridge.language.map(Language::code), Some("de"));
    assert!(found[1].as_ref().unwrap_err().contains("neither content nor summary"));
}

#[test]
fn atom_rdf_and_json_feeds_are_read_too() {
    let atom = documents(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='nb'><title>n</title><id>f</id>\
         <entry><id>urn:1</id><title>T</title><author><name>Ana Lund</name></author>\
         <content type='html'>&lt;h2&gt;Part&lt;/h2&gt;Text.</content></entry>\
         <entry><id>urn:2</id><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>\
         <p>One &amp; two.</p></div></content></entry></feed>",
    );
    let entry = atom[0].as_ref().unwrap();
    assert_eq!((entry.id.as_str(), entry.text.as_str()), ("urn:1", "Part\nText.\n"));
    assert_eq!(entry.byline.as_deref(), Some("Ana Lund"));
    assert_eq!(entry.language.map(Language::code), Some("nb"));
    assert_eq!(entry.declared.len(), 1);
    assert_eq!(atom[1].as_ref().unwrap().text, "One & two.\n");
    let rdf = documents(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
         xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><items/></channel>\
         <item rdf:about='y'><title>T</title><description>It rained.</description></item></rdf:RDF>",
    );
    assert_eq!(rdf[0].as_ref().unwrap().text, "It rained.\n");
    let source = Source { path: "f.json".into(), line: Some(3) };
    let json = |item: &str| parse_json(&source, item.as_bytes().to_vec()).unwrap();
    let item =
        json(r#"{"id": 7, "content_text": "One < line.\nTwo lines.", "author": {"name": "Ana"}}"#);
    assert_eq!((item.id.as_str(), item.text.as_str()), ("7", "One < line.\nTwo lines.\n"));
    assert_eq!(item.byline.as_deref(), Some("Ana"));
    let item = json(r#"{"content_html": "<p>A<\/p>", "summary": "Nobody waited for the ferry."}"#);
    assert_eq!(
        (item.id.as_str(), item.text.as_str()),
        ("f.json:3", "Nobody waited for the ferry.\n")
    );
}

#[test]
fn what_was_escaped_wrongly_is_read_as_it_was_meant() {
    let told = "It opened.\nIt rained.\n";
    assert_eq!(
        text(
            "<description>&lt;![CDATA[&lt;p&gt;It opened.&lt;/p&gt;It rained.]]&gt;</description>"
        ),
        told
    );
    assert_eq!(
        text("<description>&amp;lt;p&amp;gt;It opened.&amp;lt;/p&amp;gt;It rained.</description>"),
        told
    );
    assert_eq!(text("<description><p>It opened.<br><p>It rained.</description>"), told);
    assert_eq!(
        text("<description>Smith & Sons opened <b>it</b>.</description>"),
        "Smith & Sons opened it.\n"
    );
    assert_eq!(text("<description>A x &lt; y b.</description>"), "A x < y b.\n");
    assert_eq!(
        text("<description>Fish&nbsp;&amp; chips &eacute;.</description>"),
        "Fish & chips é.\n"
    );
    assert_eq!(
        text("<content:encoded>No namespace\u{1} here.</content:encoded>"),
        "No namespace here.\n"
    );
}

#[test]
fn a_content_that_says_nothing_gives_way_to_the_summary() {
    let summary = "<description>The bridge opened to traffic.</description>";
    let with = |content: &str| {
        text(&format!("{summary}<content:encoded><![CDATA[{content}]]></content:encoded>"))
    };
    assert_eq!(with("<img src='a.jpg'>"), "The bridge opened to traffic.\n");
    assert_eq!(with("<p>Read on</p>"), "The bridge opened to traffic.\n");
    assert_eq!(with("<p>The bridge opened.</p>"), "The bridge opened.\n");
}

#[test]
fn one_bad_entry_costs_no_other() {
    let feed = rss("<item><title>A</title><description>One.</description></item>\
         <item><title>B</b><guid></item>\
         <item><title>C</title><description>Three.</description></item>\
         <item><title>D</title><description>Fo");
    let found = documents(feed.trim_end_matches("</channel></rss>"));
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[0].as_ref().unwrap().text, "One.\n");
    assert!(found[1].as_ref().unwrap_err().starts_with("f.rss:2: the entry"), "{found:?}");
    assert_eq!(found[2].as_ref().unwrap().id, "f.rss:3");
    assert!(found[3].as_ref().unwrap_err().contains("middle of the entry"), "{found:?}");
}

#[test]
fn a_tag_inside_cdata_or_a_comment_is_none() {
    let feed = rss(
        "<!-- <item> --><item><description><![CDATA[Write </item> here.]]></description></item>",
    );
    assert_eq!(documents(feed)[0].as_ref().unwrap().text, "Write here.\n");
}

#[test]
fn the_encoding_is_what_it_is_whatever_the_label_says() {
    let item =
        b"<item><description>Le caf\xE9 du port est ferm\xE9 depuis lundi.</description></item>";
    for (label, how) in [("UTF-8", "guessed"), ("ISO-8859-1", "declared")] {
        let head = format!("<?xml version='1.0' encoding='{label}'?><rss version='2.0'><channel>");
        let feed = [head.as_bytes(), item, b"</channel></rss>"].concat();
        let document = documents(&feed)[0].as_ref().unwrap().clone();
        assert_eq!(document.text, "Le café du port est fermé depuis lundi.\n");
        assert_eq!(document.notes, [format!("decoded as windows-1252 ({how})")]);
    }
}

#[test]
fn an_entry_over_the_limit_is_reported_and_the_next_one_survives() {
    let long = "word ".repeat(400);
    let feed = rss(&format!(
        "<item><description>{long}</description></item><item><description>Two.</description></item>"
    ));
    let found = raw(feed.as_bytes(), 1_000);
    assert!(found[0].as_ref().map(|_| ()).unwrap_err().to_string().contains("larger than 1000"));
    assert!(found[1].is_ok() && found.len() == 2);
}

#[test]
fn what_is_no_feed_says_so() {
    let message = |feed: &str| documents(feed)[0].as_ref().map(|_| ()).unwrap_err().clone();
    assert!(message("<html><p>x</html>").contains("no feed"), "{}", message("<html></html>"));
    assert!(message("<rss version='2.0'><channel/></rss>").contains("no articles"));
    let deep = "<a>".repeat(5_000);
    let deep =
        format!("<rss><channel><item><description>{deep}</description></item></channel></rss>");
    assert!(raw(deep.as_bytes(), 100_000).into_iter().any(|entry| {
        let (source, raw) = entry.unwrap();
        parse(&source, raw).is_err_and(|kind| kind.to_string().contains("nested tags"))
    }));
    assert!(message("").contains("is empty"));
}
