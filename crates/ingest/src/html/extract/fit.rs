//! The features of real pages: that they are numbers, and, where `STANDFIRST_FEATURES_OUT` names a folder, the
//! rows that `models/extract/train.py` trains on, a file a page, with what `rs-trafilatura` takes beside.
//!
//! ```sh
//! STANDFIRST_DATA=… STANDFIRST_FEATURES_OUT=rows/ \
//!     cargo test -p standfirst-ingest --lib extract::fit -- --include-ignored
//! ```

use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;

use super::{Reader, aside, features};
use crate::{
    decode,
    html::{self, blocks::Block},
};

/// Of each block its features, its kind and its text.
type Rows = Vec<(Vec<f32>, u8, String)>;

#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_every_block_of_a_page_has_its_features() {
    let out = env::var_os("STANDFIRST_FEATURES_OUT").map(PathBuf::from);
    for set in ["html_extraction", "wcxb"] {
        let folder = standfirst_testdata::path(&format!("data/{set}"));
        for page in standfirst_testdata::rows(&format!("data/{set}/dev.jsonl")) {
            let id = page["id"].as_str().unwrap();
            let text = unpacked(&folder.join(format!("html/{id}.html.gz")));
            let rows = rows(&text);
            let whole = |row: &[f32]| row.iter().all(|number| number.is_finite());
            assert!(rows.iter().all(|(row, ..)| whole(row)), "{set} {id}");
            if let Some(out) = &out {
                write(&out.join(format!("{set}-{id}.tsv")), &rows).unwrap();
                let peer = out.join(format!("{set}-{id}.peer.txt"));
                fs::write(peer, html::second_opinion(&text)).unwrap();
            }
        }
    }
}

/// What of a page is read.
fn unpacked(path: &Path) -> String {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    let declared = html::declared_encoding(&bytes);
    let decoded = decode::decode(bytes, declared).unwrap();
    html::hidden::strip(&decoded.text).into_owned()
}

fn rows(page: &str) -> Rows {
    let html::Read { page, clues, .. } = html::Read::of(page);
    if page.blocks.is_empty() {
        return Rows::new();
    }
    // The rest is what is weighed.
    let page = page.without(&aside::of(&page, &clues));
    let reader = Reader::new(&page, &clues);
    let row = |(at, block): (usize, &Block)| {
        let text = block.text.replace(['\t', '\n', '\r'], " ");
        (reader.row(at), block.kind as u8, text)
    };
    page.blocks.iter().enumerate().map(row).collect()
}

/// A line of names, then a line a block.
fn write(path: &Path, rows: &Rows) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{}", features::names().join("\t"))?;
    for (row, kind, text) in rows {
        let row: Vec<String> = row.iter().map(f32::to_string).collect();
        writeln!(file, "{}\t{kind}\t{text}", row.join("\t"))?;
    }
    file.flush()
}
