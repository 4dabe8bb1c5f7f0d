//! Findings as a table of Parquet, one row per sentence of a summary: the columns of the CSV.

use std::{
    fs::File,
    io::{self, Write},
};

use serde::Deserialize;
use standfirst_core::report::{AbstractSentence, Verdict};

use super::csv::HEADER;
use crate::render::{
    figures,
    parquet::{Cell, Column, Kind, reports, write},
};

/// The kinds of the columns.
const KINDS: [Kind; HEADER.len()] = [
    Kind::Text,
    Kind::Whole,
    Kind::Text,
    Kind::Text,
    Kind::Number,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
];

/// What a line of findings says.
#[derive(Deserialize)]
struct Line {
    id: String,
    sentences: Vec<AbstractSentence>,
    error: Option<String>,
}

/// Makes a table of `lines`, the findings on a summary each.
///
/// # Errors
/// If the lines cannot be read, or the place is full.
pub fn tabulate(lines: &mut File, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let columns = Column::all(HEADER.into_iter().zip(KINDS));
    write(&columns, reports::table(lines, rows)?, out)
}

/// The sentences of one summary, and the error, if there is one.
fn rows(line: Line) -> Vec<Vec<Cell>> {
    let Line { id, sentences, error } = line;
    let sentences = sentences.iter().zip(1..).map(|(sentence, at)| row(&id, at, sentence));
    let error = error.map(|error| {
        let mut row = vec![Cell::Null; HEADER.len()];
        (row[0], row[HEADER.len() - 1]) = (Cell::text(&id), Cell::text(error));
        row
    });
    sentences.chain(error).collect()
}

fn row(id: &str, number: usize, sentence: &AbstractSentence) -> Vec<Cell> {
    let evidence = sentence.evidence.iter().map(|span| format!("{}-{}", span.start, span.end));
    vec![
        Cell::text(id),
        Cell::count(number),
        Cell::text(&sentence.text),
        Cell::text(sentence.verdict.map_or("", Verdict::name)),
        Cell::number(sentence.support),
        Cell::text(figures::flags(&sentence.flags)),
        Cell::text(figures::faults(sentence).join("; ")),
        Cell::text(evidence.collect::<Vec<_>>().join(" ")),
        Cell::Null,
    ]
}
