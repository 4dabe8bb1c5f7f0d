//! Markdown: one section per article.

use std::io::{self, Write};

use standfirst_core::{
    plugin::Band,
    report::{AbstractReport, ArticleReport, Failure, SentimentReport, TargetTone},
};

use super::{Renderer, figures, safe, tones};

/// Sections, with a blank line between.
#[derive(Default)]
pub struct Markdown {
    started: bool,
    /// What verdicts were shown.
    trust: figures::Trust,
}

impl Renderer for Markdown {
    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        if self.started {
            writeln!(out)?;
        }
        self.started = true;
        self.trust.add(report);
        write_heading(report, out)?;
        for cell in &report.abstracts {
            write_abstract(cell, report.abstracts.len() > 1, out)?;
        }
        write_facts(report, out)?;
        write_targets(report, out)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let line = self.trust.line();
        line.map_or(Ok(()), |line| writeln!(out, "\n---\n\n{}", escape(line)))
    }
}

/// Title, source and language.
fn write_heading(report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
    let title = report.title.as_deref().unwrap_or(&report.source);
    writeln!(out, "## {}\n", escape(title))?;
    write!(out, "*{}*", escape(&report.source))?;
    match report.language {
        Some(language) => writeln!(out, " · {}", language.name()),
        None => writeln!(out),
    }
}

/// The abstract, under the model's name where there are several.
fn write_abstract(cell: &AbstractReport, named: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    if named {
        writeln!(out, "### {}\n", escape(&cell.model))?;
    }
    if let Some(error) = &cell.error {
        return writeln!(out, "**Error:** {}", escape(error.message()));
    }
    let sentences: Vec<String> = cell
        .sentences
        .iter()
        .map(|sentence| match figures::aside(sentence) {
            Some(aside) => format!("{} *({aside})*", escape(&sentence.text)),
            None => escape(&sentence.text),
        })
        .collect();
    if cell.style.is_list() {
        sentences.iter().try_for_each(|point| writeln!(out, "- {point}"))?;
    } else {
        writeln!(out, "{}", sentences.join(" "))?;
    }
    let unread = cell.unread.iter().map(|span| span.len()).sum::<usize>();
    let unread = (unread > 0).then(|| format!("not read: {}", figures::count(unread, "byte")));
    let edits = figures::edits(cell).map(|edits| escape(&edits));
    let notes = cell.notes.iter().map(|note| escape(note));
    let asides: Vec<String> =
        figures::unchecked(cell).into_iter().chain(edits).chain(notes).chain(unread).collect();
    if asides.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n*{}*", asides.join("; "))
}

/// Tone, cuts, notes and errors as a list.
fn write_facts(report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
    let mut facts: Vec<String> = report.sentiment.iter().map(tone).collect();
    facts.extend(figures::cuts(&report.cuts).map(|cuts| format!("Cut: {cuts}")));
    facts.extend(report.notes.iter().map(|note| format!("Note: {}", escape(note))));
    facts
        .extend(report.error.iter().map(|error| format!("**Error:** {}", escape(error.message()))));
    if !facts.is_empty() {
        writeln!(out)?;
    }
    facts.iter().try_for_each(|fact| writeln!(out, "- {fact}"))
}

/// A table of whoever is named, for each model that knows of somebody; the model's name above it where
/// there are several.
fn write_targets(report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
    for tone in &report.sentiment {
        let rows: Vec<String> = tones::targets(tone, report.abstracts.is_empty())
            .map(|target| target_row(target, tone.neutral))
            .collect();
        if rows.is_empty() {
            continue;
        }
        if report.sentiment.len() > 1 {
            writeln!(out, "\nTowards whom, by {}:", escape(&tone.model))?;
        }
        writeln!(out, "\n| Towards | Tone | −1 to 1 | Mentions | By voice |")?;
        writeln!(out, "| --- | --- | --- | --- | --- |")?;
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
    }
    Ok(())
}

fn target_row(target: &TargetTone, neutral: Option<Band>) -> String {
    format!(
        "| {} | {} | `{}` | {} | {} |",
        escape(&target.name),
        escape(&tones::labelled(target.label, target.score, neutral)),
        tones::scale(target.score),
        target.mentions.len(),
        tones::voices(target).map(|voices| escape(&voices)).unwrap_or_default(),
    )
}

/// One model's tone in a line.
fn tone(tone: &SentimentReport) -> String {
    let model = escape(&tone.model);
    match (&tone.error, tone.label, tone.score) {
        (None, Some(label), Some(score)) => {
            let tone = escape(&tones::labelled(label, score, tone.neutral));
            format!("Tone: {tone} ({model})")
        }
        (error, ..) => {
            let error = error.as_ref().map_or("no answer", Failure::message);
            format!("**Error:** tone by {model}: {}", escape(error))
        }
    }
}

/// `text` on one line, with everything that Markdown or HTML would read as notation escaped.
pub(super) fn escape(text: &str) -> String {
    let text = safe::line(text);
    let mut escaped = String::with_capacity(text.len());
    for (i, c) in text.trim().chars().enumerate() {
        let inline =
            matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '#');
        let opens_a_block = i == 0 && matches!(c, '-' | '+' | '=' | ':');
        // "2024." at the start of a line would begin a numbered list.
        let after_digits = matches!(c, '.' | ')')
            && !escaped.is_empty()
            && escaped.bytes().all(|byte| byte.is_ascii_digit());
        if inline || opens_a_block || after_digits {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn one_section_per_article() {
        insta::assert_snapshot!(fixture::render(&mut Markdown::default()));
    }

    #[test]
    fn notation_in_text_stays_text() {
        assert_eq!(escape("# A *bold* [link](x)"), r"\# A \*bold\* \[link\](x)");
        assert_eq!(escape("<script>&amp;"), r"\<script\>\&amp;");
        assert_eq!(escape("2024. A year"), r"2024\. A year");
        assert_eq!(escape("- item\nnext"), r"\- item next");
        assert_eq!(escape("It cost 3.50."), "It cost 3.50.");
    }
}
