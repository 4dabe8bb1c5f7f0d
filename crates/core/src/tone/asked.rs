//! The target that a line of the input asks about: `"target": {"start", "end"}`, in bytes of its
//! `text`, or in code points where the line says `"offsets": "chars"`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    passage::{Place, Scene},
    round,
};
use crate::{
    article::{Document, Span},
    plugin::{Label, PluginError, SentimentModel},
};

/// The key of an input line that holds the target.
const TARGET: &str = "target";
/// The key that says what its offsets count, and the one value that is not bytes.
const OFFSETS: (&str, &str) = ("offsets", "chars");

/// The answer for the target that was asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Class; `None` if there is no such target.
    pub label: Option<Label>,
    /// Polarity, −1 to 1.
    pub score: Option<f64>,
    /// Probability 0–1 of the class; `None` for lexicons.
    pub confidence: Option<f64>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Asked {
    fn failed(error: String) -> Self {
        Self { label: None, score: None, confidence: None, error: Some(error) }
    }
}

/// Whether the input asks about a target of its own.
pub fn asks(document: &Document) -> bool {
    offsets(&document.extra).is_some()
}

/// Asks `model` about the target of the input; `None` if it names none.
pub(super) fn judge(
    model: &dyn SentimentModel,
    scene: &Scene<'_>,
) -> Result<Option<Asked>, PluginError> {
    let document = scene.article.document();
    let Some((start, end)) = offsets(&document.extra) else { return Ok(None) };
    let place = match place(scene, &document.text, start, end, counts_chars(&document.extra)) {
        Ok(place) => place,
        Err(error) => return Ok(Some(Asked::failed(error))),
    };
    let shown = scene.shown(&place, model.knows_targets());
    let tone = model.score(&[shown.passage()])?.into_iter().next().ok_or(PluginError::Silent)?;
    Ok(Some(Asked {
        label: Some(tone.label),
        score: Some(round(tone.polarity.get())),
        confidence: tone.confidence.map(f64::from).map(round),
        error: None,
    }))
}

/// The two numbers, where the line has them. Anything else under the key is somebody else's.
fn offsets(extra: &Map<String, Value>) -> Option<(u64, u64)> {
    let target = extra.get(TARGET)?.as_object()?;
    Some((target.get("start")?.as_u64()?, target.get("end")?.as_u64()?))
}

fn counts_chars(extra: &Map<String, Value>) -> bool {
    extra.get(OFFSETS.0).and_then(Value::as_str) == Some(OFFSETS.1)
}

/// Where the target stands in the article.
fn place(
    scene: &Scene<'_>,
    text: &str,
    start: u64,
    end: u64,
    chars: bool,
) -> Result<Place, String> {
    let mention = mention(text, start, end, chars)?;
    let sentences = scene.article.sentences();
    let sentence = sentences.iter().position(|sentence| sentence.span.overlaps(mention));
    let sentence = sentence.ok_or_else(|| {
        format!("the target {start}..{end} is in a part of the text that the repair left out")
    })?;
    let own = sentences[sentence].span;
    let mention = Span::new(mention.start.max(own.start), mention.end.min(own.end));
    Ok(Place { mention, sentence })
}

/// The bytes of the target, which hold a word.
fn mention(text: &str, start: u64, end: u64, chars: bool) -> Result<Span, String> {
    let byte = |at: u64| {
        let at = usize::try_from(at).ok()?;
        if !chars {
            return Some(at).filter(|&at| at <= text.len());
        }
        let mut bounds = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
        bounds.nth(at)
    };
    let (Some(from), Some(to)) = (byte(start), byte(end)) else {
        let (length, unit) =
            if chars { (text.chars().count(), "characters") } else { (text.len(), "bytes") };
        return Err(format!(
            "the target {start}..{end} is not in the text, which has {length} {unit}"
        ));
    };
    if from >= to {
        return Err(format!("the target {start}..{end} is empty"));
    }
    match text.get(from..to) {
        Some(words) if words.contains(char::is_alphanumeric) => Ok(Span::new(from, to)),
        Some(_) => Err(format!("the target {start}..{end} holds no word")),
        None => Err(format!(
            "the target {start}..{end} splits a character; say \"offsets\": \"chars\" if it counts characters"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clean::clean;

    const TEXT: &str = "Zoë met Ivan Petrov in Oslo on Monday. Nothing came of it.";

    fn placed(extra: &Value) -> Result<String, String> {
        let mut document = Document::from_text("t", TEXT);
        document.extra = extra.as_object().unwrap().clone();
        let article = clean(document).unwrap();
        let scene = Scene::new(&article);
        let extra = &article.document().extra;
        let (start, end) = offsets(extra).unwrap();
        let place = place(&scene, TEXT, start, end, counts_chars(extra))?;
        Ok(TEXT[place.mention.range()].to_owned())
    }

    #[test]
    fn offsets_count_bytes_or_characters() {
        let bytes = json!({"target": {"start": 9, "end": 20}});
        assert_eq!(placed(&bytes).unwrap(), "Ivan Petrov");
        let chars = json!({"target": {"start": 8, "end": 19}, "offsets": "chars"});
        assert_eq!(placed(&chars).unwrap(), "Ivan Petrov");
    }

    #[test]
    fn a_target_that_is_none_is_told() {
        for (target, said) in [
            (json!({"target": {"start": 9, "end": 900}}), "is not in the text, which has 59 bytes"),
            (json!({"target": {"start": 20, "end": 9}}), "is empty"),
            (json!({"target": {"start": 3, "end": 9}}), "splits a character"),
            (json!({"target": {"start": 8, "end": 9}}), "holds no word"),
        ] {
            let error = placed(&target).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn another_kind_of_target_is_not_ours() {
        let other = json!({"target": "audience"});
        assert!(offsets(other.as_object().unwrap()).is_none());
    }
}
