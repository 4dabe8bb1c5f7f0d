//! Any bytes as the head of a `salience`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_summarizer::extractive::salience::head::Head;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(head) = Head::from_bytes(bytes) {
        let again = Head::from_bytes(&head.to_bytes().unwrap());
        assert!(again.is_ok(), "what was read and written cannot be read: {:?}", again.err());
    }
});
