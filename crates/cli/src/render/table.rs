//! Tables of figures: for the terminal, as Markdown, or as JSON.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{ContentArrangement, TableStyle, presets};
use serde::Serialize;
use standfirst_core::metric::bootstrap::Estimate;

use super::Look;

/// The form of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For reading.
    Text,
    /// All figures in full precision.
    Json,
    /// For pasting.
    #[value(alias = "md")]
    Markdown,
}

/// One table with what a reader must know about it.
pub struct Table {
    /// What is counted.
    pub title: String,
    /// Names of the columns.
    pub header: Vec<&'static str>,
    /// Cells, as wide as the header.
    pub rows: Vec<Vec<String>>,
    /// What the figures mean.
    pub notes: Vec<String>,
}

/// Figures that can be shown as tables and, in full, as JSON.
pub trait Tables: Serialize {
    /// In the order they are shown.
    fn tables(&self) -> Vec<Table>;
}

/// A mean with its interval, such as `41.1 [40.2, 42.0]`; a dash for none.
pub fn interval(estimate: Option<Estimate>, decimals: usize) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |Estimate { mean, low, high }| {
            format!("{mean:.decimals$} [{low:.decimals$}, {high:.decimals$}]")
        },
    )
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
    for (i, table) in figures.tables().iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        match format {
            TableFormat::Markdown => markdown(table, out)?,
            TableFormat::Text | TableFormat::Json => text(table, look, out)?,
        }
    }
    Ok(())
}

fn text(table: &Table, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", table.title)?;
    for line in drawn(table, presets::NOTHING).lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    for note in &table.notes {
        writeln!(out, "{}", textwrap::fill(note, look.width))?;
    }
    Ok(())
}

fn markdown(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**\n\n{}", table.title, drawn(table, presets::ASCII_MARKDOWN))?;
    for note in &table.notes {
        writeln!(out, "\n{note}")?;
    }
    Ok(())
}

fn drawn(table: &Table, style: TableStyle) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(&table.header)
        .add_rows(&table.rows);
    drawn.to_string()
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
                header: vec!["MODEL", "SCORE"],
                rows: vec![
                    row("lead", interval(Some(estimate), 1)),
                    row("none", interval(None, 1)),
                ],
                notes: vec!["What it means.".into()],
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
    fn one_table_three_forms() {
        insta::assert_snapshot!("table_text", written(TableFormat::Text));
        insta::assert_snapshot!("table_markdown", written(TableFormat::Markdown));
        insta::assert_snapshot!("table_json", written(TableFormat::Json));
    }
}
