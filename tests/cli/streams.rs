//! Standard output and standard error that are full or closed.

use std::{
    fs::{self, File},
    process::{Command, Output, Stdio},
};

use crate::support::{fixtures, lines, many, no_models, stderr};

/// `standfirst ARGS` among the fixtures, with these streams.
fn with(args: &[&str], stdout: Stdio, stderr: Stdio) -> Output {
    Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(args)
        .current_dir(fixtures())
        .env("STANDFIRST_MODELS", no_models())
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .output()
        .unwrap()
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A pipe that nobody reads.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Commands that have something to tell beside their results: inputs that are not there, models that are
/// not, and what they are about.
const TELLING: [&[&str]; 6] = [
    &["summarize", "-f", "jsonl", "not-there.txt", "harbour.txt"],
    &["sentiment", "-f", "jsonl", "not-there.txt", "harbour.txt"],
    &["compare", "-m", "lead,kl", "not-there.txt", "harbour.txt"],
    &["check", "pile.jsonl"],
    &["clean", "-f", "jsonl", "not-there.txt", "harbour.txt"],
    &["models", "fetch", "--offline", "centroid"],
];

#[cfg(target_os = "linux")]
#[test]
fn standard_error_never_ends_a_run() {
    for args in TELLING {
        let told = with(args, Stdio::piped(), Stdio::piped());
        assert!(!told.stderr.is_empty(), "{args:?} has nothing to tell");
        for untold in [full(), closed()] {
            let output = with(args, Stdio::piped(), untold);
            assert_eq!(output.status.code(), told.status.code(), "{args:?}");
            assert_eq!(sizes(&output), sizes(&told), "{args:?}");
        }
    }
}

/// What was written, without the times.
fn sizes(output: &Output) -> usize {
    String::from_utf8_lossy(&output.stdout).lines().count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_told_the_same_way_everywhere() {
    let commands: [&[&str]; 14] = [
        &["summarize", "-m", "lead", "harbour.txt"],
        &["sentiment", "-m", "vader", "harbour.txt"],
        &["compare", "-m", "lead,kl", "harbour.txt"],
        &["compare", "-m", "lead,kl", "harbour.txt", "--format", "html"],
        &["check", "harbour.txt", "harbour.txt"],
        &["clean", "harbour.txt"],
        &["clean", "--diff", "harbour.txt"],
        &["models", "list"],
        &["models", "show", "lead"],
        &["models", "test", "lead"],
        &["doctor"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ];
    for args in commands {
        let output = with(args, full(), Stdio::piped());
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {told}");
        assert!(told.contains("broke off writing standard output: "), "{args:?}: {told}");
        let output = with(args, closed(), Stdio::piped());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_named_as_a_full_output_is() {
    for args in [
        &["summarize", "-m", "lead", "harbour.txt", "--out", "/dev/full"][..],
        &["clean", "harbour.txt", "--out", "/dev/full"],
        &["check", "harbour.txt", "harbour.txt", "--out", "/dev/full"],
        &["compare", "-m", "lead,kl", "harbour.txt", "--out", "/dev/full"],
    ] {
        let output = with(args, Stdio::piped(), Stdio::piped());
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("broke off writing /dev/full: "), "{}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_good_article_is_written_beside_many_bad_ones() {
    let folder = tempfile::tempdir().unwrap();
    let pile = folder.path().join("pile.jsonl");
    fs::write(&pile, many(40).replace('\n', "\n{\"text\"\n")).unwrap();
    let args = ["summarize", "-m", "lead", "-f", "jsonl", pile.to_str().unwrap()];
    let output = with(&args, Stdio::piped(), full());
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(found.iter().filter(|line| line["error"].is_null()).count(), 40);
    assert_eq!(found.len(), 80);
}
