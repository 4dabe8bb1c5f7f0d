//! When it was published, as ISO 8601, in the time zone that the page gives.

use std::sync::LazyLock;

use dom_query::Document;
use jiff::{
    civil::{Date, Time},
    fmt::{rfc2822, temporal::Pieces},
    tz::Offset,
};
use regex::Regex;
use standfirst_core::article::{Stated, Whence};

use super::stated;
use crate::html::{blocks::Block, facts::Facts};

/// `meta` elements with the date of publication, best first.
const PUBLISHED: [&str; 16] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
];
/// `meta` elements with the date of the last change.
const CHANGED: [&str; 4] =
    ["article:modified_time", "og:updated_time", "lastmod", "dcterms.modified"];
/// Longest block that is read for a date, in bytes.
const MAX_LINE: usize = 90;
/// Years that an article on the web may be of.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// The date of publication. Where the page's data differ, the date that it shows its readers counts; the date
/// of the last change only if it is that one, or if there is no other.
pub(super) fn find(
    document: &Document,
    facts: &Facts,
    url: Option<&str>,
    blocks: &[Block],
) -> Option<Stated> {
    let data = |key: &str| {
        let mut dates = facts.articles().filter_map(|article| article[key].as_str());
        dates.find_map(parse).map(|date| stated(date, Whence::Jsonld))
    };
    let meta = |names: &[&str]| {
        let mut dates = names.iter().flat_map(|name| facts.metas(name));
        dates.find_map(parse).map(|date| stated(date, Whence::Meta))
    };
    let shown: Vec<String> = blocks
        .iter()
        .filter(|block| block.text.len() <= MAX_LINE)
        .filter_map(|block| in_words(&block.text))
        .map(|date| date.to_string())
        .collect();
    let first = [
        meta(&PUBLISHED),
        in_element(document, "[itemprop=datePublished]"),
        data("datePublished"),
        url.and_then(in_url),
        in_element(document, "time"),
    ];
    let changed = [meta(&CHANGED), data("dateModified")];
    let text = shown.first().map(|date| stated(date.clone(), Whence::Text));
    let is_shown = |found: &&Stated| shown.iter().any(|date| found.text.starts_with(date.as_str()));
    let seen = first.iter().chain(&changed).flatten().find(is_shown).cloned();
    seen.or_else(|| first.into_iter().flatten().next())
        .or(text)
        .or_else(|| changed.into_iter().flatten().next())
}

fn in_element(document: &Document, selector: &str) -> Option<Stated> {
    let found = document.select(selector);
    let date = found.iter().find_map(|node| {
        let said = node.attr("datetime").or_else(|| node.attr("content"));
        said.and_then(|said| parse(&said)).or_else(|| parse(&node.text()))
    });
    date.map(|date| stated(date, Whence::Time))
}

/// The date in an address: `/2024/05/03/`.
fn in_url(url: &str) -> Option<Stated> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:\D|$)")
            .expect("the pattern is valid")
    });
    let found = PATH.captures(url)?;
    let date = date(&found[1], &found[2], &found[3])?;
    Some(stated(date.to_string(), Whence::Url))
}

/// A date as machines or people write it, as ISO 8601.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(pieces) = Pieces::parse(text) {
        return known(pieces.date())
            .then(|| iso(pieces.date(), pieces.time(), pieces.to_numeric_offset()));
    }
    if let Ok(zoned) = rfc2822::parse(text) {
        return known(zoned.date())
            .then(|| iso(zoned.date(), Some(zoned.time()), Some(zoned.offset())));
    }
    in_words(text).map(|date| date.to_string())
}

fn known(date: Date) -> bool {
    YEARS.contains(&date.year())
}

fn iso(date: Date, time: Option<Time>, offset: Option<Offset>) -> String {
    let Some(time) = time else { return date.to_string() };
    let zone = match offset.map(Offset::seconds) {
        None => String::new(),
        Some(0) => "Z".to_owned(),
        Some(seconds) => {
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    format!("{date}T{:02}:{:02}:{:02}{zone}", time.hour(), time.minute(), time.second())
}

/// The first date in a line: `May 3, 2024`, `3rd of May 2024`, `2024-05-03`, `31/05/2024`.
fn in_words(text: &str) -> Option<Date> {
    static FORMS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
        [
            r"\b(?<m>\p{L}{3,9})\.?\s+(?<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<y>(?:19|20)\d\d)\b",
            r"\b(?<d>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?<m>\p{L}{3,9})\.?,?\s+(?:de\s+)?(?<y>(?:19|20)\d\d)\b",
            r"\b(?<y>(?:19|20)\d\d)[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})\b",
            r"\b(?<m>\d{1,2})/(?<d>\d{1,2})/(?<y>(?:19|20)\d\d)\b",
            r"\b(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>(?:19|20)\d\d)\b",
        ]
        .map(|form| Regex::new(form).expect("the pattern is valid"))
    });
    FORMS.iter().find_map(|form| {
        form.captures_iter(text).find_map(|found| {
            let (first, second) = (&found["m"], &found["d"]);
            date(&found["y"], first, second).or_else(|| date(&found["y"], second, first))
        })
    })
}

/// A date of its parts; the month may be a name.
fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let month = month.parse().ok().or_else(|| month_named(month))?;
    let date = Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    known(date).then_some(date)
}

/// The months of the languages of most pages, by the letters that tell them apart.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "jän", "янв"],
    &["feb", "fév", "fev", "фев"],
    &["mar", "mär", "мар"],
    &["apr", "avr", "abr", "апр"],
    &["may", "mai", "mag", "maj", "mei", "май", "мая"],
    &["jun", "juin", "giu", "июн"],
    &["jul", "juil", "lug", "июл"],
    &["aug", "aoû", "ago", "авг"],
    &["sep", "set", "сен"],
    &["oct", "okt", "ott", "out", "окт"],
    &["nov", "ноя"],
    &["dec", "déc", "dez", "dic", "дек"],
];

fn month_named(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let found =
        MONTHS.iter().position(|names| names.iter().any(|start| name.starts_with(start)))?;
    i8::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_time_zone() {
        for (written, expected) in [
            ("2024-05-03T10:00:00+0200", "2024-05-03T10:00:00+02:00"),
            ("2024-05-03T10:00:00.000Z", "2024-05-03T10:00:00Z"),
            ("2024-05-03 10:00:00", "2024-05-03T10:00:00"),
            ("2024-05-03", "2024-05-03"),
            ("Fri, 03 May 2024 10:00:00 -0330", "2024-05-03T10:00:00-03:30"),
            ("Published on May 3rd, 2024 by Ada", "2024-05-03"),
            ("3. Mai 2024", "2024-05-03"),
            ("3 de mayo de 2024", "2024-05-03"),
            ("05/31/2024", "2024-05-31"),
            ("03.05.2024", "2024-05-03"),
        ] {
            assert_eq!(parse(written).as_deref(), Some(expected), "{written}");
        }
        for nothing in ["yesterday", "0001-01-01T00:00:00Z", "Flat 3, 2024", ""] {
            assert_eq!(parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_date_that_is_shown_counts_where_data_differ() {
        let found = |page: &str, url: &str| {
            let document = Document::from(page);
            let blocks = crate::html::blocks::blocks(page);
            find(&document, &Facts::read(&document), Some(url), &blocks)
                .map(|found| (found.text, found.by))
        };
        let meta = "<meta property='article:published_time' content='2020-01-02T08:00:00Z'>\
                    <meta property='article:modified_time' content='2024-05-03T08:00:00Z'>";
        let is = |date: &str, by| Some((date.to_owned(), by));
        assert_eq!(found(meta, ""), is("2020-01-02T08:00:00Z", Whence::Meta));
        assert_eq!(
            found(&format!("{meta}<p>Updated May 3, 2024"), ""),
            is("2024-05-03T08:00:00Z", Whence::Meta)
        );
        assert_eq!(
            found("<time datetime=2024-05-03>today</time>", ""),
            is("2024-05-03", Whence::Time)
        );
        assert_eq!(found("<p>x", "https://a.example/2024/5/3/slip"), is("2024-05-03", Whence::Url));
        assert_eq!(found("<p>3 May 2024", ""), is("2024-05-03", Whence::Text));
    }
}
