//! What the distance of two tokens adds to the score of one for the other, in networks that know places by that.

/// What heads add to scores by the distance of two tokens, in classes of distances that grow with it.
pub struct Relative {
    /// Class by class, head by head.
    table: Vec<f32>,
    heads: usize,
    buckets: usize,
    distance: usize,
}

impl Relative {
    /// From a table of class × head: `buckets` classes, of which one begins at `distance` and never ends.
    pub fn new(table: Vec<f32>, heads: usize, buckets: usize, distance: usize) -> Self {
        Self { table, heads, buckets, distance }
    }

    /// For each head, what keys get from `reach` − 1 before the query to as many behind.
    pub fn both_ways(&self, reach: usize) -> Vec<f32> {
        let half = self.buckets / 2;
        let class = |place: usize| match place.checked_sub(reach) {
            Some(behind) => half + class_of(behind + 1, half, self.distance),
            None => class_of(reach - 1 - place, half, self.distance),
        };
        self.spread(2 * reach - 1, class)
    }

    /// For each head, what keys get that are 0 to `reach` − 1 before the query.
    pub fn backwards(&self, reach: usize) -> Vec<f32> {
        self.spread(reach, |back| class_of(back, self.buckets, self.distance))
    }

    fn spread(&self, count: usize, class: impl Fn(usize) -> usize) -> Vec<f32> {
        let of = |head: usize, place: usize| self.table[class(place) * self.heads + head];
        let of = &of;
        (0..self.heads).flat_map(|head| (0..count).map(move |place| of(head, place))).collect()
    }
}

/// The class of a distance among `classes`: the first half has one each, the rest grow by logarithms up to
/// `distance` (Raffel et al. 2020, in the arithmetic of transformers, whose last bit decides at the borders).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers below the number of classes"
)]
fn class_of(apart: usize, classes: usize, distance: usize) -> usize {
    let exact = classes / 2;
    if apart < exact {
        return apart;
    }
    let span = (distance as f64 / exact as f64).ln() as f32;
    let share = (apart as f32 / exact as f32).ln() / span;
    (exact + (share * (classes - exact) as f32) as usize).min(classes - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where transformers' classes of T5's usual 32 with a distance of 128 begin, by its own code.
    const BOTH_WAYS: [usize; 8] = [8, 12, 16, 23, 32, 46, 64, 91];
    const BACKWARDS: [usize; 16] =
        [16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113];

    #[test]
    fn classes_begin_where_they_do_in_transformers() {
        let begins = |classes: usize, from: usize| {
            let class = move |apart: usize| class_of(apart, classes, 128);
            (from..1_000).filter(move |&apart| class(apart) != class(apart - 1)).collect::<Vec<_>>()
        };
        assert_eq!(begins(16, 8), BOTH_WAYS);
        assert_eq!(begins(32, 16), BACKWARDS);
        assert_eq!(
            (0..8).map(|apart| class_of(apart, 16, 128)).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5, 6, 7]
        );
    }
}
