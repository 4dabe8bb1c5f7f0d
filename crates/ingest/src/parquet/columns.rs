//! The columns of a row group, read row by row: what each has of the row at hand.

use std::mem;

use parquet::{
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{
        BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
        FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
    },
    errors::ParquetError,
    schema::types::ColumnDescriptor,
};

use super::{
    fault::Fault,
    tree::Out,
    values::{self, Meaning},
};

/// A column and what it has of the row at hand.
pub(super) struct Column {
    values: Values,
    meaning: Meaning,
    /// Levels of definition and repetition, an entry for every value, null and empty list.
    defined: Vec<i16>,
    repeated: Vec<i16>,
    /// The level at which there is a value.
    full: i16,
    repeats: bool,
    /// The next entry.
    at: usize,
    /// The next value.
    value: usize,
}

/// Values by their type, and who reads them.
enum Values {
    Bool(ColumnReaderImpl<BoolType>, Vec<bool>),
    Int32(ColumnReaderImpl<Int32Type>, Vec<i32>),
    Int64(ColumnReaderImpl<Int64Type>, Vec<i64>),
    Int96(ColumnReaderImpl<Int96Type>, Vec<Int96>),
    Float(ColumnReaderImpl<FloatType>, Vec<f32>),
    Double(ColumnReaderImpl<DoubleType>, Vec<f64>),
    Bytes(ColumnReaderImpl<ByteArrayType>, Vec<ByteArray>),
    Fixed(ColumnReaderImpl<FixedLenByteArrayType>, Vec<FixedLenByteArray>),
}

impl From<ColumnReader> for Values {
    fn from(reader: ColumnReader) -> Self {
        match reader {
            ColumnReader::BoolColumnReader(reader) => Self::Bool(reader, Vec::new()),
            ColumnReader::Int32ColumnReader(reader) => Self::Int32(reader, Vec::new()),
            ColumnReader::Int64ColumnReader(reader) => Self::Int64(reader, Vec::new()),
            ColumnReader::Int96ColumnReader(reader) => Self::Int96(reader, Vec::new()),
            ColumnReader::FloatColumnReader(reader) => Self::Float(reader, Vec::new()),
            ColumnReader::DoubleColumnReader(reader) => Self::Double(reader, Vec::new()),
            ColumnReader::ByteArrayColumnReader(reader) => Self::Bytes(reader, Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => Self::Fixed(reader, Vec::new()),
        }
    }
}

impl Column {
    /// The column that `reader` reads and `column` describes.
    pub fn new(reader: ColumnReader, column: &ColumnDescriptor) -> Self {
        Self {
            values: reader.into(),
            meaning: Meaning::of(column),
            defined: Vec::new(),
            repeated: Vec::new(),
            full: column.max_def_level(),
            repeats: column.max_rep_level() > 0,
            at: 0,
            value: 0,
        }
    }

    /// Goes on to the next row.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn advance(&mut self) -> Result<(), Fault> {
        (self.at, self.value) = (0, 0);
        let levels = (&mut self.defined, &mut self.repeated);
        let (rows, values, entries) = match &mut self.values {
            Values::Bool(reader, values) => row(reader, levels, values),
            Values::Int32(reader, values) => row(reader, levels, values),
            Values::Int64(reader, values) => row(reader, levels, values),
            Values::Int96(reader, values) => row(reader, levels, values),
            Values::Float(reader, values) => row(reader, levels, values),
            Values::Double(reader, values) => row(reader, levels, values),
            Values::Bytes(reader, values) => row(reader, levels, values),
            Values::Fixed(reader, values) => row(reader, levels, values),
        }?;
        if rows != 1 {
            return Err(Fault::new("a column ends before the others"));
        }
        // A column that is always full has no levels.
        if self.full == 0 {
            self.defined.resize(values, 0);
        }
        if !self.repeats {
            self.repeated.resize(entries.max(values), 0);
        }
        Ok(())
    }

    /// How far what is at hand is defined.
    ///
    /// # Errors
    /// If there is nothing more.
    pub fn defined(&self) -> Result<i16, Fault> {
        self.defined.get(self.at).copied().ok_or_else(apart)
    }

    /// The level on which what is at hand repeats; `None` at the end of the row.
    pub fn repeated(&self) -> Option<i16> {
        self.repeated.get(self.at).copied()
    }

    /// Whether all of the row was taken.
    pub fn is_done(&self) -> bool {
        self.at == self.defined.len()
    }

    /// Passes over what is at hand.
    ///
    /// # Errors
    /// If there is nothing more.
    pub fn pass(&mut self) -> Result<(), Fault> {
        self.value += usize::from(self.defined()? == self.full);
        self.at += 1;
        Ok(())
    }

    /// Writes what is at hand as JSON.
    ///
    /// # Errors
    /// If there is nothing more.
    pub fn write(&mut self, to: &mut Out) -> Result<(), Fault> {
        let at = self.value;
        let length = match &self.values {
            Values::Bytes(_, values) => values.get(at).map_or(0, |value| value.data().len()),
            Values::Fixed(_, values) => values.get(at).map_or(0, |value| value.data().len()),
            _ => 0,
        };
        if self.defined()? == self.full && !to.takes(length) {
            return self.pass();
        }
        let out = &mut to.bytes;
        if self.defined()? < self.full {
            out.extend_from_slice(b"null");
            return self.pass();
        }
        match &mut self.values {
            Values::Bool(_, values) => {
                let value = *values.get(at).ok_or_else(apart)?;
                out.extend_from_slice(if value { b"true" } else { b"false" });
            }
            Values::Int32(_, values) => {
                let value = i64::from(*values.get(at).ok_or_else(apart)?);
                self.meaning.whole(value, out);
            }
            Values::Int64(_, values) => {
                self.meaning.whole(*values.get(at).ok_or_else(apart)?, out);
            }
            Values::Int96(_, values) => values::old_time(values.get(at).ok_or_else(apart)?, out),
            Values::Float(_, values) => {
                values::json(values.get(at).ok_or_else(apart)?, out);
            }
            Values::Double(_, values) => {
                values::json(values.get(at).ok_or_else(apart)?, out);
            }
            Values::Bytes(_, values) => {
                // It is not looked at again.
                let value = mem::take(values.get_mut(at).ok_or_else(apart)?);
                self.meaning.bytes(value.data(), out);
            }
            Values::Fixed(_, values) => {
                let value = mem::take(values.get_mut(at).ok_or_else(apart)?);
                self.meaning.bytes(value.data(), out);
            }
        }
        self.pass()
    }
}

/// Reads one row; gives how many rows, values and entries that were.
fn row<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    (defined, repeated): (&mut Vec<i16>, &mut Vec<i16>),
    values: &mut Vec<T::T>,
) -> Result<(usize, usize, usize), ParquetError> {
    defined.clear();
    repeated.clear();
    values.clear();
    reader.read_records(1, Some(defined), Some(repeated), values)
}

/// Columns that say different things about the same list.
fn apart() -> Fault {
    Fault::new("its columns do not fit one another")
}
