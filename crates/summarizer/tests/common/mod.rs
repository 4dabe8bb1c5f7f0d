//! What several test programs need.

use std::{env, path::PathBuf};

use standfirst_summarizer::{engine::native::BertFiles, registry::Registry};

/// The files of the card `id` with these roles; `None`, said aloud, if they are not on this machine. Where
/// the data sets are, the models have been fetched too, so that their absence is a failure.
pub fn files<const N: usize>(id: &str, roles: [&str; N]) -> Option<[PathBuf; N]> {
    let registry = Registry::from_env(&[]).unwrap();
    let card = registry.card(id).unwrap().unwrap();
    let found = roles.map(|role| {
        let file = card.file(role).unwrap();
        registry.cache().check(file).map_err(|problem| eprintln!("{problem}")).ok()
    });
    if found.iter().any(Option::is_none) {
        assert!(env::var_os("STANDFIRST_DATA").is_none(), "run `standfirst models fetch {id}`");
        eprintln!("left out: `standfirst models fetch {id}` brings what this test needs");
        return None;
    }
    Some(found.map(Option::unwrap))
}

/// The encoder of the card `id`, under the same conditions.
pub fn encoder_files(id: &str) -> Option<BertFiles> {
    let [config, tokenizer, weights] = files(id, ["config", "tokenizer", "weights"])?;
    Some(BertFiles { config, tokenizer, weights })
}
