//! Tables of Parquet, a row an article. A row becomes an object of JSON, and from there on is what a line of JSON Lines
//! is: lists, structs and maps are arrays and objects, days and times are written as ISO 8601 has it, bytes that are no
//! text in base 64.
//!
//! One row is in memory at a time, with the pages of each column that it stands in. The library that decodes them
//! trusts what it reads, so nothing reaches it that was not looked at: the footer, the headers of pages, what pages
//! unpack to, and how many elements a row may be made to have. Where it panics all the same, that is an error of the
//! row group, and the next one is read.
//!
//! <https://parquet.apache.org/docs/file-format/>

mod codec;
mod columns;
mod delta;
mod fault;
mod footer;
mod format;
mod header;
mod levels;
mod pages;
mod store;
mod thrift;
mod tree;
mod values;

use std::{
    fs::File,
    io::Read,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
};

use parquet::{column::reader::get_column_reader, file::metadata::ParquetMetaData};

use self::{
    columns::Column,
    fault::Fault,
    pages::{Budget, Pages},
    store::Store,
    tree::{Node, Out},
};
use super::{
    IngestError, IngestErrorKind,
    fields::{ABSTRACTS, Fields},
};
use standfirst_core::article::Source;

/// Most elements of lists in a row, all columns together.
const MAX_ELEMENTS: u64 = 4_000_000;

/// The rows of a table, each an object of JSON.
pub(super) struct Rows {
    source: Source,
    store: Arc<Store>,
    metadata: ParquetMetaData,
    row: Node,
    max_bytes: u64,
    /// The next row group.
    next: usize,
    group: Option<Group>,
    /// Rows of the groups before the one at hand.
    before: u64,
}

/// A row group while it is read.
struct Group {
    columns: Vec<Column>,
    rows: u64,
    /// Rows read so far.
    at: u64,
}

impl Rows {
    /// Of a file.
    ///
    /// # Errors
    /// If it is no table, or none of its columns is the text.
    pub fn of_file(
        source: Source,
        file: File,
        max_bytes: u64,
        fields: &Fields,
    ) -> Result<Self, IngestErrorKind> {
        Self::new(source, Store::file(file)?, max_bytes, fields)
    }

    /// Of what comes through a pipe or out of a packed file.
    ///
    /// # Errors
    /// The same, and if it is too large to be held.
    pub fn of_reader(
        source: Source,
        reader: impl Read,
        max_bytes: u64,
        fields: &Fields,
    ) -> Result<Self, IngestErrorKind> {
        Self::new(source, Store::memory(reader)?, max_bytes, fields)
    }

    fn new(
        source: Source,
        store: Store,
        max_bytes: u64,
        fields: &Fields,
    ) -> Result<Self, IngestErrorKind> {
        if store.size() == 0 {
            return Err(IngestErrorKind::Empty);
        }
        let read = || footer::read(&store);
        let metadata =
            guarded(read).map_err(|Fault(message)| IngestErrorKind::BadTable { message })?;
        let root = metadata.file_metadata().schema();
        let names = tree::names(root);
        let has_abstracts = fields.are_of_summaries();
        let is_text = |name: &String| fields.is_text(name) || has_abstracts && name == ABSTRACTS;
        if !names.iter().any(is_text) {
            let (wanted, found) = (fields.text_names().join(", "), names.join(", "));
            return Err(IngestErrorKind::NoTextColumn { wanted, found });
        }
        if metadata.row_groups().iter().all(|group| group.num_rows() == 0) {
            return Err(IngestErrorKind::NoArticles);
        }
        let row = tree::row(root);
        let store = Arc::new(store);
        Ok(Self { source, store, metadata, row, max_bytes, next: 0, group: None, before: 0 })
    }

    /// The next row, or what is wrong with it; `None` at the end.
    fn advance(&mut self) -> Option<(u64, Result<Vec<u8>, IngestErrorKind>)> {
        loop {
            if let Some(group) = &mut self.group {
                if group.at < group.rows {
                    group.at += 1;
                    let place = self.before + group.at;
                    let read = guarded(|| group.row(&self.row, self.max_bytes));
                    return Some((place, self.told(read)));
                }
                self.before += group.rows;
                self.group = None;
            }
            if self.next == self.metadata.num_row_groups() {
                return None;
            }
            match guarded(|| self.open(self.next)) {
                Ok(group) => {
                    self.group = Some(group);
                    self.next += 1;
                }
                Err(fault) => {
                    self.next += 1;
                    let place = self.before + 1;
                    return Some((place, self.told(Err(fault))));
                }
            }
        }
    }

    /// What was read of a row; a fault ends its row group.
    fn told(&mut self, read: Result<Option<Vec<u8>>, Fault>) -> Result<Vec<u8>, IngestErrorKind> {
        match read {
            Ok(Some(row)) => Ok(row),
            Ok(None) => Err(IngestErrorKind::TooLarge { limit: self.max_bytes }),
            Err(Fault(message)) => {
                self.group = None;
                self.before += self.rows(self.next - 1);
                Err(IngestErrorKind::BadRows { group: self.next, message })
            }
        }
    }

    /// How many rows a group has.
    fn rows(&self, group: usize) -> u64 {
        u64::try_from(self.metadata.row_group(group).num_rows()).unwrap_or(0)
    }

    /// Opens a row group.
    fn open(&self, at: usize) -> Result<Group, Fault> {
        let group = self.metadata.row_group(at);
        let lists = group.columns().iter().filter(|chunk| chunk.column_descr().max_rep_level() > 0);
        let elements = MAX_ELEMENTS / (lists.count() as u64).max(1);
        let budget = Budget::new();
        let open = |chunk| -> Result<Column, Fault> {
            let pages = Pages::new(&self.store, chunk, elements, &budget)?;
            let descriptor = chunk.column_descr_ptr();
            let reader = get_column_reader(descriptor, Box::new(pages));
            Ok(Column::new(reader, chunk.column_descr()))
        };
        let columns = group.columns().iter().map(open).collect::<Result<_, _>>()?;
        Ok(Group { columns, rows: self.rows(at), at: 0 })
    }
}

impl Group {
    /// The next row; `None` if it is larger than `max_bytes`.
    fn row(&mut self, row: &Node, max_bytes: u64) -> Result<Option<Vec<u8>>, Fault> {
        self.columns.iter_mut().try_for_each(Column::advance)?;
        let mut out = Out::new(max_bytes);
        row.write(&mut self.columns, &mut out)?;
        if out.is_full() {
            return Ok(None);
        }
        if self.columns.iter().all(Column::is_done) {
            Ok(Some(out.bytes))
        } else {
            Err(Fault::new("its columns do not fit one another"))
        }
    }
}

impl Iterator for Rows {
    type Item = Result<(Source, Vec<u8>), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (place, row) = self.advance()?;
        let source = Source { path: self.source.path.clone(), line: Some(place) };
        Some(match row {
            Ok(row) => Ok((source, row)),
            Err(kind) => Err(IngestError { source, kind }),
        })
    }
}

/// What `work` gives; if the library panics, a fault.
fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let broke = || Fault::new("it broke the reader, which is a bug");
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broke()))
}

#[cfg(test)]
mod tests;
