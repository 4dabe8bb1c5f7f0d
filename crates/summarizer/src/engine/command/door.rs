//! Where a program's answers come in, for fuzzing: no part of the library.

use std::time::Duration;

use standfirst_core::{
    entailment::Claim,
    plugin::{Form, Passage},
};
use standfirst_text::sentence::from_sentences;

use super::{Launch, entailment, protocol};

/// Takes `line` for the answer to a question about an article, and to one about passages, as if it had their
/// ids.
///
/// # Panics
/// Never, or there is a fault.
pub fn knock(line: &str) {
    let Ok(mut answer) = protocol::parse("program", line) else { return };
    let texts = ["Rain fell on the town.", "The old bridge held."];
    let Ok(article) = from_sentences("article", &texts) else { return };
    let passages = texts.map(|text| Passage { text, target: None });
    let claim = Claim { premise: texts[0], hypothesis: texts[1] };
    let questions = [
        protocol::article(&article, Form::default()),
        protocol::passages(&passages),
        entailment::question(&[claim]),
    ];
    let launch = Launch {
        words: vec!["program".to_owned()],
        timeout: Duration::ZERO,
        memory_mb: None,
        sandbox: None,
    };
    for question in questions {
        if let Some(answer) = answer.as_object_mut().filter(|answer| answer.contains_key("id")) {
            answer.insert("id".to_owned(), question["id"].clone());
        }
        if protocol::check(&launch, &question, &answer).is_err() {
            continue;
        }
        let _ = protocol::summary("program", &answer, Form::default());
        let _ = protocol::tones("program", &answer, passages.len());
        let _ = entailment::judged("program", &answer, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_is_an_answer_or_is_refused() {
        let lines = [
            "",
            "[",
            "{}",
            r#"{"id":"1","sentences":["Rain fell."]}"#,
            r#"{"id":1,"summary":"Rain fell.","passages":[{"score":0.5},{"score":-1,"label":"negative"}]}"#,
            r#"{"id":"1","passages":[{"score":"high"},{"score":1e999}]}"#,
            r#"{"id":"1","error":"no"}"#,
        ];
        lines.into_iter().for_each(knock);
    }
}
