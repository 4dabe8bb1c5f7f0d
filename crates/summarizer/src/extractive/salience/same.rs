//! Which sentences of an article have most of their words in common.

use hashbrown::HashSet;

use super::features::Line;

/// Share of the words of the shorter of two sentences that the other one has, too, from which on they say one thing.
const SHARED: f64 = 0.6;
/// Words, each counted once, that a sentence needs for this to tell anything.
const ENOUGH: usize = 5;

/// The words of each sentence.
#[derive(Default)]
pub struct Same {
    terms: Vec<HashSet<String>>,
}

impl Same {
    /// Of `lines`, a sentence each.
    pub(super) fn new(lines: &[Line]) -> Self {
        let own = |line: &Line| line.distinct().into_iter().map(str::to_owned).collect();
        Self { terms: lines.iter().map(own).collect() }
    }

    /// Whether two sentences say one thing. Nothing is known of those that were not given.
    pub(super) fn of(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.terms.get(one), self.terms.get(other)) else {
            return false;
        };
        let least = one.len().min(other.len());
        least >= ENOUGH && one.intersection(other).count() as f64 >= SHARED * least as f64
    }
}
