//! What the parser and the extractor must not be given: markup that would overflow their stack or
//! keep them busy for minutes. No page that a newsroom wrote comes near the limits.

use crate::IngestErrorKind;

/// Deepest nesting. Browsers stop at 512 too.
pub(super) const MAX_DEPTH: usize = 512;
/// Most attributes of one tag; the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 1_000;
/// Sum over all tags of how deep they stand: for every tag the parser looks at those around it.
const MAX_NESTING: usize = 20_000_000;
/// Most `<` that start no tag; each costs the parser as much as a tag.
const MAX_LOOSE: usize = 20_000;
/// Most `&`; each costs the parser as much as a tag.
const MAX_REFERENCES: usize = 500_000;

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
    check_references(html)?;
    let (mut depth, mut nesting, mut loose, mut at) = (0_usize, 0_usize, 0_usize, 0_usize);
    while let Some(found) = html[at..].find('<') {
        let tag = Tag::at(&html[at + found + 1..]);
        at += found + 1 + tag.len;
        match tag.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Single => {}
            Kind::Loose => loose += 1,
        }
        nesting += depth;
        limit("attributes in a tag", tag.attributes, MAX_ATTRIBUTES)?;
        limit("levels of nested tags", depth, MAX_DEPTH)?;
        limit("loose angle brackets", loose, MAX_LOOSE)?;
        limit("steps of nesting in all its tags", nesting, MAX_NESTING)?;
    }
    Ok(())
}

/// Refuses a page with more character references than that.
pub(super) fn check_references(html: &str) -> Result<(), IngestErrorKind> {
    let references = html.bytes().filter(|&byte| byte == b'&').count();
    limit("character references", references, MAX_REFERENCES)
}

fn limit(what: &'static str, count: usize, limit: usize) -> Result<(), IngestErrorKind> {
    if count > limit { Err(IngestErrorKind::Tangled { what, limit }) } else { Ok(()) }
}

enum Kind {
    Open,
    Close,
    /// A void or raw element, or a comment.
    Single,
    /// A `<` that starts no tag.
    Loose,
}

/// A tag as far as the limits need it.
struct Tag {
    kind: Kind,
    attributes: usize,
    /// Bytes after the `<` that it takes up, raw content included.
    len: usize,
}

impl Tag {
    fn at(rest: &str) -> Self {
        if rest.starts_with("!--") {
            let len = rest.find("-->").unwrap_or(rest.len());
            return Self { kind: Kind::Single, attributes: 0, len };
        }
        let close = rest.starts_with('/');
        let name = rest[usize::from(close)..].split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or("").to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let loose = !rest.starts_with(['!', '?', '/']);
            let kind = if loose { Kind::Loose } else { Kind::Single };
            return Self { kind, attributes: 0, len: 0 };
        }
        let (attributes, len) = attributes(rest);
        if !close && RAW.contains(&name.as_str()) {
            let end = find_end(&rest[len..], &name).unwrap_or(rest.len() - len);
            return Self { kind: Kind::Single, attributes, len: len + end };
        }
        let single = rest[..len].ends_with('/') || OPEN_ENDED.contains(&name.as_str());
        let kind = match (single || RAW.contains(&name.as_str()), close) {
            (true, _) => Kind::Single,
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

    fn refused(html: &str) -> &'static str {
        match check(html) {
            Err(IngestErrorKind::Tangled { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn depth_is_what_is_open_at_once() {
        assert!(check(&"<div><p>x</div>".repeat(MAX_DEPTH * 2)).is_ok());
        assert!(check(&"<li><br><img src='>'>".repeat(MAX_DEPTH * 2)).is_ok());
        assert!(check(&"<div>".repeat(MAX_DEPTH)).is_ok());
        assert!(refused(&"<DIV>".repeat(MAX_DEPTH + 1)).contains("nested"));
        let tangle = "<b>".repeat(MAX_DEPTH - 1) + &"<i>x</i>".repeat(MAX_NESTING / MAX_DEPTH);
        assert!(refused(&tangle).contains("nesting"));
    }

    #[test]
    fn attributes_are_counted_outside_quotes() {
        let tag = |n: usize| format!("<a {}>", "b=1 ".repeat(n));
        assert!(check(&tag(MAX_ATTRIBUTES)).is_ok());
        assert!(refused(&tag(MAX_ATTRIBUTES + 1)).contains("attributes"));
        assert!(check(&format!("<a title=\"{}\">", "b ".repeat(MAX_ATTRIBUTES * 2))).is_ok());
    }

    #[test]
    fn scripts_and_comments_hold_no_tags() {
        let many = "i<n;a b ".repeat(MAX_ATTRIBUTES * 2);
        assert!(check(&format!("<script>{many}</SCRIPT><!-- {many} --><p>")).is_ok());
        let deep = "<div>".repeat(MAX_DEPTH + 1);
        assert!(refused(&format!("<script>x</script>{deep}")).contains("nested"));
    }

    #[test]
    fn a_sea_of_signs_is_refused() {
        assert!(refused(&"<".repeat(MAX_LOOSE + 1)).contains("angle brackets"));
        assert!(refused(&"&".repeat(MAX_REFERENCES + 1)).contains("references"));
        assert!(check(&"a < b & c ".repeat(1_000)).is_ok());
    }
}
