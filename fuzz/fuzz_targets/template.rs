//! Any text as the chat template of a GGUF file that is sound otherwise.

#![no_main]

#[path = "../../crates/summarizer/tests/hostile/doors.rs"]
#[expect(dead_code, reason = "the other targets' doors")]
mod doors;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
static SOUND: &[u8] = include_bytes!("../../tests/golden/gguf/qwen2.gguf");

fuzz_target!(|template: &str| {
    let _ = doors::gguf(FOLDER.path(), &doors::with_template(SOUND, template));
});
