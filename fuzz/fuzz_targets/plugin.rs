//! Any line as what a program of a card answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_summarizer::engine::command::door;

fuzz_target!(|line: &str| door::knock(line));
