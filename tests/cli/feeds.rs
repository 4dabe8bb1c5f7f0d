//! `standfirst fetch-feeds`; what is asked of servers is tested with the crate.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread,
};

use crate::support::{lines, standfirst, stderr, stdout};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Valley News</title>\
    <item><guid>mill</guid><title>Mill burns</title><description>&lt;p&gt;The old mill burned down on Monday night. Nobody \
    was hurt. The council meets on Friday.&lt;/p&gt;</description></item>\
    <item><guid>pool</guid><title>Pool closes</title><description>The council voted to close the pool. Repairs would cost \
    4 million. Parents protested.</description></item></channel></rss>";

/// The address of a server that has one feed and nothing else.
fn served() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            lines
                .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
                .for_each(drop);
            let (status, body) =
                if first.contains(" /feed ") { ("200 OK", FEED) } else { ("404 Not Found", "") };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}/feed")
}

#[test]
fn what_feeds_bring_is_summarised_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("feeds.txt");
    fs::write(&list, format!("{}\nhttp://127.0.0.1:9/gone\n", served())).unwrap();
    let polled = || {
        standfirst()
            .current_dir(folder.path())
            .args(["fetch-feeds", "feeds.txt", "--into", "news", "--timeout", "5"])
            .output()
            .unwrap()
    };
    let first = polled();
    assert_eq!(first.status.code(), Some(1), "{}", stderr(&first));
    assert!(stderr(&first).contains("1 of 2 feeds polled"), "{}", stderr(&first));
    assert!(stderr(&first).contains("http://127.0.0.1:9/gone"), "{}", stderr(&first));
    assert!(stderr(&polled()).contains("in news: 0"), "what is known is not new");
    let told = standfirst()
        .current_dir(folder.path())
        .args(["summarize", "news", "-m", "lead", "-n", "1", "-f", "jsonl"])
        .output()
        .unwrap();
    let texts: Vec<String> = lines(&stdout(&told))
        .iter()
        .map(|line| line["abstracts"][0]["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        texts,
        ["The old mill burned down on Monday night.", "The council voted to close the pool."]
    );
}

#[test]
fn what_cannot_be_polled_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("none.opml"), "<opml><body/></opml>").unwrap();
    fs::write(folder.path().join("one.txt"), "https://news.example/feed").unwrap();
    for (list, more, told) in [
        ("none.opml", None, "there is no feed in it"),
        ("not-there.opml", None, "not-there.opml"),
        ("one.txt", Some("--offline"), "--offline"),
    ] {
        let output = standfirst()
            .current_dir(folder.path())
            .args(["fetch-feeds", list, "--into", "news"])
            .args(more)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{list}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
}
