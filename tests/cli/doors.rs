//! What is no file, and what leads nowhere: named, and never waited for.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{many, run, standfirst, stderr, stdout};

/// A folder with an article and all that can be wrong with an entry.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("article.jsonl"), many(1)).unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe.jsonl")).status().unwrap().success());
    UnixListener::bind(path("socket.jsonl")).unwrap();
    symlink(path("nowhere"), path("dangling.jsonl")).unwrap();
    symlink("/dev/zero", path("device.jsonl")).unwrap();
    symlink(path("self.jsonl"), path("self.jsonl")).unwrap();
    fs::create_dir(path("sub")).unwrap();
    symlink(folder.path(), path("sub").join("loop")).unwrap();
    // A lock of an editor's, which is a dangling link by design.
    symlink("user@host", path(".#article.jsonl")).unwrap();
    folder
}

/// `summarize` of a path, which has to end.
fn summarize(path: &str) -> std::process::Output {
    let since = Instant::now();
    let output = standfirst()
        .args(["summarize", "-m", "lead", "-f", "jsonl", path])
        .timeout(Duration::from_mins(1))
        .output()
        .unwrap();
    assert!(since.elapsed() < Duration::from_secs(50), "{path} hangs");
    output
}

#[test]
fn everything_in_a_folder_or_a_glob_is_named() {
    let folder = folder();
    let root = folder.path().to_str().unwrap();
    for path in [root.to_owned(), format!("{root}/*"), format!("{root}/**")] {
        let output = summarize(&path);
        assert_eq!(output.status.code(), Some(1), "{path}");
        let told = stderr(&output);
        for (name, why) in [
            ("pipe.jsonl", "neither a file nor a folder"),
            ("socket.jsonl", "neither a file nor a folder"),
            ("device.jsonl", "neither a file nor a folder"),
            ("dangling.jsonl", "leads to nothing"),
            ("self.jsonl", "cannot be read"),
            ("sub/loop", "leads back to"),
        ] {
            let said = told.lines().any(|line| line.contains(name) && line.contains(why));
            assert!(said, "{path}, {name}:\n{told}");
        }
        assert!(!told.contains(".#article"), "{path}:\n{told}");
        assert!(stdout(&output).contains("Ferry 0 left"), "{path}");
    }
}

#[test]
fn a_pattern_says_nothing_of_what_it_does_not_mean() {
    let folder = folder();
    let output = summarize(&format!("{}/a*.jsonl", folder.path().display()));
    let told = stderr(&output);
    assert!(!told.contains("dangling") && !told.contains("pipe"), "{told}");
    assert!(stdout(&output).contains("Ferry 0 left"));
}

#[test]
fn a_folder_that_may_not_be_read_is_named_by_a_glob() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(folder.path().join("a.jsonl"), many(1)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&closed).is_ok();
    let output = summarize(&format!("{}/**/*.jsonl", folder.path().display()));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // Root reads what nobody may read.
    if !readable {
        assert!(stderr(&output).contains("closed"), "{}", stderr(&output));
    }
    assert!(stdout(&output).contains("Ferry 0 left"));
}

#[test]
fn a_pipe_that_is_named_is_read() {
    let folder = folder();
    let pipe = folder.path().join("pipe.jsonl");
    let child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "-f", "jsonl"])
        .arg(&pipe)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    fs::write(&pipe, many(2)).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 2);
}

/// A card that can be used by nobody here, which is no matter.
const CARD: &str = "id = \"own\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n[command]\nprogram = [\"cat\"]\n";

fn with_cards(cards: &Path, args: &[&str]) -> std::process::Output {
    standfirst()
        .args(args)
        .arg("--cards")
        .arg(cards)
        .timeout(Duration::from_mins(1))
        .output()
        .unwrap()
}

#[test]
fn a_broken_card_fails_only_who_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let cards = folder.path();
    fs::write(cards.join("own.toml"), CARD).unwrap();
    fs::write(cards.join("broken.toml"), "id = 7").unwrap();
    assert!(Command::new("mkfifo").arg(cards.join("pipe.toml")).status().unwrap().success());
    let output = with_cards(cards, &["summarize", "-m", "lead", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for name in ["broken.toml", "pipe.toml"] {
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
    }
    let output = with_cards(cards, &["models", "list"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("own"), "{}", stdout(&output));
    for id in ["broken", "pipe"] {
        let output = with_cards(cards, &["summarize", "-m", id, "harbour.txt"]);
        assert_eq!(output.status.code(), Some(2));
        let told = stderr(&output);
        assert!(told.contains(&format!("{id}.toml cannot be used")), "{told}");
    }
    let output = with_cards(cards, &["doctor"]);
    assert!(stdout(&output).contains("broken.toml"), "{}", stdout(&output));
}

#[test]
fn a_record_that_swallows_the_next_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("torn.csv");
    let text = "id,text\n1,\"Rain fell on the town all day.\n2,\"The bridge held against the flood.\"\n3,Calm returned to the harbour.\n";
    fs::write(&path, text).unwrap();
    let output = run(&["summarize", "-m", "lead", "-f", "jsonl", path.to_str().unwrap()]);
    assert!(stdout(&output).contains("from line 2 to line 3"), "{}", stdout(&output));
}
