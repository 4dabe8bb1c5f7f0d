//! One hash for words and sets of them: the same on every machine and in every version, since ids rest on it.

/// FNV-1a of the bytes, with the last step of `SplitMix64` behind it, which spreads short texts over all bits.
pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let step = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, step))
}

/// Of a text.
pub(crate) fn of(text: &str) -> u64 {
    hash(text.bytes())
}

/// The finaliser of `SplitMix64` (Steele, Lea & Flood 2014).
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The upper half, which is as good as all of it for sets of some thousands.
pub(crate) fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one_before_it_is_mixed() {
        // FNV-1a of "a" is af63dc4c8601ec8c, by its authors' table.
        assert_eq!(of("a"), mix(0xaf63_dc4c_8601_ec8c));
        assert_ne!(of("ab"), of("ba"));
    }
}
