//! Who is not let in, and what is not taken, with words that lead on.

use std::{io::Write as _, process::Command};

use super::{ARTICLE, Server, rest};
use crate::support::many;

const JSON: (&str, &str) = ("content-type", "application/json");
const LINES: (&str, &str) = ("content-type", "application/x-ndjson");
const TOKEN: &str = "a word that is long enough";

#[test]
fn what_cannot_be_answered_is_told_as_json_with_the_way_out() {
    let server = Server::start(&["--max-body", "2000", "--max-articles", "3"]);
    let large = format!("{{\"text\":\"{}\"}}", "Rain fell on the town. ".repeat(100));
    let four = format!("[{}]", [ARTICLE; 4].join(","));
    for (path, headers, body, status, words) in [
        ("/v1/summarize", &[JSON][..], "not json", 400, "JSON"),
        ("/v1/summarize", &[JSON], "{\"text\":", 400, "ends in the middle"),
        ("/v1/summarize", &[JSON], "", 400, "empty"),
        ("/v1/summarize", &[JSON], "[1, 2]", 400, "no articles"),
        ("/v1/summarize", &[JSON], r#"{"text":" "}"#, 400, "white space"),
        ("/v1/summarize", &[JSON], r#"{"id":"a"}"#, 400, "\"text\""),
        ("/v1/summarize", &[JSON], r#"{"text":7}"#, 400, "a number"),
        ("/v1/summarize", &[LINES], "", 400, "empty"),
        ("/v1/summarize", &[JSON], &large, 413, "application/x-ndjson"),
        ("/v1/summarize", &[JSON], &four, 413, "more than 3 articles"),
        ("/v1/summarize?model=lexrnk", &[JSON], ARTICLE, 422, "did you mean lexrank"),
        ("/v1/summarize?model=salience", &[JSON], ARTICLE, 422, "models fetch salience"),
        ("/v1/summarize?model=vader", &[JSON], ARTICLE, 422, "is for the task"),
        ("/v1/summarize?modl=lead", &[JSON], ARTICLE, 400, "it takes model"),
        ("/v1/summarize?sentences=0", &[JSON], ARTICLE, 400, "from 1"),
        (
            "/v1/summarize",
            &[("content-type", "application/x-www-form-urlencoded")],
            "text=a",
            415,
            "Content-Type",
        ),
        ("/v1/summarize", &[JSON, ("content-encoding", "gzip")], ARTICLE, 415, "Content-Encoding"),
        ("/v1/summarise", &[JSON], ARTICLE, 404, "/openapi.json"),
        ("/v1/models", &[JSON], ARTICLE, 405, "/openapi.json"),
    ] {
        let reply = server.post(path, headers, body);
        assert_eq!(reply.status, status, "{path} {body}: {}", reply.text);
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(words), "{path} {body}: {error}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    assert_eq!(server.get("/v1/clean", &[]).status, 405);
}

#[test]
fn of_lines_that_are_too_many_or_too_long_the_others_are_answered() {
    let server = Server::start(&["--max-body", "300", "--max-articles", "3"]);
    let long = format!("{{\"text\":\"{}\"}}\n", "Rain. ".repeat(100));
    let reply = server.post("/v1/clean", &[LINES], &(long.clone() + &many(1)));
    let lines = crate::support::lines(&reply.text);
    assert!(
        lines[0]["error"].as_str().unwrap().contains("larger than 300 bytes"),
        "{}",
        reply.text
    );
    assert_eq!((lines[0]["source"].as_str(), lines[1]["id"].as_str()), (Some("-:1"), Some("0")));
    let lines = crate::support::lines(&server.post("/v1/clean", &[LINES], &many(5)).text);
    assert_eq!(lines.len(), 4);
    assert!(lines[3]["error"].as_str().unwrap().contains("more than 3 articles"));
}

#[test]
fn bodies_are_bounded_wherever_they_go() {
    let server = Server::start(&["--max-body", "2000"]);
    let call = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}", "x".repeat(3_000));
    let accept = ("accept", "application/json, text/event-stream");
    let reply = server.post("/mcp", &[JSON, accept], &call);
    assert!(reply.status == 413 && reply.text.contains("2000 bytes"), "{}", reply.text);
    // Refused for what its head says, before any of it has come.
    let server = Server::start(&[]);
    let mut form = server.connect();
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 5000000\r\n\
                content-type: application/x-www-form-urlencoded\r\n\r\n";
    form.write_all(head.as_bytes()).unwrap();
    assert!(rest(form).starts_with("HTTP/1.1 413"));
}

#[test]
fn a_packed_body_is_not_unpacked() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let body = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0];
    let head = "POST /v1/clean HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 8\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let reply = rest(stream);
    assert!(reply.starts_with("HTTP/1.1 415") && reply.contains("unpacked"), "{reply}");
}

#[test]
fn heads_are_bounded() {
    let server = Server::start(&[]);
    let status = |headers: String| {
        let mut stream = server.connect();
        let _ = stream.write_all(
            format!(
                "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n"
            )
            .as_bytes(),
        );
        rest(stream).get(9..12).map(str::to_owned)
    };
    assert_eq!(status(String::new()).as_deref(), Some("200"));
    assert_eq!(status("x: y\r\n".repeat(100)).as_deref(), Some("431"));
    assert_eq!(status(format!("x: {}\r\n", "y".repeat(60_000))).as_deref(), Some("431"));
}

#[test]
fn with_a_token_only_who_knows_it_is_let_in() {
    let server = Server::with(&[], &[("STANDFIRST_TOKEN", TOKEN)], None);
    for path in ["/healthz", "/openapi.json", "/"] {
        assert_eq!(server.get(path, &[]).status, 200, "{path}");
    }
    for path in ["/v1/models", "/metrics", "/mcp"] {
        let reply = server.get(path, &[]);
        assert_eq!(
            (reply.status, reply.header("www-authenticate")),
            (401, Some("Bearer")),
            "{path}"
        );
        assert!(reply.text.contains("Authorization: Bearer TOKEN"), "{}", reply.text);
    }
    let wrong = ("authorization", "Bearer a word that is long enougH");
    assert_eq!(server.post("/v1/clean", &[JSON, wrong], ARTICLE).status, 401);
    let right = format!("Bearer {TOKEN}");
    let right = ("authorization", right.as_str());
    assert_eq!(server.post("/v1/clean", &[JSON, right], ARTICLE).status, 200);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(server.post("/", &form, "text=Rain+fell.&model=lead").status, 401);
    let known = format!("text=Rain+fell.&model=lead&token={}", TOKEN.replace(' ', "+"));
    assert_eq!(server.post("/", &form, &known).status, 200);
}

#[test]
fn other_names_and_other_pages_are_turned_away() {
    let server = Server::start(&[]);
    let mut rebound = server.connect();
    let head = "GET /v1/models HTTP/1.1\r\nhost: rebound.example\r\nconnection: close\r\n\r\n";
    rebound.write_all(head.as_bytes()).unwrap();
    let rebound = rest(rebound);
    assert!(rebound.starts_with("HTTP/1.1 403") && rebound.contains("localhost"), "{rebound}");
    let port = server.address.port();
    let own = format!("http://127.0.0.1:{port}");
    for (origin, status) in [(own.as_str(), 200), ("https://news.example", 403), ("null", 403)] {
        let reply = server.post("/v1/clean", &[JSON, ("origin", origin)], ARTICLE);
        assert_eq!(reply.status, status, "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

#[test]
fn it_does_not_stand_open_to_a_network() {
    let serve = |listen: &str, token: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standfirst"));
        command.args(["serve", "--listen", listen]).env_remove("STANDFIRST_TOKEN");
        command.envs(token.map(|token| ("STANDFIRST_TOKEN", token)));
        let output = command.output().unwrap();
        (output.status.code(), crate::support::stderr(&output))
    };
    let (status, said) = serve("0.0.0.0:0", None);
    assert!(status == Some(2) && said.contains("STANDFIRST_TOKEN"), "{said}");
    let (status, said) = serve("127.0.0.1:0", Some("short"));
    assert!(status == Some(2) && said.contains("at least 16"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (status, said) = serve(&taken.local_addr().unwrap().to_string(), None);
    assert!(status == Some(2) && said.contains("--listen"), "{said}");
}
