//! Compressed inputs: gzip and Zstandard, told by their first bytes, whatever the file is called.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Endings of compressed files, which are taken off to tell what is inside.
const ENDINGS: [&str; 4] = ["gz", "gzip", "zst", "zstd"];
/// First bytes of a gzip member and of a Zstandard frame.
const GZIP: &[u8] = &[0x1F, 0x8B, 8];
const ZSTANDARD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// The error with which compressed data end that are damaged.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Damage(String);

/// A reader of what is inside `reader`, if that is compressed, or else of itself.
pub(super) fn open(mut reader: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::new();
    reader.by_ref().take(ZSTANDARD.len() as u64).read_to_end(&mut head)?;
    let (gzip, zstandard) = (head.starts_with(GZIP), head == ZSTANDARD);
    let whole = Cursor::new(head).chain(reader);
    Ok(if gzip {
        Box::new(Checked(MultiGzDecoder::new(BufReader::new(whole))))
    } else if zstandard {
        Box::new(Checked(Frames::new(BufReader::new(whole))))
    } else {
        Box::new(whole)
    })
}

/// A reader of what is inside Zstandard.
#[cfg(feature = "parquet")]
pub(super) fn zstandard<R: Read>(source: BufReader<R>) -> impl Read {
    Frames::new(source)
}

/// The name of what is inside a file: its own, without the ending of the compression.
pub(super) fn inner_name(path: &Path) -> &Path {
    let packed = path.extension().is_some_and(|ending| {
        ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(OsStr::new(known)))
    });
    path.file_stem().filter(|_| packed).map_or(path, Path::new)
}

/// Tells damaged data from a disk that cannot be read.
struct Checked<R>(R);

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidData
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Other => io::Error::other(Damage(error.to_string())),
            _ => error,
        })
    }
}

/// The frames of a Zstandard stream, one after another.
struct Frames<R> {
    source: BufReader<R>,
    frame: FrameDecoder,
    /// Whether a frame is open.
    open: bool,
}

impl<R: Read> Frames<R> {
    fn new(source: BufReader<R>) -> Self {
        Self { source, frame: FrameDecoder::new(), open: false }
    }

    /// Opens the next frame; `false` at the end of the stream. Frames that hold no data are skipped.
    fn advance(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.reset(&mut self.source) {
                Ok(()) => {
                    self.open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.source.by_ref().take(u64::from(length));
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Bytes of the open frame; none at its end, where its checksum is looked at.
    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.frame.can_collect() == 0 && !self.frame.is_finished() {
            let one = BlockDecodingStrategy::UptoBlocks(1);
            self.frame.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
        }
        let count = self.frame.read(buffer)?;
        let sums = (self.frame.get_checksum_from_data(), self.frame.get_calculated_checksum());
        if let (0, false, (Some(given), Some(found))) = (count, buffer.is_empty(), sums)
            && given != found
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum differs"));
        }
        Ok(count)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.open {
                let count = self.read_frame(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
                self.open = false;
            }
            if !self.advance()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zstandard(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn read(bytes: Vec<u8>) -> Result<String, io::Error> {
        let mut text = String::new();
        open(Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_packed_is_unpacked_and_anything_else_stays() {
        assert_eq!(read(gzip("Zoë waited.")).unwrap(), "Zoë waited.");
        assert_eq!(read(zstandard("Zoë waited.")).unwrap(), "Zoë waited.");
        for text in ["", "x", "Plain text."] {
            assert_eq!(read(text.into()).unwrap(), text);
        }
    }

    #[test]
    fn members_and_frames_are_read_one_after_another() {
        assert_eq!(read([gzip("One. "), gzip("Two.")].concat()).unwrap(), "One. Two.");
        let skipped = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9].to_vec();
        let frames = [zstandard("One. "), skipped, zstandard("Two.")].concat();
        assert_eq!(read(frames).unwrap(), "One. Two.");
    }

    #[test]
    fn damage_is_told_from_other_errors() {
        for packed in [gzip(&"Zoë waited. ".repeat(90)), zstandard(&"Zoë waited. ".repeat(90))] {
            let error = read(packed[..packed.len() - 9].to_vec()).unwrap_err();
            let damage = error.get_ref().and_then(|cause| cause.downcast_ref::<Damage>());
            assert!(damage.is_some(), "{error:?}");
        }
    }

    #[test]
    fn the_inner_name_tells_the_format() {
        assert_eq!(inner_name(Path::new("a/news.jsonl.GZ")), Path::new("news.jsonl"));
        assert_eq!(inner_name(Path::new("a/news.jsonl")), Path::new("a/news.jsonl"));
        assert_eq!(inner_name(Path::new("news.zst")), Path::new("news"));
    }
}
