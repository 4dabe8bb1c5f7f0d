//! What standfirst knows of models before it has any: their cards, and the small files that were trained
//! for it. Bytes alone; `standfirst-summarizer` and `standfirst-ingest` read them.

/// The cards that ship, as name of the file and text. A new card is a file in this folder and a line here.
pub const CARDS: &[(&str, &str)] = &[
    ("bart-large-cnn.toml", include_str!("bart-large-cnn.toml")),
    ("bart-large-xsum.toml", include_str!("bart-large-xsum.toml")),
    ("centroid.toml", include_str!("centroid.toml")),
    ("distilbart-cnn-12-6.toml", include_str!("distilbart-cnn-12-6.toml")),
    ("distilbart-cnn-6-6.toml", include_str!("distilbart-cnn-6-6.toml")),
    ("distilbert-sst2.toml", include_str!("distilbert-sst2.toml")),
    ("entail.toml", include_str!("entail.toml")),
    ("flan-t5-base.toml", include_str!("flan-t5-base.toml")),
    ("flan-t5-small.toml", include_str!("flan-t5-small.toml")),
    ("gemma-3-1b-it.toml", include_str!("gemma-3-1b-it.toml")),
    ("gemma-3-4b-it.toml", include_str!("gemma-3-4b-it.toml")),
    ("granite-3.3-2b-instruct.toml", include_str!("granite-3.3-2b-instruct.toml")),
    ("llama-3.2-1b-instruct.toml", include_str!("llama-3.2-1b-instruct.toml")),
    ("llama-3.2-3b-instruct.toml", include_str!("llama-3.2-3b-instruct.toml")),
    ("news-tone.toml", include_str!("news-tone.toml")),
    ("nli-deberta-v3-xsmall.toml", include_str!("nli-deberta-v3-xsmall.toml")),
    ("nli-minilm-multilingual.toml", include_str!("nli-minilm-multilingual.toml")),
    ("pegasus-cnn_dailymail.toml", include_str!("pegasus-cnn_dailymail.toml")),
    ("pegasus-xsum.toml", include_str!("pegasus-xsum.toml")),
    ("qwen2.5-0.5b-instruct.toml", include_str!("qwen2.5-0.5b-instruct.toml")),
    ("qwen3-0.6b.toml", include_str!("qwen3-0.6b.toml")),
    ("qwen3-1.7b.toml", include_str!("qwen3-1.7b.toml")),
    ("qwen3-4b-instruct-2507.toml", include_str!("qwen3-4b-instruct-2507.toml")),
    ("salience.toml", include_str!("salience.toml")),
    ("smollm2-1.7b.toml", include_str!("smollm2-1.7b.toml")),
    ("smollm2-135m.toml", include_str!("smollm2-135m.toml")),
    ("smollm2-360m.toml", include_str!("smollm2-360m.toml")),
    ("smollm3-3b.toml", include_str!("smollm3-3b.toml")),
    ("t5-small.toml", include_str!("t5-small.toml")),
];

/// The files that programs carry in themselves, as the path that a card's `program:` source gives them and
/// their bytes.
pub const FILES: &[(&str, &[u8])] = &[
    ("entail/adapter.safetensors", include_bytes!("entail/adapter.safetensors")),
    ("news-tone/tone.safetensors", include_bytes!("news-tone/tone.safetensors")),
    ("salience/head.safetensors", include_bytes!("salience/head.safetensors")),
];

/// The trees that tell the article's blocks on a web page, as text; `standfirst-ingest` reads them.
pub const EXTRACT: &str = include_str!("extract/blocks.trees");

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// Names of what lies in `folder`, beside this file, with this ending.
    fn names(folder: &str, ending: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<_> = entries.map(name).filter(|name| name.ends_with(ending)).collect();
        names.sort();
        names
    }

    #[test]
    fn every_card_of_the_folder_is_listed() {
        let mut cards = names(".", ".toml");
        cards.retain(|name| name != "Cargo.toml");
        assert_eq!(CARDS.iter().map(|card| card.0).collect::<Vec<_>>(), cards);
    }

    #[test]
    fn every_file_of_weights_is_listed() {
        let folders: Vec<_> =
            names(".", "").into_iter().filter(|name| !name.contains('.')).collect();
        let weights = |folder: &String| {
            let names = names(folder, ".safetensors").into_iter();
            names.map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
        };
        let weights: Vec<_> = folders.iter().flat_map(weights).collect();
        assert_eq!(FILES.iter().map(|file| file.0).collect::<Vec<_>>(), weights);
    }
}
