//! Any bytes as what a server of a card answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_summarizer::engine::openai::door;

fuzz_target!(|body: &[u8]| door::knock(body));
