//! The contract of standfirst: what a document, an article, a model, its card, a run and its report are.
//! All that the author of a plugin compiles; nothing here knows a file format, a language, an engine, a
//! terminal or a command line.
//!
//! ```text
//! inputs ─▶ Document ─▶ Analyzer::repair ─▶ Article ─▶ models × articles (rayon) ─▶ ArticleReport
//! ```
//!
//! [`input`] says where documents come from, [`article`] what they are, [`plugin`] and [`entailment`] what a
//! model must do and [`card`] how its files are described. [`analysis`] is what is asked of whoever knows language,
//! [`run`] spreads the models over the articles, and [`report`] is what every renderer reads: the JSONL
//! contract `standfirst/1`.
//!
//! Nothing is ever deleted: every [`Span`](article::Span) is a byte range into the text as it was
//! read, so `text[span]` is the very text meant.
//!
//! ```
//! use standfirst_core::article::{Article, Document, Span};
//!
//! let document = Document::from_text("demo", "The bridge opened on Monday. Traffic was light.");
//! let sentences = vec![vec![Span::new(0, 28), Span::new(29, 47)]];
//! let article = Article::from_spans(document, vec![], vec![], sentences).unwrap();
//! assert_eq!(article.sentences()[1].text, "Traffic was light.");
//! ```

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

pub mod analysis;
pub mod annotations;
pub mod article;
pub mod budget;
pub mod card;
pub mod entailment;
pub mod input;
pub mod language;
pub mod plugin;
pub mod polarity;
pub mod random;
pub mod report;
pub mod run;
pub mod style;
pub mod usage;
