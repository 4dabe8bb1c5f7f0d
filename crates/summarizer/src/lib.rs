//! The summarisers, sentiment models and engines of standfirst.
//!
//! [`registry`] knows every model by its id: the built-in ones, which are lists in [`extractive`] and
//! [`sentiment`], and those that a card describes. A card names files, which [`fetch`] brings and
//! [`files`] checks, and one [`engine`], which turns text into numbers. All of them implement the
//! traits of `standfirst_core::plugin`, and [`contract`] checks that they keep the promises made
//! there.
//!
//! ```
//! use standfirst_core::plugin::Budget;
//! use standfirst_summarizer::registry::Registry;
//! use standfirst_text::sentence::from_sentences;
//!
//! let article = from_sentences("demo", &["Rain fell.", "The bridge held.", "All slept."])?;
//! let registry = Registry::from_env(&[])?;
//! let summary = registry.summarizer("lead")?.summarize(&article, Budget::DEFAULT)?;
//! assert_eq!(summary.sentences.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Left out: nothing here reads articles from files or writes results, and nothing touches the network
//! but [`fetch`], when asked.

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

pub mod abstractive;
pub mod contract;
pub mod engine;
pub mod entailment;
pub mod extractive;
pub mod fetch;
pub mod files;
pub mod memory;
pub mod registry;
pub mod sentiment;
pub mod styled;
pub mod train;
