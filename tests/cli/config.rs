//! `standfirst.toml`: what it may set, who comes first, and what a stranger's may not do.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Output,
    sync::mpsc::{self, Receiver},
    thread,
};

use crate::support::{fixtures, lines, many, standfirst, stderr, stdout};

/// A folder with a configuration and a pile of articles.
fn folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("standfirst.toml"), config).unwrap();
    fs::write(folder.path().join("pile.jsonl"), many(2)).unwrap();
    folder
}

/// Runs `standfirst ARGS` in `folder`.
fn run_in(folder: &Path, args: &[&str]) -> Output {
    standfirst().current_dir(folder).args(args).output().unwrap()
}

#[test]
fn flags_come_before_the_profile_and_that_before_the_rest() {
    let folder = folder(
        "model = [\"lead\"]\nsentences = 1\nno-sentiment = true\n[summarize]\nformat = \"jsonl\"\n\
         [profile.long]\nsentences = 2",
    );
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    let count = |args: &[&str]| {
        let mut all = vec!["summarize", "../../pile.jsonl"];
        all.extend(args);
        let output = run_in(&deep, &all);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let found = lines(&stdout(&output));
        assert_eq!(found[0]["abstracts"][0]["model"], "lead");
        assert_eq!(found[0]["sentiment"].as_array().unwrap().len(), 0);
        found[0]["abstracts"][0]["sentences"].as_array().unwrap().len()
    };
    assert_eq!(count(&[]), 1);
    assert_eq!(count(&["--profile", "long"]), 2);
    assert_eq!(count(&["--profile", "long", "-n", "3"]), 3);
    // One that excludes it takes its place, too.
    assert_eq!(count(&["--words", "20"]), 2);
    // Nor does a number of sentences speak against a form that has one.
    assert_eq!(count(&["--profile", "long", "--style", "brief"]), 1);
    let two = run_in(&deep, &["summarize", "../../pile.jsonl", "--style", "brief", "-n", "2"]);
    assert!(stderr(&two).contains("one sentence"), "{}", stderr(&two));
    let named = ["summarize", "-f", "jsonl", "--config"];
    let config = folder.path().join("standfirst.toml");
    let harbour = fixtures().join("harbour.txt");
    let mut args = named.to_vec();
    args.extend([config.to_str().unwrap(), harbour.to_str().unwrap()]);
    let elsewhere = tempfile::tempdir().unwrap();
    let found = lines(&stdout(&run_in(elsewhere.path(), &args)));
    assert_eq!(found[0]["abstracts"][0]["sentences"].as_array().unwrap().len(), 1);
}

#[test]
fn the_ending_of_a_file_that_is_named_comes_before_a_format_that_is_not() {
    let folder = folder("model = \"lead\"\n[summarize]\nformat = \"jsonl\"");
    let output = run_in(folder.path(), &["summarize", "pile.jsonl", "--out", "x.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let written = fs::read_to_string(folder.path().join("x.csv")).unwrap();
    assert!(written.starts_with("id,source"), "{written}");
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_nothing_is_done() {
    for (config, words) in [
        ("modle = \"lead\"", "did you mean \"model\"?"),
        ("out = \"x.jsonl\"", "no setting \"out\""),
        ("[sumarize]\nmodel = \"lead\"", "did you mean \"summarize\"?"),
        ("model = \"lead\"\nsentences = 0", "an abstract has at least one sentence"),
        ("format = \"xml\"", "invalid value 'xml'"),
        ("model = [", "standfirst.toml"),
    ] {
        let folder = folder(config);
        let output = run_in(folder.path(), &["summarize", "pile.jsonl"]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{config}: {told}");
        assert!(told.contains(words) && told.contains("standfirst.toml"), "{config}: {told}");
        let without =
            run_in(folder.path(), &["summarize", "-m", "lead", "pile.jsonl", "--no-config"]);
        assert_eq!(without.status.code(), Some(0), "{}", stderr(&without));
        assert_eq!(run_in(folder.path(), &["completions", "bash"]).status.code(), Some(0));
    }
}

#[test]
fn a_profile_that_is_not_there_is_an_error() {
    let folder = folder("[profile.daily]\nsentences = 2");
    let output = run_in(folder.path(), &["summarize", "pile.jsonl", "--profile", "dayly"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean \"daily\"?"), "{}", stderr(&output));
    let empty = tempfile::tempdir().unwrap();
    let output = run_in(empty.path(), &["summarize", "x", "--profile", "daily"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is none here"), "{}", stderr(&output));
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from() {
    let folder =
        folder("sentences = 2\ncolor = \"never\"\n[profile.daily]\nmodel = [\"lead\", \"kl\"]");
    let args = ["config", "show", "--profile", "daily", "--offline"];
    let output = run_in(folder.path(), &args);
    let page = stdout(&output);
    let line = |key: &str| {
        let line = page.lines().find(|line| line.starts_with(key));
        line.unwrap_or_else(|| panic!("no {key} in {page} {}", stderr(&output))).to_owned()
    };
    assert!(line("sentences").ends_with("# the top"), "{page}");
    assert!(line("model").contains("[\"lead\", \"kl\"]"), "{page}");
    assert!(line("model").ends_with("# [profile.daily]"), "{page}");
    assert!(line("offline").ends_with("# the command line"), "{page}");
    assert!(line("max-bytes").contains("10000000") && line("max-bytes").ends_with("# default"));
    let mut with = standfirst();
    let with = with.current_dir(folder.path()).args(args).env("NO_COLOR", "1").output().unwrap();
    assert!(stdout(&with).lines().any(|line| line.ends_with("# NO_COLOR")), "{}", stdout(&with));
}

/// A card whose program leaves a mark, in `folder`.
#[cfg(unix)]
fn marking_card(folder: &Path) {
    fs::create_dir(folder.join("cards")).unwrap();
    let card = "id = \"marks\"\nabout = \"leaves a mark\"\nlicense = \"MIT\"\ntask = \"summarize\"\n\
                engine = \"command\"\n[command]\nprogram = [\"sh\", \"./mark.sh\"]\nwrite = [\"./\"]\n";
    fs::write(folder.join("cards/marks.toml"), card).unwrap();
    let program = "touch \"$(dirname \"$0\")/mark\"\nread -r line\n";
    fs::write(folder.join("cards/mark.sh"), program).unwrap();
}

#[cfg(unix)]
#[test]
fn a_configuration_that_was_found_runs_no_program_and_one_that_is_named_may() {
    let run = |config: &str, args: &[&str]| {
        let folder = folder(config);
        marking_card(folder.path());
        let mut all = vec!["summarize", "pile.jsonl", "--no-sentiment", "--mode", "generate"];
        all.extend(args);
        let output = run_in(folder.path(), &all);
        (stderr(&output), output.status.code(), folder.path().join("cards/mark").exists())
    };
    let both = "cards = \"cards\"\nmodel = \"marks\"";
    // The card is not taken, so there is no such model, whoever names it.
    for (config, args) in
        [(both, &[][..]), ("cards = \"cards\"", &["-m", "marks"]), (both, &["-m", "marks"])]
    {
        let (told, code, ran) = run(config, args);
        assert_eq!((code, ran), (Some(2), false), "{config} {args:?}: {told}");
        assert!(told.contains("was found, not named"), "{told}");
    }
    // Nor may it choose one that the user has from elsewhere.
    let (told, code, ran) = run("model = \"marks\"", &["--cards", "cards"]);
    assert_eq!((code, ran), (Some(2), false), "{told}");
    assert!(told.contains("names the model marks"), "{told}");
    // Whoever names it is asked nothing: that it may run what it says is seen by its mark.
    let (told, _, ran) = run(both, &["--config", "standfirst.toml"]);
    assert!(ran, "{told}");
}

/// A server that summarises whatever it is sent, and the heads of the requests that it gets.
fn server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (heads, received) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = heads.send(answered(stream.unwrap()));
        }
    });
    (url, received)
}

/// Answers one request, and gives its head in small letters.
fn answered(stream: TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    reader.by_ref().take(length.parse().unwrap()).read_to_end(&mut Vec::new()).unwrap();
    let body = r#"{"choices":[{"message":{"role":"assistant","content":"Ferry 0 left the harbour at dawn."},"finish_reason":"stop"}]}"#;
    let length = body.len();
    let start = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    write!(reader.get_mut(), "{start}content-length: {length}\r\n\r\n{body}").unwrap();
    head
}

/// A card of a server at a place where there is none.
fn far(folder: &Path) {
    fs::create_dir(folder.join("cards")).unwrap();
    let card = "id = \"far\"\nabout = \"a server\"\nlicense = \"MIT\"\ntask = \"summarize\"\nengine = \"openai\"\n\
                [prompt]\nuser = \"{sentences} {text}\"\n[decoding]\nmax_new_tokens = 60\n\
                [endpoint]\nurl = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\nretries = 0\n";
    fs::write(folder.join("cards/far.toml"), card).unwrap();
}

const GENERATE: [&str; 10] = [
    "summarize",
    "pile.jsonl",
    "--cards",
    "cards",
    "--no-sentiment",
    "--mode",
    "generate",
    "-n1",
    "-f",
    "jsonl",
];

#[test]
fn a_configuration_that_is_named_says_where_a_server_is_and_in_which_variable_its_key() {
    let (url, received) = server();
    let folder = folder("");
    far(folder.path());
    let config = |variable: &str| {
        let text = format!(
            "[endpoints.far]\nurl = \"{url}\"\n[profile.p.endpoints.far]\nkey_env = \"{variable}\""
        );
        fs::write(folder.path().join("here.toml"), text).unwrap();
    };
    let named = ["--config", "here.toml", "--profile", "p"];
    let run = |variable: &str| {
        config(variable);
        let mut command = standfirst();
        let command = command.current_dir(folder.path()).args(GENERATE).args(named);
        let command = command.args(["-m", "far", "--store", "kept"]).env(variable, "k123");
        let output = command.output().unwrap();
        let reports = lines(&stdout(&output));
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(reports[0]["abstracts"][0]["text"], "Ferry 0 left the harbour at dawn.");
        received.try_iter().collect::<Vec<_>>()
    };
    let heads = run("NEWSROOM_KEY");
    assert_eq!(heads.len(), 2, "{heads:?}");
    for head in heads {
        assert!(head.starts_with("post /v1/chat/completions "), "{head}");
        assert!(head.contains("authorization: bearer k123\r\n"), "{head}");
    }
    // A key in another variable makes no other model: the answers are known.
    assert_eq!(run("OTHER_KEY"), Vec::<String>::new());

    let mut show = standfirst();
    let show = show.current_dir(folder.path()).args(["config", "show"]).args(named);
    let page = stdout(&show.env_remove("OTHER_KEY").output().unwrap());
    let line = |key: &str| page.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    assert!(page.contains("\n[endpoints.far]\n"), "{page}");
    assert!(line("url").contains(&url) && line("url").ends_with("# [endpoints.far]"), "{page}");
    let place = "# [profile.p.endpoints.far]; it is not set";
    assert!(
        line("key_env").contains("\"OTHER_KEY\"") && line("key_env").ends_with(place),
        "{page}"
    );
}

#[test]
fn a_configuration_that_was_found_does_not_say_where_a_server_is() {
    let (url, received) = server();
    let config = format!("[endpoints.far]\nurl = \"{url}\"");
    let folder = folder(&config);
    far(folder.path());
    let run = |args: &[&str]| {
        let output = run_in(folder.path(), &[&GENERATE[..], args].concat());
        (output.status.code(), stderr(&output))
    };
    let (code, told) = run(&["-m", "far"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("where the server of far is") && told.contains("--config"), "{told}");
    assert_eq!(run(&["-m", "lead"]).0, Some(0), "a model without a server is none of its business");
    assert_eq!(run(&["-m", "far", "--config", "standfirst.toml"]).0, Some(0));
    assert_eq!(received.try_iter().count(), 2, "once for each article of the run that named it");
}

#[test]
fn a_server_of_no_card_is_an_error_with_what_may_be_meant() {
    let folder = folder("");
    far(folder.path());
    for (id, words) in [("farr", "did you mean far?"), ("salience", "there are far")] {
        fs::write(folder.path().join("x.toml"), format!("[endpoints.{id}]\nretries = 1")).unwrap();
        let output = run_in(folder.path(), &[&GENERATE[..], &["--config", "x.toml"]].concat());
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        let place = format!("[endpoints.{id}] of x.toml");
        assert!(told.contains(words) && told.contains(&place), "{told}");
    }
}
