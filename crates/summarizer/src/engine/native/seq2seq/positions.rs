//! Where a token stands: tables of positions, and of distances.

use super::{config::Positions, layers::Source};
use crate::engine::EngineError;

/// Rows of a table of learned positions that stand before the first one.
const OFFSET: usize = 2;

/// What is added to the vector of a token by its place; empty where distances say it.
pub struct Places {
    table: Vec<f32>,
    width: usize,
}

impl Places {
    /// Those of `encoder` or `decoder`.
    pub fn load(source: &Source<'_>, stack: &str) -> Result<Self, EngineError> {
        let width = source.config.width;
        let name = format!("{stack}.embed_positions.weight");
        let table = match source.config.positions {
            Positions::Learned { count } => {
                source.weights.numbers(&name, &[count + OFFSET, width])?.split_off(OFFSET * width)
            }
            Positions::Sinusoidal { count } if source.weights.has(&name) => {
                source.weights.numbers(&name, &[count, width])?
            }
            Positions::Sinusoidal { count } => sinusoids(count, width),
            Positions::Relative { .. } => Vec::new(),
        };
        Ok(Self { table, width })
    }

    /// Adds what belongs to `position` to `row`.
    pub fn add(&self, position: usize, row: &mut [f32]) {
        if let Some(place) = self.table.get(position * self.width..(position + 1) * self.width) {
            row.iter_mut().zip(place).for_each(|(x, place)| *x += place);
        }
    }
}

/// Sines in the first half of a row, cosines in the second (Vaswani et al. 2017, in PEGASUS's order).
fn sinusoids(count: usize, width: usize) -> Vec<f32> {
    let half = width.div_ceil(2);
    let angle = |position: usize, i: usize| {
        position as f64 / 10_000_f64.powf(2.0 * i as f64 / width as f64)
    };
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    let number = |position: usize, i: usize| match i.checked_sub(half) {
        None => angle(position, i).sin() as f32,
        Some(i) => angle(position, i).cos() as f32,
    };
    (0..count).flat_map(|position| (0..width).map(move |i| number(position, i))).collect()
}

/// What heads add to scores by the distance of two tokens, in classes of distances that grow with it.
pub struct Relative {
    /// Class by class, head by head.
    table: Vec<f32>,
    heads: usize,
    buckets: usize,
    distance: usize,
}

impl Relative {
    /// The table `name`; `None` in a network that has tables of positions.
    pub fn load(
        source: &Source<'_>,
        name: &str,
        heads: usize,
    ) -> Result<Option<Self>, EngineError> {
        let Positions::Relative { buckets, distance } = source.config.positions else {
            return Ok(None);
        };
        let table = source.weights.numbers(&format!("{name}.weight"), &[buckets, heads])?;
        Ok(Some(Self { table, heads, buckets, distance }))
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

    #[test]
    fn a_row_of_sinusoids_turns_at_its_frequencies() {
        let table = sinusoids(3, 4);
        let expected = [0.0, 0.0, 1.0, 1.0];
        assert!(table[..4].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-7));
        let expected = [2_f32.sin(), 0.02_f32.sin(), 2_f32.cos(), 0.02_f32.cos()];
        assert!(table[8..].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
