//! Sets that grow together.

/// Numbers from 0 on in disjoint sets; the smallest number of a set stands for it (Tarjan 1975, halving paths).
pub(crate) struct Groups(Vec<usize>);

impl Groups {
    /// Each number by itself.
    pub fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The smallest number of the set of `at`.
    pub fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Makes the sets of the two one.
    pub fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}
