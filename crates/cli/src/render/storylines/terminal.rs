//! For reading: a tree of storylines, events and sources.

use std::io::{self, Write};

use anstyle::Style;
use standfirst_storylines::report::{Entry, EventReport, QuoteReport, Storyline};

use super::{
    super::{Look, figures::count, safe, wrap::wrap},
    days, position, published, sources, stands,
    tones::{by, whole},
};

/// Statements that are shown of a storyline; `quotes` tells all.
const MOST_QUOTES: usize = 8;

/// Positions that are shown, and statements of each, the latest ones; the other formats have all.
const MOST_POSITIONS: usize = 4;
const MOST_STATEMENTS: usize = 5;

/// People and organisations whose tone is shown; the other formats have all.
const MOST_TONES: usize = 6;

/// Storylines one below the other.
pub fn text(lines: &[Storyline], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { look, out };
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            writeln!(page.out)?;
        }
        page.storyline(line)?;
    }
    Ok(())
}

struct Page<'a> {
    look: Look,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn storyline(&mut self, line: &Storyline) -> io::Result<()> {
        let palette = self.look.palette;
        self.wrapped(&line.title, "", "", palette.title)?;
        let facts = [
            Some(count(line.articles.len(), "article")),
            Some(count(line.events.len(), "event")),
            line.days.map(days),
            Some(line.id.to_string()),
        ];
        self.wrapped(
            &facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            "",
            "",
            palette.quiet,
        )?;
        if line.events.len() > 1 {
            self.digest(&line.digest, line, "  ")?;
        }
        for (at, event) in line.events.iter().enumerate() {
            self.event(event, line, at + 1 == line.events.len())?;
        }
        self.timeline(line)?;
        self.quotes(line)?;
        self.positions(line)?;
        self.tones(line)?;
        for note in &line.notes {
            self.wrapped(&format!("note: {note}"), "  ", "  ", palette.warning)?;
        }
        Ok(())
    }

    fn event(&mut self, event: &EventReport, line: &Storyline, last: bool) -> io::Result<()> {
        let (branch, stem) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let palette = self.look.palette;
        self.wrapped(&event.title, branch, stem, palette.model)?;
        let facts = [
            Some(count(event.articles.len(), "article")),
            Some(count(event.outlets, "outlet")),
            event.days.map(days),
        ];
        let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        self.wrapped(&facts, stem, stem, palette.quiet)?;
        self.digest(&event.digest, line, stem)?;
        for &at in &event.articles {
            let member = &line.articles[at];
            let title = member.title.as_deref().unwrap_or(&member.id);
            let from =
                member.outlet.as_deref().map(|outlet| format!("{outlet}: ")).unwrap_or_default();
            let copy = match (member.copy_of, member.agency) {
                (Some(first), _) => format!("; a version of {}", line.articles[first].id),
                (None, Some(agency)) => format!("; by {agency}"),
                (None, None) => String::new(),
            };
            let told = format!("{from}{title} ({}{copy})", published(member.published.as_ref()));
            self.wrapped(&told, &format!("{stem}– "), &format!("{stem}  "), palette.quiet)?;
        }
        Ok(())
    }

    fn digest(
        &mut self,
        digest: &[standfirst_storylines::report::Line],
        line: &Storyline,
        stem: &str,
    ) -> io::Result<()> {
        for own in digest {
            let told = format!("{} [{}]", own.text, sources(own, line));
            self.wrapped(&told, &format!("{stem}• "), &format!("{stem}  "), Style::new())?;
        }
        Ok(())
    }

    fn timeline(&mut self, line: &Storyline) -> io::Result<()> {
        if line.timeline.is_empty() {
            return Ok(());
        }
        self.wrapped("Timeline", "  ", "  ", self.look.palette.title)?;
        line.timeline.iter().try_for_each(|entry| self.entry(entry, line))
    }

    fn entry(&mut self, entry: &Entry, line: &Storyline) -> io::Result<()> {
        let told =
            format!("{}: {} [{}]", days(entry.days), entry.line.text, sources(&entry.line, line));
        self.wrapped(&told, "  ", "    ", Style::new())?;
        for disputed in &entry.disputed {
            let told = format!("differs: {}", super::disputed(disputed, line));
            self.wrapped(&told, "    ", "    ", self.look.palette.warning)?;
        }
        Ok(())
    }

    fn quotes(&mut self, line: &Storyline) -> io::Result<()> {
        let named: Vec<&QuoteReport> =
            line.quotes.iter().filter(|quote| quote.named && quote.direct).collect();
        if named.is_empty() {
            return Ok(());
        }
        self.wrapped("Who said what", "  ", "  ", self.look.palette.title)?;
        for quote in named.iter().take(MOST_QUOTES) {
            let told = format!("{}: {}", quote.speaker, quote.text);
            self.wrapped(&told, "  ", "    ", Style::new())?;
        }
        let more = line.quotes.len() - named.len().min(MOST_QUOTES);
        if more > 0 {
            self.wrapped(
                &format!("and {} more; `standfirst quotes` tells all", count(more, "statement")),
                "  ",
                "  ",
                self.look.palette.quiet,
            )?;
        }
        Ok(())
    }

    fn positions(&mut self, line: &Storyline) -> io::Result<()> {
        if line.positions.is_empty() {
            return Ok(());
        }
        self.wrapped("Positions over time", "  ", "  ", self.look.palette.title)?;
        for own in line.positions.iter().take(MOST_POSITIONS) {
            self.wrapped(&position(own), "  ", "    ", Style::new())?;
            let earlier = own.statements.len().saturating_sub(MOST_STATEMENTS);
            if earlier > 0 {
                let told = format!("{} before these", count(earlier, "statement"));
                self.wrapped(&told, "    ", "    ", self.look.palette.quiet)?;
            }
            for (days, quote) in stands(own, line).skip(earlier) {
                let verb = quote.verb.as_deref().map(|verb| format!("{verb}: "));
                let from = super::called(&line.articles[quote.article]);
                let told = format!("{days}: {}{} [{from}]", verb.unwrap_or_default(), quote.text);
                self.wrapped(&told, "    ", "      ", Style::new())?;
            }
        }
        let more = line.positions.len().saturating_sub(MOST_POSITIONS);
        if more > 0 {
            let told = format!("and {} more", count(more, "position"));
            self.wrapped(&told, "  ", "  ", self.look.palette.quiet)?;
        }
        Ok(())
    }

    fn tones(&mut self, line: &Storyline) -> io::Result<()> {
        if line.tones.is_empty() {
            return Ok(());
        }
        self.wrapped("Tone", "  ", "  ", self.look.palette.title)?;
        for tone in line.tones.iter().take(MOST_TONES) {
            let told = format!("{}: {}", tone.name, whole(tone));
            self.wrapped(&told, "  ", "    ", Style::new())?;
            for (by, slices) in by(tone) {
                self.wrapped(
                    &format!("{by}: {slices}"),
                    "    ",
                    "      ",
                    self.look.palette.quiet,
                )?;
            }
        }
        Ok(())
    }

    /// `text` made harmless and wrapped, with `first` before the first line and `rest` before the others.
    fn wrapped(&mut self, text: &str, first: &str, rest: &str, style: Style) -> io::Result<()> {
        wrap(&safe::line(text), self.look.width, first, rest)
            .iter()
            .try_for_each(|line| writeln!(self.out, "{style}{line}{style:#}"))
    }
}
