//! Any text as the chat template of a model.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_summarizer::engine::native::template_door;

fuzz_target!(|template: &str| template_door::knock(template));
