//! JSON documents, object by object: an array of articles, a single one, or an object that holds them
//! under a well-known key. What is an article is told by brackets and quotation marks alone, so that a
//! dump of any length is streamed; whether it is sound JSON is for the parser to say, article by article.

use std::io::{BufRead, BufReader, Read};

use super::{IngestError, IngestErrorKind, room};
use standfirst_core::article::Source;

/// Keys of an object under which others keep an array of articles.
pub(super) const LISTS: [&str; 6] = ["articles", "data", "items", "results", "docs", "documents"];

/// The objects of a document, each with its number.
pub(super) struct Objects<R> {
    source: Source,
    reader: BufReader<R>,
    /// Keys whose array of objects is what is meant.
    lists: &'static [&'static str],
    max_bytes: u64,
    state: State,
    /// Objects read so far.
    count: u64,
    /// Bytes read so far.
    at: u64,
}

/// Where in the document the reader stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Before a value of the document.
    Outside,
    /// In an array, after a comma or the bracket.
    Array { inside_object: bool, comma: bool },
    /// At the end, or where it cannot go on.
    Done,
}

/// What was found where an object was looked for.
enum Found {
    /// An object's bytes, or any other value's.
    Value(Vec<u8>),
    /// An object of more bytes than are let.
    TooLarge,
    /// The array that holds the articles has begun.
    List,
}

impl<R: Read> Objects<R> {
    /// The objects of `reader`; one of more than `max_bytes` is reported and never held in memory.
    pub fn new(source: Source, reader: R, max_bytes: u64, lists: &'static [&'static str]) -> Self {
        Self {
            source,
            reader: BufReader::with_capacity(1 << 16, reader),
            lists,
            max_bytes,
            state: State::Outside,
            count: 0,
            at: 0,
        }
    }

    /// The next object, or what is wrong; `None` at the end.
    fn advance(&mut self) -> Option<Result<Vec<u8>, IngestErrorKind>> {
        loop {
            let found = match self.step() {
                Ok(Some(found)) => found,
                Ok(None) if self.state == State::Done => {
                    let empty = self.count == 0;
                    return empty.then(|| Err(self.nothing()));
                }
                Ok(None) => continue,
                Err(kind) => {
                    self.state = State::Done;
                    self.count = self.count.max(1);
                    return Some(Err(kind));
                }
            };
            self.count += 1;
            return Some(match found {
                Found::Value(bytes) => self.object(bytes),
                Found::TooLarge => Err(IngestErrorKind::TooLarge { limit: self.max_bytes }),
                Found::List => {
                    self.count -= 1;
                    continue;
                }
            });
        }
    }

    /// The bytes of an article. An array that begins with something else holds none at all, and is
    /// reported once.
    fn object(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>, IngestErrorKind> {
        if self.count == 1 && bytes.first() != Some(&b'{') {
            self.state = State::Done;
            return Err(IngestErrorKind::NoObjects);
        }
        Ok(bytes)
    }

    /// Why there is not a single object.
    fn nothing(&mut self) -> IngestErrorKind {
        self.count = 1;
        if self.at == 0 { IngestErrorKind::Empty } else { IngestErrorKind::NoArticles }
    }

    /// Goes on by one value or one bracket.
    fn step(&mut self) -> Result<Option<Found>, IngestErrorKind> {
        if self.state == State::Done {
            return Ok(None);
        }
        match (self.state, self.peek()?) {
            (State::Outside, None) => {
                self.state = State::Done;
                Ok(None)
            }
            (State::Outside, Some(b'[')) => {
                self.bump();
                self.state = State::Array { inside_object: false, comma: true };
                Ok(None)
            }
            (State::Outside, Some(b'{')) => self.outer().map(Some),
            (State::Array { .. }, None) => Err(self.cut_off()),
            (State::Array { inside_object, .. }, Some(b']')) => {
                self.bump();
                self.state = State::Outside;
                if inside_object { self.leave().map(|()| None) } else { Ok(None) }
            }
            (State::Array { inside_object, comma: false }, Some(b',')) => {
                self.bump();
                self.state = State::Array { inside_object, comma: true };
                Ok(None)
            }
            (State::Array { inside_object, comma: true }, Some(_)) => {
                self.state = State::Array { inside_object, comma: false };
                let mut bytes = Vec::new();
                self.value(&mut bytes, 0)?;
                Ok(Some(self.found(bytes)))
            }
            (_, Some(_)) => Err(self.broken()),
            (State::Done, None) => Ok(None),
        }
    }

    /// An object of the document: an article, unless one of its keys holds articles.
    fn outer(&mut self) -> Result<Found, IngestErrorKind> {
        let mut bytes = Vec::new();
        self.take(&mut bytes)?;
        loop {
            match self.peek()? {
                Some(b'"') => {}
                Some(b'}') => {
                    self.take(&mut bytes)?;
                    return Ok(self.found(bytes));
                }
                Some(b',') => {
                    self.take(&mut bytes)?;
                    continue;
                }
                Some(_) => return Err(self.broken()),
                None => return Err(self.cut_off()),
            }
            let start = bytes.len();
            self.value(&mut bytes, 0)?;
            let key = bytes.get(start + 1..bytes.len().saturating_sub(1)).unwrap_or_default();
            let is_list = self.lists.iter().any(|list| list.as_bytes() == key);
            if self.peek()? != Some(b':') {
                return Err(self.broken());
            }
            self.take(&mut bytes)?;
            let mut depth = 0;
            if is_list && self.peek()? == Some(b'[') {
                self.take(&mut bytes)?;
                if matches!(self.peek()?, Some(b'{' | b']')) {
                    self.state = State::Array { inside_object: true, comma: true };
                    return Ok(Found::List);
                }
                depth = 1;
            }
            self.peek()?;
            self.value(&mut bytes, depth)?;
        }
    }

    /// Passes over what an object holds after its articles.
    fn leave(&mut self) -> Result<(), IngestErrorKind> {
        let limit = std::mem::replace(&mut self.max_bytes, 0);
        let left = self.value(&mut Vec::new(), 1);
        self.max_bytes = limit;
        left
    }

    fn found(&self, bytes: Vec<u8>) -> Found {
        if bytes.len() as u64 > self.max_bytes { Found::TooLarge } else { Found::Value(bytes) }
    }

    /// Appends a value to `bytes`, from the inside of `depth` open brackets to the last one that closes;
    /// of one over the limit just enough to see that it is.
    fn value(&mut self, bytes: &mut Vec<u8>, mut depth: usize) -> Result<(), IngestErrorKind> {
        let (mut quoted, mut escaped, mut scalar) = (false, false, false);
        loop {
            let Some(byte) = self.next_byte()? else {
                // A number or a word ends with the document; nothing else does.
                return if scalar && depth == 0 { Ok(()) } else { Err(self.cut_off()) };
            };
            let ends_scalar = depth == 0 && scalar && !quoted;
            if ends_scalar && (byte.is_ascii_whitespace() || b",]}:".contains(&byte)) {
                return Ok(());
            }
            self.bump();
            if bytes.len() as u64 <= self.max_bytes {
                room::push(bytes, byte)?;
            }
            match (quoted, byte) {
                (true, _) if escaped => escaped = false,
                (true, b'\\') => escaped = true,
                (true, b'"') => {
                    quoted = false;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                (true, _) => {}
                (false, b'"') => quoted = true,
                (false, b'{' | b'[') => depth += 1,
                (false, b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                (false, _) => scalar = depth == 0,
            }
        }
    }

    /// Takes the byte at hand.
    fn take(&mut self, bytes: &mut Vec<u8>) -> Result<(), IngestErrorKind> {
        if let Some(&byte) = self.reader.buffer().first() {
            if bytes.len() as u64 <= self.max_bytes {
                room::push(bytes, byte)?;
            }
            self.bump();
        }
        Ok(())
    }

    /// The next byte that is no white space, which stays where it is.
    fn peek(&mut self) -> Result<Option<u8>, IngestErrorKind> {
        loop {
            match self.next_byte()? {
                // A byte order mark is white space before the document, and nowhere else.
                Some(0xEF | 0xBB | 0xBF) if self.at < 3 => self.bump(),
                Some(byte) if byte.is_ascii_whitespace() => self.bump(),
                found => return Ok(found),
            }
        }
    }

    fn next_byte(&mut self) -> Result<Option<u8>, IngestErrorKind> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn bump(&mut self) {
        self.reader.consume(1);
        self.at += 1;
    }

    fn broken(&self) -> IngestErrorKind {
        IngestErrorKind::BrokenJson { at: self.at }
    }

    fn cut_off(&self) -> IngestErrorKind {
        IngestErrorKind::CutOffJson { at: self.at }
    }
}

impl<R: Read> Iterator for Objects<R> {
    type Item = Result<(Source, Vec<u8>), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let object = self.advance()?;
        let place = (object.is_ok() || self.state != State::Done).then_some(self.count);
        let source = Source { path: self.source.path.clone(), line: place };
        Some(match object {
            Ok(object) => Ok((source, object)),
            Err(kind) => Err(IngestError { source, kind }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str, max_bytes: u64) -> Vec<String> {
        let source = Source { path: "f".into(), line: None };
        Objects::new(source, text.as_bytes(), max_bytes, &LISTS)
            .map(|object| match object {
                Ok((source, bytes)) => format!("{source} {}", String::from_utf8(bytes).unwrap()),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn an_array_an_object_and_a_row_of_objects_are_read() {
        assert_eq!(
            objects("\u{feff} [ {\"a\": \"}]\"},\n{} ]\n", 90),
            ["f:1 {\"a\": \"}]\"}", "f:2 {}"]
        );
        assert_eq!(
            objects("{\n \"a\": [1, {\"b\": \"\\\"}\"}]\n}", 90),
            ["f:1 {\"a\":[1, {\"b\": \"\\\"}\"}]}"]
        );
        assert_eq!(objects("{\"a\":1}\n{\"a\": 2}", 90), ["f:1 {\"a\":1}", "f:2 {\"a\":2}"]);
    }

    #[test]
    fn articles_are_found_inside_an_object() {
        let text = r#"{"status":"ok","total":2,"articles":[{"a":1},{"a":2}],"next":{"page":[2]}} "#;
        assert_eq!(objects(text, 90), ["f:1 {\"a\":1}", "f:2 {\"a\":2}"]);
        assert_eq!(
            objects(r#"{"data": ["x"], "text": "y"}"#, 90),
            ["f:1 {\"data\":[\"x\"],\"text\":\"y\"}"]
        );
        assert_eq!(objects(r#"{"data": {"x": 1}}"#, 90), ["f:1 {\"data\":{\"x\": 1}}"]);
        assert!(objects(r#"{"articles": []}"#, 90)[0].contains("holds no articles"));
    }

    #[test]
    fn what_is_no_list_of_articles_says_so_once() {
        assert_eq!(objects("[1, 2, 3]", 90).len(), 1);
        assert!(objects("[1, 2, 3]", 90)[0].contains("no articles"));
        assert!(objects("", 90)[0].contains("is empty"));
        assert!(objects("[]", 90)[0].contains("holds no articles"));
        assert_eq!(objects("[{}, 2]", 90)[1], "f:2 2");
    }

    #[test]
    fn where_it_breaks_is_said_and_what_came_before_is_kept() {
        let found = objects("[{\"a\":1} {\"a\":2}]", 90);
        assert_eq!(found[0], "f:1 {\"a\":1}");
        assert!(found[1].contains("byte 9") && found.len() == 2, "{found:?}");
        let found = objects("[{\"a\":1},{\"a\":", 90);
        assert!(found[1].contains("ends in the middle") && found.len() == 2, "{found:?}");
        assert!(objects("{\"a\" 1}", 90)[0].contains("byte 5"));
    }

    #[test]
    fn an_object_over_the_limit_is_reported_and_the_next_one_survives() {
        let found = objects("[{\"a\":\"0123456789\"},{\"a\":1}]", 9);
        assert!(found[0].starts_with("f:1: is larger than 9 bytes"), "{found:?}");
        assert_eq!(found[1], "f:2 {\"a\":1}");
    }
}
