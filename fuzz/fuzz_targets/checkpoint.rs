//! Any bytes as the weights of a small T5, in a checkpoint of `PyTorch` or otherwise.

#![no_main]

#[path = "../../crates/summarizer/tests/hostile/doors.rs"]
#[expect(dead_code, reason = "the other targets' doors")]
mod doors;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    doors::write_t5(folder.path());
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let _ = doors::checkpoint(FOLDER.path(), bytes);
});
