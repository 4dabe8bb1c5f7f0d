//! The one source of chance behind intervals and tests: seeded, and the same on every machine.

/// Steele, Lea & Flood 2014. Written out because its stream must stay the same for ever: published
/// intervals are to be had again.
pub(crate) struct SplitMix64(pub u64);

impl SplitMix64 {
    /// 64 bits more.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than `limit`, which is a usize")]
    /// Uniform in `0..limit`, up to a bias of `limit` in 2^64 (Lemire's multiplication).
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_stream() {
        // First outputs for seed 1234567, as the reference C program prints them.
        let mut random = SplitMix64(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }
}
