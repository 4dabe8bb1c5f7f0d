//! The summarisers, sentiment models and engines of standfirst.
