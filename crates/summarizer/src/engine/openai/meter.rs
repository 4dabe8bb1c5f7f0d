//! What a server has charged for since it was first asked.

use std::sync::atomic::{AtomicU64, Ordering};

use standfirst_core::usage::{Price, Usage};

/// Counts tokens, by any number of threads.
#[derive(Default)]
pub(super) struct Meter {
    /// Answers that said how many tokens they took.
    told: AtomicU64,
    prompt: AtomicU64,
    completion: AtomicU64,
}

impl Meter {
    /// Takes note of an answer; one that says nothing of its tokens adds none.
    pub(super) fn add(&self, usage: Option<Usage>) {
        let Some(usage) = usage else { return };
        self.prompt.fetch_add(usage.prompt_tokens, Ordering::Relaxed);
        self.completion.fetch_add(usage.completion_tokens, Ordering::Relaxed);
        self.told.fetch_add(1, Ordering::Relaxed);
    }

    /// All so far, at `price`; `None` if nothing was said.
    pub(super) fn read(&self, price: Option<&Price>) -> Option<Usage> {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.told) > 0).then(|| Usage::new(of(&self.prompt), of(&self.completion), price))
    }
}
