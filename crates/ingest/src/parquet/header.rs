//! What stands in front of a page.

use bytes::Bytes;
use parquet::{
    basic::Encoding,
    column::page::{Page, PageMetadata},
};

use super::{
    fault::Fault,
    store::Store,
    thrift::{CUT_OFF, Kind, Taken, Thrift, wrong_kind},
};

/// Bytes in which a header is looked for at first.
const USUAL: u64 = 1 << 10;
/// How many times as many bytes it is looked for in next, where these do not hold it.
const GROWTH: u64 = 8;
/// Longest header, in bytes: it may hold the least and the greatest value.
const MAX_HEADER: u64 = 8 << 20;

/// What a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Values, in the first form.
    Data,
    /// Values that others point at.
    Dictionary,
    /// Values, in the second form.
    Data2,
    /// Something that is passed over.
    Other,
}

/// What the header of a page says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// What the page holds.
    pub of: Of,
    /// Bytes as stored.
    pub packed: usize,
    /// Bytes as meant.
    pub unpacked: usize,
    /// Values, nulls among them.
    pub values: u32,
    /// Nulls, in the second form.
    nulls: u32,
    /// Rows, in the second form.
    rows: u32,
    /// How the values are written.
    pub encoding: Encoding,
    /// How levels of definition are, in the first form.
    pub definition_encoding: Encoding,
    /// How levels of repetition are, in the first form.
    pub repetition_encoding: Encoding,
    /// Bytes of the levels of definition, in the second form.
    pub definition: usize,
    /// Bytes of the levels of repetition, in the second form.
    pub repetition: usize,
    /// Whether the values are packed.
    pub is_packed: bool,
    is_sorted: bool,
}

impl Header {
    /// Bytes of levels that are never packed.
    pub fn levels(&self) -> usize {
        self.definition.saturating_add(self.repetition)
    }

    /// What the library asks of a page before it reads it.
    pub fn metadata(&self) -> PageMetadata {
        PageMetadata {
            num_rows: (self.of == Of::Data2).then_some(self.rows as usize),
            num_levels: (self.of != Of::Dictionary).then_some(self.values as usize),
            is_dict: self.of == Of::Dictionary,
        }
    }

    /// The page, with what is in it.
    ///
    /// # Errors
    /// If it has more levels than it may.
    pub fn page(&self, buf: Bytes) -> Result<Page, Fault> {
        let (num_values, encoding) = (self.values, self.encoding);
        let length = |bytes| u32::try_from(bytes).map_err(|_| Fault::new("a page has long levels"));
        Ok(match self.of {
            Of::Dictionary => {
                Page::DictionaryPage { buf, num_values, encoding, is_sorted: self.is_sorted }
            }
            Of::Data2 => Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: self.nulls,
                num_rows: self.rows,
                def_levels_byte_len: length(self.definition)?,
                rep_levels_byte_len: length(self.repetition)?,
                is_compressed: false,
                statistics: None,
            },
            Of::Data | Of::Other => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: self.definition_encoding,
                rep_level_encoding: self.repetition_encoding,
                statistics: None,
            },
        })
    }
}

/// The header at `at`, of at most `left` bytes, and how many it takes.
///
/// # Errors
/// If it is longer, or says what cannot be.
pub(super) fn read(store: &Store, at: u64, left: u64) -> Result<(Header, usize), Fault> {
    let look = |length: u64| {
        let bytes = store.read(at, usize::try_from(length.min(left)).unwrap_or(usize::MAX))?;
        let mut thrift = Thrift::new(&bytes);
        let header = parse(&mut thrift)?;
        Ok((header, thrift.at()))
    };
    let (mut length, most) = (USUAL, left.min(MAX_HEADER));
    loop {
        match look(length) {
            Err(Fault(words)) if words == CUT_OFF && length < most => {
                length = length.saturating_mul(GROWTH).min(most);
            }
            found => return found,
        }
    }
}

fn parse(thrift: &mut Thrift<'_>) -> Result<Header, Fault> {
    let mut of = None;
    let mut header = Header {
        of: Of::Other,
        packed: 0,
        unpacked: 0,
        values: 0,
        nulls: 0,
        rows: 0,
        encoding: Encoding::PLAIN,
        definition_encoding: Encoding::RLE,
        repetition_encoding: Encoding::RLE,
        definition: 0,
        repetition: 0,
        is_packed: true,
        is_sorted: false,
    };
    thrift.fields(|thrift, number, kind| {
        match (number, kind) {
            (1, Kind::Int) => of = Some(thrift.int()?),
            (2, Kind::Int) => header.unpacked = count(thrift)?,
            (3, Kind::Int) => header.packed = count(thrift)?,
            (5, Kind::Struct) => data(thrift, &mut header)?,
            (7, Kind::Struct) => dictionary(thrift, &mut header)?,
            (8, Kind::Struct) => data2(thrift, &mut header)?,
            (1..=3 | 5 | 7 | 8, _) => return Err(wrong_kind()),
            _ => return Ok(Taken::No),
        }
        Ok(Taken::Yes)
    })?;
    header.of = match of {
        Some(0) => Of::Data,
        Some(2) => Of::Dictionary,
        Some(3) => Of::Data2,
        Some(_) => Of::Other,
        None => return Err(Fault::new("a page does not say what it is")),
    };
    if header.of != Of::Data2 {
        (header.definition, header.repetition, header.is_packed) = (0, 0, true);
    }
    Ok(header)
}

fn data(thrift: &mut Thrift<'_>, header: &mut Header) -> Result<(), Fault> {
    thrift.fields(|thrift, number, kind| {
        match (number, kind) {
            (1, Kind::Int) => header.values = count(thrift)?,
            (2, Kind::Int) => header.encoding = encoding(thrift)?,
            (3, Kind::Int) => header.definition_encoding = encoding(thrift)?,
            (4, Kind::Int) => header.repetition_encoding = encoding(thrift)?,
            (1..=4, _) => return Err(wrong_kind()),
            _ => return Ok(Taken::No),
        }
        Ok(Taken::Yes)
    })
}

fn dictionary(thrift: &mut Thrift<'_>, header: &mut Header) -> Result<(), Fault> {
    thrift.fields(|thrift, number, kind| {
        match (number, kind) {
            (1, Kind::Int) => header.values = count(thrift)?,
            (2, Kind::Int) => header.encoding = encoding(thrift)?,
            (3, Kind::Bool(sorted)) => header.is_sorted = sorted,
            (1..=3, _) => return Err(wrong_kind()),
            _ => return Ok(Taken::No),
        }
        Ok(Taken::Yes)
    })
}

fn data2(thrift: &mut Thrift<'_>, header: &mut Header) -> Result<(), Fault> {
    thrift.fields(|thrift, number, kind| {
        match (number, kind) {
            (1, Kind::Int) => header.values = count(thrift)?,
            (2, Kind::Int) => header.nulls = count(thrift)?,
            (3, Kind::Int) => header.rows = count(thrift)?,
            (4, Kind::Int) => header.encoding = encoding(thrift)?,
            (5, Kind::Int) => header.definition = count(thrift)?,
            (6, Kind::Int) => header.repetition = count(thrift)?,
            (7, Kind::Bool(packed)) => header.is_packed = packed,
            (1..=7, _) => return Err(wrong_kind()),
            _ => return Ok(Taken::No),
        }
        Ok(Taken::Yes)
    })
}

/// A number of things.
fn count<T: TryFrom<i64>>(thrift: &mut Thrift<'_>) -> Result<T, Fault> {
    T::try_from(thrift.int()?).map_err(|_| Fault::new("a page counts fewer than none"))
}

/// How something is written: <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.
#[expect(deprecated, reason = "old tables have it in a header though nothing is written so")]
fn encoding(thrift: &mut Thrift<'_>) -> Result<Encoding, Fault> {
    Ok(match thrift.int()? {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        other => return Err(Fault(format!("a page is in the unknown encoding {other}"))),
    })
}
