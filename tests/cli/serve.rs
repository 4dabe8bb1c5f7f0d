//! `standfirst serve`, over real sockets.

mod answers;
mod doors;
mod load;
mod page;
#[cfg(feature = "otel")]
mod telemetry;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::no_models;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);
/// A program that takes some time over an article: `SECONDS` is put in.
const SLOW: &str = "while read -r line; do\nsleep SECONDS\nid=${line#*\\\"id\\\":\\\"}\nid=${id%%\\\"*}\necho \"{\\\"id\\\":\\\"$id\\\",\\\"summary\\\":\\\"Rain fell.\\\"}\"\ndone\n";
const CARD: &str = "id = \"slow\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"slow\"\n[command]\nprogram = [\"sh\", \"./slow.sh\"]\n";
/// An article that nothing is wrong with.
pub const ARTICLE: &str = r#"{"id":"a","text":"The harbour bridge opened on Monday. Traffic was light. Nobody was hurt, said Ada Quill."}"#;

/// A server, which ends with the test.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    agent: ureq::Agent,
    /// A folder with the card of a slow model, where there is one.
    _folder: Option<tempfile::TempDir>,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Server {
    /// `standfirst serve ARGS` on a free port, without models that have files.
    pub fn start(args: &[&str]) -> Self {
        Self::with(args, &[], None)
    }

    /// The same, with a model `slow` that takes so many seconds over an article.
    pub fn slow(seconds: &str, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("slow.toml"), CARD).unwrap();
        fs::write(folder.path().join("slow.sh"), SLOW.replace("SECONDS", seconds)).unwrap();
        let cards = folder.path().to_str().unwrap().to_owned();
        let args = [args, &["--model", "slow", "--mode", "generate", "--cards", &cards]].concat();
        Self::with(&args, &[], Some(folder))
    }

    pub fn with(args: &[&str], env: &[(&str, &str)], folder: Option<tempfile::TempDir>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .env("STANDFIRST_MODELS", no_models())
            .env_remove("STANDFIRST_TOKEN")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            assert!(stderr.read_line(&mut said).unwrap() > 0, "it ended: {said}");
            if let Some((_, address)) = said[before..].split_once("listening on http://") {
                break address.trim().parse().unwrap();
            }
        };
        // What it logs has to go somewhere, or it would wait.
        thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { child, address, agent: config.into(), _folder: folder }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.call())
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.send(body))
    }

    /// Posts `body` as JSON.
    pub fn ask(&self, path: &str, body: &str) -> Reply {
        self.post(path, &[("content-type", "application/json")], body)
    }

    /// A connection of one's own.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// A connection on which a request with this body was sent, whose answer nobody has read.
    pub fn send(&self, path: &str, media_type: &str, body: &str) -> TcpStream {
        let mut stream = self.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {media_type}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        stream
    }

    /// A number of `/metrics`.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics", &[]).text;
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("standfirst_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// Waits until a number of `/metrics` is so.
    pub fn until(&self, name: &str, mut is: impl FnMut(u64) -> bool) {
        let since = Instant::now();
        while !is(self.metric(name)) {
            assert!(since.elapsed() < PATIENCE, "{name} is {}", self.metric(name));
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Its exit status, once it has ended.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reply(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Reply {
    let mut response = response.unwrap();
    let headers = response.headers().iter();
    Reply {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

/// All that comes of a connection until it is closed.
pub fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Reads until `what` has come.
pub fn await_text(stream: &mut TcpStream, what: &str) -> String {
    let mut came = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&came).contains(what) {
        let read = stream.read(&mut byte).unwrap();
        assert!(read > 0, "it ended without {what:?}: {}", String::from_utf8_lossy(&came));
        came.push(byte[0]);
    }
    String::from_utf8(came).unwrap()
}

/// What the command writes of `input`.
pub fn command(args: &[&str], input: &str) -> String {
    let output = crate::support::standfirst().args(args).write_stdin(input).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A file of this name below the sources of the server.
pub fn source(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../serve/src/http");
    fs::read_to_string(folder.join(name)).unwrap()
}
