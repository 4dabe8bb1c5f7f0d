//! The commands around the main one.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{fixtures, run, standfirst, stderr, stdout};

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

/// More tokens than anybody reads at once.
const ENDLESS: u32 = 1 << 20;

/// A card of a small network of noise, which is made to say that it reads a million tokens.
fn endless(folder: &Path) {
    let network = fixtures().join("../../golden/gguf/llama3.gguf");
    let mut network = fs::read(network).unwrap();
    let key = b"llama.context_length";
    let at = network.windows(key.len()).position(|window| window == key).unwrap() + key.len();
    assert_eq!(network[at..at + 4], 4_u32.to_le_bytes(), "a whole number of 32 bits");
    network[at + 4..at + 8].copy_from_slice(&ENDLESS.to_le_bytes());
    fs::write(folder.join("endless.gguf"), network).unwrap();
    let card = "id = \"endless\"\ntask = \"summarize\"\nengine = \"candle\"\nmethod = \"generate\"\n\
                license = \"MIT\"\nabout = \"noise\"\n[prompt]\nuser = \"{text}\"\n[decoding]\nmax_new_tokens = 8\n\
                [[files]]\nrole = \"weights\"\npath = \"endless.gguf\"\nsources = [\"file:endless.gguf\"]\n";
    fs::write(folder.join("endless.toml"), card).unwrap();
}

#[test]
fn the_memory_that_a_model_takes_is_shown() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    endless(folder.path());
    let run = |args: &[&str]| {
        let mut command = standfirst();
        command.env("STANDFIRST_MODELS", cache.path()).env("STANDFIRST_CARDS", folder.path());
        command.current_dir(fixtures()).args(args).output().unwrap()
    };
    let memory = |id: &str| {
        let models = stdout(&run(&["models", "list", "--json"]));
        let models: Vec<Value> = serde_json::from_str(&models).unwrap();
        models.iter().find(|model| model["id"] == id).unwrap()["memory"].clone()
    };
    // Of a size that nobody knows nothing is guessed; a published file of 4 bits takes 10 a weight.
    assert_eq!((memory("endless"), memory("lead")), (Value::Null, Value::Null));
    let guessed = memory("smollm3-3b");
    assert_eq!(guessed["guessed"], true);
    let weights = guessed["weights"].as_f64().unwrap() / 3.075e9 * 8.0;
    assert!((9.5..=11.0).contains(&weights), "{weights} bits a weight");
    assert_eq!(run(&["models", "fetch", "endless"]).status.code(), Some(0));
    let page = stdout(&run(&["models", "show", "endless"]));
    assert!(page.contains("\nmemory ") && page.contains(" for keys and values"), "{page}");
    // Keys and values of as many tokens as it says that it reads, in 16 bits each, and nothing left over.
    let cache = memory("endless")["cache"].as_u64().unwrap();
    assert!(cache > 0 && cache.is_multiple_of(4 * u64::from(ENDLESS)), "{cache}");
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
