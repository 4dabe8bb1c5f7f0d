//! The header's bytes, one thing after the other, none of it believed.

use super::{Problem, Value};

/// How deep lists may stand in lists. Nobody writes such files; the limit keeps the stack safe.
const MAX_NESTING: usize = 4;
/// Most values of all lists together: a vocabulary of half a million tokens has four lists of them. In memory, a
/// value takes many times the byte that it may take in the file.
pub(super) const MAX_VALUES: usize = 4_000_000;
/// Room that is made for the values of a list before they have been read; more comes as they do.
const FIRST_ROOM: usize = 1 << 16;

/// A place in a header.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Values of the lists so far.
    listed: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, listed: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.position
    }

    fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Problem> {
        let taken = self.bytes[self.position..].get(..count).ok_or(Problem::Truncated(what))?;
        self.position += count;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Problem> {
        let rest = &self.bytes[self.position..];
        let taken = rest.first_chunk().ok_or(Problem::Truncated(what))?;
        self.position += N;
        Ok(*taken)
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, Problem> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u64(&mut self, what: &'static str) -> Result<u64, Problem> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// How many things follow, each of at least `least` bytes; refused if the file cannot hold them.
    pub(super) fn count(&mut self, what: &'static str, least: usize) -> Result<usize, Problem> {
        let (found, left) = (self.u64(what)?, self.left());
        match usize::try_from(found) {
            Ok(count) if count <= left / least => Ok(count),
            _ => Err(Problem::Length { what, found, left }),
        }
    }

    pub(super) fn text(&mut self, what: &'static str) -> Result<String, Problem> {
        let length = self.count(what, 1)?;
        Ok(String::from_utf8_lossy(self.take(length, what)?).into_owned())
    }

    /// A type and a value of it.
    pub(super) fn value(&mut self) -> Result<Value, Problem> {
        let kind = self.u32("type of a value")?;
        self.value_of(kind, 0)
    }

    fn value_of(&mut self, kind: u32, depth: usize) -> Result<Value, Problem> {
        const WHAT: &str = "value";
        Ok(match kind {
            0 => Value::Unsigned(u64::from(u8::from_le_bytes(self.array(WHAT)?))),
            1 => Value::Signed(i64::from(i8::from_le_bytes(self.array(WHAT)?))),
            2 => Value::Unsigned(u64::from(u16::from_le_bytes(self.array(WHAT)?))),
            3 => Value::Signed(i64::from(i16::from_le_bytes(self.array(WHAT)?))),
            4 => Value::Unsigned(u64::from(u32::from_le_bytes(self.array(WHAT)?))),
            5 => Value::Signed(i64::from(i32::from_le_bytes(self.array(WHAT)?))),
            6 => Value::Float(f64::from(f32::from_le_bytes(self.array(WHAT)?))),
            7 => Value::Bool(self.array::<1>(WHAT)? != [0]),
            8 => Value::Text(self.text("text")?),
            9 => self.list(depth)?,
            10 => Value::Unsigned(u64::from_le_bytes(self.array(WHAT)?)),
            11 => Value::Signed(i64::from_le_bytes(self.array(WHAT)?)),
            12 => Value::Float(f64::from_le_bytes(self.array(WHAT)?)),
            other => return Err(Problem::ValueType(other)),
        })
    }

    fn list(&mut self, depth: usize) -> Result<Value, Problem> {
        if depth == MAX_NESTING {
            return Err(Problem::Nesting(MAX_NESTING));
        }
        let kind = self.u32("type of a list")?;
        let count = self.count("length of a list", least_bytes(kind)?)?;
        self.listed = self.listed.saturating_add(count);
        if self.listed > MAX_VALUES {
            return Err(Problem::Values(MAX_VALUES));
        }
        let mut values = Vec::with_capacity(count.min(FIRST_ROOM));
        for _ in 0..count {
            values.push(self.value_of(kind, depth + 1)?);
        }
        Ok(Value::Array(values))
    }
}

/// Bytes that a value takes at least.
fn least_bytes(kind: u32) -> Result<usize, Problem> {
    match kind {
        0 | 1 | 7 => Ok(1),
        2 | 3 => Ok(2),
        4..=6 => Ok(4),
        8 | 10..=12 => Ok(8),
        9 => Ok(12),
        other => Err(Problem::ValueType(other)),
    }
}
