//! Summaries that somebody else's model made: checked and compared as ours are.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{judge, lines, run, stderr, stdout};

const ARTICLES: [(&str, &str); 2] = [
    (
        "ferry",
        "The ferry company bought three electric boats on Monday. The boats will carry up to 120 \
         passengers each. The first crossing is planned for January.",
    ),
    (
        "bridge",
        "The council voted on Tuesday to repair the bridge. It was shut in 2023 after a runner put a foot \
         through it. The work will cost 1.9 million euros.",
    ),
];

/// A file of lines with an id and what is under `key`.
fn write(path: &Path, key: &str, rows: &[(&str, &str)]) -> String {
    let line = |(id, text): &(&str, &str)| json!({"id": id, key: text}).to_string() + "\n";
    fs::write(path, rows.iter().map(line).collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn articles(folder: &Path) -> String {
    write(&folder.join("articles.jsonl"), "text", &ARTICLES)
}

#[test]
fn summaries_are_checked_against_the_articles_of_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let articles = articles(folder.path());
    // In another order than the articles.
    let rows = [
        ("bridge", "It was shut in 2022 after a runner put a foot through it."),
        ("ferry", "The ferry company bought three electric boats on Monday."),
    ];
    let summaries = write(&folder.path().join("gpt.jsonl"), "prediction", &rows);
    let output = run(&["check", &summaries, "--articles", &articles, "-f", "jsonl"]);
    let found = lines(&stdout(&output));
    assert_eq!(found.iter().map(|row| &row["id"]).collect::<Vec<_>>(), ["ferry", "bridge"]);
    assert_eq!(found[0]["sentences"][0]["verdict"], "copied");
    let wrong = &found[1]["sentences"][0]["findings"][0];
    assert_eq!((&wrong["kind"], &wrong["expected"]), (&json!("number"), &json!("2023")));
    let at = |place: &Value, text: &str| {
        let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
        text[number("start")..number("end")].to_owned()
    };
    assert_eq!(at(&wrong["summary"], rows[0].1), "2022");
    assert_eq!(at(&wrong["article"], ARTICLES[1].1), "2023");
}

#[test]
fn findings_are_shown_to_people_and_spreadsheets() {
    let folder = tempfile::tempdir().unwrap();
    let articles = articles(folder.path());
    let rows = [("ferry", "The boats will carry up to 150 passengers each.")];
    let summaries = write(&folder.path().join("gpt.jsonl"), "summary", &rows);
    let shown =
        |format: &str| stdout(&run(&["check", &summaries, "--articles", &articles, "-f", format]));
    assert!(shown("text").contains("number: “150”, article: “120”"));
    assert!(shown("markdown").contains("number: “150”, article: “120”"));
    let csv = shown("csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert_eq!((&rows[0][0], &rows[0][1], &rows[0][3]), ("ferry", "1", "unsupported"));
    assert_eq!(&rows[0][6], "number: “150”, article: “120”");
    // An article without a summary is named, and ends nothing.
    assert!(rows[1][8].contains("none is given for its id"), "{}", &rows[1][8]);
}

#[test]
fn other_models_are_compared_with_ours() {
    let folder = tempfile::tempdir().unwrap();
    let articles = articles(folder.path());
    let rows =
        [("ferry", "Three boats were bought."), ("bridge", "The council repairs the bridge.")];
    let file = write(&folder.path().join("gpt.jsonl"), "output", &rows);
    let ours = folder.path().join("run.jsonl");
    let saved = run(&["summarize", &articles, "-m", "lead,kl", "-f", "jsonl", "--no-sentiment"]);
    fs::write(&ours, stdout(&saved)).unwrap();
    let models = |args: &[&str]| {
        let all = [&["compare", &articles, "-f", "json", "--no-timings"], args].concat();
        let output = run(&all);
        let table: Value = serde_json::from_str(&stdout(&output))
            .unwrap_or_else(|_| panic!("{}", stderr(&output)));
        let rows = table["models"].as_array().unwrap().clone();
        rows.iter().map(|row| row["model"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let named = format!("gpt={file}");
    assert_eq!(models(&["-m", "lexrank", "--predictions", &named]), ["lexrank", "gpt"]);
    let ours = ours.to_str().unwrap();
    assert_eq!(models(&["--predictions", ours, "--predictions", &file]), ["kl", "lead", "gpt"]);
}

#[test]
fn what_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let articles = articles(folder.path());
    let twice = [("ferry", "One."), ("ferry", "Two.")];
    let file = write(&folder.path().join("gpt.jsonl"), "summary", &twice);
    let output = run(&["check", &file, "--articles", &articles]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("there is a summary of \"ferry\" already"),
        "{}",
        stderr(&output)
    );
    let same = format!("lead={}", write(&folder.path().join("b.jsonl"), "summary", &twice[..1]));
    let output = run(&["compare", &articles, "-m", "lead", "--predictions", &same]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("two of the models are called lead"), "{}", stderr(&output));
    // What is read is not written over, and what is named is not passed over.
    let output = run(&["compare", &articles, "-m", "lead", "--predictions", &file, "--out", &file]);
    assert!(stderr(&output).contains("is one of the inputs"), "{}", stderr(&output));
    let saved = folder.path().join("run.jsonl");
    let ours = run(&["summarize", &articles, "-m", "lead,kl", "-f", "jsonl", "--no-sentiment"]);
    fs::write(&saved, stdout(&ours)).unwrap();
    let output = run(&["compare", saved.to_str().unwrap(), "--predictions", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("name the articles"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn a_program_of_the_users_is_asked_about_other_words() {
    let folder = tempfile::tempdir().unwrap();
    let articles = articles(folder.path());
    judge(folder.path());
    let rows = [("ferry", "Vessels sank at sea."), ("bridge", "Its upkeep is expensive.")];
    let summaries = write(&folder.path().join("gpt.jsonl"), "summary", &rows);
    let cards = folder.path().to_str().unwrap();
    let args = ["check", &summaries, "--articles", &articles, "-f", "jsonl", "--cards", cards];
    let output = run(&[&args[..], &["--check-model", "judge"]].concat());
    let found = lines(&stdout(&output));
    let verdict = |row: &Value| row["sentences"][0]["verdict"].clone();
    assert_eq!(
        (verdict(&found[0]), verdict(&found[1])),
        (json!("contradicted"), json!("supported"))
    );
    let alone = lines(&stdout(&run(&args)));
    assert_eq!(verdict(&alone[1]), "unsupported");
    let unknown = run(&[&args[..], &["--check-model", "nobody"]].concat());
    assert!(stderr(&unknown).contains("nobody"), "{}", stderr(&unknown));
}
