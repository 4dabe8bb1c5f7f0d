//! Values by the number of what they belong to.

/// Values of several groups, those of one after those of another, each in the order in which they came. Two rows of numbers
/// for all of them, where a list for each would be an allocation for each.
#[derive(Clone, Debug, Default)]
pub struct Grouped<T> {
    values: Vec<T>,
    /// Where each group starts, and where the last one ends.
    starts: Vec<u32>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Of `pairs` of a group, one of so many, and a value of it; fewer than 2³² of them. They are gone through twice.
    ///
    /// # Panics
    /// If a group is beyond them.
    pub fn new(groups: usize, pairs: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut starts = vec![0_u32; groups + 1];
        for (group, _) in pairs.clone() {
            starts[group + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut values = vec![T::default(); starts[groups] as usize];
        for (group, value) in pairs {
            values[next[group] as usize] = value;
            next[group] += 1;
        }
        Self { values, starts }
    }

    /// The values of a group; none of one that there is not.
    pub fn of(&self, group: usize) -> &[T] {
        match self.starts.get(group..group.saturating_add(2)) {
            Some(&[start, end]) => &self.values[start as usize..end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_its_values_in_their_order() {
        let pairs = [(2, 'a'), (0, 'b'), (2, 'c'), (0, 'a')];
        let grouped = Grouped::new(4, pairs.into_iter());
        assert_eq!(
            [0, 1, 2, 3].map(|group| grouped.of(group)),
            [&['b', 'a'][..], &[], &['a', 'c'], &[]]
        );
        assert!(grouped.of(4).is_empty() && grouped.of(usize::MAX).is_empty());
        assert!(Grouped::<u32>::default().of(0).is_empty());
    }
}
