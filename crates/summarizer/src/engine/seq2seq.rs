//! What encoder-decoders have in common, whichever engine computes them.

use std::path::PathBuf;

use standfirst_core::{
    card::{Asking, Prompt},
    plugin::Form,
};

/// Tokens that a T5 reads if its card does not say: what it was trained with.
pub(super) const T5_TOKENS: usize = 512;
/// The same of a `LongT5`, whose memory grows with the length.
pub(super) const LONGT5_TOKENS: usize = 4_096;
/// Tokens that may come or go where two texts are joined.
pub(super) const SEAM: usize = 2;

/// Where the files of a model are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seq2SeqFiles {
    /// `config.json`.
    pub config: PathBuf,
    /// `generation_config.json`, where the model has one: for the numbers of special tokens. All else
    /// is the card's to say.
    pub generation_config: Option<PathBuf>,
    /// `model.safetensors`, or for the engine in pure Rust a checkpoint of `PyTorch`.
    pub weights: PathBuf,
    /// `vocab.json` of a BART, `spiece.model` of the others.
    pub vocabulary: PathBuf,
    /// `merges.txt` of a BART.
    pub merges: Option<PathBuf>,
}

/// What comes before an article and what after it. These networks were trained to summarise, and know no
/// other form.
pub(super) fn frame(prompt: Option<&Prompt>, sentences: usize, picked: bool) -> (String, String) {
    let asked = Asking { sentences, picked, form: Form::default() };
    prompt.map_or_else(Default::default, |prompt| prompt.around(asked))
}
