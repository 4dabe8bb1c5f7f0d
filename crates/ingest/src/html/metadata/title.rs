//! The title, whole: only what names the site is taken off, since a title may have dashes of its own.

use std::{collections::HashSet, sync::LazyLock};

use dom_query::{Document, NodeRef};
use regex::Regex;
use serde_json::Value;
use standfirst_core::article::{Stated, Whence};

use super::{Site, bare, stated, words};
use crate::html::facts::{Facts, folded, plain};

/// From this share of common words on, a heading is the title in other words.
const ALIKE: f64 = 0.4;
/// The same for the only heading there is.
const ALONE: f64 = 0.2;
/// Most words behind a bar that are none of the title's.
const LABEL: usize = 4;
/// Most words that a heading lacks of its title: a number before it, a year behind it.
const ADDED: usize = 2;
/// Longest title, in bytes, and how many of each kind are compared with the others.
const MAX_TITLE: usize = 1_000;
const MAX_TITLES: usize = 200;
/// Places where a title may end and something else begin; one with more is a list, and stays as it is.
const MAX_BREAKS: usize = 40;
/// First headings that name a part of the page.
const PARTS: [&str; 6] = ["menu", "blog", "news", "contactus", "followus", "search"];

/// The title: the heading that the page's own data agree with, else what those say.
pub(super) fn find(document: &Document, facts: &Facts, site: &Site) -> Option<Stated> {
    let headings: Vec<String> = document
        .select("h1")
        .nodes()
        .iter()
        .map(shown)
        .filter(|text| text.len() <= MAX_TITLE && !text.contains("{{") && !bare(text).is_empty())
        .filter(|text| !site.is(text) && !PARTS.contains(&bare(text).as_str()))
        .take(MAX_TITLES)
        .collect();
    let said = facts.articles().flat_map(|article| ["headline", "name"].map(|key| &article[key]));
    let said = said.filter_map(Value::as_str).filter(|text| text.len() <= MAX_TITLE).map(plain);
    let said: Vec<String> = said.filter(|text| !bare(text).is_empty()).take(MAX_TITLES).collect();
    let known: HashSet<String> = headings.iter().chain(&said).map(|text| bare(text)).collect();
    let meta = facts.meta(&["og:title"]).into_iter().chain(facts.meta(&["twitter:title"]));
    let tag = document.select("head > title, title").iter().next().map(|node| folded(&node.text()));
    let whole: Vec<(String, Whence)> = meta
        .map(|text| (plain(text), Whence::Meta))
        .chain(tag.map(|text| (text, Whence::Text)))
        .filter(|(text, _)| text.len() <= MAX_TITLE)
        .collect();
    let meta: Vec<(String, Whence)> = whole
        .iter()
        .map(|(text, by)| (without_site(text.clone(), site, &known), *by))
        .filter(|(text, _)| !bare(text).is_empty())
        .collect();
    let others: Vec<&String> = meta.iter().map(|(text, _)| text).chain(&said).collect();
    if let Some(heading) = agreed(&headings, &others, site) {
        // What opens with the site's name in the heading, too, is called so.
        let entire = headings.iter().find(|entire| {
            entire.ends_with(&heading) && whole.iter().any(|(text, _)| bare(text) == bare(entire))
        });
        if let Some(entire) = entire {
            return Some(stated(entire, Whence::Text));
        }
        let better = meta.iter().find(|(text, _)| is_better(text, &heading, &others));
        return Some(match better {
            Some((text, by)) => stated(text, *by),
            None => stated(heading, Whence::Text),
        });
    }
    if let Some((text, by)) = meta.into_iter().next() {
        return Some(stated(text, by));
    }
    if let Some(text) = said.into_iter().next() {
        return Some(stated(text, Whence::Jsonld));
    }
    headings.into_iter().next().map(|text| stated(text, Whence::Text))
}

/// The text of a heading; what stands in another line is another word.
fn shown(node: &NodeRef<'_>) -> String {
    let mut text = String::new();
    for inner in node.descendants_it() {
        if inner.is_text() {
            text.push_str(&inner.text());
        } else if inner.node_name().is_some_and(|name| matches!(&*name, "br" | "div" | "p")) {
            text.push(' ');
        }
    }
    folded(&text)
}

/// The heading that another source of the title agrees with.
fn agreed(headings: &[String], others: &[&String], site: &Site) -> Option<String> {
    let none = HashSet::new();
    let headings: Vec<String> =
        headings.iter().map(|heading| without_site(heading.clone(), site, &none)).collect();
    let same = others
        .iter()
        .find_map(|other| headings.iter().find(|heading| bare(heading) == bare(other)));
    if let Some(same) = same {
        return Some(same.clone());
    }
    let likeness =
        |heading: &String| others.iter().map(|other| alike(heading, other)).fold(0.0, f64::max);
    // Of equals the first.
    let best = headings.iter().map(|heading| (likeness(heading), heading));
    let (likeness, heading) =
        best.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let enough = likeness >= ALIKE || headings.len() == 1 && likeness >= ALONE;
    enough.then(|| heading.clone())
}

/// Whether what the page says elsewhere is the title rather than its heading: it is all of the heading but a kicker
/// or a date before it, or it has the heading and some words before or behind, and is said so more than once.
fn is_better(text: &str, heading: &str, others: &[&String]) -> bool {
    let (own, shown) = (words(text), words(heading));
    let twice = || others.iter().filter(|other| bare(other) == bare(text)).count() > 1;
    if own.len() < shown.len() {
        own.len() > 1 && shown.ends_with(&own)
    } else {
        let more = own.starts_with(&shown) || own.ends_with(&shown);
        shown.len() > 1 && (1..=ADDED).contains(&(own.len() - shown.len())) && more && twice()
    }
}

/// The share of the words of two titles that both have.
fn alike(a: &str, b: &str) -> f64 {
    let set = |text| words(text).into_iter().collect::<HashSet<_>>();
    let (a, b) = (set(a), set(b));
    a.intersection(&b).count() as f64 / a.union(&b).count().max(1) as f64
}

/// A title without the name of the site at its end or its beginning; or without an end that nobody else who
/// gives the title has.
fn without_site(mut title: String, site: &Site, known: &HashSet<String>) -> String {
    static BREAK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\s+[|–—\-:·•»«~>/]+\s+|\s*[|»]\s*|\s*::\s*|:\s+")
            .expect("the pattern is valid")
    });
    loop {
        let breaks: Vec<(usize, usize)> =
            BREAK.find_iter(&title).map(|found| (found.start(), found.end())).collect();
        if breaks.len() > MAX_BREAKS {
            return title;
        }
        let tail = breaks.iter().rev().find(|(_, end)| site.is_named_by(&title[*end..]));
        let head = || {
            breaks.iter().find(|(start, end)| {
                let head = &title[..*start];
                (site.is_named_by(head) || PARTS.contains(&bare(head).as_str()))
                    && words(&title[*end..]).len() > 1
            })
        };
        let whole = || {
            breaks.iter().rev().find(|(start, _)| {
                words(&title[..*start]).len() > 1 && known.contains(&bare(&title[..*start]))
            })
        };
        let label = || breaks.iter().rev().find(|&&(start, end)| is_label(&title, start, end));
        let rest = match (tail, head(), whole().or_else(label)) {
            (None, Some(&(_, end)), _) => &title[end..],
            (Some(&(start, _)), _, _) | (None, None, Some(&(start, _))) => &title[..start],
            (None, None, None) => return title,
        };
        if bare(rest).is_empty() {
            return title;
        }
        title = String::from(rest);
    }
}

/// Whether some few words after a vertical bar are put behind a title: a section, a site that is nowhere named.
/// Writers part their titles with dashes and colons, and hardly ever with a bar.
fn is_label(title: &str, start: usize, end: usize) -> bool {
    let (before, after) = (words(&title[..start]).len(), words(&title[end..]).len());
    title[start..end].trim() == "|" && (1..=LABEL).contains(&after) && before > after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(page: &str) -> String {
        let document = Document::from(page);
        let facts = Facts::read(&document);
        let site = Site::read(&facts, Some("https://harbourtimes.example/slip"));
        find(&document, &facts, &site).map(|found| found.text).unwrap_or_default()
    }

    #[test]
    fn a_title_keeps_its_own_dashes() {
        for (tag, heading, expected) in [
            (
                "Bridge to open - and it is late",
                "Bridge to open - and it is late",
                "Bridge to open - and it is late",
            ),
            (
                "Bridge to open - and it is late | Harbour Times",
                "Bridge to open - and it is late",
                "Bridge to open - and it is late",
            ),
            ("Bridge opens – crews furious - Harbour Times", "", "Bridge opens – crews furious"),
            ("Harbour Times: Bridge opens - what next?", "", "Bridge opens - what next?"),
            ("Bridge opens | City desk", "Bridge opens", "Bridge opens"),
            ("Bridge opens to traffic | Slip Weekly", "", "Bridge opens to traffic"),
            ("Slip | Bridge", "", "Slip | Bridge"),
            (
                "The bridge opens to traffic",
                "Bridge opens<br>to traffic",
                "Bridge opens to traffic",
            ),
            ("Blog: Bridge opens", "", "Bridge opens"),
            ("The bridge is open", "Blog", "The bridge is open"),
        ] {
            let page = format!("<title>{tag}</title><h1>{heading}</h1>");
            assert_eq!(title(&page), expected);
        }
    }

    #[test]
    fn a_heading_is_corrected_by_what_the_page_says_twice() {
        for (said, heading, expected) in [
            (
                "8 bridges that never opened",
                "bridges that never opened",
                "8 bridges that never opened",
            ),
            ("Best slips of 2025", "Best slips", "Best slips of 2025"),
            (
                "Bridge opens to traffic",
                "3 May 2025 Bridge opens to traffic",
                "Bridge opens to traffic",
            ),
            ("Bridge opens", "Bridge opens to traffic at last", "Bridge opens to traffic at last"),
            ("Bridge opens in May, a year too late", "Bridge opens", "Bridge opens"),
            (
                "Harbour Times: the week in slips",
                "Harbour Times: the week in slips",
                "Harbour Times: the week in slips",
            ),
            ("The week in slips", "quay.example.com", "The week in slips"),
        ] {
            let page = format!(
                "<title>{said}</title><meta property='og:title' content='{said}'><h1>{heading}</h1>"
            );
            assert_eq!(title(&page), expected);
        }
    }

    #[test]
    fn without_a_heading_the_data_say_it() {
        assert_eq!(
            title("<meta property='og:title' content='Slip &amp;amp; bridge'><p>x"),
            "Slip & bridge"
        );
        assert_eq!(
            title(
                r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Slip shut"}</script>"#
            ),
            "Slip shut"
        );
        assert_eq!(title("<p>x"), "");
    }
}
