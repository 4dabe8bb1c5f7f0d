//! A stand-in for a chat server, which misbehaves as it is told.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// How one request is answered.
#[derive(Clone)]
pub enum Reply {
    /// An answer of the protocol.
    Text(&'static str),
    /// The same, but only after so many milliseconds.
    Slow(&'static str, u64),
    /// The first words of the article, as an answer.
    Echo,
    /// About a claim: supported where it stands in its premise, else unsaid.
    Judge,
    /// A status, a header line (may be empty), and a body.
    Status(u16, &'static str, &'static str),
    /// The start of an answer, and then the end of the connection.
    Broken,
    /// The end of the connection at once.
    Closed,
    /// Nothing, with the connection open.
    Silent,
    /// A body without an end.
    Endless,
    /// A byte at a time, for ever.
    Drip,
    /// What is not the protocol.
    Body(&'static str),
    /// A body that was packed with gzip.
    Packed(Vec<u8>),
}

/// What a request was.
pub struct Seen {
    pub path: String,
    pub key: Option<String>,
    pub question: Value,
}

/// A listening stand-in; every connection is answered on a thread of its own.
pub struct Server {
    pub url: String,
    pub seen: Arc<Mutex<Vec<Seen>>>,
    /// Most requests that were open at once.
    pub most: Arc<AtomicUsize>,
}

impl Server {
    /// One that gives `replies` in the order of requests, and the last of them for ever.
    pub fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (seen, most) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (log, peak, open) =
            (Arc::clone(&seen), Arc::clone(&most), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, peak, open) = (Arc::clone(&log), Arc::clone(&peak), Arc::clone(&open));
                let replies = replies.clone();
                thread::spawn(move || serve(&stream, &replies, &log, &peak, &open));
            }
        });
        Self { url, seen, most }
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// An address at which nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

/// All requests of one connection. The other side may hang up at any time.
fn serve(
    stream: &TcpStream,
    replies: &[Reply],
    log: &Mutex<Vec<Seen>>,
    peak: &AtomicUsize,
    open: &AtomicUsize,
) {
    let mut reader = BufReader::new(stream);
    while let Some(seen) = request(&mut reader) {
        let now = open.fetch_add(1, Ordering::SeqCst) + 1;
        peak.fetch_max(now, Ordering::SeqCst);
        let question = seen.question.clone();
        let reply = {
            let mut log = log.lock().unwrap();
            log.push(seen);
            replies[(log.len() - 1).min(replies.len() - 1)].clone()
        };
        // Freed before the answer is out: who has read it may ask again at once.
        let go_on = answer(stream, &reply, &question, &|| {
            open.fetch_sub(1, Ordering::SeqCst);
        });
        if go_on.is_err() {
            return;
        }
    }
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut key, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => key = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if line.starts_with("CONNECT ") {
        // A proxy asked for a tunnel: what comes through it is for us as well.
        let mut stream: &TcpStream = reader.get_ref();
        stream.write_all(b"HTTP/1.1 200 X\r\n\r\n").ok()?;
        return request(reader).map(|seen| Seen { path: path + &seen.path, ..seen });
    }
    Some(Seen { path, key, question: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

/// Writes `reply`; an error if the connection is at its end.
fn answer(
    mut stream: &TcpStream,
    reply: &Reply,
    question: &Value,
    over: &dyn Fn(),
) -> std::io::Result<()> {
    let end = || Err(std::io::ErrorKind::ConnectionAborted.into());
    match reply {
        Reply::Slow(_, millis) => thread::sleep(Duration::from_millis(*millis)),
        // Until the other side has had enough.
        Reply::Silent => while stream.read(&mut [0; 64]).is_ok_and(|count| count > 0) {},
        _ => {}
    }
    over();
    match reply {
        Reply::Text(text) | Reply::Slow(text, _) => send(stream, 200, "", &said(text)),
        Reply::Echo => {
            let asked =
                question["messages"].as_array().and_then(|all| all.last()?["content"].as_str());
            let words: Vec<&str> = asked.unwrap_or("").split_whitespace().take(6).collect();
            send(stream, 200, "", &said(&format!("{}.", words.join(" "))))
        }
        Reply::Judge => {
            let asked = question["messages"][1]["content"].as_str().unwrap_or("");
            let pair: Value = serde_json::from_str(asked.lines().next().unwrap_or("")).unwrap();
            let part = |key: &str| pair[key].as_str().unwrap().to_owned();
            let stands = part("premise").contains(&part("claim"));
            send(stream, 200, "", &said(if stands { "Supported." } else { "unsaid" }))
        }
        Reply::Status(status, header, body) => send(stream, *status, header, body),
        Reply::Body(body) => send(stream, 200, "", body),
        Reply::Packed(body) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes())?;
            stream.write_all(body)
        }
        Reply::Broken => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"choices\":")?;
            end()
        }
        Reply::Closed | Reply::Silent => end(),
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b' '; 1 << 12])?;
            }
        }
        Reply::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(b" ")?;
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

fn said(text: &str) -> String {
    json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}).to_string()
}

fn send(mut stream: &TcpStream, status: u16, header: &str, body: &str) -> std::io::Result<()> {
    let line = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let head = format!("HTTP/1.1 {status} X\r\n{line}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes())
}
