//! Tables of Parquet, in and out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use standfirst_ingest::{Fields, IngestError, Options, Pending, open};

use crate::support::{lines, run, standfirst, stderr, stdout};

/// What Arrow has written, and the same as lines: `tests/golden/parquet.py`.
fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/parquet").join(name)
}

/// The command on `input` as standard input.
fn piped(args: &[&str], input: &Path) -> String {
    let input = fs::read(input).unwrap();
    let output = standfirst().args(args).arg("-").write_stdin(input).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

/// The rows of a table, whatever they are of; `full` is a column that is never empty.
fn rows(table: &Path, full: &str) -> Vec<Map<String, Value>> {
    let fields = Fields { text: Some(full.to_owned()), ..Fields::default() };
    let row = |row: Result<Pending, IngestError>| {
        let mut json = Vec::new();
        row.unwrap().stored(|bytes| json.extend_from_slice(bytes)).unwrap();
        serde_json::from_slice(&json).unwrap()
    };
    open(vec![table.to_owned()], Options { fields, ..Options::default() }).map(row).collect()
}

#[test]
fn a_table_gives_what_its_rows_give_as_lines() {
    let args = ["summarize", "-m", "lead", "-n", "1", "--no-sentiment", "--no-timings"];
    for format in ["csv", "jsonl"] {
        let args = [&args[..], &["-f", format]].concat();
        let expected = piped(&args, &golden("articles.jsonl"));
        assert_eq!(expected.lines().count(), 50 + usize::from(format == "csv"));
        for table in ["groups", "second-form", "deltas"] {
            assert_eq!(piped(&args, &golden(&format!("{table}.parquet"))), expected, "{table}");
        }
    }
}

#[test]
fn a_table_has_the_rows_of_the_csv_with_types() {
    let folder = tempfile::tempdir().unwrap();
    let [table, again, csv] =
        ["out.parquet", "again.parquet", "out.csv"].map(|name| folder.path().join(name));
    let input = golden("groups.parquet");
    for out in [&table, &again, &csv] {
        let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
        let output = run(&["summarize", "-m", "lead,kl", "-n", "1", input, "--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    assert_eq!(fs::read(&table).unwrap(), fs::read(again).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "something is left");
    let mut cells = csv::Reader::from_path(csv).unwrap();
    let header = cells.headers().unwrap().clone();
    let found = rows(&table, "id");
    assert_eq!(found.len(), 100);
    for (cells, row) in cells.records().map(Result::unwrap).zip(found) {
        assert_eq!(row.len(), header.len());
        for (name, cell) in header.iter().zip(&cells) {
            match &row[name] {
                Value::Null => assert_eq!(cell, "", "{name}"),
                Value::String(text) => assert_eq!(cell, text, "{name}"),
                Value::Number(number) => {
                    assert_eq!(cell.parse::<f64>().ok(), number.as_f64(), "{name}");
                    let whole = ["cuts", "words"].contains(&name);
                    assert_eq!(number.is_i64(), whole, "{name}: {number}");
                }
                other => panic!("{name}: {other}"),
            }
        }
        assert_eq!(row["model"].is_string(), row["tone_score"].is_f64());
    }
}

#[test]
fn findings_quotations_and_figures_are_tables_too() {
    let folder = tempfile::tempdir().unwrap();
    let [pairs, out] = ["pairs.jsonl", "out.parquet"].map(|name| folder.path().join(name));
    let pair = r#"{"id":"a","text":"The bridge opened in May. \"It is late,\" said Ada Quill, the mayor.","summary":"The bridge opened in May. It sank in 2010."}"#;
    fs::write(&pairs, format!("{pair}\n{{\"text\":\"One.\"}}\n")).unwrap();
    let [pairs, to] = [&pairs, &out].map(|path| path.to_str().unwrap());
    let code = run(&["check", pairs, "--out", to]).status.code();
    assert_eq!(code, Some(1), "the second has no summary");
    let found = rows(&out, "id");
    assert_eq!(found.len(), 3);
    assert_eq!((&found[0]["sentence"], &found[0]["verdict"]), (&1.into(), &"copied".into()));
    assert!(found[1]["support"].is_f64() && found[1]["error"].is_null(), "{:?}", found[1]);
    assert!(found[2]["error"].is_string() && found[2]["text"].is_null(), "{:?}", found[2]);
    fs::remove_file(&out).unwrap();
    let output = run(&["quotes", pairs, "--out", to]);
    assert!(out.is_file(), "{}", stderr(&output));
    let quotes = rows(&out, "text");
    assert_eq!(quotes[0]["speaker"], "Ada Quill", "{quotes:?}");
    assert_eq!(quotes[0]["direct"], true);
    assert!(quotes[0]["start"].is_i64());
    fs::remove_file(&out).unwrap();
    let output = run(&["compare", pairs, "-m", "lead,kl", "--out", to]);
    assert!(out.is_file(), "{}", stderr(&output));
    let figures = rows(&out, "measure");
    assert!(figures.iter().any(|figure| figure["mean"].is_f64()), "{figures:?}");
    assert!(figures.iter().all(|figure| figure["best"].is_boolean()));
}

#[test]
fn a_table_goes_into_a_file_alone() {
    for more in [&[][..], &["--out", "-"]] {
        let output =
            run(&[&["summarize", "-m", "lead", "harbour.txt", "-f", "parquet"], more].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("--out results.parquet"), "{}", stderr(&output));
    }
}

#[test]
fn a_broken_table_costs_no_other_input() {
    let folder = tempfile::tempdir().unwrap();
    let table = fs::read(golden("groups.parquet")).unwrap();
    fs::write(folder.path().join("1.parquet"), &table[..table.len() - 9]).unwrap();
    let mut damaged = table.clone();
    damaged[4..24].fill(0xFF);
    fs::write(folder.path().join("2.parquet"), damaged).unwrap();
    fs::write(folder.path().join("3.txt"), "The ferry came back.").unwrap();
    let folder = folder.path().to_str().unwrap();
    let output = run(&["summarize", "-m", "lead", "--no-sentiment", "-f", "jsonl", folder]);
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&stdout(&output));
    // The first table, the first row group of the second and its 43 other rows, and the text.
    assert_eq!(found.len(), 1 + 1 + 43 + 1);
    assert!(found[0]["error"].to_string().contains("footer"), "{}", found[0]);
    assert!(found[1]["error"].to_string().contains("row group 1"), "{}", found[1]);
    assert!(found[2..].iter().all(|report| report["error"].is_null()));
}
