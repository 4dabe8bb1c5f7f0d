//! Results are the user's work: nothing that another run, a kill, a full disk or a slip of the keyboard
//! does takes them away.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{lines, many, partial, run, standfirst, stderr, stdout, waiting};

/// A folder with an article in it.
fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("pile.jsonl");
    fs::write(&article, many(2)).unwrap();
    (folder, article.to_str().unwrap().to_owned())
}

/// Names of the files in `folder`.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn names_that_look_unfinished_are_the_users_own() {
    let (folder, article) = folder();
    let input = folder.path().join("x.jsonl.partial");
    fs::write(&input, many(3)).unwrap();
    let out = folder.path().join("x.jsonl");
    let args = ["summarize", "-m", "lead", "--input-format", "jsonl", input.to_str().unwrap()];
    let output = standfirst().args(args).arg("--out").arg(&out).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&input).unwrap(), many(3));
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()).len(), 3);
    run(&["clean", &article, "--out", folder.path().join("x").to_str().unwrap()]);
    assert_eq!(names(folder.path()), ["pile.jsonl", "x", "x.jsonl", "x.jsonl.partial"]);
}

#[cfg(unix)]
#[test]
fn a_link_beside_the_result_is_not_followed() {
    let (folder, article) = folder();
    let precious = folder.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    let out = folder.path().join("out.jsonl");
    std::os::unix::fs::symlink(&precious, out.with_added_extension("partial")).unwrap();
    run(&["summarize", "-m", "lead", &article, "--out", out.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()).len(), 2);
}

#[test]
fn one_of_two_runs_to_one_place_is_refused() {
    let (folder, article) = folder();
    let out = folder.path().join("out.jsonl");
    let (mut child, stdin) = waiting(&["--out", out.to_str().unwrap()]);
    let theirs = partial(&out);
    for command in ["summarize", "sentiment", "check", "clean", "compare", "evaluate"] {
        let output = run(&[command, &article, "-f", "text", "--out", out.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
        let told = stderr(&output);
        assert!(told.contains("another run is writing it"), "{command}: {told}");
        assert!(told.contains(theirs.file_name().unwrap().to_str().unwrap()), "{command}: {told}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()).len(), 2);
    assert_eq!(names(folder.path()), ["out.jsonl", "pile.jsonl"]);
}

#[test]
fn two_runs_cannot_resume_one_file() {
    let (folder, _) = folder();
    let references = folder.path().join("references.jsonl");
    let line = r#"{"id":"1","text":"Rain fell on the town. The old bridge held well.","reference":"Rain fell."}"#;
    fs::write(&references, format!("{line}\n")).unwrap();
    let scores = folder.path().join("x.scores");
    let mut first = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["evaluate", "-m", "lead", "--input-format", "jsonl", "-", "--resume"])
        .arg(&scores)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !fs::read_to_string(&scores).is_ok_and(|text| text.ends_with('\n')) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let args = ["evaluate", "-m", "lead", references.to_str().unwrap(), "--resume"];
    let second = standfirst().args(args).arg(&scores).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(stderr(&second).contains("another run is writing"), "{}", stderr(&second));
    drop(first.stdin.take());
    first.wait().unwrap();
}

#[test]
fn an_input_is_never_an_output_by_whatever_name() {
    let (folder, article) = folder();
    let hard = folder.path().join("hard.jsonl");
    fs::hard_link(&article, &hard).unwrap();
    let hard = hard.to_str().unwrap();
    let commands: [&[&str]; 6] = [
        &["summarize", "-m", "lead"],
        &["sentiment", "-m", "vader"],
        &["compare", "-m", "lead,kl"],
        &["evaluate", "-m", "lead"],
        &["check"],
        &["clean"],
    ];
    for command in commands {
        let args = [&article, "-f", "text", "--out", hard];
        let output = standfirst().args(command).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("one of the inputs"), "{command:?}: {}", stderr(&output));
        // `>> same file`, named or as standard input.
        for path in [Some(&article), None] {
            let append = fs::File::options().append(true).open(&article).unwrap();
            let input = fs::File::open(&article).unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_standfirst"))
                .args(command)
                .args(path)
                .args(path.is_none().then_some("-").filter(|_| command[0] != "check"))
                .stdin(input)
                .stdout(append)
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            let told = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{command:?} {path:?}: {told}");
            assert!(told.contains("goes into one of the inputs"), "{command:?} {path:?}: {told}");
        }
        assert_eq!(fs::read_to_string(&article).unwrap(), many(2), "{command:?}");
    }
}

#[test]
fn results_in_the_input_folder_are_not_read() {
    let (folder, _) = folder();
    let out = folder.path().join("out.jsonl");
    let input = folder.path().to_str().unwrap();
    let pattern = format!("{input}/*");
    for (named, runs) in [(input, 3), (&pattern, 2)] {
        for round in 0..runs {
            let output = run(&["summarize", "-m", "lead", named, "--out", out.to_str().unwrap()]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let found = lines(&fs::read_to_string(&out).unwrap());
            assert_eq!(found.len(), 2, "round {round} of {named}");
            let told = stderr(&output);
            let first = round == 0 && named == input;
            // The temporary file is always there by the time that the folder is walked.
            assert_eq!(
                told.matches("out.jsonl: passed over").count(),
                usize::from(!first),
                "{told}"
            );
            assert!(told.contains(".partial: passed over"), "{told}");
        }
    }
    let appended = fs::File::options().append(true).open(&out).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "-f", "jsonl", input])
        .stdout(appended)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(stderr(&output).contains("out.jsonl: passed over"), "{}", stderr(&output));
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()).len(), 4);
}

#[test]
fn a_run_without_any_result_replaces_none() {
    let (folder, article) = folder();
    let out = folder.path().join("out.jsonl");
    let summarize =
        |path: &str| run(&["summarize", "-m", "lead", path, "--out", out.to_str().unwrap()]);
    summarize(&article);
    let good = fs::read_to_string(&out).unwrap();
    let output = summarize("mistyped.jsonl");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("out.jsonl is left as it was"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&out).unwrap(), good);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_earlier_result_and_names_what_was_finished() {
    let (folder, article) = folder();
    let out = folder.path().join("out.jsonl");
    run(&["summarize", "-m", "lead", &article, "--out", out.to_str().unwrap()]);
    let good = fs::read_to_string(&out).unwrap();
    let pile = folder.path().join("large.jsonl");
    fs::write(&pile, many(400)).unwrap();
    let script = format!(
        "trap '' XFSZ; ulimit -f 32; exec '{}' summarize -m lead '{}' --out '{}'",
        env!("CARGO_BIN_EXE_standfirst"),
        pile.display(),
        out.display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&out).unwrap(), good);
    let kept = partial(&out);
    assert!(stderr(&output).contains(&*kept.to_string_lossy()), "{}", stderr(&output));
    assert!(stderr(&output).contains("broke off writing"), "{}", stderr(&output));
    let text = fs::read_to_string(&kept).unwrap();
    let whole = &text[..=text.rfind('\n').unwrap()];
    assert!(lines(whole).len() > 2);
}

#[test]
fn a_killed_array_is_whole_in_a_file_and_can_be_read_from_a_pipe() {
    let (folder, _) = folder();
    let out: PathBuf = folder.path().join("out.json");
    let (mut child, stdin) = waiting(&["--format", "json", "--out", out.to_str().unwrap()]);
    let kept = partial(&out);
    // The file is whole at every moment, so it can be parsed while it grows.
    let found = loop {
        let text = fs::read_to_string(&kept).unwrap();
        let parsed = serde_json::from_str::<Vec<Value>>(&text).unwrap_or_default();
        if parsed.len() == 2 {
            break parsed;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    let text = fs::read_to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap(), found);

    // What a pipe held when the run was killed: elements without an end.
    let torn = folder.path().join("torn.json");
    fs::write(&torn, text.strip_suffix("\n]\n").unwrap()).unwrap();
    let output = run(&["compare", torn.to_str().unwrap(), kept_as(&kept).to_str().unwrap()]);
    assert!(stdout(&output).contains("2 articles"), "{} {}", stdout(&output), stderr(&output));
}

/// The same file under a name of its own, as a user would give it one.
fn kept_as(kept: &Path) -> PathBuf {
    let renamed = kept.with_file_name("kept.json");
    fs::rename(kept, &renamed).unwrap();
    renamed
}
