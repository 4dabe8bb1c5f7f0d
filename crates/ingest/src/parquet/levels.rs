//! How many elements a record has in a column that repeats. Levels are packed by runs, so that a few bytes may stand
//! for billions of elements, all of which the library would make room for at once.
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3>

use super::{fault::Fault, thrift};

/// The records of a column, page by page.
pub(super) struct Records {
    /// Bits of a level.
    width: u32,
    /// Most elements of a record.
    limit: u64,
    /// Those of the record at hand.
    elements: u64,
}

impl Records {
    /// Of a column whose highest level of repetition is `highest`, no record of which has more than `limit` elements.
    pub fn new(highest: i16, limit: u64) -> Self {
        let highest = u64::from(highest.unsigned_abs());
        Self { width: u64::BITS - highest.leading_zeros(), limit, elements: 0 }
    }

    /// Goes through the levels of a page of `count`, and gives how many elements the longest record has so far.
    ///
    /// # Errors
    /// If that is more than the limit, or the levels are cut off.
    pub fn page(&mut self, levels: &[u8], count: u64) -> Result<u64, Fault> {
        let (mut levels, mut left, mut longest) = (levels, count, self.elements);
        while left > 0 {
            let head = varint(&mut levels)?;
            let run = head >> 1;
            if head & 1 == 0 {
                let bytes = self.width.div_ceil(8) as usize;
                let value = take(&mut levels, bytes)?;
                let repeats = value.iter().any(|byte| *byte != 0);
                let run = run.min(left);
                if run == 0 {
                    return Err(Fault::new("a run of levels is empty"));
                }
                self.elements = if repeats { self.elements + run } else { 1 };
                left -= run;
            } else {
                let bytes = run.saturating_mul(u64::from(self.width));
                let packed = take(&mut levels, usize::try_from(bytes).unwrap_or(usize::MAX))?;
                let run = run.saturating_mul(8).min(left);
                if run == 0 {
                    return Err(Fault::new("a run of levels is empty"));
                }
                for at in 0..run {
                    let repeats = self.level(packed, at) != 0;
                    self.elements = if repeats { self.elements + 1 } else { 1 };
                    longest = longest.max(self.elements);
                }
                left -= run;
            }
            longest = longest.max(self.elements);
            if longest > self.limit {
                return Err(Fault::more_than(self.limit, "elements of lists in a row"));
            }
        }
        Ok(longest)
    }

    /// The level in this place of packed ones.
    fn level(&self, packed: &[u8], at: u64) -> u64 {
        let first = at * u64::from(self.width);
        (first..first + u64::from(self.width)).fold(0, |level, bit| {
            let byte = usize::try_from(bit / 8).ok().and_then(|byte| packed.get(byte));
            let set = byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1);
            level | u64::from(set) << (bit - first)
        })
    }
}

/// A number in groups of seven bits, the least first.
///
/// # Errors
/// If it is cut off.
pub(super) fn varint(bytes: &mut &[u8]) -> Result<u64, Fault> {
    thrift::varint(|| Ok(take(bytes, 1)?[0]), "a page")
}

/// So many bytes from the front.
///
/// # Errors
/// If there are fewer.
pub(super) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], Fault> {
    let cut_off = || Fault::new("a page is cut off");
    let (taken, rest) = bytes.split_at_checked(length).ok_or_else(cut_off)?;
    *bytes = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_record_is_counted_over_runs_and_pages() {
        let mut records = Records::new(1, 100);
        // Packed: 0 1 1 0 0 1 0 0, the least bit first.
        assert_eq!(records.page(&[0x03, 0b0010_0110], 8), Ok(3));
        // A run of 20 repeated ones goes on with the last record.
        assert_eq!(records.page(&[40, 1], 20), Ok(21));
        assert_eq!(records.page(&[40, 0], 20), Ok(21));
        assert_eq!(records.page(&[40, 0], 20), Ok(1));
        let mut wide = Records::new(4, 100);
        // Three bits each: 0 4 1 0 0 0 0 0.
        assert_eq!(wide.page(&[0x03, 0b0110_0000, 0, 0], 8), Ok(3));
    }

    #[test]
    fn a_run_of_billions_is_refused() {
        let run = [0xFE, 0xFF, 0xFF, 0xFF, 0x1F, 1];
        assert!(Records::new(1, 4_000_000).page(&run, 4_000_000_000).is_err());
        assert!(Records::new(1, 100).page(&[0, 1], 5).is_err());
        assert!(Records::new(1, 100).page(&[0x03], 5).is_err());
    }
}
