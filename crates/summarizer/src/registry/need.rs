//! How much memory does a model take, and is there as much?

use std::{fmt, path::Path};

use standfirst_core::card::{CardFile, Engine};

use super::{Registry, open};
use crate::{
    engine::{Need, native::LlamaGenerator},
    files::Cache,
    memory,
};

/// Bits that a weight takes in memory of a GGUF file: a code of 8, and its share of a scale and a minimum.
const BITS: u64 = 10;
/// Bits that a weight takes in GGUF files, in tenths, by what their names say: as llama.cpp mixes formats.
const LABELS: [(&str, u64); 11] = [
    ("q2_k", 34),
    ("q3_k", 39),
    ("q4_0", 46),
    ("q4_1", 51),
    ("q4_k", 49),
    ("q5_0", 56),
    ("q5_k", 57),
    ("q6_k", 66),
    ("q8_0", 85),
    ("bf16", 160),
    ("f16", 160),
];

/// A model that needs more memory than is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Which model.
    pub id: String,
    /// Bytes that it takes, [`Need::total`].
    pub need: u64,
    /// Bytes that are free.
    pub free: u64,
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [need, free] = [self.need, self.free].map(|bytes| bytes as f64 / 1e9);
        let id = &self.id;
        write!(
            f,
            "{id} needs about {need:.2} GB of memory, and {free:.2} GB are free; it may be slow or be killed"
        )
    }
}

impl Registry {
    /// Bytes of memory that the model `id` takes, by the heads of its files, which are read for it; `None` where
    /// nothing of that is this program's, or nobody can tell before its files are here.
    pub fn need(&self, id: &str) -> Option<Need> {
        let card = self.cards.iter().find(|card| card.id == id)?;
        if card.engine != Engine::Native {
            return None;
        }
        let need = open::need(&self.cache, card).and_then(Result::ok);
        need.or_else(|| guessed(&self.cache, card.file("weights")?))
    }

    /// Whether the model `id`, whose files are here, needs more memory than is free now.
    pub fn shortage(&self, id: &str) -> Option<Shortage> {
        let need = self.need(id).filter(|need| !need.guessed)?;
        short(id, need, memory::free()?)
    }
}

/// What is short where `free` bytes are free.
fn short(id: &str, need: Need, free: u64) -> Option<Shortage> {
    // Of articles as long as a network reads there are few, and keys and values are made as they are needed.
    let usual = LlamaGenerator::usual_cache();
    let need = Need { cache: need.cache.min(usual), ..need }.total();
    (need > free).then(|| Shortage { id: id.to_owned(), need, free })
}

/// The memory of a network in a GGUF file that is not here, by its size and by the format in its name.
fn guessed(cache: &Cache, file: &CardFile) -> Option<Need> {
    let name = file.path.to_string().to_lowercase();
    let (_, tenths) = LABELS.iter().find(|(label, _)| name.contains(label))?;
    let is_gguf = Path::new(&name).extension().is_some_and(|extension| extension == "gguf");
    if !is_gguf || cache.check(file).is_ok() {
        return None;
    }
    Some(Need {
        weights: file.bytes.saturating_mul(10 * BITS) / tenths,
        cache: LlamaGenerator::usual_cache(),
        working: 0,
        file: file.bytes,
        guessed: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_in_gigabytes() {
        let need = Need { weights: 2_400_000_000, cache: 100_000_000, ..Need::default() };
        assert_eq!(short("big", need, 2_500_000_000), None);
        let told = short("big", need, 1_250_000_000).unwrap().to_string();
        assert!(
            told.starts_with("big needs about 2.50 GB of memory, and 1.25 GB are free;"),
            "{told}"
        );
    }

    #[test]
    fn a_context_that_no_article_fills_is_no_shortage() {
        let need = Need { weights: 2_000_000_000, cache: 15_000_000_000, ..Need::default() };
        assert_eq!(short("long", need, 2_000_000_000 + LlamaGenerator::usual_cache()), None);
    }
}
