//! The features of the pages that the models are trained on, for `models/extract/train.py`, which runs
//!
//! ```sh
//! STANDFIRST_DATA=… STANDFIRST_FEATURES_OUT=rows/ cargo test -p standfirst-ingest --lib extract::fit -- --ignored
//! ```
//!
//! It writes a file of rows for every page, and what `rs-trafilatura` takes, to be measured beside.

use std::{
    env, fs,
    io::{BufWriter, Read as _, Write as _},
    path::Path,
};

use flate2::read::GzDecoder;

use super::{Reader, features};
use crate::{decode, html};

#[test]
#[ignore = "writes the rows that the models are trained on"]
fn rows() {
    let out = env::var("STANDFIRST_FEATURES_OUT").expect("STANDFIRST_FEATURES_OUT names a folder");
    let out = Path::new(&out);
    fs::create_dir_all(out).unwrap();
    for set in ["html_extraction", "wcxb"] {
        let folder = standfirst_testdata::path(&format!("data/{set}"));
        let lines = fs::read_to_string(folder.join("dev.jsonl")).unwrap();
        for line in lines.lines() {
            let page: serde_json::Value = serde_json::from_str(line).unwrap();
            let id = page["id"].as_str().unwrap();
            let packed = fs::read(folder.join(format!("html/{id}.html.gz"))).unwrap();
            let mut bytes = Vec::new();
            GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
            let declared = html::declared_encoding(&bytes);
            let text = decode::decode(bytes, declared).unwrap().text;
            write(&out.join(format!("{set}-{id}.tsv")), &text);
            let peer = out.join(format!("{set}-{id}.peer.txt"));
            fs::write(peer, html::second_opinion(&text)).unwrap();
        }
    }
}

/// A line of names, then a line a block: its features, its kind and its text.
fn write(path: &Path, page: &str) {
    let html::Read { page, clues, .. } = html::Read::of(page);
    let mut file = BufWriter::new(fs::File::create(path).unwrap());
    writeln!(file, "{}", features::names().join("\t")).unwrap();
    if page.blocks.is_empty() {
        return;
    }
    let reader = Reader::new(&page, &clues);
    for (at, block) in page.blocks.iter().enumerate() {
        let row: Vec<String> = reader.row(at).iter().map(f32::to_string).collect();
        let text = block.text.replace(['\t', '\n', '\r'], " ");
        writeln!(file, "{}\t{}\t{text}", row.join("\t"), block.kind as u8).unwrap();
    }
}
