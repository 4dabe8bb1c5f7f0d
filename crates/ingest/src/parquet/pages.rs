//! The pages of a column in a row group, one at a time: read, looked at, unpacked. The decoders of the library are
//! handed none of which they could be made to take more memory than there is in it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use parquet::{
    basic::{Encoding, Type},
    column::page::{Page, PageMetadata, PageReader},
    errors::ParquetError,
    file::metadata::ColumnChunkMetaData,
    schema::types::ColumnDescriptor,
};

use super::{
    codec::Codec,
    delta,
    fault::Fault,
    header::{self, Header, Of},
    levels::{Records, take},
    store::Store,
};

/// Largest page, in bytes, packed and unpacked.
const MAX_PAGE: u64 = 256 << 20;
/// What the pages that are held of one row group may take together, in bytes.
const MAX_HELD: u64 = 1 << 30;
/// Most values of a page.
const MAX_VALUES: u32 = 1 << 26;
/// Most values of a page for whose lengths room is made.
const MAX_LENGTHS: u32 = 1 << 22;

/// What the pages of a row group may still take.
#[derive(Clone)]
pub(super) struct Budget(Arc<AtomicU64>);

impl Budget {
    /// All of it.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(MAX_HELD)))
    }

    /// Takes so many bytes, which come back when what is given is dropped.
    fn take(&self, bytes: u64) -> Result<Share, Fault> {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        match taken {
            Ok(_) => Ok(Share { budget: self.clone(), bytes }),
            Err(_) => Err(Fault::more_than(MAX_HELD, "bytes of pages at once")),
        }
    }
}

/// A part of a budget.
struct Share {
    budget: Budget,
    bytes: u64,
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

/// The bytes of a page, whose share of the budget ends with the last value that points into them.
struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The pages of a column, in order.
pub(super) struct Pages {
    store: Arc<Store>,
    /// Where the next header begins.
    at: u64,
    /// Bytes from there to the end of the column.
    left: u64,
    codec: Codec,
    kind: Type,
    /// Bytes of a value of a fixed length.
    width: usize,
    /// Highest level of definition.
    definition: i16,
    /// Counts elements, if the column repeats.
    records: Option<Records>,
    /// The header of the next page, if it was read.
    next: Option<Header>,
    budget: Budget,
}

impl Pages {
    /// Of one column, whose rows have at most `elements` each, if it repeats.
    ///
    /// # Errors
    /// If it is not in this table, or packed with what is not read.
    pub fn new(
        store: &Arc<Store>,
        chunk: &ColumnChunkMetaData,
        elements: u64,
        budget: &Budget,
    ) -> Result<Self, Fault> {
        if chunk.file_path().is_some() {
            return Err(Fault::new("its columns are in another file"));
        }
        let column: &ColumnDescriptor = chunk.column_descr();
        let data = chunk.data_page_offset();
        let first = chunk.dictionary_page_offset().filter(|at| (1..data).contains(at));
        let (at, left) =
            (u64::try_from(first.unwrap_or(data)), u64::try_from(chunk.compressed_size()));
        let (Ok(at), Ok(left)) = (at, left) else {
            return Err(Fault::new("it points before its start"));
        };
        let repeats = column.max_rep_level();
        let width = match column.physical_type() {
            Type::BOOLEAN => 0,
            Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
            Type::INT64 | Type::DOUBLE => 8,
            Type::INT96 => 12,
            Type::FIXED_LEN_BYTE_ARRAY => usize::try_from(column.type_length()).unwrap_or(0),
        };
        Ok(Self {
            store: Arc::clone(store),
            at,
            left,
            codec: Codec::of(chunk.compression())?,
            kind: column.physical_type(),
            width,
            definition: column.max_def_level(),
            records: (repeats > 0).then(|| Records::new(repeats, elements)),
            next: None,
            budget: budget.clone(),
        })
    }

    /// The header of the next page that says something; `None` at the end.
    fn peek(&mut self) -> Result<Option<&Header>, Fault> {
        while self.next.is_none() && self.left > 0 {
            let (header, length) = header::read(&self.store, self.at, self.left)?;
            self.step(length as u64)?;
            if header.packed as u64 > self.left {
                return Err(Fault::new("a page goes on behind its column"));
            }
            // To the library a page without values is the last one; some writers have them in between.
            if header.of == Of::Other || header.of != Of::Dictionary && header.values == 0 {
                self.step(header.packed as u64)?;
            } else {
                self.next = Some(header);
            }
        }
        Ok(self.next.as_ref())
    }

    fn step(&mut self, length: u64) -> Result<(), Fault> {
        self.left =
            self.left.checked_sub(length).ok_or_else(|| Fault::new("a column is cut off"))?;
        self.at = self.at.saturating_add(length);
        Ok(())
    }

    /// The next page; `None` at the end.
    fn page(&mut self) -> Result<Option<Page>, Fault> {
        self.peek()?;
        let Some(header) = self.next.take() else { return Ok(None) };
        let size = header.packed.max(header.unpacked) as u64;
        if size > MAX_PAGE {
            return Err(Fault::more_than(MAX_PAGE, "bytes of a page"));
        }
        if header.values > MAX_VALUES {
            return Err(Fault::more_than(MAX_VALUES, "values of a page"));
        }
        let share = self.budget.take(header.unpacked as u64)?;
        let packed = self.store.read(self.at, header.packed)?;
        self.step(header.packed as u64)?;
        let bytes = self.unpacked(&header, &packed)?;
        self.look(&header, &bytes)?;
        let page = header.page(Bytes::from_owner(Held { bytes, _share: share }))?;
        Ok(Some(page))
    }

    /// What is in a page. Levels of the second form are never packed.
    fn unpacked(&self, header: &Header, packed: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut rest = packed;
        let levels = take(&mut rest, header.levels())?;
        let codec = if header.is_packed { self.codec } else { Codec::Plain };
        let size = header.unpacked.checked_sub(levels.len());
        let size = size.ok_or_else(|| Fault::new("a page is smaller than its levels"))?;
        let values = codec.unpack(rest, size)?;
        if levels.is_empty() {
            return Ok(values);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(header.unpacked)?;
        bytes.extend_from_slice(levels);
        bytes.extend_from_slice(&values);
        Ok(bytes)
    }

    /// Refuses what the decoders would make too much room for.
    fn look(&mut self, header: &Header, bytes: &[u8]) -> Result<(), Fault> {
        let count = u64::from(header.values);
        let (repetition, values) = match header.of {
            Of::Dictionary => {
                let least = count.saturating_mul(self.width as u64);
                let is_possible = self.width > 0 && least <= bytes.len() as u64;
                let refused = || Fault::new("a dictionary counts more than it holds");
                return is_possible.then_some(()).ok_or_else(refused);
            }
            Of::Data => self.parts(header, bytes)?,
            Of::Data2 => {
                let mut rest = bytes;
                let repetition = take(&mut rest, header.repetition)?;
                take(&mut rest, header.definition)?;
                (repetition, rest)
            }
            Of::Other => return Ok(()),
        };
        let longest = match &mut self.records {
            Some(records) => records.page(repetition, count)?,
            None => 1,
        };
        let lists = match header.encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Ok(()),
        };
        // Each value of the second may be as long as all before it.
        let unfolded = longest.saturating_mul(bytes.len() as u64);
        if lists == 2 && longest > 1 && unfolded > MAX_HELD {
            return Err(Fault::more_than(MAX_HELD, "bytes in the lists of a row"));
        }
        if header.values > MAX_LENGTHS {
            return Err(Fault::more_than(MAX_LENGTHS, "lengths of a page"));
        }
        let has_lengths = matches!(self.kind, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
        if has_lengths { delta::check(values, count, lists) } else { Ok(()) }
    }

    /// Levels of repetition, and values, of a page of the first form, in which levels have their length in front.
    fn parts<'a>(&self, header: &Header, bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), Fault> {
        let mut rest = bytes;
        let mut levels = |encoding: Encoding| {
            if encoding != Encoding::RLE {
                return Err(Fault::new("its levels are in an encoding that was given up long ago"));
            }
            let length = take(&mut rest, 4)?.first_chunk().map_or(0, |l| u32::from_le_bytes(*l));
            take(&mut rest, length as usize)
        };
        let repeats = self.records.is_some();
        let repetition = if repeats { levels(header.repetition_encoding)? } else { &[] };
        if self.definition > 0 {
            levels(header.definition_encoding)?;
        }
        Ok((repetition, rest))
    }
}

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        Ok(self.page()?)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Ok(self.peek()?.map(Header::metadata))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        Ok(self.page().map(|_| ())?)
    }
}
