//! Which format an input is in: by its extension, else by its first bytes.

use std::path::Path;

use encoding_rs::Encoding;

use super::{Format, decode};

/// How many first bytes are looked at.
pub(super) const HEAD: u64 = 4096;

/// What the first bytes are.
#[derive(Debug, PartialEq)]
pub(super) enum Sniffed {
    Format(Format),
    /// There is a NUL byte at this offset.
    Binary {
        at: usize,
    },
}

/// Extensions, in lower case, of files whose format the name settles.
const EXTENSIONS: [(&str, Format); 13] = [
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
    ("rss", Format::Feed),
    ("atom", Format::Feed),
];
/// Extensions that are read, but whose content decides.
const BY_CONTENT: [&str; 2] = ["xml", "json"];

/// The format that the extension settles, whatever its case.
pub(super) fn extension(path: &Path) -> Option<Format> {
    let extension = lower(path);
    EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|&(_, format)| format)
}

/// Whether a file of this name in a folder is read.
pub(super) fn is_known(path: &Path) -> bool {
    extension(path).is_some() || BY_CONTENT.contains(&lower(path).as_str())
}

/// Lower-cased extension; empty where there is none.
pub(super) fn lower(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// What an input that starts with `head` is: `{` JSON Lines or a JSON feed, `<` a page or a feed,
/// anything else text.
pub(super) fn content(head: &[u8]) -> Sniffed {
    if decode::wide(head).is_none()
        && let Some(at) = head.iter().position(|&byte| byte == 0)
    {
        return Sniffed::Binary { at };
    }
    let text = match Encoding::for_bom(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0,
        None => String::from_utf8_lossy(head),
    };
    Sniffed::Format(by_text(text.trim_start()))
}

fn by_text(text: &str) -> Format {
    match text.as_bytes() {
        [b'{', ..] if text.contains("jsonfeed.org/version") => Format::Feed,
        [b'{', ..] => Format::Jsonl,
        [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..] => markup(text),
        _ => Format::Text,
    }
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
        match content(head) {
            Sniffed::Format(format) => format,
            Sniffed::Binary { at } => panic!("binary at {at}"),
        }
    }

    #[test]
    fn the_extension_settles_it_whatever_its_case() {
        assert_eq!(extension(Path::new("a/B.TXT")), Some(Format::Text));
        assert_eq!(extension(Path::new("feed.json")), None);
        assert!(is_known(Path::new("feed.json")) && !is_known(Path::new("photo.jpg")));
        assert!(!is_known(Path::new("Makefile")));
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
        assert_eq!(content(b"\x89PNG\0"), Sniffed::Binary { at: 4 });
    }
}
