//! Chance that is the same everywhere: `SplitMix64` (Steele, Lea & Flood 2014).

/// A stream of numbers.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in −1..1, on a grid of 2^-15.
    pub(super) fn unit(&mut self) -> f32 {
        let step = u16::try_from(self.next() >> 48).unwrap_or(0);
        f32::from(step) / 32_768.0 - 1.0
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than `limit`, which is a usize")]
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// `0..count` in an order of chance (Fisher & Yates).
    pub(super) fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for i in (1..count).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}
