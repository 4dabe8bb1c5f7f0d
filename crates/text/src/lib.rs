//! What standfirst knows about language: where sentences end ([`sentence`]), which bytes of a page are
//! the article ([`repair`]), who is named ([`entity`]) and who says what ([`attribution`]), which
//! sentence leans on another ([`coreference`]), whether an article says what a summary says
//! ([`faithfulness`]), and what a model of sentiment is shown of an article ([`tone`]).
//!
//! It knows no file format, no engine and no terminal. [`NewsAnalyzer`] hands all of it to the run.
//!
//! ```
//! use standfirst_core::article::Document;
//! use standfirst_text::repair::clean;
//!
//! let document = Document::from_text("demo", "The bridge opened on Monday. Traffic was light.");
//! let article = clean(document).unwrap();
//! assert_eq!(article.sentences().len(), 2);
//! assert_eq!(article.sentences()[1].text, "Traffic was light.");
//! ```

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

mod analyzer;
pub mod attribution;
pub mod clause;
pub mod coreference;
pub mod entity;
pub mod faithfulness;
pub mod grouped;
pub mod language;
pub mod lexicon;
mod logistic;
pub mod quotation;
pub mod reading;
pub mod repair;
pub mod sentence;
pub mod tone;
pub mod words;

pub use analyzer::{NewsAnalyzer, WithoutTargets};
