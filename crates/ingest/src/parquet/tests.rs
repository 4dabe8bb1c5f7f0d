use std::{fs, io::Cursor, path::PathBuf};

use serde_json::Value;

use super::*;

/// A table that Arrow has written, or what Arrow reads in one: `tests/golden/parquet.py`.
fn golden(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/parquet");
    fs::read(folder.join(name)).unwrap()
}

fn source() -> Source {
    Source { path: "f".into(), line: None }
}

/// The rows of a table; of a fault its message.
fn rows(table: Vec<u8>, max_bytes: u64) -> Vec<Result<Value, String>> {
    let rows = Rows::of_reader(source(), Cursor::new(table), max_bytes, &Fields::default());
    match rows {
        Err(kind) => vec![Err(kind.to_string())],
        Ok(rows) => rows
            .map(|row| match row {
                Ok((_, row)) => Ok(serde_json::from_slice(&row).unwrap()),
                Err(error) => Err(error.to_string()),
            })
            .collect(),
    }
}

/// What Arrow reads.
fn expected(name: &str) -> Vec<Result<Value, String>> {
    let text = String::from_utf8(golden(name)).unwrap();
    text.lines().map(|line| Ok(serde_json::from_str(line).unwrap())).collect()
}

#[test]
fn every_kind_of_value_is_read_as_arrow_reads_it() {
    for name in ["types", "old-times"] {
        let found = rows(golden(&format!("{name}.parquet")), 10_000);
        assert_eq!(found, expected(&format!("{name}.jsonl")), "{name}");
    }
}

#[test]
fn every_packing_encoding_and_form_of_pages_is_read() {
    for codec in ["none", "snappy", "gzip", "zstd", "lz4"] {
        let found = rows(golden(&format!("codec-{codec}.parquet")), 10_000);
        assert_eq!(found, expected("codecs.jsonl"), "{codec}");
    }
    for name in ["groups", "second-form", "deltas"] {
        let found = rows(golden(&format!("{name}.parquet")), 10_000);
        assert_eq!(found, expected("articles.jsonl"), "{name}");
    }
    let refused = rows(golden("codec-brotli.parquet"), 10_000);
    assert_eq!(refused.len(), 1);
    assert!(refused[0].as_ref().unwrap_err().contains("Brotli"), "{refused:?}");
}

#[test]
fn a_file_is_read_like_a_pipe_and_rows_know_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, golden("groups.parquet")).unwrap();
    let file = File::open(path).unwrap();
    let found = Rows::of_file(source(), file, 10_000, &Fields::default()).unwrap();
    let found: Vec<_> = found.map(Result::unwrap).collect();
    let places: Vec<_> = found.iter().map(|(source, _)| source.line.unwrap()).collect();
    assert_eq!(places, (1..=50).collect::<Vec<_>>());
    let found: Vec<_> =
        found.iter().map(|row| Ok(serde_json::from_slice(&row.1).unwrap())).collect();
    assert_eq!(found, expected("articles.jsonl"));
}

#[test]
fn what_unpacks_to_more_than_it_may_costs_its_row_only() {
    let found = rows(golden("long.parquet"), 10_000_000);
    assert_eq!(found[0].as_ref().unwrap()["text"], "One.");
    let refused = found[1].as_ref().unwrap_err();
    assert!(refused.starts_with("f:2: is larger than 10000000 bytes"), "{refused}");
    assert_eq!(found[2].as_ref().unwrap()["text"], "Three.");
    let found = rows(golden("elements.parquet"), 10_000_000);
    assert_eq!(found.len(), 1);
    let refused = found[0].as_ref().unwrap_err();
    assert!(refused.contains("row group 1") && refused.contains("elements"), "{refused}");
}

#[test]
fn a_table_that_is_cut_off_or_lies_about_its_end_says_so() {
    let whole = golden("groups.parquet");
    for end in [1, 4, 7, 8, 100, whole.len() - 1, whole.len() - 4] {
        let found = rows(whole[..end].to_vec(), 10_000);
        assert!(found.len() == 1 && found[0].is_err(), "{end}: {found:?}");
    }
    let mut lying = whole.clone();
    let length = whole.len() - 8;
    for claim in [u32::MAX, u32::MAX >> 8, 1 << 20, 0, 1] {
        lying[length..length + 4].copy_from_slice(&claim.to_le_bytes());
        let found = rows(lying.clone(), 10_000);
        assert!(found.len() == 1 && found[0].is_err(), "{claim}: {found:?}");
    }
    assert!(rows(Vec::new(), 9)[0].as_ref().unwrap_err().contains("is empty"));
    assert!(rows(b"PAR1 and so on".to_vec(), 9)[0].as_ref().unwrap_err().contains("cut off"));
}

#[test]
fn a_damaged_row_group_leaves_the_others() {
    let whole = golden("groups.parquet");
    let sound = expected("articles.jsonl");
    // The first page of the first group: its header.
    let mut damaged = whole.clone();
    damaged[4..24].fill(0xFF);
    let found = rows(damaged, 10_000);
    assert!(found[0].as_ref().unwrap_err().contains("f:1: row group 1"), "{:?}", found[0]);
    assert_eq!(found[1..], sound[7..]);
}

#[test]
fn a_table_without_articles_says_what_it_has() {
    let fields = Fields { text: Some("story".into()), ..Fields::default() };
    let table = Cursor::new(golden("groups.parquet"));
    let refused = Rows::of_reader(source(), table, 10_000, &fields).err().unwrap();
    assert!(refused.to_string().contains("id, text, words, tags"), "{refused}");
}

#[test]
fn no_byte_that_is_changed_breaks_more_than_the_table() {
    for name in ["types.parquet", "second-form.parquet", "deltas.parquet", "groups.parquet"] {
        let whole = golden(name);
        for at in (0..whole.len()).step_by(3) {
            for value in [0, 0xFF, whole[at] ^ 1, whole[at].wrapping_add(16)] {
                let mut changed = whole.clone();
                changed[at] = value;
                // Each row or fault is one more; there is an end.
                assert!(rows(changed, 10_000).len() <= whole.len() * 100);
            }
        }
    }
}
