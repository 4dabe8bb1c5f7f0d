//! `--store`: nothing is computed twice, what has changed is, and every run can be had again.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{many, no_models, standfirst, stderr, stdout};

/// A pile of articles and a place for a store.
fn folder(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lines = many(count).replace("\"id\"", "\"summary\":\"The ferry sank.\",\"id\"");
    fs::write(folder.path().join("pile.jsonl"), lines).unwrap();
    folder
}

/// Runs `standfirst ARGS` in `folder`, with its store.
fn run(folder: &Path, args: &[&str]) -> Output {
    standfirst().current_dir(folder).args(args).args(["--store", "store"]).output().unwrap()
}

/// How many articles were known, of how many.
fn known(output: &Output) -> (u64, u64) {
    let told = stderr(output);
    let line = told.lines().find(|line| line.contains("were known already"));
    let line = line.unwrap_or_else(|| panic!("nothing is told of the store: {told}"));
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    (numbers[0], numbers[1])
}

#[test]
fn a_second_run_of_any_command_computes_nothing_and_gives_the_same_bytes() {
    let folder = folder(20);
    let commands: [&[&str]; 6] = [
        &["summarize", "-m", "lead,kl", "--no-timings", "-f", "jsonl", "--include-text"],
        &["summarize", "-m", "lead", "--no-timings", "-f", "csv"],
        &["sentiment", "-m", "vader", "--no-timings", "-f", "json"],
        &["check", "-f", "jsonl"],
        &["compare", "-m", "lead,lexrank", "--no-timings", "-f", "json"],
        &["evaluate", "-m", "lead,lexrank", "--no-timings", "-f", "json"],
    ];
    for command in commands {
        let mut args = command.to_vec();
        args.push("pile.jsonl");
        let plain = standfirst().current_dir(folder.path()).args(&args).output().unwrap();
        let first = run(folder.path(), &args);
        let second = run(folder.path(), &args);
        assert_eq!(stdout(&first), stdout(&plain), "{command:?}: {}", stderr(&first));
        assert_eq!(stdout(&second), stdout(&plain), "{command:?}");
        assert_eq!(known(&second), (20, 20), "{command:?}");
    }
}

#[test]
fn what_has_changed_is_computed_and_nothing_else() {
    let folder = folder(10);
    let lead = ["summarize", "-m", "lead", "--no-timings", "-f", "jsonl", "pile.jsonl"];
    assert_eq!(known(&run(folder.path(), &lead)), (0, 10));
    // Whatever it is called: another file, other ids, another order.
    let text = fs::read_to_string(folder.path().join("pile.jsonl")).unwrap();
    let turned: Vec<String> =
        text.lines().rev().map(|line| line.replace("\"id\":\"", "\"id\":\"new-")).collect();
    fs::write(folder.path().join("pile.jsonl"), turned.join("\n")).unwrap();
    fs::rename(folder.path().join("pile.jsonl"), folder.path().join("other.jsonl")).unwrap();
    let mut lead = lead.to_vec();
    *lead.last_mut().unwrap() = "other.jsonl";
    assert_eq!(known(&run(folder.path(), &lead)), (10, 10));
    let changed = turned.join("\n").replace("Ferry 3 left", "Ferry 3 had left");
    fs::write(folder.path().join("other.jsonl"), changed).unwrap();
    assert_eq!(known(&run(folder.path(), &lead)), (9, 10));
    assert_eq!(known(&run(folder.path(), &lead)), (10, 10));
    // Another length or another model is another question; a model that was asked before is not asked again.
    for (more, count) in [
        (&["-n", "1"][..], 0),
        (&["-n", "1"], 10),
        (&["-m", "lead,kl"], 0),
        (&["--sentiment-model", "vader"], 10),
        (&["--max-sentences", "2"], 0),
        (&["--include-text", "--jobs", "1"], 10),
    ] {
        let mut args = lead.clone();
        args.extend(more);
        assert_eq!(known(&run(folder.path(), &args)), (count, 10), "{more:?}");
    }
    let kl = ["summarize", "-m", "kl", "--no-timings", "-f", "jsonl", "other.jsonl"];
    assert_eq!(known(&run(folder.path(), &kl)), (10, 10));
}

#[test]
fn summaries_that_change_are_checked_again() {
    let folder = folder(3);
    let check = ["check", "-f", "jsonl", "pile.jsonl"];
    assert_eq!(known(&run(folder.path(), &check)), (0, 3));
    let path = folder.path().join("pile.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("The ferry sank", "The ferry left", 1)).unwrap();
    let plain = standfirst().current_dir(folder.path()).args(check).output().unwrap();
    let output = run(folder.path(), &check);
    assert_eq!(known(&output), (2, 3));
    assert_eq!(stdout(&output), stdout(&plain));
}

#[test]
fn what_failed_is_tried_again_and_a_broken_line_is_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let german = "Der Hafen wurde am Montag wieder für die Schiffe geöffnet, sagte die Stadt. Die \
                  Arbeiten an der Brücke haben neun Monate gedauert und waren teurer als geplant.";
    let lines = format!("{{\"id\":\"a\",\"text\":\"{german}\"}}\n{{\"text\": \"cut off\n");
    fs::write(folder.path().join("pile.jsonl"), lines).unwrap();
    let args = ["sentiment", "-m", "vader", "-f", "jsonl", "--no-timings", "pile.jsonl"];
    for _ in 0..2 {
        let output = run(folder.path(), &args);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!(known(&output), (0, 2));
    }
}

#[test]
fn runs_are_listed_shown_compared_exported_and_cleared_out() {
    let folder = folder(4);
    let path = folder.path();
    let args = ["summarize", "-m", "lead", "--no-timings", "-f", "jsonl", "pile.jsonl"];
    let first = run(path, &args);
    let text = fs::read_to_string(path.join("pile.jsonl")).unwrap();
    let changed = text.replace("Ferry 1 left the harbour", "Ferry 1 never left the harbour");
    fs::write(path.join("pile.jsonl"), changed.replace("\"id\":\"3\"", "\"id\":\"new\"")).unwrap();
    // A run's name has the second in which it began.
    thread::sleep(Duration::from_millis(1_100));
    let second = run(path, &args);
    let listed: Vec<Value> =
        serde_json::from_str(&stdout(&run(path, &["runs", "list", "--json"]))).unwrap();
    let ids: Vec<&str> = listed.iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[1]["began"]["command"], "summarize");
    assert_eq!(listed[1]["ended"]["articles"], 4);
    assert!(listed[1]["began"]["models"]["lead"].is_string(), "{}", listed[1]);
    let page = stdout(&run(path, &["runs", "show", ids[0]]));
    assert!(page.contains("--no-timings true") && page.contains("lead (revision"), "{page}");
    let diff: Value =
        serde_json::from_str(&stdout(&run(path, &["runs", "diff", ids[0], "latest", "--json"])))
            .unwrap();
    assert_eq!(diff["same"], 2);
    assert_eq!(diff["only_before"], serde_json::json!(["3"]));
    assert_eq!(diff["only_after"], serde_json::json!(["new"]));
    assert_eq!(diff["changed"][0]["id"], "1");
    assert!(diff["changed"][0]["what"].to_string().contains("lead: abstract"), "{diff}");
    for (id, output) in [(ids[0], &first), ("latest", &second)] {
        assert_eq!(stdout(&run(path, &["runs", "export", id])), stdout(output));
    }
    let cleared = run(path, &["runs", "gc", "--keep", "1"]);
    assert!(stdout(&cleared).starts_with("1 runs and "), "{}", stdout(&cleared));
    assert_eq!(stdout(&run(path, &["runs", "export"])), stdout(&second));
    assert_eq!(known(&run(path, &args)), (4, 4));
    let gone = run(path, &["runs", "show", ids[0]]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(stderr(&gone).contains("no run is called"), "{}", stderr(&gone));
}

#[test]
fn a_folder_of_something_else_is_refused() {
    let folder = folder(1);
    fs::create_dir(folder.path().join("store")).unwrap();
    fs::write(folder.path().join("store/mine"), "mine").unwrap();
    for args in [&["summarize", "-m", "lead", "pile.jsonl"][..], &["runs", "list"]] {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("no store of this version"), "{}", stderr(&output));
    }
    let output = standfirst().args(["runs", "list"]).output().unwrap();
    assert!(stderr(&output).contains("STANDFIRST_STORE"), "{}", stderr(&output));
}

/// Starts a run on the store and gives the process.
fn started(folder: &Path, out: &str) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_standfirst"))
        .current_dir(folder)
        .args(["summarize", "-m", "lead,kl", "--no-timings", "pile.jsonl", "--store", "store"])
        .args(["--resume", "--out", out])
        .env("STANDFIRST_MODELS", no_models())
        .env_remove("STANDFIRST_STORE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn two_processes_on_one_store_that_are_killed_at_twenty_moments_spoil_nothing() {
    let folder = folder(800);
    let path = folder.path();
    let args = ["summarize", "-m", "lead,kl", "--no-timings", "-f", "jsonl", "pile.jsonl"];
    let since = Instant::now();
    let whole = stdout(&standfirst().current_dir(path).args(args).output().unwrap());
    let took = since.elapsed();
    for moment in 0..10_u32 {
        let (mut one, mut other) = (started(path, "one.jsonl"), started(path, "other.jsonl"));
        thread::sleep(took * ((moment * 7919) % 97) / 97);
        let _ = one.kill();
        thread::sleep(took * ((moment * 104_729) % 97) / 300);
        let _ = other.kill();
        one.wait().unwrap();
        other.wait().unwrap();
        for out in ["one.jsonl", "other.jsonl"] {
            if let Ok(found) = fs::read_to_string(path.join(out)) {
                assert!(found == whole, "{out} is not whole");
                fs::remove_file(path.join(out)).unwrap();
            }
        }
    }
    for out in ["one.jsonl", "other.jsonl"] {
        assert_eq!(started(path, out).wait().unwrap().code(), Some(0));
        assert!(fs::read_to_string(path.join(out)).unwrap() == whole, "{out}: other bytes");
    }
    let again = run(path, &args);
    assert!(stdout(&again) == whole, "the store gives other bytes");
    assert_eq!(known(&again), (800, 800));
}

#[cfg(unix)]
#[test]
fn a_full_disk_costs_the_store_and_no_result() {
    let folder = folder(400);
    let path = folder.path();
    let args = ["summarize", "-m", "lead", "--no-timings", "-f", "jsonl", "pile.jsonl"];
    let whole = stdout(&standfirst().current_dir(path).args(args).output().unwrap());
    // A pipe takes as much as it is given; files do not.
    let script = format!(
        "trap '' XFSZ; ulimit -f 32; exec '{}' {} --store store",
        env!("CARGO_BIN_EXE_standfirst"),
        args.join(" ")
    );
    let limited = Command::new("sh")
        .args(["-c", &script])
        .current_dir(path)
        .env("STANDFIRST_MODELS", no_models())
        .env_remove("STANDFIRST_STORE")
        .output()
        .unwrap();
    let told = stderr(&limited);
    assert_eq!(limited.status.code(), Some(1), "{told}");
    assert!(told.contains("not all results were kept"), "{told}");
    assert!(stdout(&limited) == whole, "a result was lost: {told}");
    let again = run(path, &args);
    assert!(stdout(&again) == whole, "the store gives other bytes");
    let (known_then, _) = known(&again);
    assert!(known_then < 400, "{known_then} were known");
    assert_eq!(known(&run(path, &args)), (400, 400));
}
