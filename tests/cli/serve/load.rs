//! Many at once, slow ones, those who go, and the end.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::{ARTICLE, PATIENCE, Server, await_text, rest};
use crate::support::many;

const SLOW: &str = "/v1/summarize?model=slow&tone=none";

/// Waits for an end, and says what it was.
fn status(reply: &str) -> &str {
    reply.get(9..12).unwrap_or_else(|| panic!("no reply: {reply:?}"))
}

#[test]
fn past_the_queue_one_is_told_when_to_come_again() {
    let server = Server::slow("1", &["--jobs", "1", "--queue", "1"]);
    // Two in hand, of which one is at work; one that waits.
    let mut sent: Vec<TcpStream> = Vec::new();
    for _ in 0..2 {
        sent.push(server.send(SLOW, "application/json", ARTICLE));
    }
    server.until("articles_in_hand", |count| count == 2);
    sent.push(server.send(SLOW, "application/json", ARTICLE));
    server.until("requests_waiting", |count| count == 1);
    let refused = server.ask(SLOW, ARTICLE);
    assert_eq!(refused.status, 429, "{}", refused.text);
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert!(refused.json()["error"].as_str().unwrap().contains("come again in"));
    for stream in sent {
        let reply = rest(stream);
        assert!(status(&reply) == "200" && reply.contains("Rain fell."), "{reply}");
    }
    assert_eq!((server.metric("refused_total"), server.metric("articles_total")), (1, 3));
}

#[test]
fn slow_clients_keep_nobody_waiting() {
    let server = Server::start(&["--jobs", "1", "--queue", "1"]);
    let begun = |head: &str| {
        let mut stream = server.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let head = "POST /v1/summarize HTTP/1.1\r\nhost: localhost\r\n";
    let mut slow = Vec::new();
    for _ in 0..40 {
        slow.push(begun("POST /v1/summ"));
        slow.push(begun(&format!("{head}content-length: 500\r\n\r\n{{\"text\":")));
        let lines = "content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
        slow.push(begun(&format!("{head}{lines}5\r\n{{\"te\r\n")));
    }
    // Answers that nobody takes, more than sockets hold: whoever sends has to wait, too.
    let sentences: Vec<String> = (0..20_000).map(|n| format!("Rain fell on town {n}. ")).collect();
    let sentences = sentences.concat();
    let large = format!("{{\"text\":\"{sentences}\"}}\n").repeat(60);
    for _ in 0..4 {
        let (address, large) = (server.address, large.clone());
        thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            let head = format!(
                "{head}content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
                large.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(large.as_bytes());
            thread::sleep(PATIENCE);
        });
    }
    // Until nothing moves any more.
    let mut before = 0;
    server.until("articles_total", |count| {
        thread::sleep(Duration::from_millis(500));
        count > 4 && std::mem::replace(&mut before, count) == count
    });
    let since = Instant::now();
    for _ in 0..10 {
        assert_eq!(server.ask("/v1/summarize?model=lead", ARTICLE).status, 200);
    }
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
}

#[test]
fn who_goes_is_not_worked_for() {
    let server = Server::slow("0.2", &["--jobs", "1"]);
    // In the middle of one, and in the middle of many.
    let one = server.send(SLOW, "application/json", ARTICLE);
    server.until("articles_in_hand", |count| count == 1);
    drop(one);
    server.until("articles_in_hand", |count| count == 0);
    let mut stream = server.send(SLOW, "application/x-ndjson", &many(300));
    await_text(&mut stream, "Rain fell.");
    drop(stream);
    server.until("articles_in_hand", |count| count == 0);
    let articles = server.metric("articles_total");
    assert!(articles < 30, "{articles} of 300 were worked on");
    assert_eq!(server.ask(SLOW, ARTICLE).status, 200);
}

#[test]
fn a_request_has_its_time() {
    let server = Server::slow("0.5", &["--jobs", "1", "--max-seconds-per-request", "1"]);
    let array = format!("[{}]", [ARTICLE; 8].join(","));
    let reply = server.ask(SLOW, &array).json();
    let last = reply.as_array().unwrap().last().unwrap();
    assert!(last["error"].as_str().unwrap().contains("not done after 1 s"), "{reply}");
    assert!(reply.as_array().unwrap().len() < 8);
    let hung = Server::slow("30", &["--max-seconds-per-request", "1"]);
    let reply = hung.ask(SLOW, ARTICLE);
    assert_eq!(reply.status, 503, "{}", reply.text);
    hung.until("articles_in_hand", |count| count == 0);
}

#[test]
fn a_line_that_does_not_end_has_its_time_too() {
    let server = Server::start(&["--max-seconds-per-request", "1"]);
    let mut stream = server.connect();
    let head = "POST /v1/clean HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut sender = stream.try_clone().unwrap();
    thread::spawn(move || {
        while sender.write_all(b"1\r\n \r\n").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let reply = await_text(&mut stream, "not done after 1 s");
    assert_eq!(status(&reply), "503");
}

#[test]
fn it_stops_when_what_is_in_flight_is_done() {
    for name in ["-INT", "-TERM"] {
        let server = Server::slow("0.5", &["--jobs", "1"]);
        let one = server.send(SLOW, "application/json", ARTICLE);
        let mut stream = server.connect();
        let head = format!(
            "POST {SLOW} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let line = format!("{ARTICLE}\n");
        write!(stream, "{:x}\r\n{line}\r\n", line.len()).unwrap();
        server.until("articles_in_hand", |count| count == 2);
        let address = server.address;
        server.signal(name);
        let reply = rest(one);
        assert!(status(&reply) == "200" && reply.contains("Rain fell."), "{reply}");
        let reply = rest(stream);
        assert!(reply.contains("Rain fell.") && reply.contains("is being stopped"), "{reply}");
        let since = Instant::now();
        assert_eq!(server.wait(), Some(0));
        assert!(since.elapsed() < PATIENCE);
        assert!(TcpStream::connect(address).is_err());
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Server::slow("300", &[]);
    let _hangs = server.send(SLOW, "application/json", ARTICLE);
    server.until("articles_in_hand", |count| count == 1);
    server.signal("-INT");
    thread::sleep(Duration::from_millis(300));
    server.signal("-INT");
    assert_eq!(server.wait(), Some(130));
}

#[test]
fn what_is_counted_can_be_read() {
    let server = Server::start(&[]);
    server.ask("/v1/clean", ARTICLE);
    server.get("/nowhere/else", &[]);
    let text = server.get("/metrics", &[]).text;
    assert!(
        text.contains("standfirst_requests_total{path=\"/v1/clean\",status=\"200\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("{path=\"other\",status=\"404\"} 1\n"), "{text}");
    let seconds = "standfirst_request_seconds_count{path=\"/v1/clean\"} 1\n";
    assert!(text.contains(seconds) && text.ends_with("# EOF\n"), "{text}");
    assert!(server.metric("resident_memory_bytes") > 1_000_000);
    let ready = Instant::now();
    while server.get("/readyz", &[]).status != 200 {
        assert!(ready.elapsed() < PATIENCE);
    }
}
