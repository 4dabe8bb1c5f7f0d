//! Reads messy news articles and gives for each one an abstract that can be checked and a tone that says
//! whose it is, from as many models as you name, all articles in parallel: the crates of standfirst under
//! one name, for other people's programs.
//!
//! [`ingest`] finds articles in files and streams, [`text`] repairs and reads them, [`summarizer`] knows
//! the models, [`core`] has the contract and the run, and [`eval`] measures and compares. Whoever writes a
//! plugin depends on `standfirst-core` alone.
//!
//! ```
//! use std::{convert::Infallible, num::NonZeroUsize, sync::Arc, sync::atomic::AtomicBool};
//!
//! use standfirst::{
//!     core::{article::Document, plugin::Budget, run},
//!     summarizer::registry::Registry,
//!     text::NewsAnalyzer,
//! };
//!
//! let models = Registry::from_env(&[])?;
//! let plan = run::Plan {
//!     analyzer: Arc::new(NewsAnalyzer),
//!     summarizers: vec![models.summarizer("lead")?],
//!     sentiment: vec![models.sentiment("vader")?],
//!     tone_is_offered: true,
//!     budget: Budget::Sentences(NonZeroUsize::MIN),
//!     allowance: Default::default(),
//!     memory: None,
//!     jobs: NonZeroUsize::MIN,
//!     timings: false,
//!     include_text: false,
//! };
//! let text = "The bridge opened on Monday. Traffic was light. Nobody was hurt.";
//! let inputs = [Ok::<_, Infallible>(Document::from_text("bridge", text))];
//! run::run(inputs.into_iter(), &plan, &AtomicBool::new(false), |report| {
//!     assert_eq!(report.abstracts[0].text.as_deref(), Some("The bridge opened on Monday."));
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use standfirst_core as core;
pub use standfirst_eval as eval;
pub use standfirst_ingest as ingest;
pub use standfirst_summarizer as summarizer;
pub use standfirst_text as text;
