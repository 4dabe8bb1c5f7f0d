//! What goes wrong, what is said about it, and the exit status.

use std::fs;

use standfirst_summarizer::registry::{DEFAULT_SUMMARIZER, FALLBACK_SUMMARIZER, Registry};

use crate::support::{lines, many, run, standfirst, stderr, stdout};

#[test]
fn a_clean_run_ends_with_0() {
    let output = run(&["summarize", "--model", "lead", "harbour.txt", "orchard.md"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_bad_file_does_not_end_the_run() {
    let output = run(&["summarize", "-m", "lead", "-f", "jsonl", "not-there.txt", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&stdout(&output));
    assert!(lines[0]["error"].is_string());
    assert!(lines[1]["abstracts"][0]["text"].is_string());
    assert!(stderr(&output).contains("not-there.txt"), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 of 2 articles"), "{}", stderr(&output));
}

#[test]
fn broken_lines_of_a_pile_leave_the_others() {
    let output = run(&["sentiment", "-f", "jsonl", "pile.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    let labels: Vec<_> =
        lines(&stdout(&output)).iter().map(|line| line["sentiment"][0]["label"].clone()).collect();
    assert_eq!(labels[3], "negative");
    assert!(labels[1].is_null() && labels[2].is_null());
}

#[test]
fn an_unknown_model_suggests_known_ones() {
    let output = run(&["summarize", "--model", "laed", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("lead"), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
}

#[test]
fn a_named_model_whose_files_are_missing_is_an_error() {
    let output = run(&["summarize", "--model", "centroid", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("standfirst models fetch centroid"), "{}", stderr(&output));
}

#[test]
fn the_default_model_has_a_stand_in_that_is_announced() {
    let output = run(&["summarize", "-f", "jsonl", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let model = lines(&stdout(&output))[0]["abstracts"][0]["model"].clone();
    let needs_files = Registry::from_env(&[]).unwrap().card(DEFAULT_SUMMARIZER).unwrap().is_some();
    if needs_files {
        assert_eq!(model, FALLBACK_SUMMARIZER);
        let notice = format!("models fetch {DEFAULT_SUMMARIZER}");
        assert!(stderr(&output).contains(&notice), "{}", stderr(&output));
    } else {
        assert_eq!(model, DEFAULT_SUMMARIZER);
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn flags_that_contradict_each_other_end_with_2() {
    for args in [
        &["summarize", "--sentences", "2", "--words", "50", "x"][..],
        &["summarize", "--no-sentiment", "--sentiment-model", "vader", "x"],
        &["summarize", "--show-cuts", "--format", "csv", "x"],
        &["clean", "--diff", "--format", "jsonl", "x"],
        &["summarize", "--max-bytes", "lots", "x"],
        &["summarise", "x"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn an_article_over_the_limit_is_passed_over() {
    let output =
        run(&["summarize", "-m", "lead", "--max-bytes", "700", "harbour.txt", "orchard.md"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("pears"), "{}", stdout(&output));
    assert!(stderr(&output).contains("harbour.txt"), "{}", stderr(&output));
}

/// What the libraries say names no flag; the program does.
#[test]
fn errors_name_the_flag_that_is_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("photo.jpg"), "no photo").unwrap();
    fs::write(folder.path().join("page.html"), "<html><body></body></html>").unwrap();
    let path = folder.path().to_str().unwrap();
    for command in ["summarize", "clean"] {
        let output = run(&[command, path, "-f", "jsonl"]);
        assert_eq!(output.status.code(), Some(2));
        let errors: Vec<String> = lines(&stdout(&output))
            .iter()
            .map(|line| line["error"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            errors,
            [
                "no article was found on the page; save its text as .txt, or read the page as it is \
                 with --input-format text",
                "skipped for its unknown extension \"jpg\"; rename it, name it by itself, or pass \
                 --input-format",
            ],
            "{command}"
        );
        for error in errors {
            assert!(stderr(&output).contains(&error), "{}", stderr(&output));
        }
    }
    let output = run(&["summarize", "--cards", "nowhere", "harbour.txt"]);
    let said = stderr(&output);
    assert!(said.contains("cannot be read; check --cards and STANDFIRST_CARDS: "), "{said}");
}

#[test]
fn an_abstract_is_at_least_one_sentence() {
    for (flag, expected) in [("-n", "at least one sentence"), ("-w", "at least one word")] {
        let output = run(&["summarize", "-m", "lead", flag, "0", "harbour.txt"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    let args =
        ["summarize", "-m", "lead", "--no-sentiment", "-w", "1", "-f", "jsonl", "harbour.txt"];
    let sentences = lines(&stdout(&run(&args)))[0]["abstracts"][0]["sentences"].clone();
    assert_eq!(sentences.as_array().unwrap().len(), 1);
}

#[test]
fn flags_for_models_that_write_are_said_to_be_idle_on_others() {
    let ask = |flags: &[&str]| {
        let models = ["summarize", "-m", "lead,kl", "--no-sentiment", "harbour.txt"];
        let output = run(&[&models, flags].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stderr(&output)
    };
    assert_eq!(ask(&[]), "");
    let idle =
        |flags: &str| format!("standfirst: {flags} no effect on lead, kl, which do not write\n");
    assert_eq!(ask(&["--mode", "extract"]), idle("--mode has"));
    assert_eq!(ask(&["--long", "pick"]), idle("--long has"));
    assert_eq!(ask(&["--long", "first", "--mode", "generate"]), idle("--mode and --long have"));
    assert_eq!(ask(&["--mode", "extract", "--quiet"]), "");
}

#[test]
fn nothing_in_the_input_is_said() {
    let output = standfirst().args(["summarize", "-m", "lead"]).write_stdin("").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
}

/// A status of 2 for every command, and every error once; 1 as soon as anything could be read.
#[test]
fn a_run_that_could_read_nothing_is_told_from_one_that_could_read_some() {
    let commands: [&[&str]; 8] = [
        &["summarize", "-m", "lead"],
        &["sentiment", "-m", "vader"],
        &["compare", "-m", "lead,kl"],
        &["evaluate", "-m", "lead"],
        &["clean"],
        &["check"],
        &["storylines", "--encoder", "none"],
        &["quotes"],
    ];
    for command in commands {
        let output = run(&[command, &["missing.jsonl"]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
        let told = stderr(&output).matches("missing.jsonl: there is no such file").count();
        assert_eq!(told, 1, "{command:?}: {}", stderr(&output));
        if !matches!(command[0], "evaluate" | "check") {
            let output = run(&[command, &["missing.jsonl", "harbour.txt"]].concat());
            assert_eq!(output.status.code(), Some(1), "{command:?}: {}", stderr(&output));
        }
    }
    let several = run(&["summarize", "-m", "lead", "missing.jsonl", "nowhere/"]);
    assert!(stderr(&several).contains("none of 2 articles could be read"), "{}", stderr(&several));
}

/// How far verdicts can be trusted is told of verdicts.
#[test]
fn a_check_without_a_verdict_does_not_say_how_good_they_are() {
    for form in ["text", "markdown"] {
        let output = run(&["check", "-f", form, "missing.jsonl"]);
        assert!(!stdout(&output).contains("balanced accuracy"), "{}", stdout(&output));
    }
}

#[test]
fn extracts_pass_the_strict_check() {
    let output = standfirst()
        .args(["summarize", "-m", "lead", "--strict", "--input-format", "jsonl", "-"])
        .write_stdin(many(5))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// How many addresses a program gets that shall run out of them, in KiB.
#[cfg(target_os = "linux")]
const ADDRESSES: u32 = 600_000;

/// Runs `standfirst summarize -m lead -f jsonl ARGS` where a file of 1 GB cannot lie in memory.
#[cfg(target_os = "linux")]
fn starved(folder: &std::path::Path, args: &[&str]) -> std::process::Output {
    let script = format!(
        "ulimit -v {ADDRESSES}; exec \"$0\" summarize -m lead -f jsonl --jobs 1 --max-bytes 4000000000 \"$@\""
    );
    let program = env!("CARGO_BIN_EXE_standfirst");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script, program]).args(args).current_dir(folder).output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_memory_cannot_hold_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let large = |name: &str, start: &[u8]| {
        let mut file = fs::File::create(folder.path().join(name)).unwrap();
        std::io::Write::write_all(&mut file, start).unwrap();
        // A hole: nothing of it lies on the disk.
        file.set_len(1_200_000_000).unwrap();
    };
    fs::write(folder.path().join("small.txt"), "Rain fell on the harbour. It stopped.").unwrap();
    fs::write(folder.path().join("small.jsonl"), many(1)).unwrap();
    large("large.txt", b"Rain fell. ");
    large("line.jsonl", b"{\"text\":\"Rain fell.\"}\n{\"text\":\"");
    for name in ["large.txt", "line.jsonl"] {
        let output = starved(folder.path(), &[name, "small.txt", "small.jsonl"]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stderr(&output));
        let told = lines(&stdout(&output));
        let errors: Vec<_> = told.iter().filter_map(|line| line["error"].as_str()).collect();
        assert!(errors.len() == 1 && errors[0].contains("memory"), "{name}: {errors:?}");
        // The line before the one that is too long is there, and both of the others.
        let good = told.iter().filter(|line| line["abstracts"][0]["text"].is_string()).count();
        let expected = if name == "line.jsonl" { 3 } else { 2 };
        assert_eq!((told.len(), good), (expected + 1, expected), "{name}: {}", stderr(&output));
    }
}
