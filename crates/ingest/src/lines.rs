//! Lines of a stream, one at a time, however long the stream and however long a bad line.

use std::io::{self, BufRead, BufReader, Read};

use super::{IngestError, IngestErrorKind, room};
use standfirst_core::article::Source;

/// The lines of JSON Lines that are not blank, each with its place.
pub(super) struct JsonLines<R> {
    source: Source,
    reader: BufReader<R>,
    max_bytes: u64,
    /// Lines read so far.
    line: u64,
    /// Whether any of them held something.
    any: bool,
    done: bool,
}

/// What was read of a line.
enum Line {
    /// The stream is at its end.
    End,
    /// The line, without its line end.
    Whole(Vec<u8>),
    /// The line was longer than the limit and is gone.
    TooLong,
    /// There was no memory for the line, and it is gone.
    NoMemory,
}

impl<R: Read> JsonLines<R> {
    /// The lines of `reader`; one of more than `max_bytes` is reported and never held in memory.
    pub fn new(source: Source, reader: R, max_bytes: u64) -> Self {
        Self {
            source,
            reader: BufReader::with_capacity(1 << 16, reader),
            max_bytes,
            line: 0,
            any: false,
            done: false,
        }
    }

    /// The next line that holds something, or what is wrong with it; `None` at the end.
    fn advance(&mut self) -> Option<Result<Vec<u8>, IngestErrorKind>> {
        loop {
            self.line += 1;
            match read_line(&mut self.reader, self.max_bytes) {
                Ok(Line::Whole(line)) if is_blank(&line) => {}
                Ok(Line::Whole(line)) => return Some(Ok(line)),
                Ok(Line::TooLong) => {
                    return Some(Err(IngestErrorKind::TooLarge { limit: self.max_bytes }));
                }
                Ok(Line::NoMemory) => return Some(Err(IngestErrorKind::NoMemory)),
                Ok(Line::End) => {
                    let empty = if self.line == 1 {
                        IngestErrorKind::Empty
                    } else {
                        IngestErrorKind::Blank
                    };
                    self.done = true;
                    return (!self.any).then(|| Err(self.stop(empty)));
                }
                Err(error) => return Some(Err(self.stop(error.into()))),
            }
        }
    }

    /// Ends the stream with an error that concerns all of it.
    fn stop(&mut self, kind: IngestErrorKind) -> IngestErrorKind {
        self.done = true;
        kind
    }
}

impl<R: Read> Iterator for JsonLines<R> {
    type Item = Result<(Source, Vec<u8>), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let line = self.advance()?;
        self.any = true;
        let place = (!self.done).then_some(self.line);
        let source = Source { path: self.source.path.clone(), line: place };
        Some(match line {
            Ok(line) => Ok((source, line)),
            Err(kind) => Err(IngestError { source, kind }),
        })
    }
}

/// Reads to the next line end or the end of the stream. Keeps nothing of a line over `max_bytes`.
fn read_line(reader: &mut impl BufRead, max_bytes: u64) -> io::Result<Line> {
    let mut line = Vec::new();
    let limit = max_bytes.saturating_add(1);
    match room::read_until(reader, b'\n', limit, &mut line) {
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
            drop(line);
            reader.skip_until(b'\n')?;
            return Ok(Line::NoMemory);
        }
        read => read?,
    }
    if line.is_empty() {
        return Ok(Line::End);
    }
    if line.ends_with(b"\n") {
        line.pop();
    } else if line.len() as u64 == limit {
        reader.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Whole(line))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, max_bytes: u64) -> Vec<String> {
        let source = Source { path: "f".into(), line: None };
        JsonLines::new(source, text.as_bytes(), max_bytes)
            .map(|line| match line {
                Ok((source, line)) => format!("{source} {}", String::from_utf8(line).unwrap()),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn lines_keep_their_numbers_over_blank_ones() {
        assert_eq!(lines("a\n\n \r\nb\n", 9), ["f:1 a", "f:4 b"]);
        assert_eq!(lines("a\nb", 9), ["f:1 a", "f:2 b"]);
    }

    #[test]
    fn a_line_over_the_limit_is_reported_and_the_next_one_survives() {
        let found = lines("abcd\nabcde\nab\nabcdefghij", 4);
        assert_eq!((found[0].as_str(), found[2].as_str()), ("f:1 abcd", "f:3 ab"));
        assert!(found[1].starts_with("f:2: is larger than 4 bytes"), "{found:?}");
        assert!(found[3].starts_with("f:4: is larger"), "{found:?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_stream_without_lines_says_so_once() {
        assert!(lines("", 9)[0].starts_with("f: is empty"));
        let blank = lines(" \n\n", 9);
        assert!(blank[0].starts_with("f: holds nothing but white space"), "{blank:?}");
        assert_eq!(blank.len(), 1);
    }
}
