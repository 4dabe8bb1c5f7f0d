//! Which sentences of an article have most of their words in common.

use hashbrown::HashSet;

use super::features::Line;

/// Share of the words of the shorter of two sentences that the other one has, too, from which on they say one thing.
const SHARED: f64 = 0.6;
/// Words, each counted once, that a sentence needs for this to tell anything.
const ENOUGH: usize = 5;

/// The words of each sentence.
#[derive(Default)]
pub struct Same<'a> {
    lines: &'a [Line],
    terms: Vec<HashSet<&'a str>>,
}

impl<'a> Same<'a> {
    /// Of `lines`, a sentence each.
    pub(super) fn new(lines: &'a [Line]) -> Self {
        Self { lines, terms: lines.iter().map(Line::distinct).collect() }
    }

    /// Whether two sentences say one thing. Nothing is known of those that were not given. Where each has a name or a
    /// figure that the other lacks, they say the like of two things: a score, a seat, a quarter.
    pub(super) fn of(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (self.terms.get(one), self.terms.get(other)) else { return false };
        let least = a.len().min(b.len());
        let lacks = |has: usize, terms: &HashSet<&str>| {
            self.lines[has].named().iter().any(|name| !terms.contains(name.as_str()))
        };
        least >= ENOUGH
            && a.intersection(b).count() as f64 >= SHARED * least as f64
            && !(lacks(one, b) && lacks(other, a))
    }
}
