//! Reads messy news articles and gives for each one an abstract that can be checked and a tone that says
//! whose it is, from as many models as you name, all articles in parallel: the library behind the program
//! of the same name.
//!
//! ```
//! use std::num::NonZeroUsize;
//!
//! use standfirst::{Budget, Document, Pipeline, Verdict};
//!
//! let pipeline = Pipeline::builder()
//!     .model("lead")
//!     .tone("vader")
//!     .budget(Budget::Sentences(NonZeroUsize::MIN))
//!     .build()?;
//! let text = "The bridge opened on Monday. Traffic was light. Nobody was hurt.";
//! let report = pipeline.summarize(Document::from_text("bridge", text))?;
//! let [lead] = &report.abstracts[..] else { panic!("one model, one abstract") };
//! assert_eq!(lead.text.as_deref(), Some("The bridge opened on Monday."));
//! assert_eq!(lead.sentences[0].verdict, Some(Verdict::Copied));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Pipeline::run`] does that for many articles on all processors, in order and in bounded memory, and
//! [`check`] judges a summary that somebody else wrote. The folder `examples` has programs for both, and for a
//! plugin of one's own.
//!
//! The crates behind it: [`ingest`] finds articles in files and streams, [`text`] repairs and reads them,
//! [`summarizer`] knows the models, [`core`] has the contract and the run, and [`eval`] measures and
//! compares. Whoever writes a plugin and nothing else depends on `standfirst-core` alone.

mod pipeline;

pub use pipeline::{Builder, Pipeline, check};
pub use standfirst_core::{
    article::Document,
    plugin::Budget,
    report::{AbstractReport, ArticleReport, Failure, Verdict},
};
pub use standfirst_summarizer::registry::{LoadError, Registry};

pub use standfirst_core as core;
pub use standfirst_eval as eval;
pub use standfirst_ingest as ingest;
pub use standfirst_summarizer as summarizer;
pub use standfirst_text as text;
