//! Ctrl-C and sudden death in the middle of a stream.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::Duration,
};

use crate::support::{lines, many, stderr};

/// A run that reads a stream nobody closes, and has got two articles from it.
fn waiting(out: &[&str]) -> (Child, ChildStdin) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "--format", "jsonl", "--input-format", "jsonl", "-"])
        .args(out)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(many(2).as_bytes()).unwrap();
    (child, stdin)
}

/// Sends the signal of this name.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Waits until the run has written two lines to the file.
fn await_two_lines(child: &mut Child, path: &Path) {
    while fs::read_to_string(path).is_ok_and(|text| text.lines().count() < 2) || !path.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended, and {} is short", path.display());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_interrupted_run_writes_what_it_has_and_says_so() {
    for name in ["-INT", "-TERM"] {
        let (mut child, stdin) = waiting(&[]);
        let mut results = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        // An article is written as soon as it is done, not when the stream ends.
        results.read_line(&mut text).unwrap();
        results.read_line(&mut text).unwrap();
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("stopped after 2 articles"), "{}", stderr(&output));
        assert_eq!(lines(&text).len(), 2);
        drop(stdin);
    }
}

#[test]
fn an_interrupted_run_finishes_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.jsonl");
    let (mut child, stdin) = waiting(&["--out", file.to_str().unwrap()]);
    await_two_lines(&mut child, &file.with_added_extension("partial"));
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
    assert_eq!(lines(&fs::read_to_string(&file).unwrap()).len(), 2);
    drop(stdin);
}

#[test]
fn a_killed_run_loses_nothing_that_was_finished() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.jsonl");
    let partial = file.with_added_extension("partial");
    let (mut child, stdin) = waiting(&["--out", file.to_str().unwrap()]);
    await_two_lines(&mut child, &partial);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(lines(&fs::read_to_string(&partial).unwrap()).len(), 2);
    assert!(!file.exists());
    drop(stdin);
}
