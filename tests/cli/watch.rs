//! `--watch`: articles as they come.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{many, no_models, standfirst, stderr};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A run that watches `place`.
fn watching(place: &Path, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "--watch", "-f", "jsonl"])
        .arg(place)
        .args(more)
        .env("STANDFIRST_MODELS", no_models())
        .env_remove("STANDFIRST_STORE")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Its results, as they come.
fn results(stdout: ChildStdout) -> Receiver<Value> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = send.send(serde_json::from_str(&line).unwrap());
        }
    });
    receive
}

fn next(results: &Receiver<Value>) -> String {
    let found = results.recv_timeout(PATIENCE).expect("nothing comes");
    format!("{} {}", found["id"].as_str().unwrap(), found["abstracts"][0]["text"])
}

fn stop(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn new_and_changed_articles_come_once_until_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let pile = folder.path().join("pile.jsonl");
    fs::write(&pile, many(2)).unwrap();
    let mut child = watching(folder.path(), &[]);
    let results = results(child.stdout.take().unwrap());
    assert!(next(&results).starts_with("0 ") && next(&results).starts_with("1 "));
    // A line more, and one that is another: the first two are not told again.
    fs::write(&pile, many(4).replace("Ferry 1 left", "Ferry 1 had left")).unwrap();
    assert!(next(&results).contains("Ferry 1 had left"));
    assert!(next(&results).starts_with("2 ") && next(&results).starts_with("3 "));
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/.hidden.txt"), "The hidden ferry left.").unwrap();
    fs::write(folder.path().join("deep/picture.png"), "no article").unwrap();
    // A folder that has just come is watched a moment later.
    thread::sleep(Duration::from_millis(500));
    let written = folder.path().join("new.part");
    fs::write(&written, "The last ferry left the harbour at dusk. It never came back.").unwrap();
    fs::rename(&written, folder.path().join("deep/last.txt")).unwrap();
    assert!(next(&results).contains("The last ferry left"));
    stop(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(results.recv_timeout(Duration::from_secs(5)).is_err(), "more came");
}

#[test]
fn a_file_is_written_whole_when_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pile.jsonl"), many(2)).unwrap();
    let out = folder.path().join("out.jsonl");
    let child = watching(folder.path(), &["--out", out.to_str().unwrap()]);
    let partial = crate::support::partial(&out);
    while fs::read_to_string(&partial).unwrap().lines().count() < 2 {
        thread::sleep(Duration::from_millis(20));
    }
    stop(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 2);
}

#[test]
fn what_cannot_be_watched_is_refused() {
    for place in ["-", "nowhere/*.txt"] {
        let args = ["summarize", "-m", "lead", "--watch", place];
        let output = standfirst().args(args).write_stdin("").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{place}: {}", stderr(&output));
        assert!(stderr(&output).contains("files and folders"), "{place}: {}", stderr(&output));
    }
}
