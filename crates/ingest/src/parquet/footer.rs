//! The end of a table, which says where everything is. The library believes it: it makes room for as many things as are
//! counted, and goes as deep as columns stand in one another. So it is gone through here first.
//! `parquet.thrift` of the format.

use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::{
    fault::Fault,
    format,
    store::Store,
    thrift::{Kind, Taken, Thrift},
};
use crate::sniff;

/// Last bytes of one whose footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";
/// Bytes of a footer's length and of the magic behind it.
const TAIL: usize = 8;
/// Longest footer, in bytes.
const MAX_FOOTER: u64 = 16 << 20;
/// Most columns, those in structs and lists counted one by one.
const MAX_COLUMNS: usize = 10_000;
/// How deep columns may stand in one another.
const MAX_DEPTH: usize = 32;
/// Most rows for each byte of a table: fewer than a text that is packed well can have, and more than any that says
/// something.
const MAX_ROWS_A_BYTE: u64 = 100;
/// Fewest bytes of what the footer says of a column in a row group, of a row group, and of a column in general.
const LEAST: [usize; 3] = [20, 10, 4];

/// What the footer of a table says.
///
/// # Errors
/// If there is none, or it says more than it may.
pub(super) fn read(store: &Store) -> Result<ParquetMetaData, Fault> {
    let size = store.size();
    let tail_at = size.checked_sub(TAIL as u64).ok_or_else(|| Fault::new("it is cut off"))?;
    let tail = store.read(tail_at, TAIL)?;
    if tail.ends_with(ENCRYPTED) {
        return Err(Fault::new("it is encrypted"));
    }
    let (length, true) = (u32_at(&tail), tail.ends_with(sniff::PARQUET)) else {
        return Err(Fault::new(
            "it is cut off, or something was added: its footer is not at its end",
        ));
    };
    let length = u64::from(length);
    if length > MAX_FOOTER {
        return Err(Fault::more_than(MAX_FOOTER, "bytes of footer"));
    }
    let at = tail_at.checked_sub(length).ok_or_else(|| Fault::new("its footer is cut off"))?;
    let footer = store.read(at, usize::try_from(length).unwrap_or(usize::MAX))?;
    check(&footer)?;
    let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
    check_rows(&metadata, size)?;
    Ok(metadata)
}

fn u32_at(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Refuses more rows than the table can have, and row groups with fewer than none.
fn check_rows(metadata: &ParquetMetaData, size: u64) -> Result<(), Fault> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let count = u64::try_from(group.num_rows());
        let count = count.map_err(|_| Fault::new("a row group has fewer than no rows"))?;
        rows = rows.saturating_add(count);
    }
    if rows > size.saturating_mul(MAX_ROWS_A_BYTE) {
        return Err(Fault::new(format!("it counts {rows} rows in {size} bytes")));
    }
    Ok(())
}

/// Goes through a footer.
fn check(footer: &[u8]) -> Result<(), Fault> {
    format::check(footer)?;
    let mut schema_seen = false;
    Thrift::new(footer).fields(|thrift, number, kind| match (number, kind) {
        (2, Kind::List) => {
            schema_seen = true;
            schema(thrift).map(|()| Taken::Yes)
        }
        (4, Kind::List) => each(thrift, LEAST[1], row_group).map(|()| Taken::Yes),
        (8, _) => Err(Fault::new("it is encrypted")),
        _ => Ok(Taken::No),
    })?;
    if schema_seen { Ok(()) } else { Err(Fault::new("its footer names no columns")) }
}

/// Reads every struct of a list by `read`, and refuses those of fewer bytes than `least`.
fn each(
    thrift: &mut Thrift<'_>,
    least: usize,
    mut read: impl FnMut(&mut Thrift<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let (count, kind) = thrift.list()?;
    if count > 0 && kind != Kind::Struct {
        return Err(Fault::new("its footer lists something else than it should"));
    }
    for _ in 0..count {
        let before = thrift.at();
        read(thrift)?;
        if thrift.at() - before < least {
            return Err(Fault::new("its footer leaves out what it must say"));
        }
    }
    Ok(())
}

fn row_group(thrift: &mut Thrift<'_>) -> Result<(), Fault> {
    thrift.fields(|thrift, number, kind| match (number, kind) {
        (1, Kind::List) => {
            each(thrift, LEAST[0], |thrift| thrift.skip(Kind::Struct)).map(|()| Taken::Yes)
        }
        _ => Ok(Taken::No),
    })
}

/// The columns, each before those in it: how many, and how deep.
fn schema(thrift: &mut Thrift<'_>) -> Result<(), Fault> {
    // Of each column that is gone through, how many in it are to come.
    let mut open: Vec<u64> = Vec::new();
    let mut leaves = 0_usize;
    each(thrift, LEAST[2], |thrift| {
        let mut children = 0;
        thrift.fields(|thrift, number, kind| match (number, kind) {
            (5, Kind::Int) => {
                children = thrift.int()?;
                Ok(Taken::Yes)
            }
            _ => Ok(Taken::No),
        })?;
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        match u64::try_from(children) {
            Ok(0) => leaves += 1,
            Ok(children) if children <= MAX_COLUMNS as u64 => open.push(children),
            _ => return Err(Fault::more_than(MAX_COLUMNS, "columns")),
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if leaves > MAX_COLUMNS {
            return Err(Fault::more_than(MAX_COLUMNS, "columns"));
        }
        if open.len() > MAX_DEPTH {
            return Err(Fault::more_than(MAX_DEPTH, "columns in one another"));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer with these elements of a schema, each with so many children.
    fn footer(children: &[i64]) -> Vec<u8> {
        assert!(children.len() < 15);
        let count = u8::try_from(children.len()).unwrap();
        let mut bytes = vec![0x29, count << 4 | 0x0C];
        for &children in children {
            // Field 4, a name, and field 5, how many are in it.
            bytes.extend([0x48, 1, b'a', 0x15]);
            let mut coded = (children << 1 ^ (children >> 63)).cast_unsigned();
            while coded >= 0x80 {
                bytes.push(u8::try_from(coded & 0x7F).unwrap() | 0x80);
                coded >>= 7;
            }
            bytes.extend([u8::try_from(coded).unwrap(), 0]);
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_schema_is_counted_before_it_is_believed() {
        assert_eq!(check(&footer(&[2, 0, 1, 0])), Ok(()));
        let refused = |children: &[i64]| check(&footer(children)).unwrap_err().0;
        assert!(refused(&[i64::from(i32::MAX)]).contains("columns"));
        assert!(refused(&[-1]).contains("columns"));
        assert!(check(b"\0").unwrap_err().0.contains("no columns"));
        assert!(check(&footer(&[0])[..5]).unwrap_err().0.contains("cut off"));
    }

    #[test]
    fn a_number_of_children_is_one() {
        // As eight bytes, which the library would take for a number and more fields.
        let hidden = [0x29, 0x1C, 0x48, 1, b'a', 0x17, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0];
        assert!(check(&hidden).unwrap_err().0.contains("kind"));
        assert!(check(&[0x29, 0x1C, 0x48, 1, b'a', 0x13, 0x7E, 0, 0]).is_err());
        assert!(check(&[0x28, 1, 0, 0]).unwrap_err().0.contains("kind"));
        // A list of the number 65 538.
        assert!(check(&[0x09, 0x84, 0x80, 8, 0x1C, 0x48, 1, b'a', 0, 0]).is_err());
    }

    #[test]
    fn columns_in_one_another_end_somewhere() {
        // Field 2: a list of as many elements as a varint says.
        let mut bytes = vec![0x29, 0xFC, 0x80, 0x08];
        for _ in 0..1024 {
            bytes.extend([0x48, 1, b'a', 0x15, 2, 0]);
        }
        bytes.push(0);
        assert!(check(&bytes).unwrap_err().0.contains("in one another"));
    }
}
