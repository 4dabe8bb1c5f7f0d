//! The summarisers, sentiment models and engines of standfirst.

pub mod contract;
pub mod engine;
pub mod extractive;
pub mod fetch;
pub mod files;
pub mod registry;
pub mod sentiment;
