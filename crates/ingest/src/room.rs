//! Buffers that grow with what an input says of itself. Where there is no more memory that is an error of the input,
//! as far as the allocator says so in time, and not the end of the run.

use std::io::{self, BufRead, Read as _};

/// Room that is made for a line before anything is known of it, in bytes.
const FIRST: usize = 1 << 10;

/// Appends `byte`.
///
/// # Errors
/// If there is no memory for it, as for what follows.
pub(super) fn push(buffer: &mut Vec<u8>, byte: u8) -> io::Result<()> {
    if buffer.len() == buffer.capacity() {
        buffer.try_reserve(1)?;
    }
    buffer.push(byte);
    Ok(())
}

/// Makes room for `more` bytes.
///
/// # Errors
/// If there is no memory for them.
#[cfg(feature = "parquet")]
pub(super) fn reserve(buffer: &mut Vec<u8>, more: usize) -> io::Result<()> {
    Ok(buffer.try_reserve(more)?)
}

/// Appends what is left up to and including the next `end`, at most `limit` bytes.
pub(super) fn read_until(
    reader: &mut impl BufRead,
    end: u8,
    limit: u64,
    buffer: &mut Vec<u8>,
) -> io::Result<()> {
    let mut left = limit;
    while left > 0 {
        // The standard library's does not ask whether there is room: it is given no more than there is.
        buffer.try_reserve(buffer.len().max(FIRST))?;
        let room = left.min((buffer.capacity() - buffer.len()) as u64);
        let read = reader.by_ref().take(room).read_until(end, buffer)?;
        left -= read as u64;
        if (read as u64) < room || buffer.last() == Some(&end) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn a_line_is_read_whole_however_it_is_cut() {
        for length in [0, 1, FIRST - 1, FIRST, FIRST + 1, 5 * FIRST] {
            let text = [&vec![b'x'; length][..], b"\nnext"].concat();
            let mut reader = BufReader::with_capacity(7, text.as_slice());
            let mut line = Vec::new();
            read_until(&mut reader, b'\n', 1 << 20, &mut line).unwrap();
            assert_eq!(line, text[..=length]);
            line.clear();
            read_until(&mut reader, b'\n', 3, &mut line).unwrap();
            assert_eq!(line, b"nex");
            read_until(&mut reader, b'\n', 9, &mut line).unwrap();
            assert_eq!(line, b"next");
        }
    }

    #[test]
    fn bytes_are_appended() {
        let mut buffer = Vec::new();
        b"abc".iter().for_each(|byte| push(&mut buffer, *byte).unwrap());
        assert_eq!(buffer, b"abc");
    }
}
