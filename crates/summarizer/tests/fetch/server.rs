//! A stand-in for the model hub: answers each connection with the next of its replies.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// How one request is answered.
pub enum Reply {
    /// The whole file, with its length.
    Whole(Vec<u8>),
    /// The part that was asked for, as a range if one was asked for.
    Ranged(Vec<u8>),
    /// The length of the whole, but only so many bytes of it; then the connection is closed.
    Broken(Vec<u8>, usize),
    /// So many bytes of the whole, then nothing, with the connection open.
    Stuck(Vec<u8>, usize),
    /// Bytes without an end and without a length.
    Endless,
    /// A status, and a body that is not the file.
    Status(u16),
    /// Somewhere else.
    Redirect(String),
    /// Another range than was asked for.
    WrongRange(Vec<u8>),
}

/// The path and the `Range` header of each request, such as `/path` and `bytes=5-`.
type Log = Mutex<Vec<(String, Option<String>)>>;

/// A listening stand-in.
pub struct Server {
    pub endpoint: String,
    /// What was asked for so far.
    pub seen: Arc<Log>,
}

impl Server {
    /// One that gives `replies`, one per request, and then refuses.
    pub fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        thread::spawn(move || {
            for reply in replies {
                let Ok((stream, _)) = listener.accept() else { return };
                answer(&stream, &reply, &log);
            }
        });
        Self { endpoint, seen }
    }

    pub fn paths(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    pub fn ranges(&self) -> Vec<Option<String>> {
        self.seen.lock().unwrap().iter().map(|(_, range)| range.clone()).collect()
    }
}

/// An address at which nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Reads one request and writes `reply`. The other side may hang up at any time.
fn answer(stream: &TcpStream, reply: &Reply, log: &Log) {
    let (path, range) = request(stream);
    log.lock().unwrap().push((path, range.clone()));
    let from =
        range.as_deref().and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let _ = match reply {
        Reply::Whole(file) => send(stream, "200 OK", file.len(), "", file),
        Reply::Ranged(file) => ranged(stream, file, from),
        Reply::Broken(file, n) => send(stream, "200 OK", file.len(), "", &file[..*n]),
        Reply::Stuck(file, n) => {
            let sent = send(stream, "200 OK", file.len(), "", &file[..*n]);
            await_hang_up(stream);
            sent
        }
        Reply::Endless => endless(stream),
        Reply::Status(status) => send(stream, &format!("{status} No"), 4, "", b"oops"),
        Reply::Redirect(to) => send(stream, "302 Found", 0, &format!("Location: {to}\r\n"), b""),
        Reply::WrongRange(file) => {
            let range = format!("Content-Range: bytes 0-{}/{}\r\n", file.len() - 1, file.len());
            send(stream, "206 Partial Content", file.len(), &range, file)
        }
    };
}

/// Says nothing until the other side has had enough.
fn await_hang_up(mut stream: &TcpStream) {
    while stream.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
}

/// Path and `Range` of the request.
fn request(stream: &TcpStream) -> (String, Option<String>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned));
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let range = headers.iter().filter_map(|line| line.split_once(": "));
    let range = range.filter(|(name, _)| name.eq_ignore_ascii_case("range"));
    (path.unwrap_or_default(), range.map(|(_, value)| value.to_owned()).next())
}

fn ranged(stream: &TcpStream, file: &[u8], from: Option<usize>) -> std::io::Result<()> {
    match from {
        None => send(stream, "200 OK", file.len(), "", file),
        Some(from) if from >= file.len() => send(stream, "416 Range Not Satisfiable", 0, "", b""),
        Some(from) => {
            let range =
                format!("Content-Range: bytes {from}-{}/{}\r\n", file.len() - 1, file.len());
            send(stream, "206 Partial Content", file.len() - from, &range, &file[from..])
        }
    }
}

fn endless(mut stream: &TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
    loop {
        stream.write_all(&[b'x'; 4096])?;
    }
}

fn send(
    mut stream: &TcpStream,
    status: &str,
    length: usize,
    header: &str,
    body: &[u8],
) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{header}\r\n"
    )?;
    stream.write_all(body)?;
    stream.flush()
}
