//! Reads messy news articles, gives for each an abstract that can be checked and a tone that says whose it
//! is, from as many models as named.
pub use standfirst_core as core;
pub use standfirst_eval as eval;
pub use standfirst_ingest as ingest;
pub use standfirst_summarizer as summarizer;
pub use standfirst_text as text;
