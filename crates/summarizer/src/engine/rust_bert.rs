//! Encoder-decoder networks and classifiers through libtorch, by the crate [rust-bert](::rust_bert)
//! (feature `rust-bert`).
//!
//! Its networks may be sent to another thread but not shared, so a pool keeps as many copies as
//! threads ask at once and memory allows, one thread each. What it panics over is checked before it
//! is asked: configurations are read, bounded and completed here, texts are measured. A panic that
//! happens all the same costs the answer and the copy, nothing else.

mod classify;
mod config;
mod encode;
mod generate;
mod memory;
mod pool;

use std::path::PathBuf;

pub use self::{
    classify::{Classifier, ClassifierFiles, Family},
    encode::LibtorchEncoder,
    generate::{Kind, Seq2Seq},
    memory::Memory,
};

/// What goes wrong only with libtorch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibtorchError {
    /// The library refused.
    #[error("libtorch failed while {doing}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: Box<::rust_bert::RustBertError>,
    },
    /// The library panicked.
    #[error("libtorch broke off while {doing}: {message}")]
    Panicked {
        /// What was being done.
        doing: &'static str,
        /// Its first line.
        message: String,
    },
    /// There is no memory for a single copy.
    #[error(
        "a copy of the network takes about {} MB, and {} MB are left to such models",
        needed.div_ceil(1_000_000), left / 1_000_000
    )]
    Memory {
        /// Bytes of one copy, an estimate.
        needed: u64,
        /// Bytes that are left.
        left: u64,
    },
    /// The folder for its files cannot be made.
    #[error("cannot lay out the files of the model in a temporary folder; check TMPDIR")]
    Layout(#[source] std::io::Error),
    /// A class that the card gives no polarity.
    #[error("{}: the network has the class {class:?}, and the card's [polarity] does not name it", path.display())]
    Class {
        /// The configuration.
        path: PathBuf,
        /// The class.
        class: String,
    },
}
