//! Tables of figures: for the terminal, as Markdown, CSV or JSON.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, TableStyle, presets};
use serde::Serialize;
use standfirst_eval::metric::{Better, bootstrap::Estimate};

use super::{
    Look,
    parquet::{Cell, Column, Kind, write_all},
    safe,
};
use crate::format::TableFormat;

/// One table with what a reader must know about it.
pub struct Table {
    /// What is counted.
    pub title: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Cells, as wide as the header.
    pub rows: Vec<Vec<String>>,
    /// What the figures mean.
    pub notes: Vec<String>,
    /// Whether a terminal that is too narrow gets the columns in several tables, each with the first.
    pub splits: bool,
}

/// One figure.
pub struct Record {
    /// What is measured.
    pub measure: String,
    /// Which way is better.
    pub better: Better,
    /// Of what: a word for each of [`Tables::of`].
    pub of: Vec<String>,
    /// The mean; `None` where nothing could be measured.
    pub estimate: Option<Estimate>,
    /// Whether it is the best, or not clearly worse.
    pub best: bool,
}

/// Figures that can be shown as tables and, in full, as JSON.
pub trait Tables: Serialize {
    /// In the order they are shown.
    fn tables(&self) -> Vec<Table>;

    /// Every figure, for spreadsheets.
    fn records(&self) -> Vec<Record>;

    /// The columns that say of what a figure is.
    fn of(&self) -> &'static [&'static str] {
        &["model"]
    }
}

/// A mean with its interval, such as `41.1 [40.2, 42.0]`; a dash for none.
pub fn interval(estimate: Option<Estimate>, decimals: usize) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |Estimate { mean, low, high }| {
            let [mean, low, high] = [mean, low, high].map(|number| rounded(number, decimals));
            format!("{mean} [{low}, {high}]")
        },
    )
}

/// A number with so many decimals; never `-0.00`.
fn rounded(number: f64, decimals: usize) -> String {
    let shown = format!("{number:.decimals$}");
    let zero = shown.chars().all(|sign| matches!(sign, '-' | '0' | '.'));
    if zero { shown.trim_start_matches('-').to_owned() } else { shown }
}

/// Writes figures in the form asked for.
pub fn write(
    figures: &impl Tables,
    format: TableFormat,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == TableFormat::Json {
        serde_json::to_writer_pretty(&mut *out, figures)?;
        return writeln!(out);
    }
    if format == TableFormat::Csv {
        return csv(figures.of(), &figures.records(), out);
    }
    if format == TableFormat::Parquet {
        return parquet(figures.of(), &figures.records(), out);
    }
    for (i, table) in figures.tables().iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        match format {
            TableFormat::Markdown => markdown(table, out)?,
            _ => text(table, look, out)?,
        }
    }
    Ok(())
}

fn text(table: &Table, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", table.title)?;
    for (i, columns) in fitting(table, look.width).iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        for line in drawn(table, columns, presets::NOTHING).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    for note in &table.notes {
        writeln!(out, "{}", textwrap::fill(note, look.width))?;
    }
    Ok(())
}

fn markdown(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**\n\n{}", table.title, drawn(table, &all(table), presets::ASCII_MARKDOWN))?;
    for note in &table.notes {
        writeln!(out, "\n{note}")?;
    }
    Ok(())
}

fn drawn(table: &Table, columns: &[usize], style: TableStyle) -> String {
    let pick = |row: &[String]| -> Vec<String> {
        columns.iter().filter_map(|&column| row.get(column)).map(|cell| safe::line(cell)).collect()
    };
    let mut drawn = comfy_table::Table::new();
    drawn
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(pick(&table.header))
        .add_rows(table.rows.iter().map(|row| pick(row)));
    drawn.to_string()
}

fn all(table: &Table) -> Vec<usize> {
    (0..table.header.len()).collect()
}

/// The columns in groups that are at most `width` wide, where the table splits.
fn fitting(table: &Table, width: usize) -> Vec<Vec<usize>> {
    if !table.splits {
        return vec![all(table)];
    }
    let widths: Vec<usize> =
        all(table).into_iter().map(|column| column_width(table, column)).collect();
    let first = widths.first().copied().unwrap_or(0);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut used = usize::MAX;
    for (column, &own) in widths.iter().enumerate().skip(1) {
        if used.saturating_add(own) > width {
            groups.push(vec![0]);
            used = first;
        }
        used += own;
        groups.last_mut().expect("one was pushed").push(column);
    }
    groups
}

/// The widest cell and the blanks beside it.
fn column_width(table: &Table, column: usize) -> usize {
    let cells = std::iter::once(&table.header).chain(&table.rows).filter_map(|row| row.get(column));
    cells.map(|cell| cell.chars().count()).max().unwrap_or(0) + 2
}

/// The columns of a figure that is `of` these things.
fn header(of: &'static [&'static str]) -> Vec<&'static str> {
    [&["measure", "better"], of, &["mean", "low", "high", "best"]].concat()
}

/// Which way is better, in a word; none where neither is.
fn better(record: &Record) -> &'static str {
    match record.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "",
    }
}

/// One figure a row, with types.
fn parquet(of: &'static [&'static str], records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    let kind = |name| match name {
        "mean" | "low" | "high" => Kind::Number,
        "best" => Kind::Bool,
        _ => Kind::Text,
    };
    let row = |record: &Record| {
        let number = |get: fn(Estimate) -> f64| Cell::number(record.estimate.map(get));
        let mut cells = vec![Cell::text(&record.measure), Cell::text(better(record))];
        cells.extend(record.of.iter().map(Cell::text));
        cells.push(number(|estimate| estimate.mean));
        cells.push(number(|estimate| estimate.low));
        cells.push(number(|estimate| estimate.high));
        cells.push(Cell::Bool(record.best));
        cells
    };
    let columns = Column::all(header(of).into_iter().map(|name| (name, kind(name))));
    write_all(&columns, records.iter().map(row), out)
}

/// One figure a row, in full precision.
fn csv(of: &'static [&'static str], records: &[Record], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(header(of))?;
    for record in records {
        let number = |get: fn(Estimate) -> f64| {
            record.estimate.map(|estimate| get(estimate).to_string()).unwrap_or_default()
        };
        let mut row = vec![record.measure.clone(), better(record).to_owned()];
        row.extend(record.of.iter().map(|of| super::csv::text(of).into_owned()));
        row.push(number(|estimate| estimate.mean));
        row.push(number(|estimate| estimate.low));
        row.push(number(|estimate| estimate.high));
        row.push(if record.best { "yes" } else { "" }.to_owned());
        writer.write_record(row)?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::palette::Palette;

    #[derive(Serialize)]
    struct Two {
        figure: f64,
    }

    impl Tables for Two {
        fn tables(&self) -> Vec<Table> {
            let estimate = Estimate { mean: self.figure, low: 1.0, high: 3.0 };
            let row = |name: &str, cell| vec![name.to_owned(), cell];
            vec![Table {
                title: "5 articles".into(),
                header: vec!["MODEL".into(), "SCORE".into()],
                rows: vec![
                    row("lead", interval(Some(estimate), 1)),
                    row("none", interval(None, 1)),
                ],
                notes: vec!["What it means.".into()],
                splits: true,
            }]
        }

        fn records(&self) -> Vec<Record> {
            let estimate = Some(Estimate { mean: self.figure, low: 1.0, high: 3.0 });
            vec![Record {
                measure: "score".into(),
                better: Better::Higher,
                of: vec!["=lead".into()],
                estimate,
                best: true,
            }]
        }
    }

    fn written(format: TableFormat) -> String {
        let look = Look { palette: Palette::plain(), width: 80, show_cuts: false };
        let mut out = Vec::new();
        write(&Two { figure: 2.25 }, format, look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_wide_table_is_split_by_columns_and_keeps_its_first() {
        let row =
            || ["measure", "1234567890", "1234567890", "1234567890"].map(str::to_owned).into();
        let table = Table {
            title: String::new(),
            header: row(),
            rows: vec![row()],
            notes: Vec::new(),
            splits: true,
        };
        assert_eq!(fitting(&table, 40), [vec![0, 1, 2], vec![0, 3]]);
        assert_eq!(fitting(&table, 5), [vec![0, 1], vec![0, 2], vec![0, 3]]);
        assert_eq!(fitting(&Table { splits: false, ..table }, 5), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn zero_has_no_sign() {
        let estimate = Estimate { mean: -0.001, low: -0.016, high: -0.0 };
        assert_eq!(interval(Some(estimate), 2), "0.00 [-0.02, 0.00]");
    }

    #[test]
    fn one_figure_a_row_and_no_formulas() {
        let csv = written(TableFormat::Csv);
        assert_eq!(
            csv,
            "measure,better,model,mean,low,high,best\nscore,higher,'=lead,2.25,1,3,yes\n"
        );
    }

    #[test]
    fn one_table_three_forms() {
        insta::assert_snapshot!("table_text", written(TableFormat::Text));
        insta::assert_snapshot!("table_markdown", written(TableFormat::Markdown));
        insta::assert_snapshot!("table_json", written(TableFormat::Json));
    }
}
