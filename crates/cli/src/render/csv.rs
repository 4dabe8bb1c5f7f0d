//! CSV for spreadsheets: one row per article and summariser (and per sentiment model, where several
//! were asked for).
//!
//! What the input says beside the articles comes back in columns of its own, those of the first article
//! that could be read; what only later articles have stands in the last column, as JSON. The header is
//! therefore written with that first article.
//!
//! Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, some also in the
//! full-width forms of these, after white space, or after characters that show nothing, and an article may
//! begin with one. Such cells of text get an apostrophe in front,
//! which spreadsheets read as "this is text". Numbers are ours and are left alone. Control
//! characters, which no spreadsheet can show, are made visible, and a cell is one line.

use std::{
    borrow::Cow,
    collections::HashSet,
    io::{self, Write},
};

use serde_json::{Map, Value};
use standfirst_core::report::{
    AbstractReport, AbstractSentence, ArticleReport, Row, SentimentReport, TargetTone,
};

use super::{Renderer, State, figures, safe};

/// How many columns there are.
pub(super) const COLUMNS: usize = 14;
/// The columns. `verdicts` has one per sentence, with its flags; `targets` whoever is named, most
/// mentioned first, with class, polarity and number of mentions.
pub(super) const HEADER: [&str; COLUMNS] = [
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

/// The last column: what there is no other for.
pub(super) const EXTRA: &str = "extra";

/// Rows under a header.
#[derive(Default)]
pub struct Csv {
    /// The keys of the input that have a column; `None` until the header is written.
    keys: Option<Vec<String>>,
    /// Articles that could not be read, before the first that could.
    waiting: Vec<ArticleReport>,
}

impl Renderer for Csv {
    fn article(&mut self, report: &ArticleReport, out: &mut dyn Write) -> io::Result<()> {
        if self.keys.is_none() && report.error.is_some() && self.waiting.len() < MAX_WAITING {
            self.waiting.push(report.clone());
            return Ok(());
        }
        let keys = self.header(report.annotations.given().keys().cloned().collect(), out)?;
        write_article(report, keys, out)
    }

    fn state(&self) -> Option<State> {
        self.keys.clone().map(|columns| State { columns })
    }

    fn go_on(&mut self, state: State) {
        self.keys = Some(state.columns);
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.header(Vec::new(), out).map(|_| ())
    }
}

/// So many articles that could not be read are kept to wait for one that could.
const MAX_WAITING: usize = 1_000;

impl Csv {
    /// Writes the header, with a column for each of `keys`, and what has waited for it, unless that is
    /// done. Gives the keys that have a column.
    fn header(&mut self, keys: Vec<String>, out: &mut dyn Write) -> io::Result<&[String]> {
        if self.keys.is_none() {
            let named = keys.iter().map(|key| text(&column_of(key)));
            let header = HEADER.into_iter().map(Cow::from).chain(named).chain([EXTRA.into()]);
            write_row(&header.collect::<Vec<_>>(), out)?;
            for report in std::mem::take(&mut self.waiting) {
                write_article(&report, &keys, out)?;
            }
        }
        Ok(self.keys.get_or_insert(keys))
    }
}

/// What the column of a key of the input is called: by its name, unless that is one of ours.
pub(super) fn column_of(key: &str) -> String {
    let ours = HEADER.contains(&key) || key == EXTRA;
    if ours { format!("input.{key}") } else { key.to_owned() }
}

/// Writes the rows of one article.
fn write_article(report: &ArticleReport, keys: &[String], out: &mut dyn Write) -> io::Result<()> {
    let given = given(report, keys);
    for one in report.rows() {
        let fields: Vec<_> = row(one).into_iter().chain(given.clone()).collect();
        write_row(&fields, out)?;
    }
    Ok(())
}

/// What the input says beside an article: a cell for each of `keys`, and one for all the others.
fn given(report: &ArticleReport, keys: &[String]) -> Vec<Cow<'static, str>> {
    let given = report.annotations.given();
    let cell = |value: &Value| match value {
        Value::Null => Cow::from(""),
        Value::String(value) => text(value),
        // A number is one, whatever its sign.
        Value::Number(value) => value.to_string().into(),
        other => text(&other.to_string()),
    };
    let others = others(given, keys.iter().map(String::as_str)).unwrap_or_default();
    let known = keys.iter().map(|key| given.get(key).map_or(Cow::from(""), cell));
    known.chain([text(&others)]).collect()
}

/// What of `given` has no column, as JSON, if there is anything; those in `known` have one.
pub(super) fn others<'a>(
    given: &Map<String, Value>,
    known: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let known: HashSet<&str> = known.collect();
    let others = given.iter().filter(|(key, _)| !known.contains(key.as_str()));
    let others: Map<String, Value> =
        others.map(|(key, value)| (key.clone(), value.clone())).collect();
    (!others.is_empty()).then(|| Value::from(others).to_string())
}

/// The fields of one row, in the order of [`HEADER`].
fn row(one: Row<'_>) -> [Cow<'_, str>; COLUMNS] {
    let Row { report, cell, tone } = one;
    [
        text(&report.id),
        text(&report.source),
        text(report.title.as_deref().unwrap_or_default()),
        report.language.map_or("", |language| language.code()).into(),
        text(cell.map_or("", |cell| &cell.model)),
        text(cell.and_then(|cell| cell.text.as_deref()).unwrap_or_default()),
        cell.and_then(AbstractReport::support)
            .map(|share| share.to_string())
            .unwrap_or_default()
            .into(),
        cell.map(verdicts).unwrap_or_default().into(),
        text(tone.map_or("", |tone| &tone.model)),
        tone.and_then(|tone| tone.label).map_or("", |label| label.name()).into(),
        tone.and_then(|tone| tone.score).map(|score| score.to_string()).unwrap_or_default().into(),
        text(&tone.map(targets).unwrap_or_default()),
        report.cuts.len().to_string().into(),
        text(&one.error().unwrap_or_default()),
    ]
}

/// `copied; unsupported (number, name)`.
pub(super) fn verdicts(cell: &AbstractReport) -> String {
    let verdict = |sentence: &AbstractSentence| match sentence.verdict {
        Some(verdict) if sentence.flags.is_empty() => verdict.name().to_owned(),
        Some(verdict) => format!("{} ({})", verdict.name(), figures::flags(&sentence.flags)),
        None => "unchecked".to_owned(),
    };
    cell.sentences.iter().map(verdict).collect::<Vec<_>>().join("; ")
}

/// `Ada Quill neutral 0.0 (7); Ben Roe negative -0.31 (2)`.
pub(super) fn targets(tone: &SentimentReport) -> String {
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
pub fn write_row(fields: &[Cow<'_, str>], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().from_writer(out);
    writer.write_record(fields.iter().map(|field| field.as_bytes())).map_err(io::Error::from)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use standfirst_core::report::{Failure, FailureKind};

    use super::{super::fixture, *};

    #[test]
    fn one_row_per_article_and_model() {
        insta::assert_snapshot!(fixture::render(&mut Csv::default()));
    }

    #[test]
    fn what_the_input_says_comes_back_in_columns() {
        let report = |id: &str, given: Value| {
            let given = given.as_object().cloned().unwrap_or_default();
            ArticleReport {
                annotations: given.into(),
                error: None,
                ..ArticleReport::failed(
                    id.into(),
                    String::new(),
                    Failure::new(FailureKind::Unreadable, "x"),
                )
            }
        };
        let unread = ArticleReport::failed(
            "none".into(),
            String::new(),
            Failure::new(FailureKind::Unreadable, "gone"),
        );
        let mut csv = Csv::default();
        let mut out = Vec::new();
        csv.begin(&mut out).unwrap();
        for report in [
            unread,
            report("a", json!({"desk": "=city", "title": "T", "rank": -3, "tags": ["x"]})),
            report("b", json!({"desk": null, "late": true})),
        ] {
            csv.article(&report, &mut out).unwrap();
        }
        csv.end(&mut out).unwrap();
        let mut reader = ::csv::Reader::from_reader(out.as_slice());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header[COLUMNS..], ["desk", "input.title", "rank", "tags", "extra"]);
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let given = |row: usize| rows[row].iter().skip(COLUMNS).collect::<Vec<_>>();
        assert_eq!((&rows[0][0], &rows[0][COLUMNS - 1]), ("none", "gone"));
        assert_eq!(given(1), ["'=city", "T", "-3", "[\"x\"]", ""]);
        assert_eq!(given(2), ["", "", "", "", "{\"late\":true}"]);
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
