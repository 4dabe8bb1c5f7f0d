//! Storylines: a tree for the terminal, a section each in Markdown, a line each in JSON.

mod markdown;
mod page;
mod terminal;
mod tones;

use std::io::{self, Write};

use serde::Serialize;
use standfirst_storylines::{
    dates::{Basis, Interval, Published},
    report::{Disputed, Line, Member, PositionReport, QuoteReport, SCHEMA, Storyline},
};

use super::safe;

pub use self::{markdown::markdown, page::page, terminal::text};

/// An input that could not be read, as a line among the storylines.
#[derive(Serialize)]
struct Unread<'a> {
    schema: &'static str,
    source: &'a str,
    error: &'a str,
}

/// One storyline a line; inputs that could not be read have lines of their own behind them.
pub fn jsonl(
    lines: &[Storyline],
    failed: &[(String, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    unread(SCHEMA, failed, out)
}

/// A line for each input that could not be read.
pub(super) fn unread(
    schema: &'static str,
    failed: &[(String, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    for (source, error) in failed {
        serde_json::to_writer(&mut *out, &Unread { schema, source, error })?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Days for reading: one day, or the first and the last.
pub(super) fn days(days: Interval) -> String {
    if days.is_day() { days.from.to_string() } else { format!("{} to {}", days.from, days.to) }
}

/// When an article was published, and how sure that is.
pub(super) fn published(published: Option<&Published>) -> String {
    let Some(published) = published else { return "no date".to_owned() };
    let told: Vec<String> = published.days.iter().map(|own| days(*own)).collect();
    let told = told.join(" or ");
    match published.basis {
        Basis::Stated => told,
        Basis::Dateline => format!("{told}, by its dateline"),
        Basis::Address => format!("{told}, by its address"),
        Basis::Text => format!("{told}, by what it says"),
    }
}

/// What an article is called in a list of sources.
pub(super) fn called(member: &Member) -> &str {
    member.outlet.as_deref().unwrap_or(&member.id)
}

/// The sources of a sentence in a few words.
pub(super) fn sources(line: &Line, storyline: &Storyline) -> String {
    let mut names: Vec<&str> = Vec::new();
    for source in &line.sources {
        let name = called(&storyline.articles[source.article]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    let mut told = names.join(", ");
    if more > 0 {
        told += " and ";
        told += &more.to_string();
        told += " more";
    }
    if line.single_source {
        told.push_str("; no other outlet");
    }
    told
}

/// What a position is: who, and on what.
pub(super) fn position(position: &PositionReport) -> String {
    format!("{} on {}", position.speaker, position.about.join(", "))
}

/// The statements of a position, each under its days.
pub(super) fn stands<'a>(
    position: &'a PositionReport,
    storyline: &'a Storyline,
) -> impl Iterator<Item = (String, &'a QuoteReport)> {
    let quotes = position.statements.iter().filter_map(|at| storyline.quotes.get(*at));
    quotes.map(|quote| (quote.published.map(days).unwrap_or_default(), quote))
}

/// Most sources that are named behind a sentence.
const MOST_NAMES: usize = 6;

/// The figures in which sources differ, each with who has it.
pub(super) fn disputed(disputed: &Disputed, storyline: &Storyline) -> String {
    let figure = |figure: &standfirst_storylines::report::FigureReport| {
        format!("{} ({})", figure.text, called(&storyline.articles[figure.article]))
    };
    let figures: Vec<String> = disputed.figures.iter().map(figure).collect();
    safe::line(&format!("{} of {}", figures.join(", "), disputed.of))
}
