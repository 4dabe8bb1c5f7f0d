//! What a user may point the program at: every format, every kind of bad input, and bytes at random.

use std::{
    fs,
    io::{Cursor, Read},
    path::{Path, PathBuf},
    time::Instant,
};

use proptest::prelude::*;
use standfirst_core::article::{Document, Reason, Span};
use standfirst_ingest::{self as ingest, Format, Options};
use tempfile::TempDir;

const PROSE: &str = "The harbour bridge opened to traffic on Monday after four years of work.";

/// A folder with these files; a name may hold folders.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// What comes of the paths, in order: documents, or messages without the folder in them.
fn read_with(root: &Path, paths: &[&str], options: Options) -> Vec<Result<Document, String>> {
    let paths = paths.iter().map(|path| root.join(path)).collect();
    read_paths(root, paths, options)
}

fn read_paths(root: &Path, paths: Vec<PathBuf>, options: Options) -> Vec<Result<Document, String>> {
    let prefix = format!("{}/", root.display());
    ingest::open(paths, options)
        .map(|pending| pending.and_then(ingest::Pending::read))
        .map(|found| found.map_err(|error| error.to_string().replace(&prefix, "")))
        .collect()
}

fn read(root: &Path, paths: &[&str]) -> Vec<Result<Document, String>> {
    read_with(root, paths, Options::default())
}

/// The single message that a single input gives.
fn message(root: &Path, path: &str) -> String {
    let mut found = read(root, &[path]);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).unwrap_err()
}

/// The single document that a stream of bytes gives.
fn stream(bytes: impl Into<Vec<u8>>, format: Option<Format>) -> Vec<Result<Document, String>> {
    let options = Options { format, ..Options::default() };
    ingest::from_reader("-", Cursor::new(bytes.into()), &options)
        .map(|pending| pending.and_then(ingest::Pending::read).map_err(|error| error.to_string()))
        .collect()
}

/// Names of files or starts of messages, in order.
fn outline(found: &[Result<Document, String>]) -> Vec<String> {
    let name = |document: &Document| {
        document.source.path.rsplit('/').next().unwrap_or_default().to_owned()
    };
    found
        .iter()
        .map(|found| found.as_ref().map_or_else(|error| format!("! {error}"), name))
        .collect()
}

#[test]
fn a_folder_is_read_in_order_and_its_strangers_are_reported() {
    let root = folder(&[
        ("b.txt", b"Bee."),
        ("a/z.md", b"# Zed\n\nZed."),
        ("a/B.TXT", b"Upper."),
        ("README.md", b"Readme."),
        (".hidden.txt", b"no"),
        (".git/x.txt", b"no"),
        ("photo.jpg", b"\xFF\xD8\0"),
        ("c.jsonl", b"{\"text\":\"one\"}\n{\"text\":\"two\"}\n"),
    ]);
    let found = read(root.path(), &[""]);
    let outlined = outline(&found);
    assert_eq!(outlined.len(), 7, "{outlined:?}");
    assert_eq!(outlined[..6], ["README.md", "B.TXT", "z.md", "b.txt", "c.jsonl", "c.jsonl"]);
    assert!(outlined[6].starts_with("! photo.jpg: skipped for its unknown extension \"jpg\""));
    assert_eq!(found[5].as_ref().unwrap().id, format!("{}/c.jsonl:2", root.path().display()));
    assert_eq!(outline(&read(root.path(), &[""])), outlined);
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is_called() {
    let root = folder(&[
        ("notes", PROSE.as_bytes()),
        ("lines.log", b"{\"text\":\"one\"}\n"),
        ("page.php", format!("<html><body><p>{PROSE}</p></body></html>").as_bytes()),
        ("data.bin", b"\x7FELF\0\0"),
    ]);
    let found = read(root.path(), &["notes", "lines.log", "page.php", "data.bin"]);
    assert_eq!(found[0].as_ref().unwrap().text, PROSE);
    assert_eq!(found[1].as_ref().unwrap().text, "one");
    assert_eq!(found[2].as_ref().unwrap().text.trim(), PROSE);
    let refused = found[3].as_ref().unwrap_err();
    assert!(refused.starts_with("data.bin: is not text: byte 4 is NUL"), "{refused}");
}

#[test]
fn a_format_that_is_given_holds_for_every_file() {
    let root = folder(&[("a.log", b"# One"), ("b.txt", b"# Two")]);
    let options = Options { format: Some(Format::Markdown), ..Options::default() };
    let found = read_with(root.path(), &[""], options);
    let titles: Vec<_> = found.iter().map(|d| d.as_ref().unwrap().title.as_deref()).collect();
    assert_eq!(titles, [Some("One"), Some("Two")]);
}

#[test]
fn globs_are_expanded_and_sorted() {
    let root = folder(&[
        ("b1.txt", b"b"),
        ("a1.txt", b"a"),
        ("a1.md", b"no"),
        ("deep/a2.txt", b"d"),
        ("odd[1].txt", b"odd"),
    ]);
    assert_eq!(outline(&read(root.path(), &["*1.txt"])), ["a1.txt", "b1.txt"]);
    assert_eq!(outline(&read(root.path(), &["?1.txt"])), ["a1.txt", "b1.txt"]);
    assert_eq!(outline(&read(root.path(), &[".//*1.txt"])), ["a1.txt", "b1.txt"]);
    let all = ["a1.txt", "b1.txt", "a2.txt", "odd[1].txt"];
    assert_eq!(outline(&read(root.path(), &["**/*.txt"])), all);
    assert_eq!(outline(&read(root.path(), &["odd[1].txt"])), ["odd[1].txt"]);
    assert!(message(root.path(), "*.csv").starts_with("*.csv: no file matches this glob"));
    assert!(message(root.path(), "a[.txt").contains("the glob cannot be understood"));
}

#[test]
fn every_bad_file_names_itself_and_the_way_out() {
    let root = folder(&[
        ("empty.txt", b""),
        ("blank.md", b" \n\t\n"),
        ("nul.txt", b"words\0words"),
        ("noise.txt", &(1..=31).chain(128..=255).collect::<Vec<u8>>()),
        ("large.txt", &[b'x'; 101]),
    ]);
    fs::create_dir(root.path().join("nothing")).unwrap();
    let said = |path| message(root.path(), path);
    assert!(said("none.txt").starts_with("none.txt: there is no such file or folder; check"));
    assert!(said("empty.txt").starts_with("empty.txt: is empty"));
    assert!(said("blank.md").starts_with("blank.md: holds nothing but white space"));
    assert!(said("nul.txt").contains("byte 5 is NUL; convert it to text"));
    assert!(said("noise.txt").contains("save it as UTF-8"));
    assert!(said("nothing").contains("the folder holds no files; put articles into it"));
    let options = Options { max_bytes: 100, ..Options::default() };
    let found = read_with(root.path(), &["large.txt"], options);
    let large = found[0].as_ref().unwrap_err();
    assert!(large.contains("larger than 100 bytes"), "{large}");
}

#[test]
fn one_bad_line_costs_one_line() {
    let lines =
        "{\"text\":\"one\"}\n{\"text\":\n[]\n{\"id\":1}\n{\"text\":2}\n\n{\"text\":\"six\"}\n{\"te";
    let root = folder(&[("in.jsonl", lines.as_bytes())]);
    let found = read(root.path(), &["in.jsonl"]);
    let starts = [
        "in.jsonl:2: is not valid JSON at column",
        "in.jsonl:3: is JSON an array",
        "in.jsonl:4: has no key \"text\"",
        "in.jsonl:5: the value of \"text\" is a number",
    ];
    for (found, start) in found[1..5].iter().zip(starts) {
        let message = found.as_ref().unwrap_err();
        assert!(message.starts_with(start), "{message}");
    }
    assert_eq!(found[5].as_ref().unwrap().text, "six");
    assert!(found[6].as_ref().unwrap_err().contains("in.jsonl:8:"));
    assert!(found[6].as_ref().unwrap_err().contains("the line is cut off"));
    assert_eq!(found.len(), 7);
}

#[test]
fn encodings_are_told_and_said() {
    let utf16: Vec<u8> = "\u{feff}Zoë waited.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = stream(utf16.clone(), None);
    let document = found[0].as_ref().unwrap();
    assert_eq!(document.text, "Zoë waited.");
    assert_eq!(document.notes, ["decoded as UTF-16LE (byte order mark)"]);
    for (written, format) in [
        ("{\"text\":\"Zoë\"}\n{\"text\":\"too\"}\n", Format::Jsonl),
        ("text\nZoë\ntoo\n", Format::Csv),
    ] {
        let written = format!("\u{feff}{written}");
        let bytes: Vec<u8> = written.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let found = stream(bytes, Some(format));
        let document = found[0].as_ref().unwrap();
        assert_eq!((document.text.as_str(), found.len()), ("Zoë", 2));
        assert_eq!(document.notes, ["decoded as UTF-16BE (byte order mark)"]);
    }
    let page = b"<meta charset='windows-1251'><p>\xCC\xEE\xF1\xF2 \xEE\xF2\xEA\xF0\xFB\xF2.</p>";
    let found = stream(page.as_slice(), Some(Format::Html));
    let document = found[0].as_ref().unwrap();
    assert_eq!(document.text.trim(), "Мост открыт.");
    assert_eq!(document.notes, ["decoded as windows-1251 (declared)"]);
}

#[test]
fn a_table_in_a_file_is_read_whatever_divides_its_fields() {
    for (name, text) in [
        ("a.csv", "title;text\nBridge;One, two.\n"),
        ("b.csv", "\u{feff}\"title\",text\nBridge,\"One, two.\"\n"),
        ("c.tsv", "title\ttext\nBridge\tOne, two.\n"),
        ("d.csv", "sep=|\r\ntitle|text\r\nBridge|One, two.\r\n"),
    ] {
        let root = folder(&[(name, text.as_bytes())]);
        let found = read(root.path(), &[name]);
        let document = found[0].as_ref().unwrap();
        assert_eq!(
            (document.title.as_deref(), document.text.as_str()),
            (Some("Bridge"), "One, two.")
        );
        assert_eq!(found.len(), 1, "{name}");
    }
}

#[test]
fn standard_input_is_told_by_its_first_bytes() {
    let text = |bytes: &str| stream(bytes, None)[0].as_ref().unwrap().text.clone();
    assert_eq!(text(" {\"text\":\"line\"}"), "line");
    assert_eq!(text(PROSE), PROSE);
    assert_eq!(text(&format!("<!doctype html><body><p>{PROSE}")).trim(), PROSE);
    let feed = format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><item><description>{PROSE}\
         </description></item></channel></rss>"
    );
    assert_eq!(text(&feed).trim(), PROSE);
    assert!(stream("", None)[0].as_ref().unwrap_err().starts_with("-: is empty"));
}

#[test]
fn a_page_keeps_its_structure_and_its_facts() {
    let page = format!(
        "<html><head><title>Bridge opens</title><meta name='author' content='Ana Lund'>\
         <link rel='canonical' href='http://news.example/bridge'></head><body><nav><a>Home</a></nav>\
         <article><h1>Bridge opens</h1><p>{PROSE}</p><h2>What it cost</h2><p>Nobody in the council \
         would say how much the new bridge had cost the town in the end.</p><p>{PROSE} Again.</p>\
         </article></body></html>"
    );
    let found = stream(page, Some(Format::Html));
    let document = found[0].as_ref().unwrap();
    assert_eq!(document.title.as_deref(), Some("Bridge opens"));
    assert_eq!(document.byline.as_deref(), Some("Ana Lund"));
    assert_eq!(document.url.as_deref(), Some("http://news.example/bridge"));
    assert!(document.text.starts_with("Home\nBridge opens\n"), "{:?}", document.text);
    let left_out = &document.declared[0];
    assert_eq!(&document.text[left_out.span.range()], "Home");
    assert_eq!(left_out.reason, Reason::Navigation);
    let headings: Vec<&str> = document
        .declared
        .iter()
        .filter(|cut| cut.reason == Reason::Heading)
        .map(|cut| &document.text[cut.span.range()])
        .collect();
    assert_eq!(headings.last(), Some(&"What it cost"));
}

#[test]
fn hostile_pages_are_refused_clearly() {
    let deep = |n: usize| format!("{}{PROSE}{}", "<div>".repeat(n), "</div>".repeat(n));
    let cases = [
        (deep(100_000), "512 levels of nested tags"),
        ("<".repeat(9_000_000), "loose angle brackets"),
        (format!("<p {}>{PROSE}", "a ".repeat(1_000_000)), "attributes in a tag"),
        ("<script>let a = 1;</script>".to_owned(), "no article"),
        ("<html><body></body></html>".to_owned(), "no article"),
    ];
    for (page, expected) in cases {
        let found = stream(page, Some(Format::Html));
        let message = found[0].as_ref().map(|document| document.text.len()).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
    // As deep as is let: this thread's stack is the size of a worker's.
    for depth in [1, 3, 500] {
        let found = stream(deep(depth), Some(Format::Html));
        assert!(found[0].as_ref().unwrap().text.trim() == PROSE, "at depth {depth}");
    }
}

/// Names of people, no two alike.
fn people(count: usize) -> Vec<String> {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let name = |n: usize| [n, n / 26, n / 676, n / 17_576].map(letter).iter().collect::<String>();
    (0..count).map(|n| format!("Ann L{}", name(n))).collect()
}

#[test]
fn what_an_input_says_of_itself_keeps_nobody_busy() {
    /// So many times as much may take so many times as long. With the square it would be 64 times.
    const MORE: usize = 8;
    const MOST: f64 = 32.0;
    let seconds = |case: usize, many: usize| {
        let (bytes, format) = talkative(case, many);
        // The fastest of three: others use the machine, too.
        let run = || {
            let since = Instant::now();
            let found = stream(bytes.clone(), Some(format));
            let document = found[0].as_ref().unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(document.text.trim(), PROSE, "{case}");
            since.elapsed().as_secs_f64()
        };
        (0..3).map(|_| run()).fold(f64::INFINITY, f64::min)
    };
    for case in 0..6 {
        let (few, many) = (seconds(case, 5_000), seconds(case, 5_000 * MORE));
        assert!(many < few.max(0.002) * MOST, "{case}: {few} s, then {many} s");
    }
}

/// An input that says the same thing of itself in one of several places, so many times.
fn talkative(case: usize, many: usize) -> (String, Format) {
    let page = |head: &str| format!("<html><head>{head}</head><body><p>{PROSE}</body></html>");
    let data = |json: &str| page(&format!("<script type='application/ld+json'>{json}</script>"));
    let deep = "<div>".repeat(many);
    match case {
        0 => (page(&format!("<meta property='og:title' content='{deep}'>")), Format::Html),
        1 => (page(&format!("<title>{}</title>", "a | ".repeat(many))), Format::Html),
        2 => (data(&format!(r#"{{"@type":"Article","headline":"{deep}"}}"#)), Format::Html),
        3 => {
            let authors = people(many).join("\",\"");
            (data(&format!(r#"{{"@type":"Article","author":["{authors}"]}}"#)), Format::Html)
        }
        4 => {
            let columns = people(many).join(",");
            (format!("text,{columns}\n{PROSE}{}", ",".repeat(many)), Format::Csv)
        }
        _ => {
            let title = deep.replace('<', "&lt;");
            let item = format!("<title>{title}</title><description>{PROSE}</description>");
            (format!("<rss><channel><item>{item}</item></channel></rss>"), Format::Feed)
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, os::unix::fs::symlink, process::Command};

    use super::*;

    #[test]
    fn links_are_followed_and_loops_reported() {
        let root = folder(&[("a/one.txt", b"One."), ("b/keep.txt", b"Keep.")]);
        symlink("../a", root.path().join("a/loop")).unwrap();
        symlink("../a/one.txt", root.path().join("b/link.txt")).unwrap();
        symlink("nowhere", root.path().join("b/dangling.txt")).unwrap();
        let found = outline(&read(root.path(), &["a", "b"]));
        assert!(found[0].starts_with("! a/loop: the link leads back to"), "{found:?}");
        assert_eq!(found[1], "one.txt");
        assert!(found[2].starts_with("! b/dangling.txt: the link leads to nothing"), "{found:?}");
        assert_eq!(found[3..], ["keep.txt", "link.txt"]);
    }

    #[test]
    fn a_name_that_is_not_utf8_is_read_and_shown_as_well_as_it_can_be() {
        let root = folder(&[]);
        let path = root.path().join(OsStr::from_bytes(b"caf\xE9.txt"));
        fs::write(&path, "Open.").unwrap();
        let found = read_paths(root.path(), vec![path], Options::default());
        let document = found[0].as_ref().unwrap();
        assert_eq!(document.text, "Open.");
        assert!(document.source.path.ends_with("caf\u{FFFD}.txt"));
    }

    #[test]
    fn a_named_pipe_is_read_as_a_stream() {
        let root = folder(&[]);
        let path = root.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let writer = {
            let path = path.clone();
            std::thread::spawn(move || fs::write(path, "{\"text\":\"one\"}\n{\"text\":\"two\"}\n"))
        };
        let found = read_paths(root.path(), vec![path], Options::default());
        writer.join().unwrap().unwrap();
        assert_eq!(found[1].as_ref().unwrap().text, "two");
    }

    #[test]
    fn a_socket_is_no_file() {
        let root = folder(&[]);
        let path = root.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(path).unwrap();
        assert!(message(root.path(), "socket").contains("neither a file nor a folder"));
        // In a folder it is named, too.
        assert!(message(root.path(), "").contains("neither a file nor a folder"));
    }

    /// Tests may run as root, whom no permission stops: a process's memory is a file that opens and
    /// cannot be read from its start.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_cannot_be_read_says_so_with_its_cause() {
        let paths = vec![PathBuf::from("/proc/self/mem")];
        let error = ingest::open(paths, Options::default()).next().unwrap().unwrap_err();
        assert!(error.to_string().starts_with("/proc/self/mem: cannot be read; check"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_long_stream_is_not_held_in_memory() {
    // Endless: this test ends only because lines and records are handed on as they come.
    struct Endless(&'static [u8], usize);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            for byte in buffer.iter_mut() {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(buffer.len())
        }
    }
    for (bytes, format) in
        [(&b"{\"text\":\"a\"}\n"[..], Format::Jsonl), (&b"text,title\n"[..], Format::Csv)]
    {
        let options = Options { format: Some(format), ..Options::default() };
        let inputs = ingest::from_reader("-", Endless(bytes, 0), &options);
        assert_eq!(inputs.take(50_000).flatten().count(), 50_000);
    }
    for (format, whole) in [(Format::Jsonl, false), (Format::Text, true)] {
        // Skipping a line that never ends would never end either, so the line is long and ends.
        let long = Endless(b"x", 0).take(5_000_000);
        let options = Options { format: Some(format), max_bytes: 1_000, ..Options::default() };
        let found: Vec<_> = ingest::from_reader("-", long, &options).collect();
        let message = found[0].as_ref().unwrap_err().to_string();
        let place = if whole { "-: " } else { "-:1: " };
        assert!(message.starts_with(&format!("{place}is larger than 1000 bytes")), "{message}");
        assert_eq!(found.len(), 1);
    }
}

/// Every span lies in order, apart from the next, on character boundaries.
fn assert_sound(document: &Document) {
    let declared: Vec<Span> = document.declared.iter().map(|cut| cut.span).collect();
    for spans in [&declared, &document.markup] {
        for span in spans {
            assert!(document.text.get(span.range()).is_some_and(|s| !s.is_empty()), "{span:?}");
            document.display(*span);
        }
        assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?}");
    }
    document.display(Span::new(0, document.text.len()));
}

/// Bytes that look like something: pieces of every format, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 40] = [
        b"---\n",
        b"title: x\n",
        b"# ",
        b"## A\n",
        b"\n\n",
        b"> ",
        b"- ",
        b"1. ",
        b"**",
        b"_",
        b"`",
        b"```\n",
        b"![a](b)",
        b"[a](b \"c\")",
        b"[a]: b\n",
        b"<!-- c -->",
        b"<div>",
        b"</p>",
        b"&amp;",
        b"&#0;",
        b"\\",
        b"  \n",
        b"|a|b|\n|-|-|\n",
        b"***\n",
        b"===\n",
        b"{\"text\":",
        b"\"x\"}",
        b"\n",
        b",",
        b"text,",
        b"\"",
        b"<rss version='2.0'><channel><item>",
        b"<description>",
        b"</item>",
        "Zo\u{eb} \u{201c}waited\u{201d}".as_bytes(),
        b"\xE9",
        b"\xC3",
        b"The bridge opened on Monday. ",
        b"\r\n",
        b"\t",
    ];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_bytes_break_a_reader(bytes in prop_oneof![pieces(), prop::collection::vec(any::<u8>(), 0..300)]) {
        for format in Format::ALL.into_iter().map(Some).chain([None]) {
            for document in stream(bytes.clone(), format).into_iter().flatten() {
                assert_sound(&document);
                prop_assert!(!document.text.trim().is_empty());
            }
        }
    }
}
