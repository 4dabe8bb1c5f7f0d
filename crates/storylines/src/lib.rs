//! One story over many articles: which of them are copies of one another, which tell of the same event,
//! how events follow one another, what happened when, what is said of it all and by whom.
//!
//! Articles are [studied](study::study) one by one, then laid beside one another ([`story::tell`]). Every
//! sentence, figure and quotation that is told points at the bytes of the articles that have it. No file
//! format and no terminal is known here; vectors and the tone come from whoever has models.
//!
//! ```
//! use standfirst_core::article::{Document, Limits};
//! use standfirst_storylines::{story::{Options, tell}, study::study};
//!
//! let mut document = Document::from_text("a", "The old bridge in Harwick fell on Monday. Nobody was hurt.");
//! document.published = Some("2019-03-14".to_owned());
//! let studied = study(document, &Limits::default(), None).unwrap();
//! let lines = tell(&[studied], &Options::default());
//! assert_eq!(lines[0].timeline[0].days.to_string(), "2019-03-11");
//! ```

// They panic where the stream is full or closed.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used))]

pub mod copies;
pub mod dates;
pub mod digest;
pub mod events;
mod figures;
mod hash;
pub mod line;
mod pool;
pub mod positions;
pub mod quotes;
pub mod report;
mod sparse;
pub mod story;
pub mod study;
pub mod timeline;
mod tone;
mod union;
