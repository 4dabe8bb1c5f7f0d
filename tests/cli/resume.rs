//! `--resume`: a run that was killed at any moment ends in the bytes of one that was not.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{many, standfirst, stderr, waiting};

/// Articles of a pile, one of them broken and one with a summary that is not so.
fn pile(folder: &Path, count: usize) -> PathBuf {
    let path = folder.join("pile.jsonl");
    let broken = "{\"text\": \"cut off\n";
    let text = many(count).replace("\"id\"", "\"summary\":\"The ferry sank.\",\"id\"");
    fs::write(&path, broken.to_owned() + &text).unwrap();
    path
}

/// The command to a file, with `more`.
fn run(command: &[&str], pile: &Path, out: &Path, more: &[&str]) -> Output {
    let mut run = standfirst();
    run.args(command).arg(pile).arg("--out").arg(out).args(more).output().unwrap()
}

/// What is beside `out` in its folder, by ending.
fn left(out: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(out.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

/// Starts the command and kills it after so long.
fn killed(command: &[&str], pile: &Path, out: &Path, more: &[&str], after: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(command)
        .arg(pile)
        .arg("--out")
        .arg(out)
        .args(more)
        .env("STANDFIRST_MODELS", crate::support::no_models())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
}

/// No generator of random numbers is needed for moments that no two runs share.
fn moments(took: Duration, count: u32) -> impl Iterator<Item = Duration> {
    (0..count).map(move |number| took * ((number * 7919) % 97) / 97)
}

#[test]
fn runs_that_are_killed_at_twenty_moments_end_in_the_bytes_of_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let pile = pile(folder.path(), 1_500);
    let mut commands: Vec<&[&str]> = vec![
        &["summarize", "-m", "lead,kl", "--no-timings", "-f", "jsonl"],
        &["summarize", "-m", "lead", "--no-timings", "-f", "csv", "--strict"],
        &["sentiment", "-m", "vader", "--no-timings", "-f", "json"],
        &["check", "-f", "jsonl"],
    ];
    if cfg!(feature = "parquet") {
        commands.push(&["summarize", "-m", "lead", "-f", "parquet"]);
    }
    for (number, command) in commands.iter().enumerate() {
        let whole = folder.path().join(format!("whole-{number}"));
        let since = Instant::now();
        let undisturbed = run(command, &pile, &whole, &[]);
        let took = since.elapsed();
        let place = folder.path().join(format!("place-{number}"));
        fs::create_dir(&place).unwrap();
        let out = place.join("out.result");
        for after in moments(took, 5) {
            killed(command, &pile, &out, &["--resume"], after);
            // The folder holds one result at most, and none that is not whole.
            if out.exists() {
                assert_eq!(fs::read(&out).unwrap(), fs::read(&whole).unwrap(), "{command:?}");
                fs::remove_file(&out).unwrap();
            }
        }
        let output = run(command, &pile, &out, &["--resume"]);
        assert_eq!(output.status.code(), undisturbed.status.code(), "{}", stderr(&output));
        assert!(fs::read(&out).unwrap() == fs::read(&whole).unwrap(), "{command:?}: other bytes");
        for ending in ["journal", "table"] {
            assert!(left(&out, ending).is_empty(), "{:?}", left(&out, ending));
        }
    }
}

/// A run that was killed with two articles of a stream done.
fn unfinished(folder: &Path, more: &[&str]) -> PathBuf {
    let out = folder.join("out.jsonl");
    let mut args = vec!["--out", out.to_str().unwrap(), "--no-timings"];
    args.extend(more);
    let (mut child, stdin) = waiting(&args);
    let since = Instant::now();
    let steps =
        |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.lines().count() >= 3);
    while !left(&out, "journal").iter().any(steps) {
        assert!(since.elapsed() < Duration::from_mins(1), "no journal");
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    out
}

/// The same command again on `input`.
fn resumed(out: &Path, input: &str, more: &[&str]) -> Output {
    let mut run = standfirst();
    run.args(["summarize", "-m", "lead", "--input-format", "jsonl", "-", "--no-timings"]);
    run.arg("--out").arg(out).args(more).write_stdin(input).output().unwrap()
}

#[test]
fn what_is_taken_up_is_told_and_a_torn_line_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let out = unfinished(folder.path(), &[]);
    let partial = left(&out, "partial").remove(0);
    fs::File::options().append(true).open(&partial).unwrap().write_all(b"{\"torn").unwrap();
    let told = stderr(&resumed(&out, &many(3), &["--resume"]));
    assert!(told.contains("going on after 2 articles"), "{told}");
    let whole = folder.path().join("whole.jsonl");
    resumed(&whole, &many(3), &[]);
    assert_eq!(fs::read(&out).unwrap(), fs::read(&whole).unwrap());
    assert!(left(&out, "partial").is_empty() && left(&out, "journal").is_empty());
}

#[test]
fn articles_after_a_changed_one_are_done_again_and_other_articles_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = unfinished(folder.path(), &[]);
    let other = many(2).replace("Ferry 0", "Tug 0");
    let refused = resumed(&out, &other, &["--resume"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("-:1 has changed since"), "{}", stderr(&refused));
    let changed = many(2).replace("Ferry 1", "Tug 1");
    let output = resumed(&out, &changed, &["--resume"]);
    assert!(stderr(&output).contains("going on after 1 articles"), "{}", stderr(&output));
    let whole = folder.path().join("whole.jsonl");
    resumed(&whole, &changed, &[]);
    assert_eq!(fs::read(&out).unwrap(), fs::read(&whole).unwrap());
}

#[test]
fn other_settings_are_named_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = unfinished(folder.path(), &["-n", "2"]);
    let refused = resumed(&out, &many(2), &["--resume", "-n", "4", "--include-text"]);
    assert_eq!(refused.status.code(), Some(2));
    let told = stderr(&refused);
    for words in ["--sentences", "2", "4", "--include-text (false then, true now)", "begin anew"] {
        assert!(told.contains(words), "no {words:?} in {told}");
    }
    assert_eq!(left(&out, "partial").len(), 1, "what was refused is still there");
    assert_eq!(resumed(&out, &many(2), &["--resume", "-n", "2"]).status.code(), Some(0));
}

#[test]
fn what_cannot_be_resumed_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |args: &[&str]| {
        let output = standfirst().args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        stderr(&output)
    };
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let told = refused(&["summarize", "-m", "lead", "harbour.txt", "--resume", "--out", out]);
    assert!(told.contains("--format jsonl"), "{told}");
    let told = refused(&["summarize", "-m", "lead", "harbour.txt", "--resume"]);
    assert!(told.contains("--out"), "{told}");
    let dash = ["summarize", "-m", "lead", "harbour.txt", "-f", "jsonl", "--resume", "--out", "-"];
    assert!(refused(&dash).contains("a regular one with --out"), "{}", refused(&dash));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_something_unfinished_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let out = unfinished(folder.path(), &[]);
    let partial = left(&out, "partial").remove(0);
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&partial, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &partial).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    let output = resumed(&out, &many(2), &["--resume"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("going on"), "{}", stderr(&output));
    assert_eq!(fs::read(&elsewhere).unwrap(), before);
}
