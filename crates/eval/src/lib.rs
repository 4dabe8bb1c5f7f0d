//! How good is an abstract, how do models differ, and how sure is that?
//!
//! [`metric`] has the measures ([`METRICS`](metric::METRICS), the one list) and how sure a mean and a
//! difference are; [`compare`] puts models side by side; [`saved`] reads runs back and says what
//! changed between two; [`votes`] says which model people prefer.
//!
//! ```
//! use standfirst_eval::metric::rouge::Rouge;
//!
//! let scores = Rouge::default().score("The bridge opened.", "The bridge opened on Monday.");
//! assert_eq!(scores.one.precision, 1.0);
//! ```

pub mod compare;
pub mod metric;
pub mod saved;
pub mod votes;
