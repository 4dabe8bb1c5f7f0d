//! How the columns of a table stand in one another, and a row put together again from their entries.
//! `LogicalTypes.md` of the format, "Nested Types".

use std::ops::Range;

use parquet::{
    basic::{ConvertedType, LogicalType, Repetition},
    schema::types::{Type, TypePtr},
};

use super::{columns::Column, fault::Fault, values};

/// A field and what is in it.
pub(super) struct Node {
    /// The level of definition from which on it is there.
    there: i16,
    /// Which columns are its.
    columns: Range<usize>,
    shape: Shape,
}

enum Shape {
    Value,
    Struct(Vec<(String, Node)>),
    List(Series, Box<Node>),
    Map(Series, Box<(Node, Node)>),
}

/// What repeats.
#[derive(Clone, Copy)]
struct Series {
    /// The level of definition from which on there is an element.
    there: i16,
    /// The level of repetition of every element but the first.
    again: i16,
}

/// Levels, as they are counted from the root on.
#[derive(Clone, Copy, Default)]
struct Levels {
    defined: i16,
    repeated: i16,
}

impl Levels {
    fn optional(self) -> Self {
        Self { defined: self.defined + 1, ..self }
    }

    fn again(self) -> Self {
        Self { defined: self.defined + 1, repeated: self.repeated + 1 }
    }

    fn series(self) -> Series {
        Series { there: self.defined, again: self.repeated }
    }
}

/// The whole of a row, of which `root` is the schema.
pub(super) fn row(root: &Type) -> Node {
    let mut next = 0;
    let fields = fields(root, Levels::default(), &mut next);
    Node { there: 0, columns: 0..next, shape: Shape::Struct(fields) }
}

/// Names of the fields of a row.
pub(super) fn names(root: &Type) -> Vec<String> {
    root.get_fields().iter().map(|field| field.name().to_owned()).collect()
}

fn fields(group: &Type, levels: Levels, next: &mut usize) -> Vec<(String, Node)> {
    let fields = group.get_fields().iter();
    fields.map(|field| (field.name().to_owned(), node(field, levels, next))).collect()
}

/// A field, by how often it may be there. One that repeats and is said to be nothing else is a list.
fn node(field: &TypePtr, levels: Levels, next: &mut usize) -> Node {
    match repetition(field) {
        Repetition::REQUIRED => inner(field, levels, next),
        Repetition::OPTIONAL => inner(field, levels.optional(), next),
        Repetition::REPEATED => {
            let (first, there, levels) = (*next, levels.defined, levels.again());
            let element = Box::new(inner(field, levels, next));
            Node { there, columns: first..*next, shape: Shape::List(levels.series(), element) }
        }
    }
}

fn repetition(field: &Type) -> Repetition {
    let info = field.get_basic_info();
    if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED }
}

/// A field that is there once.
fn inner(field: &TypePtr, levels: Levels, next: &mut usize) -> Node {
    let first = *next;
    let shape = if field.is_primitive() {
        *next += 1;
        Shape::Value
    } else if let Some(element) = list_of(field) {
        let levels = levels.again();
        let element = if is_element(element, field) {
            inner(element, levels, next)
        } else {
            node(&element.get_fields()[0], levels, next)
        };
        Shape::List(levels.series(), Box::new(element))
    } else if let Some([key, value]) = map_of(field) {
        let levels = levels.again();
        let pair = (node(key, levels, next), node(value, levels, next));
        Shape::Map(levels.series(), Box::new(pair))
    } else {
        Shape::Struct(fields(field, levels, next))
    };
    Node { there: levels.defined, columns: first..*next, shape }
}

/// What repeats in a group that is said to be a list.
fn list_of(group: &Type) -> Option<&TypePtr> {
    let info = group.get_basic_info();
    let is_list = info.logical_type_ref() == Some(&LogicalType::List)
        || info.converted_type() == ConvertedType::LIST;
    only_repeated(group).filter(|_| is_list)
}

/// Key and value of a group that is said to be a map.
fn map_of(group: &Type) -> Option<&[TypePtr; 2]> {
    let info = group.get_basic_info();
    let is_map = info.logical_type_ref() == Some(&LogicalType::Map)
        || matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
    let pairs = only_repeated(group).filter(|pairs| is_map && pairs.is_group())?;
    pairs.get_fields().try_into().ok()
}

/// The only field of a group, if that repeats.
fn only_repeated(group: &Type) -> Option<&TypePtr> {
    match group.get_fields() {
        [only] if repetition(only) == Repetition::REPEATED => Some(only),
        _ => None,
    }
}

/// Whether what repeats in a list is the element itself, as in old tables, and not a group around it.
fn is_element(repeated: &Type, list: &Type) -> bool {
    repeated.is_primitive()
        || repeated.get_fields().len() != 1
        || repeated.name() == "array"
        || repeated.name().strip_suffix("_tuple") == Some(list.name())
}

/// A row while it is written.
pub(super) struct Out {
    /// JSON.
    pub bytes: Vec<u8>,
    limit: u64,
    /// Whether something was too long to be written.
    is_over: bool,
}

impl Out {
    /// Room for a row of at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { bytes: Vec::new(), limit, is_over: false }
    }

    /// Whether there is more than the limit. Nothing is written then any more.
    pub fn is_full(&self) -> bool {
        self.is_over || self.bytes.len() as u64 > self.limit
    }

    /// Whether so many bytes of text may be written, which may become six times as many; if not, it is full.
    pub fn takes(&mut self, length: usize) -> bool {
        self.is_over |= length as u64 > self.limit;
        !self.is_over
    }
}

impl Node {
    /// Writes what the columns have of this, and moves them on, unless `out` is full.
    ///
    /// # Errors
    /// If the columns do not fit one another.
    pub fn write(&self, columns: &mut [Column], out: &mut Out) -> Result<(), Fault> {
        if out.is_full() {
            return Ok(());
        }
        let first = self.columns.start;
        if self.columns.is_empty() {
            out.bytes.extend_from_slice(b"null");
            return Ok(());
        }
        if let Shape::Value = self.shape {
            return columns[first].write(out);
        }
        let defined = columns[first].defined()?;
        if defined < self.there {
            return self.pass(columns, "null", out);
        }
        match &self.shape {
            Shape::Value => Ok(()),
            Shape::Struct(fields) => {
                out.bytes.push(b'{');
                for (at, (name, field)) in fields.iter().enumerate() {
                    comma(at, out);
                    values::json(name, &mut out.bytes);
                    out.bytes.push(b':');
                    field.write(columns, out)?;
                }
                out.bytes.push(b'}');
                Ok(())
            }
            Shape::List(series, _) if defined < series.there => self.pass(columns, "[]", out),
            Shape::List(series, element) => {
                out.bytes.push(b'[');
                series.each(columns, first, out, |columns, out| element.write(columns, out))?;
                out.bytes.push(b']');
                Ok(())
            }
            Shape::Map(series, _) if defined < series.there => self.pass(columns, "{}", out),
            Shape::Map(series, pair) => {
                out.bytes.push(b'{');
                series.each(columns, first, out, |columns, out| {
                    pair.0.write_key(columns, out)?;
                    out.bytes.push(b':');
                    pair.1.write(columns, out)
                })?;
                out.bytes.push(b'}');
                Ok(())
            }
        }
    }

    /// Writes a key of a map, which is text whatever it was.
    fn write_key(&self, columns: &mut [Column], out: &mut Out) -> Result<(), Fault> {
        let mut key = Out::new(out.limit);
        self.write(columns, &mut key)?;
        if !out.takes(key.bytes.len()) || key.is_full() {
            out.is_over = true;
            return Ok(());
        }
        if key.bytes.starts_with(b"\"") {
            out.bytes.append(&mut key.bytes);
        } else {
            values::json(&String::from_utf8_lossy(&key.bytes), &mut out.bytes);
        }
        Ok(())
    }

    /// Writes `instead`, and passes over the one entry that every column has for it.
    fn pass(&self, columns: &mut [Column], instead: &str, out: &mut Out) -> Result<(), Fault> {
        out.bytes.extend_from_slice(instead.as_bytes());
        columns[self.columns.clone()].iter_mut().try_for_each(Column::pass)
    }
}

impl Series {
    /// Has every element of a list written that begins in the `first` of its columns.
    fn each(
        self,
        columns: &mut [Column],
        first: usize,
        out: &mut Out,
        mut write: impl FnMut(&mut [Column], &mut Out) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut count = 0;
        loop {
            comma(count, out);
            write(columns, out)?;
            count += 1;
            let goes_on = columns[first].repeated().is_some_and(|level| level >= self.again);
            if !goes_on || out.is_full() {
                return Ok(());
            }
        }
    }
}

fn comma(at: usize, out: &mut Out) {
    if at > 0 {
        out.bytes.push(b',');
    }
}
