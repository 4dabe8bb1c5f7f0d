//! Findings of `check`, one summary at a time, in every form.

mod csv;
mod parquet;

use std::io::{self, Write};

use standfirst_core::{
    article::Span,
    report::{AbstractReport, AbstractSentence, ArticleReport, Failure, Findings, Verdict},
};
use standfirst_text::faithfulness;

use super::{Look, State, figures, markdown, safe, wrap::wrap};
use crate::format::CheckFormat;

pub use self::parquet::tabulate;

/// Characters shown of a piece of evidence.
const EXCERPT: usize = 160;
/// Width of the verdicts.
const LABEL: usize = 11;

/// Why there are no findings.
fn error(report: &ArticleReport) -> Option<&str> {
    let cell = report.abstracts.first().and_then(|cell| cell.error.as_ref());
    report.error.as_ref().or(cell).map(Failure::message)
}

/// Writes findings in one of the forms.
pub struct Printer {
    form: CheckFormat,
    look: Look,
    started: bool,
    /// Whether there was any verdict.
    judged: bool,
    trust: figures::Trust,
}

impl Printer {
    /// A printer that has not begun.
    pub fn new(form: CheckFormat, look: Look) -> Self {
        Self { form, look, started: false, judged: false, trust: figures::Trust::default() }
    }

    /// What stands before the first summary.
    pub fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            CheckFormat::Json => out.write_all(b"["),
            CheckFormat::Csv => csv::header(out),
            _ => Ok(()),
        }
    }

    /// One summary.
    pub fn report(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        let started = std::mem::replace(&mut self.started, true);
        self.judged |= error(report).is_none();
        self.trust.add(report);
        match self.form {
            CheckFormat::Json => {
                out.write_all(if started { b",\n" } else { b"\n" })?;
                Ok(serde_json::to_writer(out, &Findings::of(report))?)
            }
            // A table is made of lines, when all are there.
            CheckFormat::Jsonl | CheckFormat::Parquet => {
                serde_json::to_writer(&mut *out, &Findings::of(report))?;
                out.write_all(b"\n")
            }
            CheckFormat::Csv => csv::rows(report, error(report), out),
            CheckFormat::Text | CheckFormat::Markdown => {
                if started {
                    writeln!(out)?;
                }
                let page = Page { report, text: report.text.as_deref().unwrap_or_default() };
                if self.form == CheckFormat::Text {
                    page.text(self.look, out)
                } else {
                    page.markdown(out)
                }
            }
        }
    }

    /// What it takes to go on from here; `None` for the forms that end with a line on what they have shown.
    pub fn state(&self) -> Option<State> {
        self.form.can_go_on().then(State::default)
    }

    /// Goes on after at least one summary, in the place of [`begin`](Self::begin).
    pub fn go_on(&mut self, _: State) {
        self.started = true;
    }

    /// What makes the output whole as it stands, should the run be killed before the next summary.
    pub fn closing(&self) -> &'static [u8] {
        match (self.form, self.started) {
            (CheckFormat::Json, true) => b"\n]\n",
            (CheckFormat::Json, false) => b"]\n",
            _ => b"",
        }
    }

    /// How far the verdicts can be trusted; that of words alone where there were only copies.
    fn measured(&self) -> &'static str {
        self.trust.line().unwrap_or(faithfulness::measured(None))
    }

    /// What stands after the last summary: how far the verdicts can be trusted.
    pub fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            CheckFormat::Json => out.write_all(self.closing()),
            CheckFormat::Text if self.judged => {
                let quiet = self.look.palette.quiet;
                writeln!(out)?;
                textwrap::wrap(self.measured(), self.look.width)
                    .iter()
                    .try_for_each(|line| writeln!(out, "{quiet}{line}{quiet:#}"))
            }
            CheckFormat::Markdown if self.judged => {
                writeln!(out, "\n---\n\n{}", markdown::escape(self.measured()))
            }
            _ => Ok(()),
        }
    }
}

/// One summary, for people.
struct Page<'a> {
    report: &'a ArticleReport,
    /// The article, as its spans mean it.
    text: &'a str,
}

impl Page<'_> {
    fn cell(&self) -> Option<&AbstractReport> {
        self.report.abstracts.first()
    }

    /// `3 of 4 sentences supported`.
    fn count(&self) -> Option<String> {
        let sentences = &self.cell()?.sentences;
        let good = |s: &&AbstractSentence| s.verdict.is_some_and(Verdict::is_supported);
        let good = sentences.iter().filter(good).count();
        (!sentences.is_empty())
            .then(|| format!("{good} of {} supported", figures::count(sentences.len(), "sentence")))
    }

    fn text(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let palette = look.palette;
        let (title, quiet, bad) = (palette.title, palette.quiet, palette.bad);
        let source = safe::line(&self.report.source);
        let count =
            self.count().map(|count| format!(" {quiet}· {count}{quiet:#}")).unwrap_or_default();
        writeln!(out, "{title}{source}{title:#}{count}")?;
        if let Some(error) = error(self.report) {
            return writeln!(out, "  {bad}error  {}{bad:#}", safe::line(error));
        }
        let Some(cell) = self.cell() else { return Ok(()) };
        for note in &cell.notes {
            writeln!(out, "  {quiet}note   {}{quiet:#}", safe::line(note))?;
        }
        for sentence in &cell.sentences {
            let style = match sentence.verdict {
                Some(verdict) if verdict.is_supported() && sentence.flags.is_empty() => {
                    palette.good
                }
                Some(Verdict::Unsupported | Verdict::Contradicted) => palette.bad,
                _ => palette.warning,
            };
            writeln!(out)?;
            let words = label(sentence);
            writeln!(out, "  {style}{words}{style:#} {quiet}{}{quiet:#}", share(sentence))?;
            wrapped(&safe::line(&sentence.text), "  ", look.width, anstyle::Style::new(), out)?;
            for fault in figures::faults(sentence) {
                wrapped(&safe::line(&fault), "      ", look.width, palette.warning, out)?;
            }
            for span in &sentence.evidence {
                wrapped(&safe::line(&self.evidence(*span)), "      ", look.width, quiet, out)?;
            }
        }
        Ok(())
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "## {}\n", markdown::escape(&self.report.source))?;
        if let Some(error) = error(self.report) {
            return writeln!(out, "**Error:** {}", markdown::escape(error));
        }
        if let Some(count) = self.count() {
            writeln!(out, "*{count}*\n")?;
        }
        let Some(cell) = self.cell() else { return Ok(()) };
        for note in &cell.notes {
            writeln!(out, "*{}*\n", markdown::escape(note))?;
        }
        for sentence in &cell.sentences {
            let text = markdown::escape(&sentence.text);
            writeln!(out, "- {text} **{}** {}", label(sentence).trim_end(), share(sentence))?;
            for fault in figures::faults(sentence) {
                writeln!(out, "  - *{}*", markdown::escape(&fault))?;
            }
            for span in &sentence.evidence {
                writeln!(out, "  - {}", markdown::escape(&self.evidence(*span)))?;
            }
        }
        Ok(())
    }

    /// `bytes 120–180: “The mayor …”`.
    fn evidence(&self, span: Span) -> String {
        let words = self.text.get(span.range()).unwrap_or_default();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = words.chars().take(EXCERPT).collect();
        let dots = if shown.len() < words.len() { "…" } else { "" };
        format!("bytes {}–{}: {shown}{dots}", span.start, span.end)
    }
}

/// `unsupported: number`.
fn label(sentence: &AbstractSentence) -> String {
    let verdict = sentence.verdict.map_or("unchecked", Verdict::name);
    match sentence.flags.as_slice() {
        [] => format!("{verdict:LABEL$}"),
        flags => format!("{verdict}: {}", figures::flags(flags)),
    }
}

/// The support with two decimals.
fn share(sentence: &AbstractSentence) -> String {
    sentence.support.map(|support| format!("{support:.2}")).unwrap_or_default()
}

fn wrapped(
    text: &str,
    indent: &str,
    width: usize,
    style: anstyle::Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    wrap(text, width, indent, indent)
        .iter()
        .try_for_each(|line| writeln!(out, "{style}{line}{style:#}"))
}
