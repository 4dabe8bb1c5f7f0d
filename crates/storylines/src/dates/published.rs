//! When was an article published, and how sure is that?

use jiff::{
    Timestamp, ToSpan as _, Zoned,
    civil::{Date, DateTime},
    fmt::rfc2822,
};
use serde::Serialize;
use standfirst_core::article::{Article, Reason};

use super::{
    Anchor, Interval, Rule,
    grammar::{self, Expression},
    mentions,
    tense::{self, Tense},
    tenure, token,
};

/// What the day of publication rests on, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The input states it.
    Stated,
    /// A byline or dateline of the text states it.
    Dateline,
    /// The address has it.
    Address,
    /// It is narrowed down by what the text says: who holds which office, which days are past and which to come.
    Text,
}

/// When an article was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The days that it may be. Several, apart from one another, if the text fits several.
    pub days: Vec<Interval>,
    /// How that is known.
    pub basis: Basis,
}

impl Published {
    /// From the first possible day to the last.
    pub fn hull(&self) -> Interval {
        let first = self.days.first().copied().unwrap_or_else(|| Interval::day(Date::ZERO));
        Interval { from: first.from, to: self.days.last().map_or(first.to, |days| days.to) }
    }

    /// The day, if it is known to the day.
    pub fn day(&self) -> Option<Date> {
        let hull = self.hull();
        hull.is_day().then_some(hull.from)
    }

    /// What time expressions of the article are counted from.
    pub fn anchor(&self) -> Anchor {
        Anchor::within(self.hull())
    }
}

/// The day in a date as feeds, pages and tables write it: ISO 8601, RFC 2822, or in words with the year.
/// The day is that of the time zone that is given.
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.get(..64).unwrap_or(text);
    text.parse::<Zoned>()
        .map(|zoned| zoned.date())
        .or_else(|_| text.parse::<DateTime>().map(jiff::civil::DateTime::date))
        .or_else(|_| text.parse::<Date>())
        .or_else(|_| text.get(..10).unwrap_or_default().parse::<Date>())
        .or_else(|_| rfc2822::parse(text).map(|zoned| zoned.date()))
        .or_else(|_| {
            text.parse::<Timestamp>().map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date())
        })
        .ok()
        .filter(|day| *day >= jiff::civil::date(1500, 1, 1))
        .or_else(|| in_words(text))
}

/// The one day that is written out.
fn in_words(text: &str) -> Option<Date> {
    let mut found =
        mentions(text, None).into_iter().filter(|mention| mention.rule == Rule::FullDate);
    let day = found.next()?.meaning.filter(|days| days.is_day())?;
    Some(day.from)
}

/// When `article` was published; `None` if nothing tells.
pub fn published(article: &Article) -> Option<Published> {
    let document = article.document();
    let on = |day: Date, basis| Published { days: vec![Interval::day(day)], basis };
    let stated = document.published.as_deref().or(document
        .facts
        .published
        .as_ref()
        .map(|fact| fact.text.as_str()));
    if let Some(day) = stated.and_then(parse) {
        return Some(on(day, Basis::Stated));
    }
    let bylines = article.cuts().iter().filter(|cut| cut.reason == Reason::Byline);
    let mut days = bylines.filter_map(|cut| in_words(&document.display(cut.span)));
    if let Some(day) = days.next() {
        return Some(on(day, Basis::Dateline));
    }
    if let Some(day) = document.url.as_deref().and_then(in_address) {
        return Some(on(day, Basis::Address));
    }
    by_text(article)
}

/// A date among the parts of an address: `/2009/02/13/`.
fn in_address(url: &str) -> Option<Date> {
    let parts: Vec<&str> = url.get(..400).unwrap_or(url).split('/').collect();
    parts.windows(3).find_map(|parts| {
        let [year, month, day] = parts else { return None };
        let shaped =
            year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        (shaped && (1990..2100).contains(&day.year())).then_some(day)
    })
}

/// Days after a day without a year that an article still calls so, and days before.
const LOOKS_BACK: i32 = 60;
const LOOKS_AHEAD: i32 = 60;
/// Years over which such days are tried out.
const MOST_YEARS: i16 = 12;

/// The days that offices, years and bare days leave.
fn by_text(article: &Article) -> Option<Published> {
    let mut left = tenure::days(article)?;
    let text = &article.document().text;
    let mut windows: Vec<(i8, i8, Tense)> = Vec::new();
    for sentence in article.sentences().iter().take(200) {
        let tokens = token::tokens(&text[sentence.span.range()]);
        for found in grammar::find(&tokens) {
            let tense = tense::around(&tokens, found.first, found.end);
            match found.expression {
                Expression::Days { year: None, month, first, last, .. } if first == last => {
                    windows.push((month, first, tense));
                }
                _ => {
                    for days in &mut left {
                        *days = dated(*days, &found.expression, tense);
                    }
                }
            }
        }
    }
    let first = left.first()?.from.year();
    let last = left.last()?.to.year().min(first.saturating_add(MOST_YEARS));
    for (month, day, tense) in windows.into_iter().filter(|window| window.2 != Tense::Unknown) {
        let within = (first - 1..=last + 1).filter_map(|year| around(year, month, day, tense));
        let within: Vec<Interval> = within.collect();
        let narrowed: Vec<Interval> = left
            .iter()
            .flat_map(|known| within.iter().filter_map(|days| known.shared(*days)))
            .collect();
        if !narrowed.is_empty() {
            left = narrowed;
        }
    }
    Some(Published { days: left, basis: Basis::Text })
}

/// What a year that is written out leaves of `days`.
fn dated(days: Interval, expression: &Expression, tense: Tense) -> Interval {
    let meant = match *expression {
        Expression::Month { year: Some(year), month, .. } => Interval::month(year, month),
        Expression::Years { first, last } if first == last => Interval::year(first),
        _ => None,
    };
    let bound = meant.and_then(|meant| match tense {
        Tense::Past => Interval::new(meant.from, days.to.max(meant.from)),
        Tense::Future => Interval::new(days.from.min(meant.to), meant.to),
        Tense::Unknown => None,
    });
    bound.and_then(|bound| days.shared(bound)).unwrap_or(days)
}

/// The days of publication that go with a day of this year.
fn around(year: i16, month: i8, day: i8, tense: Tense) -> Option<Interval> {
    let day = Date::new(year, month, day).ok()?;
    match tense {
        Tense::Past => Interval::new(day, day.checked_add(LOOKS_BACK.days()).ok()?),
        Tense::Future => Interval::new(day.checked_sub(LOOKS_AHEAD.days()).ok()?, day),
        Tense::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::Document;
    use standfirst_text::repair::clean;

    use super::*;

    #[test]
    fn dates_are_read_however_feeds_write_them() {
        for text in [
            "2009-02-13",
            "2009-02-13T23:30:00-08:00",
            "2009-02-13 23:30:00",
            "2009-02-13T23:30:00Z",
            "Fri, 13 Feb 2009 23:30:00 -0800",
            "13 February 2009",
            "Feb. 13, 2009 at 4:05 p.m.",
            "Updated: Friday, February 13, 2009",
        ] {
            assert_eq!(
                parse(text).map(|day| day.to_string()).as_deref(),
                Some("2009-02-13"),
                "{text}"
            );
        }
        for text in ["", "yesterday", "13/02", "02/03/2009", "2009", "0000-00-00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    fn told(text: &str) -> Option<(String, Basis)> {
        let article = clean(Document::from_text("t", text)).unwrap();
        published(&article).map(|told| {
            let days: Vec<String> = told.days.iter().map(ToString::to_string).collect();
            (days.join(" or "), told.basis)
        })
    }

    #[test]
    fn an_article_without_a_date_is_dated_by_what_it_says_or_not_at_all() {
        let text = "U.S. President-elect Barack Obama named his adviser on November 24. Obama said that the \
                    adviser would begin work in January 2009.";
        assert_eq!(told(text), Some(("2008-11-24/2009-01-19".to_owned(), Basis::Text)));
        assert_eq!(told("The old mill burned down on Monday. Nobody was hurt in the fire."), None);
    }

    #[test]
    fn an_address_may_have_the_day() {
        let mut document = Document::from_text("t", "The old mill burned down. Nobody was hurt.");
        document.url = Some("example.org/news/2014/07/09/mill".to_owned());
        let found = published(&clean(document).unwrap()).unwrap();
        assert_eq!(
            (found.day().unwrap().to_string().as_str(), found.basis),
            ("2014-07-09", Basis::Address)
        );
    }
}
