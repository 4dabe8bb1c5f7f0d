//! The page of storylines: one file that opens from disk without a network.
//!
//! All of it is HTML; the script hides, lights and filters what is there and is not needed to read it. Text of
//! other people's is escaped by the template engine, and a policy in the head lets nothing run but our own script, and
//! nothing be fetched at all.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use minijinja::{Environment, Value, context, value::Serde};
use serde::Serialize;
use standfirst_storylines::report::{
    Entry, Line, PositionReport, QuoteReport, Storyline, ToneReport, ToneSlice,
};

use super::{
    super::{html::hash, safe},
    called, days, position, published, sources, stands,
    tones::{groups, polarity},
};

/// The frame of the page.
const TEMPLATE: &str = include_str!("html/page.html");
/// How it looks: as the page of a comparison, with what is its own.
const STYLE: &str = concat!(include_str!("../html/css/base.css"), include_str!("html/page.css"));
/// What it does.
const SCRIPT: &str = include_str!("html/page.js");
/// Quotations of a storyline that the page holds.
const MOST_QUOTES: usize = 2_000;
/// Where the line of a timeline begins, how long it is, and how large its points are.
const LEFT: f64 = 10.0;
const WIDTH: f64 = 980.0;
const POINT: f64 = 4.0;
const LARGEST: usize = 5;

/// Writes the page.
pub fn page(lines: &[Storyline], out: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.add_template("page.html", TEMPLATE).map_err(io::Error::other)?;
    let template = environment.get_template("page.html").map_err(io::Error::other)?;
    let safe = |text: &str| Value::from_safe_string(text.to_owned());
    let rendered = template.render(context! {
        version => env!("CARGO_PKG_VERSION"),
        style => safe(STYLE),
        script => safe(SCRIPT),
        style_hash => safe(&hash(STYLE)),
        script_hash => safe(&hash(SCRIPT)),
        trust => standfirst_text::faithfulness::measured(None),
        lines => Value::from(Serde(lines.iter().map(Shown::of).collect::<Vec<_>>())),
    });
    out.write_all(rendered.map_err(io::Error::other)?.as_bytes())
}

/// A storyline as the template has it.
#[derive(Serialize)]
struct Shown {
    id: String,
    title: String,
    days: Option<String>,
    articles: Vec<Article>,
    events: Vec<Event>,
    digest: Vec<Sentence>,
    timeline: Vec<Point>,
    matrix: Vec<Row>,
    quotes: Vec<Quote>,
    positions: Vec<Position>,
    tones: Vec<Tone>,
    speakers: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Article {
    called: String,
    title: String,
    published: String,
    agency: Option<&'static str>,
    copy_of: Option<String>,
}

#[derive(Serialize)]
struct Event {
    title: String,
    days: Option<String>,
    articles: Vec<usize>,
    digest: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    text: String,
    sources: Vec<usize>,
    outlets: usize,
    single_source: bool,
}

#[derive(Serialize)]
struct Point {
    days: String,
    rule: String,
    text: String,
    sources: Vec<usize>,
    named: String,
    disputed: Vec<String>,
    at: f64,
    size: f64,
}

#[derive(Serialize)]
struct Row {
    outlet: String,
    counts: Vec<usize>,
}

#[derive(Serialize)]
struct Quote {
    speaker: String,
    verb: String,
    direct: bool,
    text: String,
    article: usize,
    place: String,
    towards: String,
}

/// What somebody has said about one matter over the days.
#[derive(Serialize)]
struct Position {
    called: String,
    stands: Vec<Stand>,
}

#[derive(Serialize)]
struct Stand {
    days: String,
    quote: Quote,
}

#[derive(Serialize)]
struct Tone {
    name: String,
    articles: usize,
    score: String,
    groups: Vec<Group>,
}

/// The tone by outlet, voice or month.
#[derive(Serialize)]
struct Group {
    by: &'static str,
    slices: Vec<Slice>,
}

#[derive(Serialize)]
struct Slice {
    of: String,
    articles: usize,
    score: String,
    /// Whether the interval leaves nothing to both sides.
    class: &'static str,
}

impl Shown {
    fn of(line: &Storyline) -> Self {
        let quotes: Vec<Quote> =
            line.quotes.iter().take(MOST_QUOTES).map(|quote| Quote::of(quote, line)).collect();
        let mut speakers: Vec<String> = quotes.iter().map(|quote| quote.speaker.clone()).collect();
        speakers.sort();
        speakers.dedup();
        let mut notes: Vec<String> = line.notes.iter().map(|note| safe::line(note)).collect();
        if line.quotes.len() > quotes.len() {
            notes.push(format!(
                "the page shows {} of {} statements",
                quotes.len(),
                line.quotes.len()
            ));
        }
        Self {
            id: line.id.to_string(),
            title: safe::line(&line.title),
            days: line.days.map(days),
            articles: articles(line),
            events: line
                .events
                .iter()
                .map(|event| Event {
                    title: safe::line(&event.title),
                    days: event.days.map(days),
                    articles: event.articles.clone(),
                    digest: event.digest.iter().map(Sentence::of).collect(),
                })
                .collect(),
            digest: line.digest.iter().map(Sentence::of).collect(),
            timeline: timeline(line),
            matrix: matrix(line),
            quotes,
            positions: line.positions.iter().map(|own| Position::of(own, line)).collect(),
            tones: line.tones.iter().map(Tone::of).collect(),
            speakers,
            notes,
        }
    }
}

fn articles(line: &Storyline) -> Vec<Article> {
    let article = |member: &standfirst_storylines::report::Member| Article {
        called: safe::line(called(member)),
        title: safe::line(member.title.as_deref().unwrap_or_default()),
        published: published(member.published.as_ref()),
        agency: member.agency,
        copy_of: member.copy_of.map(|first| safe::line(called(&line.articles[first]))),
    };
    line.articles.iter().map(article).collect()
}

impl Sentence {
    fn of(line: &Line) -> Self {
        Self {
            text: safe::line(&line.text),
            sources: line.sources.iter().map(|source| source.article).collect(),
            outlets: line.outlets,
            single_source: line.single_source,
        }
    }
}

impl Quote {
    fn of(quote: &QuoteReport, line: &Storyline) -> Self {
        let towards: Vec<String> = quote
            .towards
            .iter()
            .map(|towards| format!("{} {:+.2}", safe::line(&towards.name), towards.score))
            .collect();
        Self {
            speaker: safe::line(&quote.speaker),
            verb: safe::line(quote.verb.as_deref().unwrap_or_default()),
            direct: quote.direct,
            text: safe::line(&quote.text),
            article: quote.article,
            place: safe::line(called(&line.articles[quote.article])),
            towards: towards.join("; "),
        }
    }
}

impl Position {
    fn of(own: &PositionReport, line: &Storyline) -> Self {
        let stand =
            |(days, quote): (String, &QuoteReport)| Stand { days, quote: Quote::of(quote, line) };
        Self { called: safe::line(&position(own)), stands: stands(own, line).map(stand).collect() }
    }
}

impl Tone {
    fn of(tone: &ToneReport) -> Self {
        let groups = groups(tone)
            .map(|(by, slices)| Group { by, slices: slices.iter().map(Slice::of).collect() });
        Self {
            name: safe::line(&tone.name),
            articles: tone.articles,
            score: polarity(&tone.polarity),
            groups: groups.collect(),
        }
    }
}

impl Slice {
    fn of(slice: &ToneSlice) -> Self {
        let class = match (slice.polarity.low, slice.polarity.high) {
            (Some(low), _) if low > 0.0 => "good",
            (_, Some(high)) if high < 0.0 => "bad",
            _ => "",
        };
        Self {
            of: safe::line(&slice.of),
            articles: slice.articles,
            score: polarity(&slice.polarity),
            class,
        }
    }
}

/// The entries, and where each stands on the line from the first day to the last.
fn timeline(line: &Storyline) -> Vec<Point> {
    let Some((first, last)) = line.timeline.first().zip(line.timeline.last()) else {
        return Vec::new();
    };
    let from = first.days.from;
    let length = f64::from((last.days.to - from).get_days().max(1));
    let point = |entry: &Entry| {
        let day = f64::from((entry.days.middle() - from).get_days());
        Point {
            days: days(entry.days),
            rule: rule(entry),
            text: safe::line(&entry.line.text),
            sources: entry.line.sources.iter().map(|source| source.article).collect(),
            named: safe::line(&sources(&entry.line, line)),
            disputed: entry
                .disputed
                .iter()
                .map(|disputed| super::disputed(disputed, line))
                .collect(),
            at: (LEFT + WIDTH * day / length).round(),
            size: POINT + entry.line.outlets.min(LARGEST) as f64,
        }
    };
    line.timeline.iter().map(point).collect()
}

/// How the days were told, in words: the name of the rule without its hyphens.
fn rule(entry: &Entry) -> String {
    let name = serde_json::to_value(entry.rule).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().replace('-', " ")
}

/// How many articles each outlet has on each event.
fn matrix(line: &Storyline) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for member in &line.articles {
        let counts = rows.entry(called(member)).or_insert_with(|| vec![0; line.events.len()]);
        counts[member.event] += 1;
    }
    rows.into_iter().map(|(outlet, counts)| Row { outlet: safe::line(outlet), counts }).collect()
}

#[cfg(test)]
mod tests {
    use standfirst_core::article::{Document, Limits};
    use standfirst_storylines::{
        story::{Options, tell},
        study::study,
    };

    use super::*;

    fn shown(text: &str) -> String {
        let mut document = Document::from_text("<img src=x onerror=alert(1)>", text);
        document.title = Some("</style><script>alert(2)</script>".to_owned());
        document.published = Some("2019-03-14".to_owned());
        let studied = study(document, &Limits::default(), None).unwrap();
        let mut out = Vec::new();
        page(&tell(&[studied], &Options::default()), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_in_an_article_never_becomes_markup_and_the_policy_names_what_is_there() {
        let text = "The <b>bridge</b> & the 'road' fell on Monday. <script>alert(3)</script> Mary Holt said that it was over.";
        let page = shown(text);
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("<img") && !page.contains("<b>"));
        assert!(page.contains(&hash(SCRIPT)) && page.contains(&hash(STYLE)));
        assert!(!page.contains("://") && !page.contains(" style=") && !page.contains(" onclick"));
        assert!(page.contains("2019-03-11"));
    }

    #[test]
    fn a_page_without_storylines_says_so() {
        let mut out = Vec::new();
        page(&[], &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("There is no storyline."));
    }
}
