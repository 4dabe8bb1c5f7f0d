//! Any bytes as a saved run, by itself and beside another.

#![no_main]

use std::{fs, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use standfirst_eval::{
    compare::{Comparer, Options},
    saved::{is_saved, join, read},
};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let path = FOLDER.path().join("run.jsonl");
    fs::write(&path, bytes).unwrap();
    let _ = is_saved(&path);
    let Ok(saved) = read(&path) else { return };
    for runs in [vec![saved.clone()], vec![saved.clone(), saved]] {
        let Ok(joined) = join(runs) else { continue };
        let options = Options { stem: true, ..Options::default() };
        let mut comparer = Comparer::new(joined.models, options);
        joined.reports.iter().for_each(|report| comparer.add(report));
        let _ = comparer.finish();
    }
});
