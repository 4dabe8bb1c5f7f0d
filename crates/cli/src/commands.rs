//! One file per command; `batch` is what `summarize` and `sentiment` share.

mod batch;
pub mod clean;
pub mod completions;
pub mod doctor;
pub mod man;
pub mod models;
pub mod sentiment;
pub mod summarize;
