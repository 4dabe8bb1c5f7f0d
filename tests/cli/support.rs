//! A program that knows nothing of the machine it runs on.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use assert_cmd::Command;
use serde_json::Value;

/// All articles of `tests/fixtures/cli`, good and bad: two files, and four lines of which two are
/// broken.
pub const FIXTURES: [&str; 3] = ["harbour.txt", "orchard.md", "pile.jsonl"];

/// The binary, to be run among the fixtures, without models that have files and without colour
/// settings of the user's.
pub fn standfirst() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_standfirst"));
    command.current_dir(fixtures()).env("STANDFIRST_MODELS", no_models());
    for variable in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "STANDFIRST_CARDS",
        "STANDFIRST_OFFLINE",
        "STANDFIRST_STORE",
    ] {
        command.env_remove(variable);
    }
    command
}

/// The folder of the fixtures.
pub fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/cli"))
}

/// A folder for models in which there are none.
pub fn no_models() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-models")
}

/// Runs `standfirst ARGS`.
pub fn run(args: &[&str]) -> Output {
    standfirst().args(args).output().unwrap()
}

/// What it wrote as results.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it wrote besides.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Each line of `text` as JSON.
pub fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// JSON Lines of `count` articles, no two alike.
pub fn many(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, i| {
        writeln!(
            text,
            r#"{{"id":"{i}","text":"Ferry {i} left the harbour at dawn with {i} crates. It came back before dusk, and nobody had noticed. The crates of ferry {i} were empty."}}"#
        )
        .unwrap();
        text
    })
}

/// A run that reads a stream nobody closes, and has got two articles from it.
pub fn waiting(args: &[&str]) -> (Child, ChildStdin) {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .args(["summarize", "-m", "lead", "--input-format", "jsonl", "-"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(many(2).as_bytes()).unwrap();
    (child, stdin)
}

/// The unfinished file of the result `out`, as soon as there is one.
pub fn partial(out: &Path) -> PathBuf {
    let prefix = format!("{}.", out.file_name().unwrap().to_str().unwrap());
    let since = Instant::now();
    loop {
        let mut entries =
            fs::read_dir(out.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
        let unfinished = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(&prefix) && name.ends_with(".partial")
        };
        if let Some(path) = entries.find(unfinished) {
            return path;
        }
        assert!(
            since.elapsed() < Duration::from_mins(1),
            "nothing is written beside {}",
            out.display()
        );
        thread::sleep(Duration::from_millis(10));
    }
}

/// Puts the card of a model of entailment, `judge`, into `folder`: it contradicts whatever says "sank", and supports
/// all else.
pub fn judge(folder: &Path) {
    let judge = r#"while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":"\([^"]*\)".*/\1/')
  case "$line" in
    *sank*) said='{"supported":0.01,"contradicted":0.98,"unsaid":0.01}' ;;
    *) said='{"supported":0.999,"contradicted":0.0,"unsaid":0.001}' ;;
  esac
  printf '{"id":"%s","claims":[%s]}\n' "$id" "$said"
done
"#;
    fs::write(folder.join("judge.sh"), judge).unwrap();
    let card = "id = \"judge\"\ntask = \"entail\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n\
                [command]\nprogram = [\"sh\", \"./judge.sh\"]\n";
    fs::write(folder.join("judge.toml"), card).unwrap();
}
