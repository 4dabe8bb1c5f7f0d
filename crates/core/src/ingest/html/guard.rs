//! What the parser and the extractor must not be given: nesting or attribute lists so long that they
//! would overflow the stack or take minutes. No page that a newsroom wrote comes near the limits.

use crate::ingest::IngestErrorKind;

/// Deepest nesting. Browsers stop at 512 too.
pub(super) const MAX_DEPTH: usize = 512;
/// Most attributes of one tag; the parser compares each with all before it.
pub(super) const MAX_ATTRIBUTES: usize = 1_000;

/// Elements that never nest or whose end tag is usually left out.
const OPEN_ENDED: [&str; 29] = [
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html",
    "img", "input", "li", "link", "meta", "option", "p", "param", "rp", "rt", "source", "tbody",
    "td", "th", "tr", "track", "wbr",
];

/// Elements whose content is not parsed for tags.
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "iframe", "noembed", "xmp"];

/// Refuses a page beyond the limits. Counts tags as written, which is close enough for a limit.
pub(super) fn check(html: &str) -> Result<(), IngestErrorKind> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let tag = Tag::at(&html[at + found + 1..]);
        at += found + 1 + tag.len;
        if tag.attributes > MAX_ATTRIBUTES {
            return Err(IngestErrorKind::TooManyAttributes { limit: MAX_ATTRIBUTES });
        }
        depth = match tag.kind {
            Kind::Open => depth + 1,
            Kind::Close => depth.saturating_sub(1),
            Kind::Other => depth,
        };
        if depth > MAX_DEPTH {
            return Err(IngestErrorKind::TooDeep { limit: MAX_DEPTH });
        }
    }
    Ok(())
}

enum Kind {
    Open,
    Close,
    /// A void or raw element, a comment, or a `<` that starts no tag.
    Other,
}

/// A tag as far as the limits need it.
struct Tag {
    kind: Kind,
    attributes: usize,
    /// Bytes after the `<` that it takes up, raw content included.
    len: usize,
}

impl Tag {
    fn other(len: usize) -> Self {
        Self { kind: Kind::Other, attributes: 0, len }
    }

    fn at(rest: &str) -> Self {
        if rest.starts_with("!--") {
            return Self::other(rest.find("-->").unwrap_or(rest.len()));
        }
        let close = rest.starts_with('/');
        let name = rest[usize::from(close)..].split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or("").to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Self::other(0);
        }
        let (attributes, len) = attributes(rest);
        if !close && RAW.contains(&name.as_str()) {
            let end = find_end(&rest[len..], &name).unwrap_or(rest.len() - len);
            return Self { kind: Kind::Other, attributes, len: len + end };
        }
        let single = rest[..len].ends_with('/') || OPEN_ENDED.contains(&name.as_str());
        let kind = match (single || RAW.contains(&name.as_str()), close) {
            (true, _) => Kind::Other,
            (false, true) => Kind::Close,
            (false, false) => Kind::Open,
        };
        Self { kind, attributes, len }
    }
}

/// Where `</name` stands, whatever its case.
fn find_end(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|&at| {
        let end = text.as_bytes().get(at + 2..at + 2 + name.len());
        end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// How many attributes stand before the `>` of a tag, and how many bytes. Only a quote after `=`
/// opens a value.
fn attributes(tag: &str) -> (usize, usize) {
    let mut quote = None;
    let mut before = b'<';
    let mut blank = false;
    let mut count = 0;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(mark), _) => quote = (mark != byte).then_some(mark),
            (None, b'>') => return (count, at),
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (None, b'=') => {}
            (None, _) => count += usize::from(blank && before != b'=' && !is_blank(byte)),
        }
        blank = is_blank(byte);
        if !blank {
            before = byte;
        }
    }
    (count, tag.len())
}

/// What separates attributes: white space and slashes.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_what_is_open_at_once() {
        assert!(check(&"<div><p>x</div>".repeat(MAX_DEPTH * 2)).is_ok());
        assert!(check(&"<li><br><img src='>'>".repeat(MAX_DEPTH * 2)).is_ok());
        assert!(check(&"<div>".repeat(MAX_DEPTH)).is_ok());
        assert!(matches!(
            check(&"<DIV>".repeat(MAX_DEPTH + 1)),
            Err(IngestErrorKind::TooDeep { .. })
        ));
    }

    #[test]
    fn attributes_are_counted_outside_quotes() {
        let tag = |n: usize| format!("<a {}>", "b=1 ".repeat(n));
        assert!(check(&tag(MAX_ATTRIBUTES)).is_ok());
        assert!(matches!(
            check(&tag(MAX_ATTRIBUTES + 1)),
            Err(IngestErrorKind::TooManyAttributes { .. })
        ));
        assert!(check(&format!("<a title=\"{}\">", "b ".repeat(MAX_ATTRIBUTES * 2))).is_ok());
    }

    #[test]
    fn scripts_and_comments_hold_no_tags() {
        let many = "i<n;a b ".repeat(MAX_ATTRIBUTES * 2);
        assert!(check(&format!("<script>{many}</SCRIPT><!-- {many} --><p>")).is_ok());
        let deep = "<div>".repeat(MAX_DEPTH + 1);
        assert!(check(&format!("<script>x</script>{deep}")).is_err());
    }

    #[test]
    fn a_sea_of_angle_brackets_is_quick() {
        assert!(check(&"<".repeat(1_000_000)).is_ok());
        assert!(check(&"<a".repeat(10_000)).is_ok());
    }
}
