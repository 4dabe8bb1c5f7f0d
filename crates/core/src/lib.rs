//! The part of standfirst that knows no engine, no terminal and no command line.
//!
//! ```text
//! files, folders, stdin ─▶ ingest ─▶ clean ─▶ Article ─▶ models × articles (rayon) ─▶ Grid ─▶ Report
//! ```
//!
//! [`ingest`] turns paths into [`Document`](article::Document)s, [`clean`] decides which bytes of a
//! document are the article and says why the others are not, [`sentence`] finds the sentences, and
//! [`run`] spreads the plugins of [`plugin`] over the articles. [`report`] is what every renderer
//! reads and the JSONL contract `standfirst/1`.
//!
//! Nothing is ever deleted: every [`Span`](article::Span) is a byte range into the text as it was
//! read, so `text[span]` is the very text meant.
//!
//! ```
//! use standfirst_core::{article::Document, clean::clean};
//!
//! let document = Document::from_text("demo", "The bridge opened on Monday. Traffic was light.");
//! let article = clean(document).unwrap();
//! assert_eq!(article.sentences().len(), 2);
//! assert_eq!(article.sentences()[1].text, "Traffic was light.");
//! ```

pub mod article;
pub mod card;
pub mod check;
pub mod clean;
pub mod compare;
pub mod dangling;
pub mod entity;
pub mod ingest;
pub mod language;
pub mod lexicon;
pub mod metric;
pub mod plugin;
pub mod report;
pub mod run;
pub mod saved;
pub mod sentence;
pub mod tone;
pub mod voice;
pub mod votes;
pub mod words;
