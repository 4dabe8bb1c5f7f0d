//! Tables of Parquet, for dataframes: the columns of the CSV with their types, null where there is nothing. Text stands in
//! them as it is, since no program takes it for a formula.
//!
//! A table says at its end where everything in it is, so one that is cut off cannot be read. That of a run is therefore
//! made when all is done, out of the lines of JSON that the run has written until then, and which a later run can go on
//! with.

pub mod reports;
#[cfg(feature = "parquet")]
mod writer;

use std::io::{self, Write};

use serde_json::Value;

#[cfg(feature = "parquet")]
pub use self::writer::write;

/// Whether this program was built with Parquet.
pub const IS_THERE: bool = cfg!(feature = "parquet");
/// What to do where it was not.
pub const WITHOUT: &str = "this program was built without Parquet: build it with `cargo build --features parquet`, or \
                           choose csv or jsonl";

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in UTF-8.
    Text,
    /// Numbers of 64 bits with a point.
    Number,
    /// Whole numbers of 64 bits.
    Whole,
    /// Yes or no.
    Bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
}

impl Column {
    /// The columns of these names and kinds.
    pub fn all<'a>(columns: impl IntoIterator<Item = (&'a str, Kind)>) -> Vec<Self> {
        let columns = columns.into_iter();
        columns.map(|(name, kind)| Self { name: name.to_owned(), kind }).collect()
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Bool(bool),
}

impl Cell {
    /// Text; nothing where there is none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// A count.
    pub fn count(count: usize) -> Self {
        i64::try_from(count).map_or(Self::Null, Self::Whole)
    }

    /// A number, if there is one.
    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }

    /// A value of the input, in a column of `kind`.
    pub fn given(value: &Value, kind: Kind) -> Self {
        match (kind, value) {
            (_, Value::Null) => Self::Null,
            (Kind::Bool, Value::Bool(value)) => Self::Bool(*value),
            (Kind::Whole, value) => value.as_i64().map_or(Self::Null, Self::Whole),
            (Kind::Number, value) => Self::number(value.as_f64()),
            // Here an empty text is one.
            (_, Value::String(text)) => Self::Text(text.clone()),
            (_, other) => Self::Text(other.to_string()),
        }
    }
}

/// Writes rows under `columns`, each with a cell for every one of them.
///
/// # Errors
/// If the place is full or a row cannot be had.
#[cfg(not(feature = "parquet"))]
pub fn write(
    _: &[Column],
    _: impl Iterator<Item = io::Result<Vec<Cell>>>,
    _: &mut (dyn Write + Send),
) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, WITHOUT))
}

/// The same, of rows that are all there, into anything.
///
/// # Errors
/// If the place is full.
pub fn write_all(
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = Vec::new();
    write(columns, rows.map(Ok), &mut table)?;
    out.write_all(&table)
}
