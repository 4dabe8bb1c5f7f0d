//! Models of tone: every one judges passages, and the caller decides what a passage is.

pub mod news_tone;
pub mod vader;

use std::sync::Arc;

use standfirst_core::plugin::SentimentModel;

/// A sentiment model that needs no files.
pub struct Builtin {
    /// What it is called by.
    pub id: &'static str,
    /// Makes one, ready to use.
    pub make: fn() -> Arc<dyn SentimentModel>,
}

/// Every sentiment model that needs no files, in the order in which listings show them.
pub const BUILTINS: &[Builtin] = &[Builtin { id: vader::ID, make: vader::make }];
