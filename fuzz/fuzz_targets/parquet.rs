//! Tables of Parquet. What the library panics at is caught and told; here it must not end the search, which is for what
//! takes memory or time without end, and for panics that are ours.

#![no_main]

use std::{panic, sync::Once};

use libfuzzer_sys::fuzz_target;
use standfirst_fuzz::read;
use standfirst_ingest::Format;

/// The hook of libFuzzer ends the program at every panic, caught or not.
static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| {
        let ends = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            // Of a library, whichever it calls.
            let theirs = panic.location().is_some_and(|place| place.file().contains("/registry/src/"));
            if !theirs {
                ends(panic);
            }
        }));
    });
    read(bytes, &[Format::Parquet]);
});
