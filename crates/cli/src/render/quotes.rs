//! Who said what, as a table: for reading, as JSON Lines, as CSV.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::Serialize;
use standfirst_storylines::{
    dates::Basis,
    report::{QuoteReport, Towards},
    study::Studied,
};

use super::{
    Look, csv,
    parquet::{Cell, Column, Kind, write_all},
    safe, storylines,
    wrap::wrap,
};

/// The name of the contract of a row.
const SCHEMA: &str = "standfirst-quotes/1";

/// A statement and the article that has it.
pub struct Row<'a> {
    /// The statement.
    pub quote: &'a QuoteReport,
    /// The article.
    pub studied: &'a Studied,
}

/// A row as it is written: flat, so that a table of columns holds it.
#[derive(Serialize)]
struct Flat<'a> {
    schema: &'static str,
    speaker: &'a str,
    named: bool,
    verb: Option<&'a str>,
    direct: bool,
    text: &'a str,
    start: usize,
    end: usize,
    id: &'a str,
    source: String,
    outlet: Option<&'a str>,
    title: Option<String>,
    /// First and last day on which it may have been published.
    published_from: Option<String>,
    published_to: Option<String>,
    published_basis: Option<Basis>,
    towards: &'a [Towards],
}

impl<'a> From<&Row<'a>> for Flat<'a> {
    fn from(&Row { quote, studied }: &Row<'a>) -> Self {
        let document = studied.article.document();
        Self {
            schema: SCHEMA,
            speaker: &quote.speaker,
            named: quote.named,
            verb: quote.verb.as_deref(),
            direct: quote.direct,
            text: &quote.text,
            start: quote.span.start,
            end: quote.span.end,
            id: &document.id,
            source: document.source.to_string(),
            outlet: studied.outlet.as_deref(),
            title: studied.article.title(),
            published_from: quote.published.map(|days| days.from.to_string()),
            published_to: quote.published.map(|days| days.to.to_string()),
            published_basis: studied.published.as_ref().map(|told| told.basis),
            towards: &quote.towards,
        }
    }
}

/// A statement a line; inputs that could not be read have lines of their own behind them.
pub fn jsonl(rows: &[Row<'_>], failed: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, &Flat::from(row))?;
        out.write_all(b"\n")?;
    }
    storylines::unread(SCHEMA, failed, out)
}

/// What the columns are called.
const HEADER: [&str; 15] = [
    "speaker",
    "named",
    "verb",
    "direct",
    "text",
    "start",
    "end",
    "id",
    "source",
    "outlet",
    "title",
    "published_from",
    "published_to",
    "published_basis",
    "towards",
];

/// A statement a row.
pub fn csv(rows: &[Row<'_>], out: &mut dyn Write) -> io::Result<()> {
    csv::write_row(&HEADER.map(Cow::from), out)?;
    rows.iter().try_for_each(|row| csv::write_row(&cells(&Flat::from(row)), out))
}

/// A statement a row, with types.
pub fn parquet(rows: &[Row<'_>], out: &mut dyn Write) -> io::Result<()> {
    let kind = |name| match name {
        "named" | "direct" => Kind::Bool,
        "start" | "end" => Kind::Whole,
        _ => Kind::Text,
    };
    let columns = Column::all(HEADER.map(|name| (name, kind(name))));
    write_all(&columns, rows.iter().map(|row| typed(&Flat::from(row))), out)
}

fn typed(row: &Flat<'_>) -> Vec<Cell> {
    vec![
        Cell::text(row.speaker),
        Cell::Bool(row.named),
        Cell::text(row.verb.unwrap_or("")),
        Cell::Bool(row.direct),
        Cell::text(row.text),
        Cell::count(row.start),
        Cell::count(row.end),
        Cell::text(row.id),
        Cell::text(row.source.as_str()),
        Cell::text(row.outlet.unwrap_or("")),
        Cell::text(row.title.as_deref().unwrap_or("")),
        Cell::text(row.published_from.as_deref().unwrap_or("")),
        Cell::text(row.published_to.as_deref().unwrap_or("")),
        Cell::text(basis(row)),
        Cell::text(towards(row)),
    ]
}

fn basis(row: &Flat<'_>) -> &'static str {
    match row.published_basis {
        Some(Basis::Stated) => "stated",
        Some(Basis::Dateline) => "dateline",
        Some(Basis::Address) => "address",
        Some(Basis::Text) => "text",
        None => "",
    }
}

/// `Ada Quill +0.30; Ben Roe -0.31`.
fn towards(row: &Flat<'_>) -> String {
    let towards = row.towards.iter();
    let told: Vec<String> =
        towards.map(|towards| format!("{} {:+.2}", towards.name, towards.score)).collect();
    told.join("; ")
}

fn cells<'a>(row: &'a Flat<'_>) -> Vec<Cow<'a, str>> {
    vec![
        csv::text(row.speaker),
        row.named.to_string().into(),
        csv::text(row.verb.unwrap_or("")),
        row.direct.to_string().into(),
        csv::text(row.text),
        row.start.to_string().into(),
        row.end.to_string().into(),
        csv::text(row.id),
        csv::text(&row.source),
        csv::text(row.outlet.unwrap_or("")),
        csv::text(row.title.as_deref().unwrap_or("")),
        row.published_from.as_deref().unwrap_or("").into(),
        row.published_to.as_deref().unwrap_or("").into(),
        basis(row).into(),
        Cow::Owned(csv::text(&towards(row)).into_owned()),
    ]
}

/// Under the names of the speakers, those with most to say first, in the order of the articles.
pub fn text(rows: &[Row<'_>], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut speakers: Vec<(&str, Vec<&Row<'_>>)> = Vec::new();
    for row in rows {
        match speakers.iter_mut().find(|(name, _)| *name == row.quote.speaker) {
            Some((_, own)) => own.push(row),
            None => speakers.push((&row.quote.speaker, vec![row])),
        }
    }
    speakers.sort_by_key(|(_, own)| std::cmp::Reverse(own.len()));
    for (at, (speaker, own)) in speakers.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let style = look.palette.title;
        writeln!(out, "{style}{}{style:#}", safe::line(speaker))?;
        own.into_iter().try_for_each(|row| statement(row, look, out))?;
    }
    Ok(())
}

fn statement(row: &Row<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let verb = row.quote.verb.as_deref().unwrap_or("says");
    let when =
        row.quote.published.map(|days| format!("{}, ", storylines::days(days))).unwrap_or_default();
    let towards: Vec<String> = row
        .quote
        .towards
        .iter()
        .map(|towards| format!("; {:+.2} towards {}", towards.score, towards.name))
        .collect();
    let told = format!(
        "{verb}: {} [{when}{}{}]",
        row.quote.text,
        row.studied.article.document().id,
        towards.concat()
    );
    wrap(&safe::line(&told), look.width, "  ", "    ")
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}
