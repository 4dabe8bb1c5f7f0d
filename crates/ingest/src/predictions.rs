//! Summaries that somebody else made, in a file of their own: rows with an id and a summary, in any form that
//! rows of articles come in; or results of ours, with what each model made.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;
use thiserror::Error;

use super::{
    IngestError, Options,
    fields::{ABSTRACTS, Fields},
};
use standfirst_core::article::{Document, Source};

/// The summaries of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predictions {
    /// By model, where the file names models; under `None` where it does not. Then by the article's id.
    pub models: BTreeMap<Option<String>, BTreeMap<String, String>>,
}

/// Why the summaries of a file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PredictionsError {
    /// A row cannot be read.
    #[error("{}: {}", .0.source, .0.kind)]
    Row(IngestError),
    /// Two rows are about one article.
    #[error("{place}: there is a summary of {id:?} already; an article has one by each model")]
    Twice {
        /// The second of them.
        place: Source,
        /// The article.
        id: String,
    },
    /// There is no row.
    #[error("holds no summary; each row needs an \"id\" and a \"summary\"")]
    Empty,
}

/// Reads them. Rows of summaries are told by the fields `summary, prediction, predicted, abstract, generated,
/// output, text`, the first that there is; abstracts that failed are left out.
///
/// # Errors
/// [`PredictionsError`] at the first row that is wrong: half of a comparison is none.
pub fn predictions(path: &Path, max_bytes: u64) -> Result<Predictions, PredictionsError> {
    let options = Options { max_bytes, fields: Fields::of_summaries(), ..Options::default() };
    let mut found = Predictions::default();
    for pending in super::open(vec![path.to_owned()], options) {
        let document = pending.and_then(super::Pending::read).map_err(PredictionsError::Row)?;
        for (model, summary) in summaries(&document) {
            let of_model = found.models.entry(model).or_default();
            if of_model.insert(document.id.clone(), summary).is_some() {
                return Err(PredictionsError::Twice { place: document.source, id: document.id });
            }
        }
    }
    if found.models.is_empty() { Err(PredictionsError::Empty) } else { Ok(found) }
}

/// What a row holds: its summary, or that of each model.
fn summaries(document: &Document) -> Vec<(Option<String>, String)> {
    let Some(Value::Array(abstracts)) = document.annotations.given().get(ABSTRACTS) else {
        return vec![(None, document.text.clone())];
    };
    let of = |cell: &Value| {
        let text = |key: &str| cell.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((Some(text("model")?), text("text")?))
    };
    abstracts.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(name: &str, text: &str) -> Result<Predictions, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        predictions(&path, 10_000).map_err(|error| error.to_string())
    }

    fn only(found: &Predictions) -> &BTreeMap<String, String> {
        assert_eq!(found.models.len(), 1);
        &found.models[&None]
    }

    #[test]
    fn rows_of_any_form_are_read() {
        let lines = "{\"id\":\"a\",\"prediction\":\"It rained.\"}\n{\"id\":7,\"prediction\":\"It snowed.\"}\n";
        let found = read("p.jsonl", lines).unwrap();
        assert_eq!(only(&found)["a"], "It rained.");
        assert_eq!(only(&found)["7"], "It snowed.");
        let array = r#"[{"id": "a", "summary": "It rained.", "text": "Long."}]"#;
        assert_eq!(only(&read("p.json", array).unwrap())["a"], "It rained.");
        let csv = "guid,summary\na,\"It rained, they say.\"\n";
        assert_eq!(only(&read("p.csv", csv).unwrap())["a"], "It rained, they say.");
    }

    #[test]
    fn results_of_ours_are_read_model_by_model() {
        let line = r#"{"schema":"standfirst/1","id":"a","source":"x","abstracts":[{"model":"lead","text":"One."},{"model":"kl","text":null},{"model":"lsa","text":"Two."}]}"#;
        let found = read("run.jsonl", line).unwrap();
        let models: Vec<_> = found.models.keys().flatten().map(String::as_str).collect();
        assert_eq!(models, ["lead", "lsa"]);
        assert_eq!(found.models[&Some("lsa".to_owned())]["a"], "Two.");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let twice = "{\"id\":\"a\",\"summary\":\"x\"}\n{\"id\":\"a\",\"summary\":\"y\"}\n";
        let twice = read("p.jsonl", twice).unwrap_err();
        assert!(twice.contains(":2: there is a summary of \"a\" already"), "{twice}");
        let without = read("p.jsonl", "{\"id\":\"a\",\"words\":3}\n").unwrap_err();
        assert!(without.contains("\"summary\"") && without.contains(":1"), "{without}");
        assert!(read("p.jsonl", "").unwrap_err().contains("nothing to read"));
        let failed =
            r#"{"schema":"standfirst/1","id":"a","abstracts":[{"model":"kl","text":null}]}"#;
        assert!(read("run.jsonl", failed).unwrap_err().contains("holds no summary"));
    }
}
