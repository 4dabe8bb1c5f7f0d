//! What the targets for readers of articles share.

use std::{fs, io::Cursor, path::Path};

use standfirst_core::article::Document;
use standfirst_ingest::{Format, Options, Pending, from_reader};
use standfirst_text::repair::clean;
use tempfile::TempDir;

/// A folder with a small BERT, of which `write` makes two files.
pub fn bert(write: fn(&Path)) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let weights = include_bytes!("../../tests/golden/seq2seq/bert/model.safetensors");
    fs::write(folder.path().join("model.safetensors"), weights).unwrap();
    folder
}

/// Reads `bytes` as each of `formats`, and repairs whatever comes of them. Nothing may panic, and every
/// span must lie where it may.
pub fn read(bytes: &[u8], formats: &[Format]) {
    for &format in formats {
        let options = Options { format: Some(format), max_bytes: 1 << 20, ..Options::default() };
        let inputs = from_reader("-", Cursor::new(bytes.to_vec()), &options);
        for document in inputs.filter_map(|input| input.and_then(Pending::read).ok()) {
            assert_sound(&document);
            let _ = clean(document);
        }
    }
}

fn assert_sound(document: &Document) {
    let declared = document.declared.iter().map(|cut| cut.span);
    let lists: [Vec<_>; 3] = [declared.collect(), document.markup.clone(), document.items.clone()];
    for spans in lists {
        assert!(spans.iter().all(|span| document.text.get(span.range()).is_some()), "{spans:?}");
        assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?}");
    }
}
