//! Rows into row groups, each of which is in memory until it is written, and none of which is large.

use std::{
    io::{self, Write},
    sync::Arc,
};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{Type, TypePtr},
};

use super::{Cell, Column, Kind};

/// Rows of a row group, at most.
const ROWS: usize = 10_000;
/// Bytes of one in memory, after which the next begins.
const BYTES: usize = 16 << 20;

/// Writes rows under `columns`, each with a cell for every one of them. The same rows are the same bytes.
///
/// # Errors
/// If the place is full or a row cannot be had.
pub fn write(
    columns: &[Column],
    rows: impl Iterator<Item = io::Result<Vec<Cell>>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let schema = schema(columns).map_err(broken)?;
    let mut writer = SerializedFileWriter::new(out, schema, properties()).map_err(broken)?;
    let (mut group, mut bytes) = (Vec::new(), 0);
    for row in rows {
        let row = row?;
        bytes += size_of_val(row.as_slice()) + row.iter().map(size).sum::<usize>();
        group.push(row);
        if group.len() == ROWS || bytes >= BYTES {
            let to = writer.next_row_group().map_err(broken)?;
            write_group(columns, &std::mem::take(&mut group), to).map_err(broken)?;
            bytes = 0;
        }
    }
    if !group.is_empty() {
        let to = writer.next_row_group().map_err(broken)?;
        write_group(columns, &group, to).map_err(broken)?;
    }
    writer.close().map_err(broken)?;
    Ok(())
}

/// The place's own error, where it is one.
fn broken(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

/// Nothing in it tells when or where a table was written.
fn properties() -> Arc<WriterProperties> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("standfirst version ", env!("CARGO_PKG_VERSION")).to_owned());
    Arc::new(properties.build())
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Whole => (Physical::INT64, None),
            Kind::Bool => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?))
}

/// Bytes of the text of a cell.
fn size(cell: &Cell) -> usize {
    if let Cell::Text(text) = cell { text.len() } else { 0 }
}

fn write_group<W: Write + Send>(
    columns: &[Column],
    rows: &[Vec<Cell>],
    mut to: SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    for (at, column) in columns.iter().enumerate() {
        let cells = || rows.iter().map(move |row| row.get(at).unwrap_or(&Cell::Null));
        match column.kind {
            Kind::Text => write_column::<ByteArrayType, _>(&mut to, cells(), |cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.as_bytes().to_vec())),
                _ => None,
            }),
            Kind::Number => write_column::<DoubleType, _>(&mut to, cells(), |cell| match cell {
                Cell::Number(number) => Some(*number),
                _ => None,
            }),
            Kind::Whole => write_column::<Int64Type, _>(&mut to, cells(), |cell| match cell {
                Cell::Whole(number) => Some(*number),
                _ => None,
            }),
            Kind::Bool => write_column::<BoolType, _>(&mut to, cells(), |cell| match cell {
                Cell::Bool(value) => Some(*value),
                _ => None,
            }),
        }?;
    }
    to.close().map(|_| ())
}

/// The next column; a cell of another kind is null.
fn write_column<'a, T: DataType, W: Write + Send>(
    to: &mut SerializedRowGroupWriter<'_, W>,
    cells: impl Iterator<Item = &'a Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = value(cell);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    let missing = || ParquetError::General("there are fewer columns than were named".to_owned());
    let mut column = to.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use standfirst_ingest::{Fields, Format, Options, Pending, from_reader};

    use super::*;

    fn table(rows: usize) -> Vec<u8> {
        let columns = Column::all([
            ("id", Kind::Text),
            ("text", Kind::Text),
            ("share", Kind::Number),
            ("count", Kind::Whole),
            ("best", Kind::Bool),
        ]);
        let row = |at: usize| {
            let share = (!at.is_multiple_of(3)).then_some(at as f64 / 7.0);
            let best = if at.is_multiple_of(2) { Cell::Bool(true) } else { Cell::Null };
            let text = Cell::text(format!("=Zoë said {at}:\n\"no\"."));
            Ok(vec![Cell::text(format!("a{at}")), text, Cell::number(share), Cell::count(at), best])
        };
        let mut out = Vec::new();
        write(&columns, (0..rows).map(row), &mut out).unwrap();
        out
    }

    #[test]
    fn what_is_written_is_read_again_and_is_the_same_every_time() {
        // More than a row group.
        let rows = ROWS + 5;
        let written = table(rows);
        assert_eq!(written, table(rows));
        let options = Options {
            format: Some(Format::Parquet),
            fields: Fields::default(),
            ..Options::default()
        };
        let found = from_reader("-", io::Cursor::new(written), &options);
        let mut count = 0;
        for (at, found) in found.map(|found| found.and_then(Pending::read).unwrap()).enumerate() {
            assert_eq!(
                (found.id, found.text),
                (format!("a{at}"), format!("=Zoë said {at}:\n\"no\"."))
            );
            let given = found.annotations.given();
            let share = (!at.is_multiple_of(3)).then_some(at as f64 / 7.0);
            assert_eq!(given["share"].as_f64(), share);
            assert_eq!(given["count"], at);
            assert_eq!(given["best"].as_bool(), at.is_multiple_of(2).then_some(true));
            count += 1;
        }
        assert_eq!(count, rows);
    }

    #[test]
    fn a_table_without_rows_is_one() {
        let table = table(0);
        assert!(table.starts_with(b"PAR1") && table.ends_with(b"PAR1"));
    }
}
