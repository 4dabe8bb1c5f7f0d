//! The one source of chance: of intervals and tests of difference, of training, of writers that draw
//! their words, and of noise in tests. Seeded, and the same on every machine.

/// A stream of numbers (Steele, Lea & Flood 2014). Written out because it must stay the same for ever:
/// published intervals and heads that ship are to be had again.
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits more.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..limit`, up to a bias of `limit` in 2^64 (Lemire's multiplication); 0 for no
    /// choice at all.
    #[expect(clippy::cast_possible_truncation, reason = "less than `limit`, which is a usize")]
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next_u64()) * limit as u128) >> 64) as usize
    }

    /// Uniform from 0 to below 1, on a grid of 2^-53.
    pub fn fraction(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform from −1 to below 1, on a grid of 2^-15: what weights begin as.
    pub fn weight(&mut self) -> f32 {
        let step = u16::try_from(self.next_u64() >> 48).unwrap_or(0);
        f32::from(step) / 32_768.0 - 1.0
    }

    /// `0..count` in an order of chance (Fisher & Yates).
    pub fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for i in (1..count).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_stream() {
        // First outputs for seed 1234567, as the reference C program prints them.
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_stay_in_their_ranges_and_an_order_has_each_once() {
        let mut random = SplitMix64::new(3);
        for limit in 0..200 {
            assert!(random.below(limit) < limit.max(1));
            assert!((0.0..1.0).contains(&random.fraction()));
            assert!((-1.0..1.0).contains(&random.weight()));
        }
        let mut order = random.shuffled(50);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
