//! The commands around the main one.

use std::fs;

use serde_json::Value;

use crate::support::{run, standfirst, stderr, stdout};

#[test]
fn help_has_examples_for_every_command() {
    for command in
        ["summarize", "sentiment", "check", "clean", "serve", "mcp", "models", "completions", "man"]
    {
        let page = stdout(&run(&[command, "--help"]));
        assert!(
            page.contains("Examples:") && page.contains(&format!("standfirst {command}")),
            "{page}"
        );
    }
    let page = stdout(&run(&["--help"]));
    assert!(page.contains("Exit status:") && page.contains("NO_COLOR"), "{page}");
}

#[test]
fn the_diff_says_where_and_why() {
    let output = run(&["clean", "--diff", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = stdout(&output);
    assert!(page.contains("harbour.txt:13 · bytes"), "{page}");
    assert!(page.contains("· boilerplate ·") && page.contains("\n- Advertisement\n"), "{page}");
    assert!(page.contains("\n~ Harbour bridge reopens"), "{page}");
}

#[test]
fn one_article_is_cleaned_to_plain_text_and_several_under_their_names() {
    let one = stdout(&run(&["clean", "harbour.txt"]));
    assert!(
        one.contains("The harbour bridge in Velden") && !one.contains("Advertisement"),
        "{one}"
    );
    assert!(!one.contains("==>"));
    let two = stdout(&run(&["clean", "harbour.txt", "orchard.md"]));
    assert!(two.starts_with("==> harbour.txt <==\n"), "{two}");
    assert!(two.contains("\n==> orchard.md <==\n") && two.contains(one.trim()), "{two}");
}

#[test]
fn cleaning_goes_on_after_a_bad_file() {
    let output = run(&["clean", "not-there.txt", "harbour.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("not-there.txt"));
    assert!(stdout(&output).contains("The harbour bridge"));
}

#[test]
fn models_are_listed_for_people_and_programs() {
    let table = stdout(&run(&["models", "list"]));
    for words in ["MODEL", "lead", "vader", "centroid", "missing", "built in"] {
        assert!(table.contains(words), "no {words} in\n{table}");
    }
    let models: Vec<Value> =
        serde_json::from_str(&stdout(&run(&["models", "list", "--json"]))).unwrap();
    let centroid = models.iter().find(|model| model["id"] == "centroid").unwrap();
    assert_eq!(centroid["task"], "summarize");
    assert!(centroid["bytes"].as_u64().unwrap() > 1_000_000);
}

#[test]
fn a_model_is_shown_with_its_files() {
    let page = stdout(&run(&["models", "show", "centroid"]));
    for words in ["Apache-2.0", "model.safetensors", "sha-256", "hub:", "wheel:"] {
        assert!(page.contains(words), "no {words} in\n{page}");
    }
    assert!(stdout(&run(&["models", "show", "lead"])).contains("built in"));
    assert_eq!(run(&["models", "show", "nothing-like-it"]).status.code(), Some(2));
}

#[test]
fn fetching_is_forbidden_by_flag_and_by_environment() {
    let by_flag = run(&["models", "fetch", "centroid", "--offline"]);
    let by_environment = standfirst()
        .args(["models", "fetch", "centroid"])
        .env("STANDFIRST_OFFLINE", "1")
        .output()
        .unwrap();
    for output in [by_flag, by_environment] {
        assert_eq!(output.status.code(), Some(1));
        let expected = "fetching is forbidden by --offline or STANDFIRST_OFFLINE; allow it once";
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    assert_eq!(run(&["models", "fetch", "lead"]).status.code(), Some(0));
}

#[test]
fn verify_fails_for_a_named_model_that_is_missing() {
    assert_eq!(run(&["models", "verify"]).status.code(), Some(0));
    let output = run(&["models", "verify", "centroid"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("models fetch centroid"), "{}", stdout(&output));
}

#[test]
fn the_doctor_says_what_to_do() {
    let output = run(&["doctor"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("models fetch centroid"), "{}", stdout(&output));
    assert_eq!(stdout(&output).matches("programs of cards").count(), 1, "{}", stdout(&output));
}

#[test]
fn the_doctor_finds_a_card_that_is_no_card() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), "id = 3").unwrap();
    let output = run(&["doctor", "--cards", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("mine.toml"), "{}", stdout(&output));
}

#[test]
fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&run(&["completions", shell]));
        assert!(script.contains("summarize"), "{shell}");
        let values = ["bash", "zsh", "fish"].contains(&shell);
        assert!(!values || script.contains("lexrank"), "{shell}");
    }
    assert!(stdout(&run(&["man"])).contains(".TH standfirst"));
    let folder = tempfile::tempdir().unwrap();
    run(&["man", "--dir", folder.path().to_str().unwrap()]);
    assert!(folder.path().join("standfirst-summarize.1").exists());
}
