//! One file per command; `batch` is what `summarize` and `sentiment` share, `survey` what `compare`
//! and `evaluate` do.

mod batch;
pub mod check;
pub mod clean;
pub mod compare;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod evaluate;
pub mod fetch_feeds;
pub mod man;
#[cfg(feature = "serve")]
pub mod mcp;
pub mod models;
mod predictions;
pub mod quotes;
pub mod resume;
pub mod runs;
pub mod sentiment;
#[cfg(feature = "serve")]
pub mod serve;
mod spent;
pub mod storylines;
pub mod summarize;
mod survey;
pub mod train;
