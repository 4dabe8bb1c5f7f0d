//! Feeds of a server of our own: what is asked, what is kept.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use standfirst_feeds::{FeedError, Options, Polled, parse, poll};

/// What is answered to a path: a status, headers and a body.
type Answers = HashMap<&'static str, (u16, String, String)>;

/// A path, headers, and when.
type Asked = (String, HashMap<String, String>, Instant);

/// A server that answers what it is told, and remembers what it was asked, and when.
struct Server {
    address: String,
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answers: Arc<Mutex<Answers>> = Arc::default();
        let asked = Arc::default();
        let (known, heard) = (Arc::clone(&answers), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (known, heard) = (Arc::clone(&known), Arc::clone(&heard));
                thread::spawn(move || answer(stream, &known, &heard));
            }
        });
        Self { address, answers, asked }
    }

    fn says(&self, path: &'static str, status: u16, headers: &str, body: &str) {
        let answer = (status, headers.to_owned(), body.to_owned());
        self.answers.lock().unwrap().insert(path, answer);
    }

    fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, ..)| path.clone()).collect()
    }

    fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

fn answer(mut stream: TcpStream, known: &Mutex<Answers>, heard: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line);
        }
        let path = lines[0].split(' ').nth(1).unwrap().to_owned();
        let headers: HashMap<String, String> = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let (status, more, body) = known.lock().unwrap().get(path.as_str()).cloned().unwrap_or((
            404,
            String::new(),
            String::new(),
        ));
        let tag = more.split("ETag: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let same = tag.is_some() && headers.get("if-none-match").map(String::as_str) == tag;
        heard.lock().unwrap().push((path, headers, Instant::now()));
        let (status, body) = if same { (304, String::new()) } else { (status, body) };
        let length = body.len();
        let start = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{more}\r\n");
        if stream
            .write_all(start.as_bytes())
            .and_then(|()| stream.write_all(body.as_bytes()))
            .is_err()
        {
            return;
        }
    }
}

fn rss(items: &[(&str, &str)]) -> String {
    let item = |(id, text): &(&str, &str)| {
        let guid = format!("<guid isPermaLink=\"false\">{id}</guid>");
        let rest = format!("<link>/{id}.html</link><description>{text}</description>");
        ["<item>", &guid, "<title>", id, "</title>", &rest, "</item>"].concat()
    };
    let all: Vec<String> = items.iter().map(item).collect();
    let all = all.concat();
    format!("<rss version=\"2.0\"><channel><title>Valley News</title>{all}</channel></rss>")
}

fn options() -> Options {
    Options { pause: Duration::ZERO, timeout: Duration::from_secs(5), ..Options::default() }
}

fn polled(list: &str, into: &Path, options: &Options) -> Vec<Polled> {
    let mut told = Vec::new();
    let feeds = parse(list).unwrap();
    poll(feeds, into, options, &AtomicBool::new(false), |polled| told.push(polled)).unwrap();
    told
}

/// Ids of all entries in all files, and the names of pages.
fn kept(into: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in fs::read_dir(into).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(folder.path()).unwrap().flatten() {
            let name = file.file_name().into_string().unwrap();
            if name.starts_with('.') {
                continue;
            }
            let text = fs::read_to_string(file.path()).unwrap();
            match serde_json::from_str::<Value>(&text) {
                Ok(feed) => {
                    let items = feed["items"].as_array().unwrap().clone();
                    found.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                }
                Err(_) => found.push(text),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_new_is_kept_once_and_what_has_not_changed_costs_a_304() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let list = format!("http://{}/feed", server.address);
    server.says("/feed", 200, "ETag: \"1\"\r\n", &rss(&[("a", "one"), ("b", "two")]));
    assert_eq!(*polled(&list, folder.path(), &options())[0].new.as_ref().unwrap(), 2);
    assert_eq!(*polled(&list, folder.path(), &options())[0].new.as_ref().unwrap(), 0);
    let latest = server.asked.lock().unwrap().last().cloned().unwrap();
    assert_eq!(latest.1["if-none-match"], "\"1\"");
    assert!(latest.1["user-agent"].starts_with("standfirst/"));
    // One is new, one has changed, one is as it was, one is gone.
    server.says("/feed", 200, "ETag: \"2\"\r\n", &rss(&[("c", "three"), ("a", "one, mended")]));
    assert_eq!(*polled(&list, folder.path(), &options())[0].new.as_ref().unwrap(), 2);
    assert_eq!(kept(folder.path()), ["a", "a", "b", "c"]);
}

#[test]
fn robots_are_heard() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    server.says("/robots.txt", 200, "", "User-agent: standfirst\nDisallow: /private\n");
    server.says("/private/feed", 200, "", &rss(&[("a", "one")]));
    let list = format!("http://{}/private/feed", server.address);
    let told = polled(&list, folder.path(), &options());
    assert!(matches!(told[0].new, Err(FeedError::Robots)), "{:?}", told[0].new);
    assert_eq!(server.paths(), ["/robots.txt"]);
    // One that cannot be had forbids everything.
    server.says("/robots.txt", 500, "", "");
    let told = polled(&list, folder.path(), &options());
    assert!(matches!(told[0].new, Err(FeedError::Status(500))), "{:?}", told[0].new);
}

#[test]
fn a_host_is_asked_one_thing_at_a_time_with_its_pause() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    server.says("/robots.txt", 200, "", "User-agent: *\nCrawl-delay: 0.3\n");
    let paths = ["/1", "/2", "/3"];
    for path in paths {
        server.says(path, 200, "", &rss(&[("a", "one")]));
    }
    let list: Vec<String> =
        paths.iter().map(|path| format!("http://{}{path}", server.address)).collect();
    polled(&list.join("\n"), folder.path(), &Options { pages: true, ..options() });
    let asked = server.asked.lock().unwrap();
    let feeds = asked.iter().filter(|(path, ..)| path != "/robots.txt");
    let times: Vec<Instant> = feeds.map(|(.., at)| *at).collect();
    assert_eq!(times.len(), 6, "three feeds, and a page of each");
    assert!(times.windows(2).all(|two| two[1] - two[0] >= Duration::from_millis(290)), "{times:?}");
    assert_eq!(asked.iter().filter(|(path, ..)| path == "/robots.txt").count(), 1);
}

#[test]
fn a_host_that_is_busy_is_left_alone_as_long_as_it_asks() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let list = format!("http://{}/feed", server.address);
    server.says("/feed", 429, "Retry-After: 3600\r\n", "");
    let told = polled(&list, folder.path(), &options());
    assert!(matches!(told[0].new, Err(FeedError::NotYet(_))), "{:?}", told[0].new);
    server.forget();
    let told = polled(&list, folder.path(), &options());
    assert!(matches!(told[0].new, Err(FeedError::NotYet(_))), "{:?}", told[0].new);
    assert!(server.paths().is_empty());
}

#[test]
fn one_bad_feed_costs_no_other() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    server.says("/good", 200, "", &rss(&[("a", "one")]));
    server.says("/bad", 200, "", "<html>not today</html>");
    server.says("/large", 200, "", &"x".repeat(5_000));
    server.says("/round", 302, "Location: /round\r\n", "");
    let list: Vec<String> = ["bad", "large", "round", "none", "good"]
        .iter()
        .map(|path| format!("http://{}/{path}", server.address))
        .collect();
    let told = polled(&list.join("\n"), folder.path(), &Options { max_bytes: 4_000, ..options() });
    assert!(matches!(told[0].new, Err(FeedError::NotAFeed(_))), "{:?}", told[0].new);
    assert!(matches!(told[1].new, Err(FeedError::TooLarge(4_000))), "{:?}", told[1].new);
    assert!(matches!(told[2].new, Err(FeedError::Redirected)), "{:?}", told[2].new);
    assert!(matches!(told[3].new, Err(FeedError::Status(404))), "{:?}", told[3].new);
    assert_eq!(*told[4].new.as_ref().unwrap(), 1);
    assert_eq!(kept(folder.path()), ["a"]);
}

#[test]
fn pages_are_kept_in_the_place_of_entries_and_private_addresses_are_left_alone() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let other = Server::start();
    other.says("/secret", 200, "", "<p>secret");
    // By another name of this machine than the one that the user has given.
    let port = other.address.split(':').nth(1).unwrap();
    let inside = format!("http://localhost:{port}/secret");
    let entries = rss(&[("a", "one"), ("b", "two")]).replace("/b.html", &inside);
    server.says("/feed", 200, "", &entries);
    server.says("/a.html", 200, "", "<p>the whole of one</p>");
    let list = format!("http://{}/feed", server.address);
    let told = polled(&list, folder.path(), &Options { pages: true, ..options() });
    assert!(
        matches!(&told[0].pages[..], [(url, FeedError::Private(_))] if *url == inside),
        "{told:?}"
    );
    assert!(other.paths().is_empty());
    assert_eq!(kept(folder.path()), ["<p>the whole of one</p>", "b"]);
}

#[test]
fn a_redirection_leads_to_no_private_address() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let port = server.address.split(':').nth(1).unwrap();
    server.says("/feed", 302, &format!("Location: http://localhost:{port}/other\r\n"), "");
    let told = polled(&format!("http://{}/feed", server.address), folder.path(), &options());
    assert!(matches!(told[0].new, Err(FeedError::Private(_))), "{:?}", told[0].new);
    assert!(!server.paths().contains(&"/other".to_owned()));
}

#[test]
fn a_poll_that_was_killed_between_two_steps_loses_nothing_and_doubles_nothing() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let list = format!("http://{}/feed", server.address);
    server.says("/feed", 200, "", &rss(&[("a", "one")]));
    polled(&list, folder.path(), &options());
    let feed = fs::read_dir(folder.path()).unwrap().flatten().find(|entry| entry.path().is_dir());
    let feed = feed.unwrap().path();
    let file = fs::read_dir(&feed).unwrap().flatten().map(|entry| entry.path());
    let file = file.into_iter().find(|path| {
        path.extension().is_some_and(|ending| ending == "json")
            && !path.file_name().unwrap().to_string_lossy().starts_with('.')
    });
    let file = file.unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    // Killed before the file had its name: the state knows of it.
    fs::rename(&file, feed.join(format!(".new-{name}"))).unwrap();
    let state = feed.join(".standfirst-feed.json");
    let mut told: Value = serde_json::from_slice(&fs::read(&state).unwrap()).unwrap();
    told["waiting"] = serde_json::json!([name, "../../evil"]);
    fs::write(&state, told.to_string()).unwrap();
    // And before the state was written: nobody knows of it.
    fs::write(feed.join(".new-20200101T000000Z-left.json"), "{}").unwrap();
    server.says("/feed", 200, "", &rss(&[("a", "one"), ("b", "two")]));
    polled(&list, folder.path(), &options());
    assert_eq!(kept(folder.path()), ["a", "b"]);
    let left = fs::read_dir(&feed).unwrap().flatten();
    assert!(
        left.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with(".new-"))
    );
}

#[test]
fn more_entries_than_are_taken_come_with_the_next_poll() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let list = format!("http://{}/feed", server.address);
    server.says("/feed", 200, "ETag: \"1\"\r\n", &rss(&[("a", "1"), ("b", "2"), ("c", "3")]));
    let few = Options { max_entries: 2, ..options() };
    for _ in 0..3 {
        polled(&list, folder.path(), &few);
    }
    assert_eq!(kept(folder.path()), ["a", "b", "c"]);
}

#[test]
fn two_processes_do_not_poll_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join(".standfirst-feeds.lock");
    let held = fs::File::options().create(true).append(true).open(lock).unwrap();
    held.lock().unwrap();
    let feeds = parse("http://127.0.0.1:9/").unwrap();
    let done = poll(feeds, folder.path(), &options(), &AtomicBool::new(false), |_| ());
    assert!(matches!(done, Err(FeedError::Busy(_))));
}
