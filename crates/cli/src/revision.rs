//! What a model is, to the last byte: whatever else is called so is another one.

use sha2::{Digest as _, Sha256};
use standfirst_core::{
    card::{Endpoint, ModelCard},
    plugin::PluginInfo,
};
use standfirst_summarizer::registry::Registry;

use crate::output::hexadecimal;

/// SHA-256 of a text, in hexadecimal.
pub fn digest(text: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(text))
}

/// A checksum of what a model says of itself, its card, its files and, of one that is a program, the files among its
/// words. Wherever these lie, and by whatever way a server is asked: a card that was moved is the same.
pub fn revision(info: &PluginInfo, registry: Option<&Registry>) -> String {
    let card = info.card.as_ref();
    let programs: Vec<String> = card.map(programs).unwrap_or_default();
    let card = card.map(|card| {
        let endpoint = card.endpoint.as_ref().map(Endpoint::answering);
        ModelCard { folder: None, endpoint, ..card.clone() }
    });
    let info = PluginInfo { card, ..info.clone() };
    let files = registry.map(|registry| registry.checksums(&info.id));
    digest(format!("{info:?} {files:?} {programs:?}"))
}

/// Checksums of the files that the words of a program name.
fn programs(card: &ModelCard) -> Vec<String> {
    let words = card.command.iter().flat_map(|command| &command.program);
    let file = |word: &String| {
        let folder = card.folder.as_deref().unwrap_or(std::path::Path::new("."));
        std::fs::read(folder.join(word)).ok().map(digest)
    };
    words.filter(|word| word.contains('/')).filter_map(file).collect()
}
