//! `sentiment` and `evaluate --task target-sentiment`: targets of the input, labels, input that is of no
//! use, and what stands in where the default model is not there.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{lines, run, standfirst, stderr, stdout};

/// Lines with what people say of them, about a target of two words each.
fn labelled() -> String {
    let line = |id: &str, text: &str, target: Value, label: &str| {
        json!({"id": id, "text": text, "target": target, "label": label}).to_string() + "\n"
    };
    [
        line(
            "a",
            "Zoë Hale was awarded a medal for her brave work.",
            json!({"start": 0, "end": 9}),
            "positive",
        ),
        line(
            "b",
            "Critics called Ivo Lund a liar and a cheat.",
            json!({"start": 15, "end": 23}),
            "Negative",
        ),
        line(
            "c",
            "Ann Reed arrived in the port on Monday.",
            json!({"start": 0, "end": 8}),
            "neutral",
        ),
        line(
            "d",
            "Ann Reed arrived in the port on Monday.",
            json!({"start": 24, "end": 28}),
            "neutral",
        ),
    ]
    .concat()
}

fn written(folder: &Path, text: &str) -> String {
    let path = folder.join("labels.jsonl");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn evaluate(path: &str, more: &[&str]) -> std::process::Output {
    run(&[&["evaluate", path, "--task", "target-sentiment", "-m", "vader"], more].concat())
}

#[test]
fn labels_become_scores_with_intervals_and_a_confusion_matrix() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), &labelled());
    let output = evaluate(&path, &["-f", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let figures: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&figures["questions"], &figures["about_targets"]), (&json!(4), &json!(4)));
    let vader = &figures["models"][0];
    assert_eq!(vader["confusion"], json!([[1, 0, 0], [0, 2, 0], [0, 0, 1]]), "{vader}");
    assert_eq!(vader["macro_f1"]["mean"], 1.0);
    assert_eq!(vader["calibration_error"], Value::Null);
    // Of three classes one is found, with two thirds of F1.
    let neutral = figures["always"]["neutral"].as_f64().unwrap();
    assert!((neutral - 2.0 / 9.0).abs() < 1e-9, "{neutral}");
    let table = stdout(&evaluate(&path, &[]));
    for words in ["4 lines, 4 of them about a target", "MACRO-F1", "vader says", "PEOPLE SAY"] {
        assert!(table.contains(words), "{words}: {table}");
    }
    let csv = stdout(&evaluate(&path, &["-f", "csv"]));
    assert!(csv.contains("macro_f1,higher,vader,1,"), "{csv}");
    assert_eq!(stdout(&evaluate(&path, &["-j", "3"])), table);
}

#[test]
fn lines_that_cannot_be_scored_are_counted_and_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mixed =
        labelled() + "{\"text\":\"It rained.\"}\n{\"text\":\"It rained.\",\"label\":\"wet\"}\n";
    let path = written(folder.path(), &mixed);
    let table = stdout(&evaluate(&path, &[]));
    assert!(table.contains("Left out: 2 (no \"label\""), "{table}");
    let path = written(folder.path(), "{\"text\":\"It rained.\"}\n");
    let output = evaluate(&path, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("each needs a \"text\", a \"label\""), "{}", stderr(&output));
    let output = evaluate(&path, &["--resume", "scores"]);
    assert!(stderr(&output).contains("--resume is for"), "{}", stderr(&output));
}

#[test]
fn a_target_that_cannot_be_is_answered_with_a_reason_and_counts_as_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let bad = labelled()
        + "{\"text\":\"Ann Reed came.\",\"target\":{\"start\":4,\"end\":99},\"label\":\"neutral\"}\n";
    let path = written(folder.path(), &bad);
    assert!(stdout(&evaluate(&path, &[])).contains("No answer: 1; they count as wrong."));
    let answers = lines(&stdout(&run(&["sentiment", &path, "-m", "vader", "-f", "jsonl"])));
    let error = answers[4]["target"]["error"].as_str().unwrap();
    assert_eq!(error, "the target 4..99 is not in the text, which has 14 bytes");
    assert_eq!(answers[0]["target"]["label"], "positive");
}

#[test]
fn somebody_is_asked_about_by_name_wherever_they_are_mentioned() {
    let text = "Mayor Ann Reed opened the port on Monday. Reed was a brave and honest leader, \
                sailors said. The harbour was quiet in the evening.";
    let ask = |name: &str| {
        let line = json!({"text": text, "target": {"mention": name}}).to_string();
        let output = standfirst()
            .args(["sentiment", "-", "-m", "vader", "-f", "jsonl", "--input-format", "jsonl"])
            .write_stdin(line)
            .output()
            .unwrap();
        lines(&stdout(&output)).remove(0)
    };
    let reed = ask("Ann Reed");
    assert_eq!(reed["target"]["score"], reed["sentiment"][0]["targets"][0]["score"], "{reed}");
    let nobody = ask("Ivo Lund");
    let error = nobody["target"]["error"].as_str().unwrap();
    assert_eq!(error, "nobody and nothing called \"Ivo Lund\" stands in the article");
}

#[test]
fn the_default_tone_has_a_stand_in_that_is_announced() {
    let output = run(&["sentiment", "harbour.txt", "-f", "jsonl"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines(&stdout(&output))[0]["sentiment"][0]["model"], "vader");
    let said = stderr(&output);
    assert!(said.contains("using vader for the tone: ") && said.contains("news-tone"), "{said}");
    let quiet = run(&["sentiment", "harbour.txt", "-f", "jsonl", "--quiet"]);
    assert!(stderr(&quiet).is_empty(), "{}", stderr(&quiet));
    let named = run(&["sentiment", "harbour.txt", "-m", "news-tone"]);
    assert_eq!(named.status.code(), Some(2));
}

#[test]
fn an_article_that_names_nobody_has_no_targets() {
    let text = "It rained all day. The tide went out. Then the tide came in again, and it rained.";
    let output = standfirst()
        .args(["sentiment", "-", "-m", "vader", "-f", "jsonl", "--input-format", "text"])
        .write_stdin(text)
        .output()
        .unwrap();
    let line = &lines(&stdout(&output))[0];
    assert_eq!(line["sentiment"][0]["targets"], json!([]));
    assert_eq!(line["sentiment"][0]["sentences"].as_array().unwrap().len(), 3);
}
