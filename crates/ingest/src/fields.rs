//! The names of the fields of other people's rows, for JSON and CSV alike: the one list of each, in the
//! order in which they are tried.

use serde_json::{Map, Value};

use super::{IngestErrorKind, judged};
use standfirst_core::{
    annotations::{ALL_REFERENCES, Annotations, LABEL, REFERENCE, REFERENCES, SCORES, SYSTEM},
    article::{Document, Source},
    language::Language,
};

/// A row: what its fields hold, by name.
pub(super) type Object = Map<String, Value>;

/// Names of the field that holds the article, in the order in which they are tried.
pub const TEXT: [&str; 5] = ["text", "article", "body", "content", "document"];
/// Names of the field that holds a summary, where the rows are those of summaries.
const SUMMARY: [&str; 7] =
    ["summary", "prediction", "predicted", "abstract", "generated", "output", "text"];
/// The same where the rows are those of summaries that people have judged, with their articles.
pub(super) const JUDGED_SUMMARY: [&str; 8] = [
    "decoded",
    "summary",
    "summary_sentence",
    "prediction",
    "predicted",
    "abstract",
    "generated",
    "output",
];
/// Names of the fields that hold references of such a summary, all of which count.
pub(super) const JUDGED_REFERENCES: [&str; 5] =
    [ALL_REFERENCES, REFERENCES[0], REFERENCES[1], REFERENCES[2], REFERENCES[3]];
/// Names of the field that says which system wrote such a summary.
pub(super) const SYSTEMS: [&str; 3] = [SYSTEM, "model_id", "model"];
/// Names of the field that holds people's scores by what they were asked: numbers, or lists of them.
pub(super) const JUDGEMENTS: [&str; 2] = [SCORES, "expert_annotations"];
/// Names of fields that hold a single number each: what `SummEval` asked people.
pub(super) const DIMENSIONS: [&str; 4] = ["coherence", "consistency", "fluency", "relevance"];
/// Names of fields that hold people's yes or no to the question whether the summary is faithful.
pub(super) const FAITHFUL: [&str; 3] = [LABEL, "supported", "faithful"];
/// Names of the field that holds the id.
const ID: [&str; 2] = ["id", "guid"];
const TITLE: [&str; 2] = ["title", "headline"];
const BYLINE: [&str; 2] = ["byline", "author"];
const PUBLISHED: [&str; 4] = ["published", "date", "published_at", "publishedAt"];
const URL: [&str; 2] = ["url", "link"];
const LANGUAGE: [&str; 2] = ["language", "lang"];

/// What our own results carry, and what they say about the input under one key.
const SCHEMA: (&str, &str) = ("schema", "standfirst/");
const EXTRA: &str = "extra";
/// Where our own results have what the models made.
pub(super) const ABSTRACTS: &str = "abstracts";

/// Which fields of a row are what, where the well-known names will not do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The field that holds the article, instead of the first of [`TEXT`].
    pub text: Option<String>,
    /// The field that holds the reference, instead of the first of
    /// [`REFERENCES`].
    pub reference: Option<String>,
    /// The field that holds the id, instead of `id` or `guid`.
    pub id: Option<String>,
    /// What the rows are of.
    pub rows: RowsOf,
}

/// What rows are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowsOf {
    /// Articles.
    #[default]
    Articles,
    /// Summaries, without their articles.
    Summaries,
    /// Summaries that people have judged, each with its article. Of such a row the annotations hold what there is of
    /// [`SUMMARY`](standfirst_core::annotations::SUMMARY), [`SYSTEM`], [`ALL_REFERENCES`] and [`SCORES`],
    /// whatever its fields are called, and nothing else.
    Judged,
}

impl Fields {
    /// Of rows that hold a summary each and an id that says of which article.
    pub(super) fn of_summaries() -> Self {
        Self { rows: RowsOf::Summaries, ..Self::default() }
    }

    /// Whether the rows are those of summaries alone.
    pub(super) fn are_of_summaries(&self) -> bool {
        self.rows == RowsOf::Summaries
    }

    /// The names under which the article may stand, or the summary.
    pub(super) fn text_names(&self) -> Vec<&str> {
        let known = if self.are_of_summaries() { &SUMMARY[..] } else { &TEXT };
        self.text.as_deref().map_or_else(|| known.to_vec(), |name| vec![name])
    }

    /// Whether the article, or the summary, may stand under `name`.
    pub(super) fn is_text(&self, name: &str) -> bool {
        self.text_names().iter().any(|text| name.eq_ignore_ascii_case(text))
    }

    /// Whether `name` is that of a field that only rows of articles have.
    pub(super) fn is_known(&self, name: &str) -> bool {
        let chosen =
            [&self.text, &self.reference, &self.id].into_iter().flatten().map(String::as_str);
        let text = if self.are_of_summaries() { &SUMMARY[..] } else { &TEXT };
        let known = [text, &ID, &TITLE, &BYLINE, &PUBLISHED, &URL].concat();
        chosen.chain(known).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The document of a row. What is not given back in its own place of a result stays among the
    /// annotations.
    ///
    /// # Errors
    /// If the row has no text, or a field is of the wrong type.
    pub(super) fn document(
        &self,
        source: &Source,
        mut row: Object,
    ) -> Result<Document, IngestErrorKind> {
        if self.are_of_summaries() && row.contains_key(ABSTRACTS) {
            return self.abstracts(source, row);
        }
        let ours = result_of_ours(&mut row)?;
        let is_ours = ours.is_some();
        if let Some(extra) = ours {
            row.retain(|key, _| matches!(key.as_str(), "id" | "text" | "title" | "language"));
            row.extend(extra);
        }
        let (name, text) = self.text(&mut row)?;
        let id = self.id(&mut row)?.unwrap_or_else(|| source.to_string());
        let mut document = Document::from_text(id, text);
        document.source = source.clone();
        document.title = string(&mut row, &TITLE, true)?;
        document.byline = string(&mut row, &BYLINE, false)?;
        document.published = string(&mut row, &PUBLISHED, false)?;
        document.url = string(&mut row, &URL, false)?;
        document.language = LANGUAGE
            .iter()
            .find_map(|name| find(&row, name).and_then(|key| row[&key].as_str()))
            .and_then(Language::of_tag);
        if is_ours {
            row.shift_remove(LANGUAGE[0]);
        }
        if self.rows == RowsOf::Judged {
            document.annotations = judged::annotations(row, self.reference.as_deref()).into();
            return Ok(document);
        }
        document.annotations = row.into();
        let mut said = Vec::new();
        if name != TEXT[0] {
            said.push(format!("the text is its field {name:?}"));
        }
        said.extend(self.reference(&mut document.annotations));
        if !said.is_empty() {
            document.notes.push(said.join(", "));
        }
        Ok(document)
    }

    /// A result of ours whose abstracts are wanted: they are among the annotations, and its id stands in for
    /// the text, which nobody reads and which must not be empty.
    fn abstracts(&self, source: &Source, mut row: Object) -> Result<Document, IngestErrorKind> {
        let id = self.id(&mut row)?.unwrap_or_else(|| source.to_string());
        let mut document = Document::from_text(id.clone(), id);
        document.source = source.clone();
        row.retain(|key, _| key == ABSTRACTS);
        document.annotations = row.into();
        Ok(document)
    }

    /// Takes the text, and says which field it was.
    fn text(&self, row: &mut Object) -> Result<(String, String), IngestErrorKind> {
        let names = self.text_names();
        let (mut blank, mut wrong_type) = (None, None);
        for key in names.iter().filter_map(|name| find(row, name)) {
            match &row[&key] {
                Value::Null => {}
                Value::String(text) if text.trim().is_empty() => blank = blank.or(Some(key)),
                Value::String(text) => {
                    let text = text.clone();
                    row.shift_remove(&key);
                    return Ok((key, text));
                }
                other => wrong_type = wrong_type.or(Some(wrong(&key, other, "a string"))),
            }
        }
        match (blank, wrong_type) {
            (Some(key), _) => Ok((key, String::new())),
            (None, Some(wrong_type)) => Err(wrong_type),
            (None, None) => {
                let others = names[1..].join(", ");
                Err(IngestErrorKind::MissingKey { key: names[0].to_owned(), others })
            }
        }
    }

    /// Takes the id, which may be a number.
    fn id(&self, row: &mut Object) -> Result<Option<String>, IngestErrorKind> {
        let names = self.id.as_deref().map_or_else(|| ID.to_vec(), |name| vec![name]);
        let Some(key) = names.into_iter().find_map(|name| find(row, name)) else { return Ok(None) };
        match row.shift_remove(&key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(id)) => Ok((!id.is_empty()).then_some(id)),
            Some(Value::Number(id)) => Ok(Some(id.to_string())),
            Some(other) => Err(wrong(&key, &other, "a string or a number")),
        }
    }

    /// Points the annotations at the reference; what there is to say about where it was found.
    fn reference(&self, annotations: &mut Annotations) -> Option<String> {
        let Some(name) = &self.reference else {
            let key = annotations.reference_key().filter(|&key| key != REFERENCE)?;
            return Some(format!("the reference is its field {key:?}"));
        };
        *annotations = std::mem::take(annotations).with_reference_in(name);
        annotations.reference().map(|_| format!("the reference is its field {name:?}"))
    }
}

/// If a row is a result of ours: what its input said beside the article.
fn result_of_ours(row: &mut Object) -> Result<Option<Object>, IngestErrorKind> {
    let schema = row.get(SCHEMA.0).and_then(Value::as_str);
    if !schema.is_some_and(|schema| schema.starts_with(SCHEMA.1)) {
        return Ok(None);
    }
    if !row.contains_key(TEXT[0]) {
        return Err(IngestErrorKind::ResultWithoutText);
    }
    Ok(Some(match row.shift_remove(EXTRA) {
        Some(Value::Object(extra)) => extra,
        _ => Object::new(),
    }))
}

/// The key of a field by its name: as written, or else in another case.
pub(super) fn find(row: &Object, name: &str) -> Option<String> {
    let other_case = || row.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    if row.contains_key(name) { Some(name.to_owned()) } else { other_case() }
}

/// The string under the first of `names` that has one. The field of the first name is ours and is taken;
/// one of another name is, too, where the result has a place of its `own` for it.
fn string(row: &mut Object, names: &[&str], own: bool) -> Result<Option<String>, IngestErrorKind> {
    for (index, name) in names.iter().enumerate() {
        let Some(key) = find(row, name) else { continue };
        match &row[&key] {
            Value::String(value) => {
                let value = Some(value.clone()).filter(|value| !value.is_empty());
                if own || index == 0 {
                    row.shift_remove(&key);
                }
                return Ok(value);
            }
            Value::Null if index == 0 => {
                row.shift_remove(&key);
            }
            other if index == 0 => return Err(wrong(&key, other, "a string")),
            _ => {}
        }
    }
    Ok(None)
}

fn wrong(key: &str, value: &Value, wanted: &'static str) -> IngestErrorKind {
    IngestErrorKind::WrongType { key: key.to_owned(), found: kind(value), wanted }
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
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
    use serde_json::json;

    use super::*;

    fn read(fields: &Fields, row: &Value) -> Result<Document, String> {
        let source = Source { path: "in.json".into(), line: Some(2) };
        let row = row.as_object().unwrap().clone();
        fields.document(&source, row).map_err(|kind| kind.to_string())
    }

    #[test]
    fn well_known_names_are_tried_in_order_and_said() {
        let row = json!({"document": "Doc.", "body": "Body.", "guid": 4, "Headline": "Head",
                         "highlights": "High.", "author": "Ana Lund"});
        let document = read(&Fields::default(), &row).unwrap();
        assert_eq!((document.text.as_str(), document.id.as_str()), ("Body.", "4"));
        assert_eq!(document.title.as_deref(), Some("Head"));
        assert_eq!(document.byline.as_deref(), Some("Ana Lund"));
        assert_eq!(document.annotations.reference(), Some("High."));
        let back: Vec<_> = document.annotations.given().keys().collect();
        assert_eq!(back, ["document", "highlights", "author"]);
        assert_eq!(
            document.notes,
            ["the text is its field \"body\", the reference is its field \"highlights\""]
        );
    }

    #[test]
    fn names_that_are_given_come_before_those_that_are_known() {
        let fields = Fields {
            text: Some("story".into()),
            reference: Some("gist".into()),
            id: Some("key".into()),
            ..Fields::default()
        };
        let row = json!({"text": "No.", "story": "Yes.", "gist": "Y.", "key": "k", "id": "i"});
        let document = read(&fields, &row).unwrap();
        assert_eq!((document.text.as_str(), document.id.as_str()), ("Yes.", "k"));
        assert_eq!(document.annotations.reference(), Some("Y."));
        assert_eq!(document.annotations.given()["text"], "No.");
        let message = read(&fields, &json!({"text": "No."})).unwrap_err();
        assert!(message.contains("\"story\"") && !message.contains("body"), "{message}");
    }

    #[test]
    fn a_field_that_is_null_or_blank_gives_way_to_the_next() {
        let document =
            read(&Fields::default(), &json!({"content": "C.", "text": null, "body": " "})).unwrap();
        assert_eq!(document.text, "C.");
    }

    #[test]
    fn a_result_of_ours_is_the_article_it_was_made_of() {
        let row = json!({"schema": "standfirst/1", "id": "a", "source": "x.txt", "title": "T",
                         "language": "de", "text": "Der Hafen.", "extra": {"desk": "city",
                         "reference": "R."}, "cuts": [], "abstracts": []});
        let document = read(&Fields::default(), &row).unwrap();
        assert_eq!((document.id.as_str(), document.text.as_str()), ("a", "Der Hafen."));
        assert_eq!(document.language.map(Language::code), Some("de"));
        assert_eq!(document.annotations.reference(), Some("R."));
        let given: Vec<_> = document.annotations.given().keys().collect();
        assert_eq!(given, ["desk", "reference"]);
        let bare = json!({"schema": "standfirst/1", "id": "a", "abstracts": []});
        assert!(read(&Fields::default(), &bare).unwrap_err().contains("without the article"));
    }
}
