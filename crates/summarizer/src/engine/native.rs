//! Networks in pure Rust, the default engine; cards call it `candle`, after the library that it began
//! on. What reads files, writes text, multiplies quantised matrices and works between two products is
//! our own. candle is left with three things: the tensors of [`bert`], their products, and the formats
//! of GGUF that are rounded anew. Nothing outside this folder knows that it is there.
//!
//! Threads: articles are spread over threads by the caller, so one forward pass must stay on the
//! thread that asks for it. candle itself would not: its matrix products run as
//! `Parallelism::Rayon` over the pool of the caller, whose idle workers then begin another article
//! inside the product; `softmax` and `layer_norm` of `candle-nn` do the same; and its element-wise
//! operations of more than 64 Ki numbers go to a second, spinning pool of its own. Hence
//! `one_thread_per_pass` raises the size from which a product is split beyond any size, and
//! everything between two products is a kernel of ours.

use std::{fs::File, io::Read, path::Path, sync::Once};

use super::EngineError;

pub mod bert;
mod chat;
mod distances;
pub mod entailment;
mod gguf;
mod half;
mod head;
mod kernels;
pub mod llama;
mod ops;
mod quant;
mod requests;
pub mod seq2seq;
mod tokens;
pub mod tone;
mod weights;
mod wordpiece;

pub use bert::{BertEncoder, BertFiles};
#[cfg(any(test, fuzzing))]
pub use chat::door as template_door;
pub use entailment::{BertEntailment, OUR_CLASSES, classes};
pub use gguf::GgufError;
pub use llama::LlamaGenerator;
pub use quant::{Kernel, dense};
pub use seq2seq::{Kind as Seq2SeqKind, Seq2SeqGenerator};
pub use tone::BertTone;
#[cfg(feature = "rust-bert")]
pub(super) use wordpiece::Wordpiece;

/// Keeps every matrix product of the process on the thread that asks for it.
fn one_thread_per_pass() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| gemm::set_threading_threshold(usize::MAX));
}

/// The bytes of `path`, at most `limit` of them: files are read into memory whole, because mapping
/// them is `unsafe` while another process may write.
fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, EngineError> {
    let unreadable = |source| EngineError::Read { path: path.into(), source };
    let file = File::open(path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes > limit {
        return Err(EngineError::TooLarge { path: path.into(), bytes, limit });
    }
    let mut content = Vec::new();
    let room = content.try_reserve_exact(usize::try_from(bytes).unwrap_or(usize::MAX));
    room.map_err(|_| EngineError::NoMemory { path: path.into(), bytes })?;
    file.take(limit).read_to_end(&mut content).map_err(unreadable)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    /// Two versions of `gemm` in the tree would mean that the threshold is set in the wrong one.
    #[test]
    fn there_is_one_gemm() {
        let lock = include_str!("../../../../Cargo.lock");
        assert_eq!(lock.matches("name = \"gemm\"\n").count(), 1);
    }

    #[test]
    fn products_are_never_split() {
        super::one_thread_per_pass();
        assert_eq!(gemm::get_threading_threshold(), usize::MAX);
    }
}
