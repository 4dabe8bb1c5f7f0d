//! How good is an abstract, how do models differ, and how sure is that?
//!
//! [`metric`] has the measures ([`METRICS`](metric::METRICS), the one list) and how sure a mean and a
//! difference are; [`compare`] puts models side by side; [`saved`] reads runs back and says what
//! changed between two; [`votes`] says which model people prefer, and [`meta`] how far the measures agree with
//! people.
//!
//! ```
//! use standfirst_eval::metric::rouge::Rouge;
//!
//! let scores = Rouge::new(true).score("The bridge opened on Monday.", "The bridge opened.");
//! assert_eq!((scores.rouge1.precision, scores.rouge1.recall), (1.0, 0.6));
//! ```

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

pub mod compare;
pub mod meta;
pub mod metric;
pub mod people;
pub mod saved;
pub mod votes;
