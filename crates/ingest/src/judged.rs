//! A summary that people have judged: what it says, who wrote it, what it is compared with and what people think of
//! it, under whichever of the names that sets of such summaries have.

use serde_json::{Map, Number, Value};

use super::fields::{
    DIMENSIONS, FAITHFUL, JUDGED_REFERENCES, JUDGED_SUMMARY, JUDGEMENTS, Object, SYSTEMS, find,
};
use standfirst_core::annotations::{ALL_REFERENCES, SCORES, SUMMARY, SYSTEM};

/// References of a summary that are read; those of the known sets are eleven at most.
const MAX_REFERENCES: usize = 20;

/// What a row says beside its article, each thing under its one key; what is not there, or of another type,
/// is left out. References are in the field of that name, if one is given.
pub(super) fn annotations(row: Object, reference: Option<&str>) -> Object {
    let mut said = Object::new();
    let chosen = reference.and_then(|name| find(&row, name));
    let summary = JUDGED_SUMMARY.iter().filter_map(|name| find(&row, name)).find(|key| {
        let text = row[key.as_str()].as_str();
        Some(key) != chosen.as_ref() && text.is_some_and(|text| !text.trim().is_empty())
    });
    let references = references(&row, reference, summary.as_deref());
    if !references.is_empty() {
        said.insert(ALL_REFERENCES.to_owned(), references.into());
    }
    let scores = scores(&row);
    if !scores.is_empty() {
        said.insert(SCORES.to_owned(), scores.into());
    }
    if let Some(system) = SYSTEMS.iter().find_map(|name| system(&row, name)) {
        said.insert(SYSTEM.to_owned(), system.into());
    }
    let mut row = row;
    if let Some(summary) = summary.and_then(|key| row.shift_remove(&key)) {
        said.insert(SUMMARY.to_owned(), summary);
    }
    said
}

/// Texts to compare with; never the summary itself.
fn references(row: &Object, chosen: Option<&str>, summary: Option<&str>) -> Vec<Value> {
    let names = chosen.map_or_else(|| JUDGED_REFERENCES.to_vec(), |name| vec![name]);
    let values = names
        .into_iter()
        .filter_map(|name| find(row, name))
        .filter(|key| Some(key.as_str()) != summary)
        .flat_map(|key| match &row[&key] {
            Value::Array(texts) => texts.as_slice(),
            text => std::slice::from_ref(text),
        });
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        let blank = value.as_str().is_none_or(|text| text.trim().is_empty());
        if !blank && !found.contains(value) {
            found.push(value.clone());
        }
        if found.len() == MAX_REFERENCES {
            break;
        }
    }
    found
}

/// The name of a system, which may be a number.
fn system(row: &Object, name: &str) -> Option<String> {
    match &row[&find(row, name)?] {
        Value::String(system) => Some(system.trim().to_owned()).filter(|name| !name.is_empty()),
        Value::Number(system) => Some(system.to_string()),
        _ => None,
    }
}

/// What people think of it, by what they were asked: of the first field that says so.
fn scores(row: &Object) -> Object {
    let mut scores = Object::new();
    for key in JUDGEMENTS.iter().filter_map(|name| find(row, name)) {
        for (asked, answers) in answers(&row[&key]) {
            if let Some(mean) = mean(&answers) {
                scores.entry(asked).or_insert(mean.into());
            }
        }
    }
    for name in DIMENSIONS.iter().chain(&FAITHFUL) {
        let answer = find(row, name).and_then(|key| number(&row[&key]));
        if let Some(answer) = answer.and_then(Number::from_f64) {
            scores.entry(*name).or_insert(answer.into());
        }
    }
    scores
}

/// The answers to each question: of one person or several, in an object, or in an object a person.
fn answers(judgement: &Value) -> Map<String, Value> {
    let people = match judgement {
        Value::Array(people) => people.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut asked: Map<String, Value> = Map::new();
    for (question, answer) in people.iter().filter_map(Value::as_object).flatten() {
        let all = asked.entry(question.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            match answer {
                Value::Array(several) => all.extend(several.iter().cloned()),
                one => all.push(one.clone()),
            }
        }
    }
    asked
}

/// The mean of those answers that are numbers.
fn mean(answers: &Value) -> Option<Number> {
    let numbers: Vec<f64> = answers.as_array()?.iter().filter_map(number).collect();
    Number::from_f64(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// A number, a yes or a no, or either of them as a table without types has it.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(1.0),
            "false" | "no" => Some(0.0),
            text => text.parse().ok(),
        },
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(row: &Value) -> Value {
        annotations(row.as_object().unwrap().clone(), None).into()
    }

    #[test]
    fn a_row_of_summeval_is_read() {
        let row = json!({"model_id": "M11", "decoded": "It rained.", "references": ["Rain.", "Rain fell."],
            "filepath": "x", "expert_annotations": [{"coherence": 2, "fluency": 5}, {"coherence": 3, "fluency": 5}],
            "turker_annotations": [{"coherence": 1}]});
        let expected = json!({"references": ["Rain.", "Rain fell."],
            "scores": {"coherence": 2.5, "fluency": 5.0}, "system": "M11", "summary": "It rained."});
        assert_eq!(read(&row), expected);
    }

    #[test]
    fn a_yes_or_no_is_a_number_under_its_own_name() {
        for (given, number) in [
            (json!(true), 1.0),
            (json!(0), 0.0),
            (json!("False"), 0.0),
            (json!("1"), 1.0),
            (json!(" 0.25 "), 0.25),
        ] {
            let found = read(&json!({"summary_sentence": "It rained.", "supported": given}));
            assert_eq!(found, json!({"scores": {"supported": number}, "summary": "It rained."}));
        }
    }

    #[test]
    fn a_table_has_its_scores_in_columns() {
        let row =
            json!({"Summary": "S.", "system": 7, "Coherence": "4", "relevance": "", "label": "-"});
        let expected = json!({"scores": {"coherence": 4.0}, "system": "7", "summary": "S."});
        assert_eq!(read(&row), expected);
    }

    #[test]
    fn the_summary_is_no_reference_of_its_own() {
        let found =
            read(&json!({"summary": "S.", "scores": {"a": [1, 2], "b": {"c": 1}, "d": null}}));
        assert_eq!(found, json!({"scores": {"a": 1.5}, "summary": "S."}));
        let found = read(&json!({"decoded": "S.", "summary": "R.", "highlights": ["R.", " ", 3]}));
        assert_eq!(found, json!({"references": ["R."], "summary": "S."}));
        let row = json!({"summary": "R.", "output": "S.", "reference": "No."});
        let found = annotations(row.as_object().unwrap().clone(), Some("summary"));
        assert_eq!(Value::from(found), json!({"references": ["R."], "summary": "S."}));
    }

    #[test]
    fn what_is_of_another_type_is_left_out() {
        let row = json!({"summary": 1, "system": {}, "references": 3, "label": "excellent",
            "scores": "4", "expert_annotations": [1, null, []], "coherence": "1e999"});
        assert_eq!(read(&row), json!({}));
        let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let found = read(&json!({"references": many}));
        assert_eq!(found["references"].as_array().unwrap().len(), MAX_REFERENCES);
    }
}
