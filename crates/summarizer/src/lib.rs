//! The summarisers, sentiment models and engines of standfirst.

pub mod extractive;
pub mod sentiment;
