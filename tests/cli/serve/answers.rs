//! What is answered is what the commands write, byte for byte.

use std::{io::Write as _, thread, time::Duration};

use serde_json::{Value, json};

use super::{ARTICLE, Server, await_text, command, rest};
use crate::support::{judge, lines, many};

const LINES: (&str, &str) = ("content-type", "application/x-ndjson");

/// Lines good and bad.
fn pile() -> String {
    format!("{}not json\n\n{{\"text\": \"  \"}}\n{{\"id\": 7}}\n{ARTICLE}\n", many(20))
}

#[test]
fn lines_are_answered_as_the_commands_answer_them() {
    let server = Server::start(&["--jobs", "2"]);
    let jsonl = ["--format", "jsonl", "--input-format", "jsonl", "-"];
    let exact = [&["--no-timings"][..], &jsonl].concat();
    for (path, args) in [
        ("/v1/summarize", [&["summarize"][..], &exact].concat()),
        (
            "/v1/summarize?model=lead,lexrank&tone=vader&words=12&include_text=true",
            [
                &["summarize", "-m", "lead,lexrank", "--sentiment-model", "vader", "-w", "12"][..],
                &["--include-text"],
                &exact,
            ]
            .concat(),
        ),
        (
            "/v1/summarize?model=kl&tone=none&sentences=1",
            [&["summarize", "-m", "kl", "--no-sentiment", "-n", "1"][..], &exact].concat(),
        ),
        ("/v1/sentiment", [&["sentiment"][..], &exact].concat()),
        ("/v1/clean", [&["clean"][..], &jsonl].concat()),
    ] {
        let reply = server.post(path, &[LINES], &pile());
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
        assert_eq!(reply.text, command(&args, &pile()), "{path}");
    }
}

#[test]
fn summaries_are_checked_as_the_command_checks_them() {
    let server = Server::start(&[]);
    let pair = |id: &str, summary: Option<&str>| {
        let text = "The ferry carried 140 passengers. It sailed on Friday, said Ben Roe.";
        let mut pair = json!({"id": id, "text": text});
        if let Some(summary) = summary {
            pair["summary"] = summary.into();
        }
        format!("{pair}\n")
    };
    let pairs = [
        pair("good", Some("The ferry carried 140 passengers.")),
        pair("bad", Some("The ferry carried 240 passengers. It sailed on Monday.")),
        pair("none", None),
    ]
    .concat();
    let reply = server.post("/v1/check", &[LINES], &pairs);
    assert_eq!(reply.text, command(&["check", "-", "--format", "jsonl"], &pairs));
    assert_eq!(lines(&reply.text)[1]["sentences"][0]["flags"], json!(["number"]));
    let one = server.ask("/v1/check", pairs.lines().last().unwrap());
    assert_eq!(one.status, 422);
    assert!(one.json()["error"].as_str().unwrap().contains("\"summary\""), "{}", one.text);
}

#[test]
fn a_model_of_entailment_is_asked_where_the_server_has_one() {
    let folder = tempfile::tempdir().unwrap();
    judge(folder.path());
    let cards = folder.path().to_str().unwrap();
    let with = ["--cards", cards, "--check-model", "judge"];
    let server = Server::start(&with);
    let text =
        "The ferry company bought three electric boats. The crossing is planned for January.";
    let pair = |summary: &str| json!({"text": text, "summary": summary}).to_string() + "\n";
    let pairs = pair("Vessels sank at sea.") + &pair("Its fleet has grown.");
    let reply = server.post("/v1/check", &[LINES], &pairs);
    let args = [&["check", "-", "--format", "jsonl"][..], &with].concat();
    assert_eq!(reply.text, command(&args, &pairs));
    let verdicts: Vec<_> =
        lines(&reply.text).iter().map(|line| line["sentences"][0]["verdict"].clone()).collect();
    assert_eq!(verdicts, ["contradicted", "supported"]);
}

#[test]
fn models_are_compared_as_the_command_compares_them() {
    let server = Server::start(&[]);
    let reply = server.post("/v1/compare?model=lead,kl&model=luhn&sentences=2", &[LINES], &pile());
    let args = ["compare", "-m", "lead,kl,luhn", "-n", "2", "--format", "json", "--no-timings"];
    let args = [&args[..], &["--input-format", "jsonl", "-"]].concat();
    assert_eq!(reply.text, command(&args, &pile()));
    let alone = server.ask("/v1/compare?model=lead", ARTICLE);
    assert_eq!(alone.status, 400);
    assert!(alone.text.contains("two models or more"), "{}", alone.text);
}

#[test]
fn json_is_answered_by_an_object_for_one_and_an_array_for_many() {
    let server = Server::start(&[]);
    let array = format!("[{ARTICLE}, {{\"text\": \" \"}}, {ARTICLE}]");
    let args = ["--no-timings", "--input-format", "json", "--format"];
    let reply = server.ask("/v1/summarize", &array);
    assert_eq!(reply.text, command(&[&["summarize", "-"][..], &args, &["json"]].concat(), &array));
    assert!(server.ask("/v1/summarize", &format!("[{ARTICLE}]")).json().is_array());
    let one = server.ask("/v1/summarize", ARTICLE);
    assert_eq!(one.text, command(&[&["summarize", "-"][..], &args, &["jsonl"]].concat(), ARTICLE));
    assert_eq!(one.header("cache-control"), Some("no-store"));
}

#[test]
fn a_text_and_a_page_are_articles_too() {
    let server = Server::start(&[]);
    let text = "The bridge opened on Monday. Traffic was light.";
    let plain =
        server.post("/v1/summarize", &[("content-type", "text/plain; charset=utf-8")], text);
    assert_eq!(
        plain.json()["abstracts"][0]["sentences"][0]["text"],
        "The bridge opened on Monday."
    );
    let page = format!("<html><title>Bridge</title><p>{text}</p></html>");
    let page = server.post("/v1/clean", &[("content-type", "text/html")], &page).json();
    assert!(page["repaired"].as_str().unwrap().contains("Traffic was light."), "{page}");
}

#[test]
fn a_line_is_answered_before_the_next_one_is_sent() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let head = "POST /v1/clean HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    for turn in 0..3 {
        let line = format!("{{\"id\":\"turn {turn}\",\"text\":\"Rain fell on Oslo.\"}}\n");
        // In two pieces, the first of which is no line.
        let (one, two) = line.split_at(9);
        for piece in [one, two] {
            write!(stream, "{:x}\r\n{piece}\r\n", piece.len()).unwrap();
            stream.flush().unwrap();
            thread::sleep(Duration::from_millis(20));
        }
        let came = await_text(&mut stream, "\"error\":null}\n");
        assert!(came.contains(&format!("\"id\":\"turn {turn}\"")), "{came}");
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert!(rest(stream).ends_with("0\r\n\r\n"));
}

#[test]
fn events_come_where_they_are_accepted() {
    let server = Server::start(&["--max-articles", "3"]);
    let accept = [("accept", "text/event-stream"), LINES];
    let reply = server.post("/v1/sentiment", &accept, &many(2));
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    let events: Vec<&str> = reply.text.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 3, "{}", reply.text);
    let data = |event: &str| -> Value {
        let (head, data) = event.split_once("\ndata: ").unwrap();
        assert!(head.starts_with("event: "), "{event}");
        serde_json::from_str(data).unwrap()
    };
    assert_eq!(data(events[1])["id"], "1");
    assert_eq!(events[2], "event: end\ndata: {}");
    let cut = server.post("/v1/sentiment", &accept, &many(4)).text;
    assert!(cut.contains("event: error\ndata: {\"error\":\"more than 3 articles"), "{cut}");
}

#[test]
fn only_models_that_are_offered_are_there() {
    let ids = |server: &Server| -> Vec<String> {
        let models = server.get("/v1/models", &[]).json();
        let models = models["models"].as_array().unwrap().iter();
        models.map(|model| model["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = Server::start(&[]);
    let there = ids(&all);
    assert!(there.contains(&"lead".to_owned()) && there.contains(&"vader".to_owned()));
    assert!(!there.contains(&"salience".to_owned()), "its files are not there: {there:?}");
    let some = Server::start(&["--model", "kl,vader"]);
    assert_eq!(ids(&some), ["kl", "vader"]);
    assert_eq!(some.ask("/v1/summarize", ARTICLE).json()["abstracts"][0]["model"], "kl");
    let other = some.ask("/v1/summarize?model=lead", ARTICLE);
    assert_eq!(other.status, 422);
    assert!(other.text.contains("not offered here; take one of kl, vader"), "{}", other.text);
}

#[test]
fn the_description_is_of_what_there_is() {
    let server = Server::start(&[]);
    let document = server.get("/openapi.json", &[]).json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let status = match method.as_str() {
                "get" => server.get(path, &[]).status,
                _ => server.post(path, &[], "").status,
            };
            assert!(![404, 405].contains(&status), "{method} {path}: {status}");
        }
    }
    let validate = |schema: &str, answer: &Value| {
        let mut whole = json!({"$ref": format!("#/components/schemas/{schema}")});
        whole["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&whole).unwrap();
        let errors: Vec<_> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{schema}: {errors:?}");
    };
    let pair = ARTICLE.replace("\"id\"", "\"summary\":\"Traffic was heavy.\",\"id\"");
    for path in ["summarize?include_text=true&timings=true", "sentiment", "check", "clean"] {
        let schema = &document["paths"][format!("/v1/{}", path.split('?').next().unwrap())];
        let schema = &schema["post"]["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = schema["oneOf"][0]["$ref"].as_str().unwrap();
        let name = schema.rsplit('/').next().unwrap();
        validate(name, &server.ask(&format!("/v1/{path}"), &pair).json());
    }
    validate("Comparison", &server.ask("/v1/compare?model=lead,kl", ARTICLE).json());
    validate("Error", &server.ask("/v1/clean", "{").json());
    for model in server.get("/v1/models", &[]).json()["models"].as_array().unwrap() {
        validate("Model", model);
    }
}

#[test]
fn mcp_is_there_over_http() {
    let server = Server::start(&[]);
    let accept = ("accept", "application/json, text/event-stream");
    let ask = |message: &Value| {
        let headers = [accept, ("content-type", "application/json")];
        let reply = server.post("/mcp", &headers, &message.to_string());
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    };
    let list = ask(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}));
    assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 6, "{list}");
    let call = json!({"name": "summarize", "arguments": {"article": "Rain fell. It was Monday.", "model": "lead"}});
    let call = ask(&json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
    let sentence = &call["result"]["structuredContent"]["abstracts"][0]["sentences"][0];
    assert_eq!(sentence["verdict"], "copied", "{call}");
    let file = json!({"name": "summarize", "arguments": {"article_path": "/etc/hostname"}});
    let file = ask(&json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": file}));
    assert_eq!(file["result"]["isError"], true, "{file}");
}
