//! CSV for spreadsheets: one row per article and summariser (and per sentiment model, where several
//! were asked for).
//!
//! Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, some also in the
//! full-width forms of these, after white space, or after characters that show nothing, and an article may begin with one. Such cells of text get an apostrophe in front,
//! which spreadsheets read as "this is text". Numbers are ours and are left alone. Control
//! characters, which no spreadsheet can show, are made visible, and a cell is one line.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use standfirst_core::report::{
    AbstractReport, AbstractSentence, ArticleReport, Failure, SentimentReport, TargetTone,
};

use super::{Renderer, figures, safe};

/// How many columns there are.
const COLUMNS: usize = 14;
/// The columns. `verdicts` has one per sentence, with its flags; `targets` whoever is named, most
/// mentioned first, with class, polarity and number of mentions.
const HEADER: [&str; COLUMNS] = [
    "id",
    "source",
    "title",
    "language",
    "model",
    "abstract",
    "support",
    "verdicts",
    "tone_model",
    "tone_label",
    "tone_score",
    "targets",
    "cuts",
    "error",
];

/// Rows under a header.
pub struct Csv;

impl Renderer for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_row(&HEADER.map(Cow::from), out)
    }

    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        for cell in options(&report.abstracts) {
            for tone in options(&report.sentiment) {
                write_row(&row(report, cell, tone), out)?;
            }
        }
        Ok(())
    }
}

/// Every element, or a single `None` where there is none, so that each article has a row.
fn options<T>(cells: &[T]) -> impl Iterator<Item = Option<&T>> {
    cells.iter().map(Some).chain(cells.is_empty().then_some(None))
}

/// The fields of one row, in the order of [`HEADER`].
fn row<'a>(
    report: &'a ArticleReport,
    cell: Option<&'a AbstractReport>,
    tone: Option<&'a SentimentReport>,
) -> [Cow<'a, str>; COLUMNS] {
    let errors = [
        report.error.as_ref(),
        cell.and_then(|cell| cell.error.as_ref()),
        tone.and_then(|tone| tone.error.as_ref()),
    ];
    let error = errors.into_iter().flatten().map(Failure::message).collect::<Vec<_>>().join("; ");
    [
        text(&report.id),
        text(&report.source),
        text(report.title.as_deref().unwrap_or_default()),
        report.language.map_or("", |language| language.code()).into(),
        text(cell.map_or("", |cell| &cell.model)),
        text(cell.and_then(|cell| cell.text.as_deref()).unwrap_or_default()),
        cell.and_then(figures::support).map(|share| share.to_string()).unwrap_or_default().into(),
        cell.map(verdicts).unwrap_or_default().into(),
        text(tone.map_or("", |tone| &tone.model)),
        tone.and_then(|tone| tone.label).map_or("", |label| label.name()).into(),
        tone.and_then(|tone| tone.score).map(|score| score.to_string()).unwrap_or_default().into(),
        text(&tone.map(targets).unwrap_or_default()),
        report.cuts.len().to_string().into(),
        text(&error),
    ]
}

/// `copied; unsupported (number, name)`.
fn verdicts(cell: &AbstractReport) -> String {
    let verdict = |sentence: &AbstractSentence| match sentence.verdict {
        Some(verdict) if sentence.flags.is_empty() => verdict.name().to_owned(),
        Some(verdict) => format!("{} ({})", verdict.name(), figures::flags(&sentence.flags)),
        None => "unchecked".to_owned(),
    };
    cell.sentences.iter().map(verdict).collect::<Vec<_>>().join("; ")
}

/// `Ada Quill neutral 0.0 (7); Ben Roe negative -0.31 (2)`.
fn targets(tone: &SentimentReport) -> String {
    let target = |target: &TargetTone| {
        let (name, label) = (&target.name, target.label.name());
        format!("{name} {label} {:?} ({})", target.score, target.mentions.len())
    };
    tone.targets.iter().map(target).collect::<Vec<_>>().join("; ")
}

/// A cell of text on one line that no spreadsheet takes for a formula, not even one that trims it.
pub(super) fn text(cell: &str) -> Cow<'static, str> {
    let mut seen = cell.trim_start_matches(is_unseen).chars();
    let apostrophe = if seen.next().is_some_and(begins_formula) { "'" } else { "" };
    format!("{apostrophe}{}", safe::line(cell)).into()
}

/// What a formula begins with, also in the full-width forms that spreadsheets turn into these.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

/// Characters that show nothing: a spreadsheet may drop them and read what follows.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Writes one record.
fn write_row(fields: &[Cow<'_, str>; COLUMNS], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().from_writer(out);
    writer.write_record(fields.iter().map(|field| field.as_bytes())).map_err(io::Error::from)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn one_row_per_article_and_model() {
        insta::assert_snapshot!(fixture::render(&mut Csv));
    }

    #[test]
    fn formulas_become_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        for formula in ["\u{ff1d}1+1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}SUM(A1)"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        for unseen in
            ["\u{feff}", "\u{200b}", "\u{2060} \u{ad}", "\u{3000}", "\u{202e}", "\u{e0020}"]
        {
            let cell = text(&format!("{unseen}=1+1")).into_owned();
            assert!(cell.starts_with('\''), "{unseen:?}: {cell:?}");
            assert!(!text(&format!("{unseen}one")).starts_with('\''), "{unseen:?}");
        }
        assert_eq!(text("\t=1\r\n"), "' =1  ");
        assert_eq!(text("A = B"), "A = B");
    }
}
