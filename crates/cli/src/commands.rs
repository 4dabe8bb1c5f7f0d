//! One file per command; `batch` is what `summarize` and `sentiment` share, `survey` what `compare`
//! and `evaluate` do.

mod batch;
pub mod check;
pub mod clean;
pub mod compare;
pub mod completions;
pub mod doctor;
pub mod evaluate;
pub mod man;
#[cfg(feature = "serve")]
pub mod mcp;
pub mod models;
mod predictions;
pub mod sentiment;
#[cfg(feature = "serve")]
pub mod serve;
pub mod summarize;
mod survey;
pub mod train;
