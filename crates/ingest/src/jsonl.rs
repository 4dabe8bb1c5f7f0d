//! One object of JSON or JSON Lines: `{"id", "text", "title"?, "byline"?, "published"?, "url"?}`, or the
//! names that [`Fields`] knows beside these. Whatever else it holds is kept in
//! [`Document::annotations`].

use serde_json::{Value, error::Category};

use super::{
    IngestErrorKind, decode,
    fields::{self, Fields, Object},
};
use standfirst_core::article::{Document, Source};

/// Parses an object into a document.
pub(super) fn parse(
    source: &Source,
    object: Vec<u8>,
    fields: &Fields,
) -> Result<Document, IngestErrorKind> {
    let (object, note) = read(object)?;
    let mut document = fields.document(source, object)?;
    document.notes.extend(note);
    Ok(document)
}

/// The object that these bytes are and, where they were not plain UTF-8, how they were decoded.
pub(super) fn read(bytes: Vec<u8>) -> Result<(Object, Option<String>), IngestErrorKind> {
    let decoded = decode::decode(bytes, None)?;
    match serde_json::from_str(&decoded.text).map_err(|error| bad_json(&error))? {
        Value::Object(object) => Ok((object, decoded.note)),
        other => Err(IngestErrorKind::NotAnObject { found: fields::kind(&other) }),
    }
}

/// The parser's message without its place: it counts lines from the start of our one line.
fn bad_json(error: &serde_json::Error) -> IngestErrorKind {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let said = error.to_string();
    let said = said.strip_suffix(&place).unwrap_or(&said);
    let message = match error.classify() {
        Category::Eof => format!("{said}, so the line is cut off"),
        _ => said.to_owned(),
    };
    IngestErrorKind::BadJson { column: error.column(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Document, String> {
        let source = Source { path: "in.jsonl".into(), line: Some(7) };
        parse(&source, line.as_bytes().to_vec(), &Fields::default())
            .map_err(|kind| kind.to_string())
    }

    #[test]
    fn known_keys_have_their_places_and_the_others_are_kept() {
        let line = r#"{"id":7,"z":[1],"text":"The bridge\nopened.","title":"Bridge","byline":null,"published":"2024-05-01","url":"u","a":2}"#;
        let document = read(line).unwrap();
        assert_eq!((document.id.as_str(), document.text.as_str()), ("7", "The bridge\nopened."));
        assert_eq!(document.title.as_deref(), Some("Bridge"));
        assert_eq!(document.published.as_deref(), Some("2024-05-01"));
        assert_eq!((document.byline, document.url.as_deref()), (None, Some("u")));
        assert_eq!(document.annotations.given().keys().collect::<Vec<_>>(), ["z", "a"]);
    }

    #[test]
    fn an_article_without_id_is_named_by_its_place() {
        assert_eq!(read(r#"{"text":"x"}"#).unwrap().id, "in.jsonl:7");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |line| read(line).unwrap_err();
        assert!(message(r#"{"text":"x"#).contains("the line is cut off"));
        let column = message(r#"{"text" "x"}"#);
        assert!(column.contains("column 9: expected `:`;"), "{column}");
        assert!(message("[1]").contains("JSON an array, not an object"));
        assert!(message(r#"{"words":"x"}"#).contains("no key \"text\""));
        assert!(message(r#"{"text":5}"#).contains("\"text\" is a number; make it a string"));
        assert!(message(r#"{"text":"x","id":[]}"#).contains("make it a string or a number"));
        assert!(message(&"[".repeat(100_000)).contains("recursion limit"));
    }
}
