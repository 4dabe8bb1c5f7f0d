//! `--format jsonl` is the contract `standfirst/1`: schema, offsets, order, sameness at any `--jobs`.

use serde_json::Value;

use crate::support::{FIXTURES, lines, run, standfirst, stdout};

/// The schema that ships.
pub fn schema() -> jsonschema::Validator {
    let text = include_str!("../schema/standfirst-1.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// `summarize` over the fixtures and a file that is not there, with these flags on top.
fn summarize(flags: &[&str]) -> String {
    let mut args = vec!["summarize", "--format", "jsonl", "--model", "lead"];
    args.extend(FIXTURES);
    args.push("not-there.txt");
    args.extend(flags);
    stdout(&run(&args))
}

#[test]
fn every_line_is_valid_for_good_and_bad_inputs() {
    let schema = schema();
    for flags in [&[][..], &["--no-timings"], &["--include-text"], &["--no-sentiment"]] {
        let lines = lines(&summarize(flags));
        assert_eq!(lines.len(), 7, "six articles and one file that is missing");
        for line in lines {
            let errors: Vec<String> = schema
                .iter_errors(&line)
                .map(|error| format!("{error}: {}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{errors:?} in {line}");
        }
    }
}

#[test]
fn the_schema_refuses_what_it_should() {
    let schema = schema();
    let good = lines(&summarize(&[])).swap_remove(0);
    assert!(schema.is_valid(&good));
    let edits: [fn(&mut Value); 6] = [
        |line| line["schema"] = "standfirst/2".into(),
        |line| line["surprise"] = true.into(),
        |line| {
            let cut =
                serde_json::json!({"start": 0, "end": 1, "reason": "boredom", "confidence": 1.0});
            line["cuts"] = vec![cut].into();
        },
        |line| line["abstracts"][0]["sentences"][0]["verdict"] = "verified".into(),
        |line| line["abstracts"][0]["error"] = "yet there is a text".into(),
        |line| line["sentiment"][0]["score"] = 1.5.into(),
    ];
    for (i, edit) in edits.into_iter().enumerate() {
        let mut bad = good.clone();
        edit(&mut bad);
        assert!(!schema.is_valid(&bad), "edit {i} passed: {bad}");
    }
}

#[test]
fn offsets_point_at_the_very_text() {
    let lines = lines(&summarize(&["--include-text", "--sentences", "2"]));
    let read: Vec<&Value> = lines.iter().filter(|line| line["error"].is_null()).collect();
    assert_eq!(read.len(), 4);
    for line in read {
        let text = line["text"].as_str().unwrap();
        let slice = |span: &Value| {
            let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
            text.get(at("start")..at("end"))
                .unwrap_or_else(|| panic!("{span} is no part of {text:?}"))
        };
        let sentences = line["abstracts"][0]["sentences"].as_array().unwrap();
        assert_eq!(sentences.len(), 2);
        for sentence in sentences {
            let evidence: String =
                sentence["evidence"].as_array().unwrap().iter().map(slice).collect();
            let words = evidence.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(sentence["text"], words.as_str());
        }
        line["cuts"].as_array().unwrap().iter().for_each(|cut| assert!(!slice(cut).is_empty()));
        line["sentiment"][0]["sentences"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(|tone| assert!(!slice(tone).is_empty()));
    }
}

#[test]
fn ids_sources_and_unknown_keys_come_back() {
    let lines = lines(&summarize(&[]));
    assert_eq!(lines[2]["id"], "ferry");
    assert_eq!(lines[2]["source"], "pile.jsonl:1");
    assert_eq!(lines[2]["extra"]["desk"], "local");
    assert!(lines[3]["error"].is_string() && lines[3]["source"] == "pile.jsonl:2");
}

#[test]
fn the_same_bytes_at_any_number_of_jobs() {
    let with = |jobs: &str| summarize(&["--no-timings", "--jobs", jobs]);
    assert_eq!(with("1"), with("8"));
}

#[test]
fn timings_are_all_that_differs() {
    let masked = |jobs: &str| {
        let mut lines = lines(&summarize(&["--jobs", jobs]));
        for line in &mut lines {
            for cells in ["abstracts", "sentiment"] {
                line[cells].as_array_mut().unwrap().iter_mut().for_each(mask);
            }
        }
        lines
    };
    assert_eq!(masked("1"), masked("8"));
}

/// Takes the time out of a cell; it must have been there.
fn mask(cell: &mut Value) {
    assert!(cell["millis"].take().is_number(), "no time in {cell}");
}

#[test]
fn json_is_the_same_in_an_array() {
    let mut args = vec!["summarize", "--model", "lead", "--no-timings", "--format", "json"];
    args.extend(FIXTURES);
    let array: Vec<Value> = serde_json::from_str(&stdout(&run(&args))).unwrap();
    args[5] = "jsonl";
    assert_eq!(array, lines(&stdout(&run(&args))));
}

#[test]
fn the_repaired_text_has_its_cuts_beside_it() {
    let output = standfirst().args(["clean", "--format", "jsonl", "harbour.txt"]).output().unwrap();
    let line = lines(&stdout(&output)).swap_remove(0);
    let repaired = line["repaired"].as_str().unwrap();
    assert!(repaired.contains("reopened on Monday") && !repaired.contains("Advertisement"));
    assert!(line["cuts"].as_array().unwrap().iter().any(|cut| cut["reason"] == "boilerplate"));
}
