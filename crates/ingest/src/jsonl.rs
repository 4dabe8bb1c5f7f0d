//! One line of JSON Lines: `{"id", "text", "title"?, "byline"?, "published"?, "url"?}`. Whatever
//! else it holds is kept in [`Document::annotations`].

use serde_json::{Map, Value, error::Category};

use super::{IngestErrorKind, decode};
use standfirst_core::article::{Document, Source};

type Object = Map<String, Value>;

/// Parses a line into a document whose text is the string under `text`.
pub(super) fn parse(source: &Source, line: Vec<u8>) -> Result<Document, IngestErrorKind> {
    let decoded = decode::decode(line, None)?;
    let mut object = object(&decoded.text)?;
    let text = string(&mut object, "text")?.ok_or(IngestErrorKind::MissingKey { key: "text" })?;
    let id = id(&mut object)?.unwrap_or_else(|| source.to_string());
    let mut document = Document::from_text(id, text);
    document.source = source.clone();
    document.title = string(&mut object, "title")?;
    document.byline = string(&mut object, "byline")?;
    document.published = string(&mut object, "published")?;
    document.url = string(&mut object, "url")?;
    document.annotations = object.into();
    document.notes.extend(decoded.note);
    Ok(document)
}

fn object(line: &str) -> Result<Object, IngestErrorKind> {
    match serde_json::from_str(line).map_err(|error| bad_json(&error))? {
        Value::Object(object) => Ok(object),
        other => Err(IngestErrorKind::NotAnObject { found: kind(&other) }),
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

/// Takes the string under `key`; `None` where there is none or it is null.
fn string(object: &mut Object, key: &'static str) -> Result<Option<String>, IngestErrorKind> {
    match object.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(string)) => Ok(Some(string)),
        Some(other) => Err(wrong(key, &other, "a string")),
    }
}

/// Takes the id, which may be a number.
fn id(object: &mut Object) -> Result<Option<String>, IngestErrorKind> {
    match object.shift_remove("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id)),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(other) => Err(wrong("id", &other, "a string or a number")),
    }
}

fn wrong(key: &'static str, value: &Value, wanted: &'static str) -> IngestErrorKind {
    IngestErrorKind::WrongType { key, found: kind(value), wanted }
}

/// What a value is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Document, String> {
        let source = Source { path: "in.jsonl".into(), line: Some(7) };
        parse(&source, line.as_bytes().to_vec()).map_err(|kind| kind.to_string())
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
        assert!(message(r#"{"body":"x"}"#).contains("no key \"text\""));
        assert!(message(r#"{"text":5}"#).contains("\"text\" is a number; make it a string"));
        assert!(message(r#"{"text":"x","id":[]}"#).contains("make it a string or a number"));
        assert!(message(&"[".repeat(100_000)).contains("recursion limit"));
    }
}
