//! What several test programs need.

use std::path::PathBuf;

use standfirst_summarizer::{engine::native::BertFiles, registry::Registry};

/// The files of the card `id` with these roles.
///
/// # Panics
/// If one of them is not on this machine.
pub fn files<const N: usize>(id: &str, roles: [&str; N]) -> [PathBuf; N] {
    let registry = Registry::from_env(&[]).unwrap();
    let card = registry.card(id).unwrap().unwrap();
    roles.map(|role| {
        let checked = registry.cache().check(card.file(role).unwrap());
        checked.unwrap_or_else(|problem| panic!("run `standfirst models fetch {id}`: {problem}"))
    })
}

/// The encoder of the card `id`.
///
/// # Panics
/// As [`files`].
pub fn encoder_files(id: &str) -> BertFiles {
    let [config, tokenizer, weights] = files(id, ["config", "tokenizer", "weights"]);
    BertFiles { config, tokenizer, weights, adapter: None }
}
