//! What is wrong with the markup of an entry, mended before a parser sees it, since parsers of XML stop
//! at the first fault.

use std::sync::LazyLock;

use regex::Regex;

/// The elements of a feed that hold other people's markup, which is to be escaped and often is not.
const HOLDERS: [&str; 5] = ["title", "description", "content:encoded", "summary", "content"];

/// The start and the end of a section of CDATA.
pub(super) const CDATA: (&str, &str) = ("<![CDATA[", "]]>");

/// The text with every `&` and `<` that is none escaped, and without the characters that XML does not
/// know. Sections of CDATA keep theirs.
pub(super) fn sound(text: &str) -> String {
    let mut sound = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = verbatim(rest);
        if skipped > 0 {
            sound.extend(rest[..skipped].chars().filter(|&c| is_xml(c)));
            rest = &rest[skipped..];
            continue;
        }
        match c {
            '&' if !starts_reference(rest) => sound.push_str("&amp;"),
            '<' if !starts_tag(rest) => sound.push_str("&lt;"),
            c if is_xml(c) => sound.push(c),
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    sound
}

/// The length of the section of CDATA or the comment that a text begins with.
fn verbatim(text: &str) -> usize {
    [CDATA, ("<!--", "-->")].into_iter().find(|(start, _)| text.starts_with(start)).map_or(
        0,
        |(start, end)| {
            text[start.len()..].find(end).map_or(text.len(), |at| start.len() + at + end.len())
        },
    )
}

/// Whether a text begins with a character reference, known or not: `&#8217;`, `&eacute;`.
fn starts_reference(text: &str) -> bool {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
            .expect("constant pattern")
    });
    REFERENCE.is_match(text)
}

fn starts_tag(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?' | '_'))
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// The entry with markup that stands unescaped in its elements made CDATA, tags that never close and all;
/// what Atom declares to be XHTML stays.
pub(super) fn wrapped(entry: &str) -> String {
    HOLDERS.iter().fold(entry.to_owned(), |entry, holder| wrapped_in(&entry, holder))
}

fn wrapped_in(entry: &str, holder: &str) -> String {
    let (open, close) = (format!("<{holder}"), format!("</{holder}>"));
    let mut wrapped = String::with_capacity(entry.len());
    let mut rest = entry;
    while let Some(at) = next_tag(rest, &open) {
        let Some(start) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        let tag = &rest[at..start];
        wrapped.push_str(&rest[..start]);
        rest = &rest[start..];
        if tag.ends_with("/>") || tag.contains("xhtml") {
            continue;
        }
        let Some(end) = rest.find(&close) else { break };
        let inside = &rest[..end];
        if inside.contains('<') && !inside.contains(CDATA.0) {
            let inside = inside.replace(CDATA.1, "]]&gt;");
            wrapped.extend([CDATA.0, &inside, CDATA.1]);
        } else {
            wrapped.push_str(inside);
        }
        rest = &rest[end..];
    }
    wrapped + rest
}

/// Where the next start tag of a name stands: `<content` is not `<content:encoded`. Sections of CDATA are
/// passed over.
fn next_tag(text: &str, open: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[found..];
        let ends =
            |rest: &str| rest.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/');
        if rest.strip_prefix(open).is_some_and(ends) {
            return Some(found);
        }
        at = found + verbatim(rest).max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_markup_is_escaped() {
        assert_eq!(
            sound("Smith & Sons &amp; Co &eacute; &#8217; R&D; a<b"),
            "Smith &amp; Sons &amp; Co &eacute; &#8217; R&amp;D; a<b"
        );
        assert_eq!(sound("5 < 6 & <b>x</b>\u{1}\u{c}"), "5 &lt; 6 &amp; <b>x</b>");
        assert_eq!(sound("<![CDATA[a & b <\u{2}]]>&"), "<![CDATA[a & b <]]>&amp;");
        assert_eq!(sound("<![CDATA[never & closed"), "<![CDATA[never & closed");
    }

    #[test]
    fn markup_that_was_not_escaped_becomes_cdata() {
        assert_eq!(
            wrapped("<item><title>T</title><description a='1'><p>One<br>two</description></item>"),
            "<item><title>T</title><description a='1'><![CDATA[<p>One<br>two]]></description></item>"
        );
        for whole in [
            "<content type='xhtml'><div>x</div></content>",
            "<description><![CDATA[<p>x]]></description>",
            "<description/><title>x</title>",
            "<summary>never closed <b>",
            "<content:encoded>x</content:encoded>",
        ] {
            assert_eq!(wrapped(whole), whole);
        }
    }
}
