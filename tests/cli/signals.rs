//! Ctrl-C and sudden death in the middle of a stream.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

use crate::support::{lines, partial, stderr, waiting};

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
        let (mut child, stdin) = waiting(&["--format", "jsonl"]);
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
fn what_an_interrupted_run_finished_stands_beside_its_file_and_the_way_on_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.jsonl");
    let interrupted = || {
        let (mut child, stdin) = waiting(&["--out", file.to_str().unwrap()]);
        await_two_lines(&mut child, &partial(&file));
        signal(&child, "-INT");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        drop(stdin);
        stderr(&output)
    };
    let told = interrupted();
    assert!(!file.exists(), "what is unfinished has the name of a result");
    let kept = partial(&file);
    assert!(told.contains("is not written") && told.contains(kept.to_str().unwrap()), "{told}");
    assert!(told.contains("the same command with --resume goes on from there"), "{told}");
    assert_eq!(lines(&fs::read_to_string(&kept).unwrap()).len(), 2);
    fs::remove_file(&kept).unwrap();

    fs::write(&file, "the whole result of yesterday").unwrap();
    let told = interrupted();
    assert_eq!(fs::read_to_string(&file).unwrap(), "the whole result of yesterday");
    let kept = partial(&file);
    assert!(told.contains("is left as it was") && told.contains(kept.to_str().unwrap()), "{told}");
    assert_eq!(lines(&fs::read_to_string(&kept).unwrap()).len(), 2);
}

#[test]
fn a_killed_run_loses_nothing_that_was_finished() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.jsonl");
    let (mut child, stdin) = waiting(&["--out", file.to_str().unwrap()]);
    let left = partial(&file);
    await_two_lines(&mut child, &left);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(lines(&fs::read_to_string(&left).unwrap()).len(), 2);
    assert!(!file.exists());
    // The next run goes its own way, and says what there is.
    let output = crate::support::run(&[
        "summarize",
        "-m",
        "lead",
        "harbour.txt",
        "--out",
        file.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(left.to_str().unwrap()), "{}", stderr(&output));
    assert_eq!(lines(&fs::read_to_string(&left).unwrap()).len(), 2);
}
