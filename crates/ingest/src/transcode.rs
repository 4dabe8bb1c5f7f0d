//! Streams in UTF-16, in which a line end is two bytes: they become UTF-8 before they are split.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 13;
/// A UTF-16 byte order mark is this long.
const MARK: u64 = 2;

/// A stream as UTF-8 and, where it starts with a UTF-16 byte order mark, the encoding it is in. Any
/// other stream stays as it is.
pub(super) fn utf8(
    mut reader: impl Read + Send + 'static,
) -> io::Result<(Box<dyn Read + Send>, Option<&'static Encoding>)> {
    let mut head = Vec::new();
    reader.by_ref().take(MARK).read_to_end(&mut head)?;
    Ok(match Encoding::for_bom(&head).filter(|(encoding, _)| *encoding != UTF_8) {
        Some((encoding, _)) => (Box::new(Transcoder::new(reader, encoding)), Some(encoding)),
        None => (Box::new(Cursor::new(head).chain(reader)), None),
    })
}

/// Decodes what it reads; what is malformed becomes U+FFFD.
struct Transcoder<R> {
    reader: R,
    decoder: Decoder,
    ready: Cursor<Vec<u8>>,
    done: bool,
}

impl<R: Read> Transcoder<R> {
    fn new(reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { reader, decoder, ready: Cursor::default(), done: false }
    }

    /// Decodes the next chunk, the end of the stream included.
    fn refill(&mut self) -> io::Result<()> {
        let mut chunk = [0; CHUNK];
        let count = self.reader.read(&mut chunk)?;
        self.done = count == 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(CHUNK * 3);
        let mut text = String::with_capacity(room);
        let _ = self.decoder.decode_to_string(&chunk[..count], &mut text, self.done);
        self.ready = Cursor::new(text.into_bytes());
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || self.done || buffer.is_empty() {
                return Ok(count);
            }
            self.refill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that characters are cut everywhere.
    struct Slow(Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let one = buffer.len().min(1);
            self.0.read(&mut buffer[..one])
        }
    }

    fn text(bytes: Vec<u8>) -> (String, Option<&'static str>) {
        let (mut reader, encoding) = utf8(Slow(Cursor::new(bytes))).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        (text, encoding.map(Encoding::name))
    }

    #[test]
    fn utf16_becomes_utf8_whatever_the_chunks() {
        let written = "Zoë 🚢\n".repeat(3);
        let units = || format!("\u{feff}{written}").encode_utf16().collect::<Vec<u16>>();
        let little = units().into_iter().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(little), (written.clone(), Some("UTF-16LE")));
        let big = units().into_iter().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(big), (written, Some("UTF-16BE")));
    }

    #[test]
    fn any_other_stream_stays_as_it_is() {
        assert_eq!(text("\u{feff}Zoë".into()), ("\u{feff}Zoë".into(), None));
        assert_eq!(text(b"x".to_vec()), ("x".into(), None));
        assert_eq!(text(Vec::new()), (String::new(), None));
        assert_eq!(text(b"\xFF\xFEa\0\0\xD8".to_vec()), ("a\u{FFFD}".into(), Some("UTF-16LE")));
    }
}
