//! Which day is meant: when an article was published, and what its time expressions say.
//!
//! *Last week*, *Tuesday*, *in January*, *Nov. 11* are resolved against the day of publication, each with
//! the [`Rule`] that resolved it. What the sentence does not settle stays unresolved: a timeline with a gap
//! is better than one with a wrong day. Which *Tuesday* is meant the nearest verb tells (`dates/tense.rs`). English
//! only, as the words for it are; `crates/storylines/tests/dates.rs` measures it.
//!
//! ```
//! use standfirst_storylines::dates::{Anchor, mentions};
//!
//! let anchor = Anchor::day("2009-02-13".parse().unwrap());
//! let found = mentions("The envoys will meet on March 6 in Geneva.", Some(anchor));
//! assert_eq!(found[0].meaning.unwrap().to_string(), "2009-03-06");
//! ```

mod grammar;
mod interval;
mod published;
mod resolve;
mod tense;
mod tenure;
mod token;

use serde::Serialize;
use standfirst_core::{
    article::{Article, Span},
    language::Language,
};

use self::{grammar::Found, resolve::Context, token::Token};
pub use self::{
    interval::Interval,
    published::{Basis, Published, parse, published},
    resolve::Anchor,
};

/// Sentences of an article in which dates are looked for; an article of this length is a book.
const MAX_SENTENCES: usize = 10_000;

/// How a time expression was resolved, or why it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Day, month and year are written out.
    FullDate,
    /// Month and year are written out.
    MonthYear,
    /// A year or a decade is written out.
    Year,
    /// A season or a quarter with its year, or with *last*.
    Season,
    /// Day and month; the latest such day up to publication, since the verb is in the past.
    DayBefore,
    /// Day and month; the first such day from publication on, since the verb looks ahead.
    DayAhead,
    /// A month; the latest one, since the verb is in the past.
    MonthBefore,
    /// A month; the next one, since the verb looks ahead.
    MonthAhead,
    /// A day of the week; the latest one, since the verb is in the past.
    WeekdayBefore,
    /// A day of the week; the next one, since the verb looks ahead.
    WeekdayAhead,
    /// *Yesterday*, *last week*, *three days ago*: counted from publication.
    Counted,
    /// A day that the calendar has every year.
    Holiday,
    /// A day that is the name of an event.
    Event,
    /// The day of publication itself.
    Published,
    /// No day of publication is known to count from.
    NoAnchor,
    /// The sentence does not tell which one is meant.
    Ambiguous,
    /// It counts from another event: *the next day*.
    Anaphoric,
    /// There is no such day.
    Impossible,
}

/// A time expression and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands: of [`in_article`] bytes of the document's text, of [`mentions`] of the text given.
    pub span: Span,
    /// The days it means; `None` if that could not be told.
    pub meaning: Option<Interval>,
    /// By which rule, or why not.
    pub rule: Rule,
}

/// A time expression in a sentence of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InSentence {
    /// Index of the sentence.
    pub sentence: usize,
    /// The expression.
    pub mention: Mention,
}

/// The time expressions of one sentence, in reading order.
pub fn mentions(sentence: &str, anchor: Option<Anchor>) -> Vec<Mention> {
    let tokens = token::tokens(sentence);
    read(&tokens, anchor, None).0
}

/// The time expressions of an article, in reading order; none if it is known to be in another language than
/// English. A paragraph that has gone back to an earlier year makes its bare months ambiguous.
pub fn in_article(article: &Article, anchor: Option<Anchor>) -> Vec<InSentence> {
    if article.language().is_some_and(|language| language != Language::ENGLISH) {
        return Vec::new();
    }
    let text = &article.document().text;
    let mut found = Vec::new();
    let (mut paragraph, mut year) = (usize::MAX, None);
    for (index, sentence) in article.sentences().iter().enumerate().take(MAX_SENTENCES) {
        if sentence.paragraph != paragraph {
            (paragraph, year) = (sentence.paragraph, None);
        }
        let tokens = token::tokens(&text[sentence.span.range()]);
        let (mentions, last) = read(&tokens, anchor, year);
        year = last.or(year);
        found.extend(mentions.into_iter().map(|mention| InSentence {
            sentence: index,
            mention: Mention { span: shifted(mention.span, sentence.span.start), ..mention },
        }));
    }
    found
}

fn shifted(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// The mentions among `tokens`, and the last year that they write out. `year` is the one that the paragraph is in.
fn read(
    tokens: &[Token<'_>],
    anchor: Option<Anchor>,
    year: Option<i16>,
) -> (Vec<Mention>, Option<i16>) {
    let found: Vec<Found> = grammar::find(tokens);
    let years: Vec<i16> = found.iter().filter_map(|found| found.expression.year()).collect();
    let context = Context { anchor, years: &years, paragraph: year };
    let mentions = found.iter().map(|found| {
        let (meaning, rule) = match resolve::resolve(found, tokens, &context) {
            Ok((meaning, rule)) => (Some(meaning), rule),
            Err(why) => (None, why),
        };
        Mention { span: found.span(tokens), meaning, rule }
    });
    (mentions.collect(), years.last().copied())
}
