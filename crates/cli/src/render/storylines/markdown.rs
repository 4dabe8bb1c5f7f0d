//! Markdown: one section per storyline.

use std::io::{self, Write};

use standfirst_storylines::report::{Line, Storyline};

use super::{
    super::markdown::escape,
    days, position, published, sources, stands,
    tones::{by, whole},
};

/// Sections, with a blank line between.
pub fn markdown(lines: &[Storyline], out: &mut dyn Write) -> io::Result<()> {
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        storyline(line, out)?;
    }
    Ok(())
}

fn storyline(line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", escape(&line.title))?;
    if let Some(own) = line.days {
        writeln!(out, "*{}*\n", days(own))?;
    }
    if line.events.len() > 1 {
        digest(&line.digest, line, out)?;
        writeln!(out)?;
    }
    for event in &line.events {
        writeln!(out, "### {}\n", escape(&event.title))?;
        digest(&event.digest, line, out)?;
        writeln!(out)?;
        for &at in &event.articles {
            let member = &line.articles[at];
            let title = member.title.as_deref().unwrap_or(&member.id);
            let copy = member
                .copy_of
                .map(|first| format!(", a version of {}", escape(&line.articles[first].id)));
            let outlet = member
                .outlet
                .as_deref()
                .map(|outlet| format!("{}: ", escape(outlet)))
                .unwrap_or_default();
            writeln!(
                out,
                "- {outlet}{} ({}{})",
                escape(title),
                published(member.published.as_ref()),
                copy.unwrap_or_default()
            )?;
        }
        writeln!(out)?;
    }
    timeline(line, out)?;
    quotes(line, out)?;
    positions(line, out)?;
    tones(line, out)?;
    line.notes.iter().try_for_each(|note| writeln!(out, "\n*{}*", escape(note)))
}

fn digest(digest: &[Line], line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    digest.iter().try_for_each(|own| {
        writeln!(out, "- {} *({})*", escape(&own.text), escape(&sources(own, line)))
    })
}

fn timeline(line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    if line.timeline.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Timeline\n\n| When | What | Sources |\n| --- | --- | --- |")?;
    for entry in &line.timeline {
        let disputed: Vec<String> = entry
            .disputed
            .iter()
            .map(|disputed| {
                let figures: Vec<&str> =
                    disputed.figures.iter().map(|figure| figure.text.as_str()).collect();
                format!(" **differs: {} of {}**", escape(&figures.join(", ")), escape(&disputed.of))
            })
            .collect();
        writeln!(
            out,
            "| {} | {}{} | {} |",
            days(entry.days),
            escape(&entry.line.text),
            disputed.concat(),
            escape(&sources(&entry.line, line))
        )?;
    }
    writeln!(out)
}

fn quotes(line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    if line.quotes.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Who said what\n\n| Who | | What | Where |\n| --- | --- | --- | --- |")?;
    for quote in &line.quotes {
        let verb = quote.verb.as_deref().unwrap_or("");
        let place = super::called(&line.articles[quote.article]);
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            escape(&quote.speaker),
            escape(verb),
            escape(&quote.text),
            escape(place)
        )?;
    }
    Ok(())
}

fn positions(line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    if line.positions.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Positions over time\n")?;
    for own in &line.positions {
        writeln!(out, "- {}", escape(&position(own)))?;
        for (days, quote) in stands(own, line) {
            let verb = quote.verb.as_deref().map(|verb| format!("*{}:* ", escape(verb)));
            writeln!(
                out,
                "  - {days}: {}{} *({})*",
                verb.unwrap_or_default(),
                escape(&quote.text),
                escape(super::called(&line.articles[quote.article]))
            )?;
        }
    }
    Ok(())
}

fn tones(line: &Storyline, out: &mut dyn Write) -> io::Result<()> {
    if line.tones.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Tone\n\n| Towards | | By |\n| --- | --- | --- |")?;
    for tone in &line.tones {
        let by: Vec<String> = by(tone).map(|(by, slices)| format!("{by}: {slices}")).collect();
        writeln!(
            out,
            "| {} | {} | {} |",
            escape(&tone.name),
            escape(&whole(tone)),
            escape(&by.join("; "))
        )?;
    }
    Ok(())
}
