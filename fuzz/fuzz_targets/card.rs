//! Any text as a model card.

#![no_main]

use libfuzzer_sys::fuzz_target;
use standfirst_core::card::ModelCard;

fuzz_target!(|text: &str| {
    match ModelCard::parse("card.toml", text) {
        Ok(card) => {
            assert!(card.files.iter().map(|file| file.bytes).sum::<u64>() == card.total_bytes())
        }
        Err(error) => assert!(error.to_string().contains("card.toml"), "{error}"),
    }
});
