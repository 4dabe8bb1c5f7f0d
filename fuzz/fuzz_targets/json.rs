//! JSON documents and JSON Lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_fuzz::read;
use standfirst_ingest::Format;

fuzz_target!(|bytes: &[u8]| read(bytes, &[Format::Json, Format::Jsonl]));
