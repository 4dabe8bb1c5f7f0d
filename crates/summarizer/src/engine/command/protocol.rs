//! What a program is asked, and what counts as an answer.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use standfirst_core::{
    article::Article,
    plugin::{Budget, Form, Label, Passage, PluginError, Polarity, Sentiment, Summary},
};

use super::{CommandError, Launch, failed};
use crate::{
    abstractive::{self, answer},
    engine::Generation,
};

/// A question about an article.
pub(super) fn article(article: &Article, form: Form) -> Value {
    let budget = form.budget;
    let mut question = json!({
        "id": next_id(),
        "text": abstractive::body(article),
        "title": article.title(),
        "language": article.language().map(|language| language.code().to_owned()),
    });
    if let Some(words) = budget.words() {
        question["words"] = words.get().into();
    }
    match budget {
        Budget::Sentences(count) => question["sentences"] = count.get().into(),
        Budget::Words(_) => {}
        Budget::Characters(count) => question["characters"] = count.get().into(),
    }
    if !form.style.is_usual() {
        question["style"] = form.style.name().into();
    }
    question
}

/// A question about passages.
pub(super) fn passages(passages: &[Passage<'_>]) -> Value {
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text).collect();
    json!({ "id": next_id(), "passages": texts })
}

/// Tells an answer from that to an earlier question. Not the article's own id: two may share one.
pub(super) fn next_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed).to_string()
}

/// A line as JSON.
pub(super) fn parse(program: &str, line: &str) -> Result<Value, CommandError> {
    serde_json::from_str(line)
        .map_err(|error| wrong(program, line, format!("is not JSON: {error}")))
}

/// The summary in an answer.
pub(super) fn summary(program: &str, answer: &Value, form: Form) -> Result<Summary, PluginError> {
    let listed: Option<Vec<&str>> = match &answer["sentences"] {
        Value::Array(sentences) => sentences.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let text = match (listed, answer["summary"].as_str()) {
        (Some(sentences), _) => {
            // A line each, so that none is split or joined.
            let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            sentences.into_iter().map(fold).collect::<Vec<_>>().join("\n")
        }
        (None, Some(summary)) => summary.to_owned(),
        (None, None) => {
            let what = "has neither \"sentences\", a list of texts, nor \"summary\", a text";
            return Err(failed(wrong(program, &answer.to_string(), what.to_owned())));
        }
    };
    let (sentences, notes) = answer::cut(&Generation { text, ended: true, usage: None }, form)?;
    Ok(Summary { sentences, notes, ..Summary::default() })
}

/// The tones in an answer.
pub(super) fn tones(
    program: &str,
    answer: &Value,
    count: usize,
) -> Result<Vec<Sentiment>, CommandError> {
    let found: Option<Vec<Sentiment>> = match &answer["passages"] {
        Value::Array(tones) if tones.len() == count => tones.iter().map(tone).collect(),
        _ => None,
    };
    found.ok_or_else(|| {
        let what = format!(
            "has no \"passages\" with {count} times {{\"label\": \"negative\", \"neutral\" or \
             \"positive\", \"score\": from -1 to 1, \"confidence\"?: from 0 to 1}}"
        );
        wrong(program, &answer.to_string(), what)
    })
}

fn tone(value: &Value) -> Option<Sentiment> {
    let polarity = Polarity::new(value["score"].as_f64()?)?;
    let label = match value.get("label") {
        Some(label) => serde_json::from_value(label.clone()).ok()?,
        None => Label::of(polarity.get()),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a probability needs no more digits")]
    let confidence = match value.get("confidence") {
        None | Some(Value::Null) => None,
        Some(sure) => Some(sure.as_f64().filter(|sure| (0.0..=1.0).contains(sure))? as f32),
    };
    Some(Sentiment { polarity, label, confidence })
}

/// Refuses an answer to another question, and one that says that it failed.
pub(super) fn check(launch: &Launch, question: &Value, answer: &Value) -> Result<(), CommandError> {
    let program = &launch.words[0];
    if answer["id"] != question["id"] {
        let what = format!("has not the id of the question, {}", question["id"]);
        return Err(wrong(program, &answer.to_string(), what));
    }
    match answer["error"].as_str() {
        Some(what) => {
            let (program, what, hint) = (program.clone(), shortened(what), launch.hint(what));
            Err(CommandError::Failed { program, what, hint })
        }
        None => Ok(()),
    }
}

pub(super) fn wrong(program: &str, found: &str, what: String) -> CommandError {
    CommandError::Answer { program: program.to_owned(), found: shortened(found), what }
}

/// The start of a text, without control characters.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
