//! Requests are told to an OpenTelemetry collector, which a socket of ours stands in for.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use super::{ARTICLE, PATIENCE, Server};

/// Path and body of what comes to a collector at the address.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut path, mut length) = (String::new(), 0);
            for line in stream.by_ref().lines() {
                let line = line.unwrap().to_lowercase();
                if line.is_empty() {
                    break;
                }
                if path.is_empty() {
                    path.clone_from(&line);
                }
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            if tell.send((path, body)).is_err() {
                return;
            }
        }
    });
    (address, told)
}

/// Whether `part` stands somewhere in `whole`.
fn holds(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_request_is_a_span_of_the_trace_that_it_comes_from() {
    let (address, told) = collector();
    let server = Server::with(&[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &address)], None);
    let trace = [
        0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31,
        0x9c,
    ];
    let parent = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let json = ("content-type", "application/json");
    assert_eq!(server.post("/v1/clean", &[json, parent], ARTICLE).status, 200);
    assert_eq!(server.get("/v1/%73ecret", &[]).status, 404);
    // What waits is sent when it ends.
    server.signal("-TERM");
    let (path, body) = told.recv_timeout(PATIENCE).unwrap();
    assert!(path.starts_with("post /v1/traces "), "{path}");
    for part in
        [&b"standfirst"[..], b"POST /v1/clean", b"GET other", b"http.response.status_code", &trace]
    {
        assert!(holds(&body, part), "no {:?}", String::from_utf8_lossy(part));
    }
    for text in [&b"secret"[..], b"harbour"] {
        assert!(!holds(&body, text), "what was asked is in a span");
    }
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_collector_that_is_not_there_holds_nothing_up() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = format!("http://{gone}");
    let server = Server::with(&[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &address)], None);
    assert_eq!(server.get("/healthz", &[]).status, 200);
    server.signal("-TERM");
    assert_eq!(server.wait(), Some(0));
}
