//! Any bytes as the `config.json` of a small BERT.

#![no_main]

#[path = "../../crates/summarizer/tests/hostile/doors.rs"]
#[expect(dead_code, reason = "the other targets' doors")]
mod doors;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use standfirst_fuzz::bert;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| bert(doors::write_bert));

fuzz_target!(|bytes: &[u8]| {
    let _ = doors::beside_weights(FOLDER.path(), "config.json", bytes);
});
