//! Tables out of the lines that a run has written.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Seek as _, Write},
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use standfirst_core::report::{AbstractReport, ArticleReport, Row};

use super::{Cell, Column, Kind, write};
use crate::render::csv;

/// The kinds of the columns of the CSV.
const KINDS: [Kind; csv::COLUMNS] = [
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Number,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Number,
    Kind::Text,
    Kind::Whole,
    Kind::Text,
];

/// Makes a table of `lines`, a report each: the rows and columns of the CSV. What the input says beside the articles
/// has the type that all of it has, or is text.
///
/// # Errors
/// If the lines cannot be read, or the place is full.
pub fn tabulate(lines: &mut File, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let given = given(lines)?;
    let mut columns = Column::all(csv::HEADER.into_iter().zip(KINDS));
    columns.extend(
        given.iter().map(|(key, kind)| Column {
            name: csv::column_of(key),
            kind: kind.unwrap_or(Kind::Text),
        }),
    );
    columns.extend(Column::all([(csv::EXTRA, Kind::Text)]));
    write(&columns, table(lines, |report: ArticleReport| rows(&report, &given).collect())?, out)
}

/// The rows that `of` makes of whatever stands in `lines`.
///
/// # Errors
/// If they cannot be gone through.
pub fn table<T: DeserializeOwned>(
    lines: &mut File,
    of: impl Fn(T) -> Vec<Vec<Cell>>,
) -> io::Result<impl Iterator<Item = io::Result<Vec<Cell>>>> {
    Ok(each(lines)?.flat_map(move |line| match line {
        Ok(line) => of(line).into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }))
}

/// Whatever stands in `lines`, one by one from the first on.
///
/// # Errors
/// If they cannot be gone through.
fn each<T: DeserializeOwned>(lines: &mut File) -> io::Result<impl Iterator<Item = io::Result<T>>> {
    lines.rewind()?;
    let lines = BufReader::new(lines).lines();
    Ok(lines.map(|line| serde_json::from_str(&line?).map_err(io::Error::from)))
}

/// The keys of the input that have a column, those of the first article that could be read, and what kind all their
/// values are of; `None` where there are none.
fn given(lines: &mut File) -> io::Result<Vec<(String, Option<Kind>)>> {
    let mut keys: Option<Vec<(String, Option<Kind>)>> = None;
    for report in each::<ArticleReport>(lines)? {
        let report = report?;
        let given = report.annotations.given();
        if keys.is_none() && report.error.is_none() {
            keys = Some(given.keys().map(|key| (key.clone(), None)).collect());
        }
        for (key, kind) in keys.iter_mut().flatten() {
            *kind = both(*kind, given.get(key).and_then(kind_of));
        }
    }
    Ok(keys.unwrap_or_default())
}

fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(Kind::Bool),
        Value::Number(number) if number.is_i64() => Some(Kind::Whole),
        // One above them would lose its last digits.
        Value::Number(number) if number.is_u64() => Some(Kind::Text),
        Value::Number(_) => Some(Kind::Number),
        _ => Some(Kind::Text),
    }
}

/// The kind of a column that has both.
fn both(one: Option<Kind>, other: Option<Kind>) -> Option<Kind> {
    match (one, other) {
        (None, kind) | (kind, None) => kind,
        (Some(one), Some(other)) if one == other => Some(one),
        (Some(Kind::Whole | Kind::Number), Some(Kind::Whole | Kind::Number)) => Some(Kind::Number),
        _ => Some(Kind::Text),
    }
}

/// The rows of one article.
fn rows(
    report: &ArticleReport,
    keys: &[(String, Option<Kind>)],
) -> impl Iterator<Item = Vec<Cell>> {
    let given = report.annotations.given();
    let cell = |(key, kind): &(String, Option<Kind>)| {
        given.get(key).map_or(Cell::Null, |value| Cell::given(value, kind.unwrap_or(Kind::Text)))
    };
    let known: Vec<Cell> = keys.iter().map(cell).collect();
    let others = csv::others(given, keys.iter().map(|(key, _)| key.as_str()));
    let others = others.map_or(Cell::Null, Cell::Text);
    report.rows().map(move |one| {
        let all = row(one).into_iter().chain(known.iter().cloned());
        all.chain([others.clone()]).collect()
    })
}

/// The cells of one row, in the order of the CSV.
fn row(one: Row<'_>) -> [Cell; csv::COLUMNS] {
    let Row { report, cell, tone } = one;
    [
        Cell::text(&report.id),
        Cell::text(&report.source),
        Cell::text(report.title.as_deref().unwrap_or_default()),
        Cell::text(report.language.map_or("", |language| language.code())),
        Cell::text(cell.map_or("", |cell| &cell.model)),
        Cell::text(cell.and_then(|cell| cell.text.as_deref()).unwrap_or_default()),
        Cell::number(cell.and_then(AbstractReport::support)),
        Cell::text(cell.map(csv::verdicts).unwrap_or_default()),
        Cell::text(tone.map_or("", |tone| &tone.model)),
        Cell::text(tone.and_then(|tone| tone.label).map_or("", |label| label.name())),
        Cell::number(tone.and_then(|tone| tone.score)),
        Cell::text(tone.map(csv::targets).unwrap_or_default()),
        Cell::count(report.cuts.len()),
        Cell::text(one.error().unwrap_or_default()),
    ]
}
