//! Scores of a summary and how sure a mean of them is.

pub mod bootstrap;
pub mod rouge;
