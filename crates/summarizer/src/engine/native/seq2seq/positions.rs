//! Where a token stands: tables of positions.

use super::{config::Positions, layers::Source};
use crate::engine::{EngineError, native::distances::Relative};

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

/// What heads add to scores by distance, by the table `name`; `None` in a network that has tables of positions.
///
/// # Errors
/// [`EngineError::MissingTensor`] and its kind.
pub fn relative(
    source: &Source<'_>,
    name: &str,
    heads: usize,
) -> Result<Option<Relative>, EngineError> {
    let Positions::Relative { buckets, distance } = source.config.positions else {
        return Ok(None);
    };
    let table = source.weights.numbers(&format!("{name}.weight"), &[buckets, heads])?;
    Ok(Some(Relative::new(table, heads, buckets, distance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_sinusoids_turns_at_its_frequencies() {
        let table = sinusoids(3, 4);
        let expected = [0.0, 0.0, 1.0, 1.0];
        assert!(table[..4].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-7));
        let expected = [2_f32.sin(), 0.02_f32.sin(), 2_f32.cos(), 0.02_f32.cos()];
        assert!(table[8..].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
