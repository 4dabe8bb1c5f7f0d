//! Which format an input is in: by its extension, else by its first bytes.

use std::path::Path;

use encoding_rs::Encoding;

use super::{Fields, Format, csv, decode, json, unpack, warc};

/// How many first bytes are looked at.
pub(super) const HEAD: u64 = 4096;

/// What the first bytes are.
#[derive(Debug, PartialEq)]
pub(super) enum Sniffed {
    Format(Format),
    /// Something that is known and not read.
    Foreign(&'static str),
    /// There is a NUL byte at this offset.
    Binary {
        at: usize,
    },
}

/// Extensions, in lower case, of files whose format the name settles.
const EXTENSIONS: [(&str, Format); 15] = [
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("csv", Format::Csv),
    ("tsv", Format::Csv),
    ("parquet", Format::Parquet),
    ("rss", Format::Feed),
    ("atom", Format::Feed),
    ("warc", Format::Warc),
];
/// Extensions that are read, but whose content decides.
const BY_CONTENT: [&str; 3] = ["xml", "json", "story"];

/// First bytes of what people take for text, and what it is.
const FOREIGN: [(&[u8], &str); 5] = [
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, as the files of Word, Excel and e-books are"),
    (b"\xD0\xCF\x11\xE0", "a file of an old Office program"),
    (b"{\\rtf", "a rich text file (RTF)"),
    (b"SQLite format 3", "a database"),
];

/// First bytes of a table of Parquet.
pub(super) const PARQUET: &[u8] = b"PAR1";

/// The format that the extension settles, whatever its case and whether or not the file is packed.
pub(super) fn extension(path: &Path) -> Option<Format> {
    let extension = lower(unpack::inner_name(path));
    EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|&(_, format)| format)
}

/// Whether a file of this name in a folder is read.
pub(super) fn is_known(path: &Path) -> bool {
    let inner = lower(unpack::inner_name(path));
    extension(path).is_some() || BY_CONTENT.contains(&inner.as_str())
}

/// Lower-cased extension; empty where there is none.
pub(super) fn lower(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// What an input that starts with `head` is: its first signs tell JSON, pages, feeds, web archives and
/// Markdown, its first line CSV; anything else is text.
pub(super) fn content(head: &[u8], fields: &Fields) -> Sniffed {
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Sniffed::Foreign(what);
    }
    if head.starts_with(PARQUET) {
        return Sniffed::Format(Format::Parquet);
    }
    let text = match Encoding::for_bom(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0,
        None => String::from_utf8_lossy(head),
    };
    let format = by_text(text.trim_start(), fields);
    match head.iter().position(|&byte| byte == 0) {
        // A page may hold a stray NUL, and says at its start that it is one.
        Some(at) if decode::wide(head).is_none() && format != Format::Html => {
            Sniffed::Binary { at }
        }
        _ => Sniffed::Format(format),
    }
}

fn by_text(text: &str, fields: &Fields) -> Format {
    match text.as_bytes() {
        [b'{', ..] if text.replace("\\/", "/").contains("jsonfeed.org/version") => Format::Feed,
        [b'{', ..] if is_json_lines(text) => Format::Jsonl,
        [b'{', ..] => Format::Json,
        [b'[', rest @ ..] if starts_array(rest) => Format::Json,
        [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..] => markup(text),
        _ if text.as_bytes().starts_with(warc::MAGIC) => Format::Warc,
        _ if starts_markdown(text) => Format::Markdown,
        _ if csv::is_likely(text.as_bytes(), fields) => Format::Csv,
        _ => Format::Text,
    }
}

/// Whether a text that starts with `{` has an object a line: its first line is whole, or so long that its
/// end is not in sight, and holds no list of articles.
fn is_json_lines(text: &str) -> bool {
    let Some((first, _)) = text.split_once('\n') else {
        return !json::LISTS.iter().any(|list| {
            let after = text.split_once(&format!("\"{list}\"")).map_or("", |(_, after)| after);
            let value = after.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
            value.strip_prefix('[').is_some_and(|value| value.trim_start().starts_with('{'))
        });
    };
    let whole = first.trim_end().ends_with('}');
    whole
        && serde_json::from_str::<serde_json::Map<_, _>>(first).is_ok_and(|object| {
            !json::LISTS
                .iter()
                .any(|list| object.get(*list).is_some_and(serde_json::Value::is_array))
        })
        || text.len() as u64 >= HEAD && first.len() > 2 && !whole && is_json_lines(first)
}

/// Whether what follows a `[` goes on as an array of JSON does, and not as `[Updated]` in an article.
fn starts_array(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    match rest.first() {
        Some(b'{' | b'[') => true,
        Some(b']') => rest[1..].trim_ascii().is_empty(),
        Some(b'"') => {
            // A quotation in brackets has blanks where an array has a comma or a bracket.
            let end =
                rest[1..].iter().position(|&byte| byte == b'"').map_or(rest.len(), |at| at + 2);
            matches!(rest[end..].trim_ascii_start().first(), None | Some(b',' | b']'))
        }
        Some(b'0'..=b'9' | b'-') => {
            let end =
                rest.iter().position(|byte| !byte.is_ascii_digit() && !b".-eE".contains(byte));
            end.is_some_and(|end| rest[end..].trim_ascii_start().starts_with(b","))
        }
        _ => false,
    }
}

/// Whether a text begins as Markdown does, with front matter or a title.
fn starts_markdown(text: &str) -> bool {
    let mut lines = text.lines();
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let title = first.strip_prefix("# ").is_some_and(|title| !title.trim().is_empty());
    let key =
        |mark: char| second.split_once(mark).is_some_and(|(key, _)| !key.trim().contains(' '));
    title || first.trim_end() == "---" && key(':') || first.trim_end() == "+++" && key('=')
}

/// A feed is told by its root element, which stands in the first few tags.
fn markup(text: &str) -> Format {
    let is_feed = ["<rss", "<feed", "<rdf:RDF"].iter().any(|root| text.contains(root));
    if is_feed { Format::Feed } else { Format::Html }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &[u8]) -> Format {
        match content(head, &Fields::default()) {
            Sniffed::Format(format) => format,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_extension_settles_it_whatever_its_case() {
        assert_eq!(extension(Path::new("a/B.TXT")), Some(Format::Text));
        assert_eq!(extension(Path::new("feed.json")), None);
        assert!(is_known(Path::new("feed.json")) && !is_known(Path::new("photo.jpg")));
        assert!(!is_known(Path::new("Makefile")));
        assert_eq!(extension(Path::new("a/news.CSV.gz")), Some(Format::Csv));
        assert_eq!(extension(Path::new("crawl.warc.zst")), Some(Format::Warc));
        assert!(is_known(Path::new("feed.xml.gz")) && !is_known(Path::new("backup.tar.gz")));
    }

    #[test]
    fn the_first_bytes_tell_the_rest() {
        assert_eq!(format(b"Harbour closed.\n"), Format::Text);
        assert_eq!(format(b""), Format::Text);
        assert_eq!(format(b"\xEF\xBB\xBF \n{\"text\": 1}"), Format::Jsonl);
        assert_eq!(format(b"{\"version\": \"https://jsonfeed.org/version/1.1\"}"), Format::Feed);
        assert_eq!(format(b"<!doctype html><p>x"), Format::Html);
        assert_eq!(format(b"<?xml version='1.0'?><rss version='2.0'>"), Format::Feed);
        assert_eq!(format(b"<3 is a heart"), Format::Text);
        assert_eq!(format(b"\xFF\xFE<\0h\0t\0m\0l\0>\0"), Format::Html);
        let sniffed = |head| content(head, &Fields::default());
        assert_eq!(sniffed(b"\x89PNG\0"), Sniffed::Binary { at: 4 });
        assert_eq!(sniffed(b"%PDF-1.7 \xE2"), Sniffed::Foreign("a PDF"));
        assert_eq!(format(b"<!doctype html><p>x\0"), Format::Html);
        assert_eq!(format(b"WARC/1.0\r\n"), Format::Warc);
        assert_eq!(format(b"PAR1\x15\0\x15"), Format::Parquet);
    }

    #[test]
    fn json_is_told_from_json_lines_and_prose() {
        assert_eq!(format(b"[\n {\"text\": 1}]"), Format::Json);
        assert_eq!(format(b"{\n \"text\": 1}"), Format::Json);
        assert_eq!(format(b"{\"status\": 1, \"articles\": [ {"), Format::Json);
        assert_eq!(format(b"{\"articles\": [{}]}\n"), Format::Json);
        assert_eq!(format(b"{\"text\": 1}\n{\"text\": 2}\n"), Format::Jsonl);
        assert_eq!(format(b"{\"text\": \"no end in sight"), Format::Jsonl);
        assert_eq!(
            format(b"{\"version\":\"https:\\/\\/jsonfeed.org\\/version\\/1\"}"),
            Format::Feed
        );
        assert_eq!(format(b"[[1, 2]]"), Format::Json);
        assert_eq!(format(b"[\"a\", \"b\"]"), Format::Json);
        assert_eq!(format(b"[1, 2]"), Format::Json);
        for prose in ["[Updated] The bridge opened.", "[1] The bridge opened.", "[\"No,\" he said]"]
        {
            assert_eq!(format(prose.as_bytes()), Format::Text, "{prose}");
        }
    }

    #[test]
    fn tables_and_markdown_are_told_by_their_first_lines() {
        assert_eq!(format(b"id;text\n1;The bridge opened.\n"), Format::Csv);
        assert_eq!(format(b"sep=|\nid|story\n1|x\n"), Format::Csv);
        assert_eq!(format(b"guid\tarticle\n"), Format::Csv);
        let fields = Fields { text: Some("story".into()), ..Fields::default() };
        assert_eq!(content(b"n,story\n1,x\n", &fields), Sniffed::Format(Format::Csv));
        assert_eq!(format(b"# Bridge opens\n\nText."), Format::Markdown);
        assert_eq!(format(b"---\ntitle: x\n---\n"), Format::Markdown);
        assert_eq!(format(b"+++\ntitle = \"x\"\n+++\n"), Format::Markdown);
        for prose in [
            "Body, mind and soul.",
            "The body, the date, the id\nand more",
            "Title\n\nText, more text.",
            "Date: Monday\nId: 3",
            "--- the bridge opened",
            "#bridge opens",
        ] {
            assert_eq!(format(prose.as_bytes()), Format::Text, "{prose}");
        }
    }
}
