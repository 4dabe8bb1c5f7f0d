//! Thrift's compact protocol, as far as the headers of Parquet need it: what is read stays within its bytes, and no
//! deeper than [`MAX_DEPTH`].
//! `thrift-compact-protocol.md` in the documentation of Apache Thrift.

use super::fault::Fault;

/// How deep structs and lists may stand in one another.
const MAX_DEPTH: usize = 16;
/// Fewest bytes of a struct in a list: none that Parquet has takes less.
const LEAST_STRUCT: usize = 3;

/// What a field or an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A boolean; that of a field is in its header.
    Bool(bool),
    /// One byte.
    Byte,
    /// A whole number of any width.
    Int,
    /// Eight bytes.
    Double,
    /// Bytes with their number in front.
    Binary,
    /// Elements of one kind; a set is the same.
    List,
    /// Pairs.
    Map,
    /// Fields.
    Struct,
    /// Sixteen bytes.
    Uuid,
}

impl Kind {
    fn of(code: u8) -> Result<Self, Fault> {
        Ok(match code {
            1 => Self::Bool(true),
            2 => Self::Bool(false),
            3 => Self::Byte,
            4..=6 => Self::Int,
            7 => Self::Double,
            8 => Self::Binary,
            9 | 10 => Self::List,
            11 => Self::Map,
            12 => Self::Struct,
            13 => Self::Uuid,
            _ => {
                return Err(Fault::new(format!("a header has a value of the unknown kind {code}")));
            }
        })
    }
}

/// Bytes that are read from the front.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Thrift<'a> {
    /// The beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Shows every field of a struct, by its number, to `take`, which reads it; what `take` leaves is passed over.
    ///
    /// # Errors
    /// If the struct is cut off, or `take` fails.
    pub fn fields(
        &mut self,
        mut take: impl FnMut(&mut Self, i64, Kind) -> Result<Taken, Fault>,
    ) -> Result<(), Fault> {
        let mut number = 0_i64;
        loop {
            let byte = self.byte()?;
            if byte == 0 {
                return Ok(());
            }
            let step = i64::from(byte >> 4);
            number = if step == 0 { self.int()? } else { number.saturating_add(step) };
            // Others would cut such a number off, and take the field for one that they know.
            if !(1..=i64::from(i16::MAX)).contains(&number) {
                return Err(Fault::new(format!("a header has a field of the number {number}")));
            }
            let kind = Kind::of(byte & 0x0F)?;
            if take(self, number, kind)? == Taken::No {
                self.skip(kind)?;
            }
        }
    }

    /// The head of a list: how many elements of what follow.
    ///
    /// # Errors
    /// If there are more than the bytes that are left could hold.
    pub fn list(&mut self) -> Result<(usize, Kind), Fault> {
        let byte = self.byte()?;
        // Some writers give the elements of an empty list no kind.
        if byte == 0 {
            return Ok((0, Kind::Byte));
        }
        let count = match byte >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        let kind = Kind::of(byte & 0x0F)?;
        let least = if kind == Kind::Struct { LEAST_STRUCT } else { 1 };
        let left = (self.bytes.len() - self.at) / least;
        match usize::try_from(count) {
            Ok(count) if count <= left => Ok((count, kind)),
            _ => Err(Fault::new("a header counts more than it holds")),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// If it is cut off.
    pub fn int(&mut self) -> Result<i64, Fault> {
        let coded = self.varint()?;
        Ok((coded >> 1).cast_signed() ^ -((coded & 1).cast_signed()))
    }

    /// Passes over a value.
    ///
    /// # Errors
    /// If it is cut off or nested too deep.
    pub fn skip(&mut self, kind: Kind) -> Result<(), Fault> {
        self.skip_at(kind, MAX_DEPTH)
    }

    fn skip_at(&mut self, kind: Kind, depth: usize) -> Result<(), Fault> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Fault::more_than(MAX_DEPTH, "structs in one another in a header"));
        };
        match kind {
            Kind::Bool(_) => Ok(()),
            Kind::Byte => self.pass(1),
            Kind::Int => self.varint().map(|_| ()),
            Kind::Double => self.pass(8),
            Kind::Uuid => self.pass(16),
            Kind::Binary => {
                let length = self.varint()?;
                self.pass(usize::try_from(length).unwrap_or(usize::MAX))
            }
            Kind::List => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.element(kind, depth))
            }
            Kind::Map => self.map(depth),
            Kind::Struct => loop {
                let byte = self.byte()?;
                if byte == 0 {
                    return Ok(());
                }
                if byte >> 4 == 0 {
                    self.varint()?;
                }
                self.skip_at(Kind::of(byte & 0x0F)?, depth)?;
            },
        }
    }

    fn map(&mut self, depth: usize) -> Result<(), Fault> {
        let count = self.varint()?;
        if count == 0 {
            return Ok(());
        }
        let kinds = self.byte()?;
        let (key, value) = (Kind::of(kinds >> 4)?, Kind::of(kinds & 0x0F)?);
        for _ in 0..count {
            self.element(key, depth)?;
            self.element(value, depth)?;
        }
        Ok(())
    }

    /// Passes over an element. No list of a header is of booleans, and programs differ in what one takes there.
    fn element(&mut self, kind: Kind, depth: usize) -> Result<(), Fault> {
        if matches!(kind, Kind::Bool(_)) { Err(wrong_kind()) } else { self.skip_at(kind, depth) }
    }

    fn varint(&mut self) -> Result<u64, Fault> {
        varint(|| self.byte(), "a header")
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(cut_off)?;
        self.at += 1;
        Ok(byte)
    }

    fn pass(&mut self, length: usize) -> Result<(), Fault> {
        if length > self.bytes.len() - self.at {
            return Err(cut_off());
        }
        self.at += length;
        Ok(())
    }
}

/// A number in groups of seven bits, the least first, out of the bytes that `next` gives of what is called `of`.
///
/// # Errors
/// If they are cut off, or it has no end.
pub(super) fn varint(mut next: impl FnMut() -> Result<u8, Fault>, of: &str) -> Result<u64, Fault> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = next()?;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Fault::new(format!("{of} has a number without end")))
}

/// Whether a field was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was.
    Yes,
    /// It is to be passed over.
    No,
}

/// What is said of a header that goes on behind its bytes.
pub(super) const CUT_OFF: &str = "a header is cut off";

/// What is said of a field that is known and of another kind.
pub(super) fn wrong_kind() -> Fault {
    Fault::new("a header has a value of another kind than it should")
}

fn cut_off() -> Fault {
    Fault::new(CUT_OFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_specification() {
        // The examples of the specification: zigzag of 0, -1, 1, -2, and 50399 as a plain varint.
        let ints = [(0, 0), (1, -1), (2, 1), (3, -2)];
        assert!(ints.iter().all(|&(byte, value)| Thrift::new(&[byte]).int() == Ok(value)));
        assert_eq!(Thrift::new(&[0xDF, 0x89, 0x03]).varint(), Ok(50_399));
        assert!(Thrift::new(&[0xFF; 11]).varint().is_err());
        assert!(Thrift::new(&[0x80]).varint().is_err());
    }

    #[test]
    fn fields_have_numbers_that_nobody_cuts_off() {
        let number = |bytes: &[u8]| {
            let mut seen = 0;
            let take = |_: &mut Thrift<'_>, number, _| {
                seen = number;
                Ok(Taken::No)
            };
            Thrift::new(bytes).fields(take).map(|()| seen)
        };
        // A boolean, with its number behind it: 2, 32 767, 65 538, which ends in the bits of 2, 0 and -1.
        assert_eq!(number(&[1, 4, 0]), Ok(2));
        assert_eq!(number(&[1, 0xFE, 0xFF, 3, 0]), Ok(32_767));
        assert!(number(&[1, 0x84, 0x80, 8, 0]).is_err());
        assert!(number(&[1, 0, 0]).is_err());
        assert!(number(&[1, 1, 0]).is_err());
        // One more than 32 767.
        assert!(number(&[1, 0xFE, 0xFF, 3, 0x11, 0]).is_err());
    }

    #[test]
    fn lists_without_elements_need_no_kind() {
        assert_eq!(Thrift::new(&[0]).list(), Ok((0, Kind::Byte)));
        assert!(Thrift::new(&[0x10, 0]).list().is_err());
        assert!(Thrift::new(&[0x11, 0]).skip(Kind::List).is_err(), "booleans");
    }

    #[test]
    fn what_lies_about_its_size_is_refused() {
        // A list of 2^40 structs, and one of three in seven bytes.
        let long = [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        assert!(Thrift::new(&long).list().is_err());
        assert!(Thrift::new(&[0x3C, 0, 0, 0, 0, 0, 0, 0]).list().is_err());
        assert!(Thrift::new(&[0x38, 1, b'a']).skip(Kind::List).is_err());
        // Lists in lists without end.
        assert!(Thrift::new(&[0x19; 4096]).skip(Kind::List).is_err());
        let deep = [0x1C_u8].repeat(4096);
        assert!(Thrift::new(&deep).skip(Kind::Struct).is_err());
    }
}
