//! `--style`, and what servers charge, on the whole program.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
};

use serde_json::{Value, json};

use crate::{
    contract::schema,
    support::{FIXTURES, lines, run, standfirst, stderr, stdout},
};

/// The abstracts of the fixtures in a style, by `lead`.
fn styled(flags: &[&str]) -> Vec<Value> {
    let mut args = vec!["summarize", "-m", "lead", "--no-sentiment", "-f", "jsonl", "--no-timings"];
    args.extend(FIXTURES);
    args.extend(flags);
    let schema = schema();
    let reports = lines(&stdout(&run(&args)));
    for report in &reports {
        assert!(schema.is_valid(report), "{report}");
    }
    let read = reports.into_iter().filter(|report| report["error"].is_null());
    read.map(|report| report["abstracts"][0].clone()).collect()
}

fn texts(cell: &Value) -> Vec<String> {
    let sentences = cell["sentences"].as_array().unwrap().iter();
    sentences.map(|sentence| sentence["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_style_keeps_to_its_form_and_says_which_it_is() {
    assert!(styled(&[]).iter().all(|cell| cell.get("style").is_none()));
    assert_eq!(styled(&["--style", "standfirst"]), styled(&[]));
    for style in ["headline", "bullets", "brief", "social"] {
        let cells = styled(&["--style", style]);
        assert!(cells.iter().any(|cell| cell["text"].is_string()), "{style}: {cells:?}");
        for cell in cells {
            assert_eq!(cell["style"], style);
            if let Some(error) = cell["error"].as_str() {
                assert!(style == "headline" && error.contains("at most 12 words"), "{error}");
                continue;
            }
            let (texts, text) = (texts(&cell), cell["text"].as_str().unwrap());
            match style {
                "headline" => {
                    assert!(texts.len() == 1 && !text.ends_with('.'), "{text}");
                    assert!(text.split_whitespace().count() <= 12, "{text}");
                }
                "bullets" => assert_eq!(text.split('\n').collect::<Vec<_>>(), texts),
                "brief" => assert_eq!(texts.len(), 1),
                _ => assert!(text.chars().count() <= 280, "{text}"),
            }
        }
    }
    let short = styled(&["--style", "social", "--chars", "90"]);
    let short: Vec<&str> = short.iter().filter_map(|cell| cell["text"].as_str()).collect();
    assert!(!short.is_empty() && short.iter().all(|text| text.chars().count() <= 90), "{short:?}");
}

#[test]
fn points_are_a_list_to_readers_and_a_second_sentence_of_a_brief_is_refused() {
    let page = |form| {
        stdout(&run(&[
            "summarize",
            "harbour.txt",
            "-m",
            "lead",
            "--style",
            "bullets",
            "-n2",
            "-f",
            form,
        ]))
    };
    assert_eq!(page("text").lines().filter(|line| line.starts_with("  - ")).count(), 2);
    let points = page("markdown");
    let (points, _) = points.split_once("Tone").unwrap();
    assert!(points.lines().filter(|line| line.starts_with("- ")).count() >= 2, "{points}");
    let output = run(&["summarize", "harbour.txt", "-m", "lead", "--style", "brief", "-n2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--style brief: the style brief is one sentence"));
}

/// A server that knows `max_completion_tokens` alone, and tells of tokens; the bodies it was sent.
fn server() -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (bodies, received) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = bodies.send(answered(stream.unwrap()));
        }
    });
    (url, received)
}

fn answered(stream: TcpStream) -> Value {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = Vec::new();
    reader.by_ref().take(length.parse().unwrap()).read_to_end(&mut body).unwrap();
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let (status, answer) = if asked.get("max_tokens").is_some() {
        let said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
        ("400 Bad Request", json!({"error": {"message": said}}))
    } else {
        let message = json!({"role": "assistant", "content": "Headline: Ferry leaves at dawn."});
        let choice = json!({"message": message, "finish_reason": "stop"});
        let usage = json!({"prompt_tokens": 1_000, "completion_tokens": 10});
        ("200 OK", json!({"choices": [choice], "usage": usage}))
    };
    let answer = answer.to_string();
    let start =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    write!(reader.get_mut(), "{start}content-length: {}\r\n\r\n{answer}", answer.len()).unwrap();
    asked
}

#[test]
fn a_server_is_asked_for_the_style_and_what_it_charges_is_told() {
    let (url, received) = server();
    let folder = tempfile::tempdir().unwrap();
    let card = format!(
        "id = \"far\"\nabout = \"a server\"\nlicense = \"MIT\"\ntask = \"summarize\"\nengine = \"openai\"\n\
         [prompt]\nuser = \"{{text}}\"\n[decoding]\nmax_new_tokens = 60\n\
         [endpoint]\nurl = \"{url}\"\nmodel = \"m\"\nconcurrency = 1\n\
         price = {{ input = 2.0, output = 10.0, currency = \"EUR\" }}\n"
    );
    fs::write(folder.path().join("far.toml"), card).unwrap();
    let mut command = standfirst();
    let command = command.args(["summarize", "harbour.txt", "orchard.md", "--no-sentiment"]);
    let command = command.args(["--mode", "generate", "-m", "far", "--style", "headline"]);
    let command = command.args(["--jobs", "1"]);
    let output = command.args(["-f", "jsonl", "--cards"]).arg(folder.path()).output().unwrap();
    let reports = lines(&stdout(&output));
    assert_eq!(reports.len(), 2, "{}", stderr(&output));
    for report in &reports {
        assert!(schema().is_valid(report), "{report}");
        let cell = &report["abstracts"][0];
        assert_eq!(cell["text"], "Ferry leaves at dawn");
        // 1,000 × 2 / 10^6 + 10 × 10 / 10^6
        let usage = json!({"prompt_tokens": 1_000, "completion_tokens": 10, "cost": 0.0021});
        assert_eq!(cell["usage"], usage);
    }
    let told = stderr(&output);
    assert!(
        told.contains("far read 2,000 tokens and wrote 20 tokens, which cost 0.0042 EUR"),
        "{told}"
    );
    let bodies: Vec<Value> = received.try_iter().collect();
    let refused = bodies.iter().filter(|body| body.get("max_tokens").is_some()).count();
    assert_eq!((bodies.len(), refused), (3, 1), "the name of the limit is found out once");
    let question = bodies[2]["messages"][0]["content"].as_str().unwrap();
    assert!(question.contains("one line of at most 12 words"), "{question}");
}
