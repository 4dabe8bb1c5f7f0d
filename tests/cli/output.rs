//! Standard input and output, files, colour.

use std::{
    fs,
    io::{Read as _, Write as _},
    process::{Command, Stdio},
    thread,
};

use crate::support::{FIXTURES, many, run, standfirst, stderr, stdout};

#[test]
fn every_format_has_every_article() {
    for format in ["text", "json", "jsonl", "markdown", "csv"] {
        let mut args = vec!["summarize", "--model", "lead", "--format", format];
        args.extend(FIXTURES);
        let page = stdout(&run(&args));
        for words in
            ["Harbour bridge reopens", "nine months of repairs", "pears", "Lake Orvane", "museum"]
        {
            assert!(page.contains(words), "no {words:?} in {format}:\n{page}");
        }
    }
}

#[test]
fn standard_input_is_read_when_nothing_or_a_dash_is_named() {
    let article = fs::read_to_string(crate::support::fixtures().join("harbour.txt")).unwrap();
    let read = |args: &[&str]| {
        let output = standfirst().args(args).write_stdin(article.as_str()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let page = read(&["summarize", "-m", "lead", "-"]);
    assert!(page.contains("nine months of repairs"), "{page}");
    assert_eq!(page, read(&["summarize", "-m", "lead"]));
}

#[test]
fn a_closed_pipe_is_success() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "--input-format", "jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than a pipe holds; writing fails when the program has ended, as it should.
    let feeder = thread::spawn(move || stdin.write_all(many(20_000).as_bytes()));
    let mut first = [0; 16];
    let mut results = child.stdout.take().unwrap();
    results.read_exact(&mut first).unwrap();
    drop(results);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stderr(&output), "");
    assert!(feeder.join().unwrap().is_err(), "the input was read to its end");
}

#[test]
fn colour_only_when_asked_for_in_a_pipe() {
    let page = |flag: &str, no_color: bool| {
        let mut command = standfirst();
        command.args(["summarize", "-m", "lead", "--color", flag, "harbour.txt"]);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        stdout(&command.output().unwrap())
    };
    assert!(!page("auto", false).contains('\u{1b}'));
    assert!(!page("never", false).contains('\u{1b}'));
    assert!(page("always", false).contains("\u{1b}["));
    assert_eq!(page("auto", true), page("never", false));
}

#[test]
fn escapes_in_an_article_do_not_reach_the_terminal() {
    let article = "The mayor \u{1b}[2J\u{1b}]0;owned\u{7} of Velden spoke \u{202e}backwards on Monday about the bridge.";
    for command in [&["summarize", "-m", "lead", "-"][..], &["clean", "--diff", "-"]] {
        let output = standfirst().args(command).write_stdin(article).output().unwrap();
        let page = stdout(&output);
        assert!(page.contains("of Velden spoke"), "{page:?}");
        assert!(!page.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{page:?}");
    }
}

#[test]
fn a_file_gets_what_a_pipe_would_get() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.csv");
    let output = run(&["summarize", "-m", "lead", "harbour.txt", "--out", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    let piped = stdout(&run(&["summarize", "-m", "lead", "harbour.txt", "--format", "csv"]));
    assert_eq!(fs::read_to_string(&file).unwrap(), piped);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
}

#[test]
fn the_input_is_never_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pile.jsonl");
    fs::write(&file, many(2)).unwrap();
    let path = file.to_str().unwrap();
    let output = run(&["summarize", "-m", "lead", path, "--out", path]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).unwrap(), many(2));
}

#[test]
fn several_models_stand_under_their_names() {
    let page = stdout(&run(&["summarize", "-m", "lead,lexrank", "harbour.txt"]));
    assert!(page.contains("\n  lead\n") && page.contains("\n  lexrank\n"), "{page}");
}
