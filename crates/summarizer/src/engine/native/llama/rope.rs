//! Rotary positions (Su et al. 2021): pairs of numbers of a query or key are turned by angles that
//! grow with the token's position.

use super::config::Angles;

/// Which angles, and which two numbers make a pair.
pub struct Rope {
    angles: Angles,
    /// What the angle of each pair is divided by; as many as pairs.
    divisors: Vec<f32>,
    /// Whether the second of a pair stands half the turned numbers behind the first; else the two
    /// are neighbours.
    apart: bool,
}

impl Rope {
    /// By `angles`, each divided by one of `divisors`; `apart` as in [`Rope`].
    pub fn new(angles: Angles, divisors: Vec<f32>, apart: bool) -> Self {
        Self { angles, divisors, apart }
    }

    /// Cosine and sine of each pair, position by position. Angles go from pair to pair by one
    /// rounded factor, as in ggml, so that late positions turn by the very same.
    pub fn turns(&self, positions: impl Iterator<Item = usize>) -> Vec<f32> {
        let pairs = self.divisors.len();
        let factor = self.angles.base.powf(-1.0 / pairs as f32);
        let mut turns = Vec::new();
        for position in positions {
            let mut angle = position as f32;
            for divisor in &self.divisors {
                let (sin, cos) = (angle / divisor * self.angles.scale).sin_cos();
                turns.extend([cos, sin]);
                angle *= factor;
            }
        }
        turns
    }

    /// Turns `rows`, each of `heads` × `size` numbers, by `turns`, a row each.
    pub fn turn(&self, rows: &mut [f32], heads: usize, size: usize, turns: &[f32]) {
        let pairs = self.divisors.len();
        for (row, turns) in rows.chunks_exact_mut(heads * size).zip(turns.chunks_exact(2 * pairs)) {
            for head in row.chunks_exact_mut(size) {
                for (pair, turn) in turns.chunks_exact(2).enumerate() {
                    let (a, b) =
                        if self.apart { (pair, pair + pairs) } else { (2 * pair, 2 * pair + 1) };
                    let (x, y) = (head[a], head[b]);
                    head[a] = x * turn[0] - y * turn[1];
                    head[b] = x * turn[1] + y * turn[0];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rope(apart: bool) -> Rope {
        Rope::new(Angles { base: 10_000.0, scale: 1.0 }, vec![1.0; 4], apart)
    }

    #[test]
    fn a_score_depends_on_the_distance_only() {
        for apart in [false, true] {
            let rope = rope(apart);
            let dot = |a: usize, b: usize| -> f32 {
                let mut query = [0.3, -1.2, 0.8, 0.1, 2.0, -0.4, 0.9, 1.1];
                let mut key = [1.0, 0.2, -0.7, 0.6, -0.1, 0.5, 1.4, -0.8];
                rope.turn(&mut query, 1, 8, &rope.turns([a].into_iter()));
                rope.turn(&mut key, 1, 8, &rope.turns([b].into_iter()));
                query.iter().zip(key).map(|(x, y)| x * y).sum()
            };
            assert!((dot(9, 4) - dot(25, 20)).abs() < 1e-4);
            assert!((dot(9, 4) - dot(9, 5)).abs() > 1e-2);
        }
    }

    #[test]
    fn the_first_position_turns_nothing_and_the_rest_of_a_head_stays() {
        let mut row: Vec<f32> = (0..12_u8).map(f32::from).collect();
        let before = row.clone();
        let rope = rope(false);
        rope.turn(&mut row, 1, 12, &rope.turns([0].into_iter()));
        assert_eq!(row, before);
        rope.turn(&mut row, 1, 12, &rope.turns([7].into_iter()));
        assert_eq!(row[8..], before[8..]);
        assert_ne!(row[..8], before[..8]);
    }

    #[test]
    fn scaled_positions_turn_less_and_divisors_slow_single_pairs() {
        let plain = rope(false).turns([3].into_iter());
        let scaled = Rope::new(Angles { base: 10_000.0, scale: 0.25 }, vec![1.0; 4], false);
        assert_eq!(scaled.turns([12].into_iter()), plain);
        let slow =
            Rope::new(Angles { base: 10_000.0, scale: 1.0 }, vec![1.0, 8.0, 1.0, 1.0], false);
        let turns = slow.turns([3].into_iter());
        assert_eq!([&turns[..2], &turns[4..]], [&plain[..2], &plain[4..]]);
        // The second pair turns by 3 / 10 / 8 instead of 3 / 10.
        assert!(
            (turns[3] - 0.0375_f32.sin()).abs() < 1e-6 && (plain[3] - 0.3_f32.sin()).abs() < 1e-6
        );
    }
}
