//! Our readers beside those that everybody uses: `serde_json` on lines, `csv` on records, and html5ever's
//! tree on pages. The first byte says which.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use standfirst_core::article::Document;
use standfirst_ingest::{Format, IngestError, Options, Pending, from_reader};

type Read = Vec<Result<Document, IngestError>>;

fn ours(bytes: Vec<u8>, format: Format) -> Read {
    let options = Options { format: Some(format), ..Options::default() };
    from_reader("-", Cursor::new(bytes), &options)
        .map(|input| input.and_then(Pending::read))
        .collect()
}

/// A line that is an article with nothing but a text is read as it stands, and one that is no JSON is an
/// error in its place.
fn lines(text: &str) {
    let lines: Vec<&str> = text
        .split('\n')
        .filter(|line| !line.bytes().all(|byte| byte.is_ascii_whitespace()))
        .collect();
    if lines.is_empty() {
        return;
    }
    let read = ours(text.into(), Format::Jsonl);
    assert_eq!(read.len(), lines.len(), "{lines:?}");
    for (line, read) in lines.iter().zip(read) {
        let theirs: Result<Value, _> = serde_json::from_str(line);
        match theirs {
            Err(_) => assert!(read.is_err(), "{line:?}"),
            Ok(Value::Object(object)) if object.len() == 1 => {
                let Some(text) = object.get("text").and_then(Value::as_str) else { continue };
                if !text.trim().is_empty() && !line.contains('\0') {
                    assert_eq!(read.unwrap().text, text, "{line:?}");
                }
            }
            Ok(_) => {}
        }
    }
}

/// Records that `csv` writes are read as they were.
fn records(text: &str) {
    let texts: Vec<&str> = text
        .split('\u{1e}')
        .filter(|text| !text.trim().is_empty() && !text.contains('\0'))
        .collect();
    if texts.is_empty() {
        return;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "text"]).unwrap();
    for (number, text) in texts.iter().enumerate() {
        writer.write_record([&format!("n{number}"), *text]).unwrap();
    }
    let read = ours(writer.into_inner().unwrap(), Format::Csv);
    let read: Vec<String> = read.into_iter().map(|read| read.unwrap().text).collect();
    assert_eq!(read, texts);
}

/// No letter of a page's text is made up.
fn page(text: &str) {
    let text = format!("<html><head><meta charset=utf-8></head><body>{text}");
    let tree = dom_query::Document::from(text.as_str());
    // Twice escaped text is read as it is seen.
    if text.contains("&amp") || text.contains("&AMP") || text.contains("&#") {
        return;
    }
    let theirs = tree.select("html").text();
    let attributes: String = tree
        .select("*")
        .nodes()
        .iter()
        .flat_map(|node| node.attrs().into_iter().map(|attribute| attribute.value.to_string()))
        .collect();
    let count = |text: &str| {
        let mut counts = [0_usize; 26];
        text.bytes()
            .filter(u8::is_ascii_lowercase)
            .for_each(|byte| counts[usize::from(byte - b'a')] += 1);
        counts
    };
    let there = count(&format!("{theirs}{attributes}"));
    for read in ours(text.clone().into(), Format::Html).into_iter().flatten() {
        let found = count(&read.text);
        assert!(found.iter().zip(there).all(|(ours, theirs)| *ours <= theirs), "{:?}", read.text);
    }
}

fuzz_target!(|input: &str| {
    let mut rest = input.chars();
    match rest.next() {
        Some('j') => lines(rest.as_str()),
        Some('c') => records(rest.as_str()),
        Some('h') => page(rest.as_str()),
        _ => {}
    }
});
