//! Any bytes as a GGUF file.

#![no_main]

#[path = "../../crates/summarizer/tests/hostile/doors.rs"]
#[expect(dead_code, reason = "the other targets' doors")]
mod doors;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let _ = doors::gguf(FOLDER.path(), bytes);
});
