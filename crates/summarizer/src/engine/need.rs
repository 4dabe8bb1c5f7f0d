//! Memory that a network takes, reckoned from the heads of its files before it is loaded.

use standfirst_core::card::Precision;

use super::native::dense::Dense;

/// Bytes of a token in a tokenizer's tables and in what comes and goes beside them: what `SmolLM2` was measured to take
/// beyond all that is reckoned.
const TOKEN_BYTES: u64 = 800;

/// Bytes that a network takes in memory. What the program takes without it is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Need {
    /// Its weights as they lie in memory, which is not as they lie in its file.
    pub weights: u64,
    /// Keys and values of as many articles as a thread answers together, each as long as the network reads.
    pub cache: u64,
    /// What else a thread works on, and the tokenizer's tables.
    pub working: u64,
    /// Its file, which is held beside the weights while they are read from it.
    pub file: u64,
    /// Whether all of it is guessed from the size of a file that is not here.
    pub guessed: bool,
}

impl Need {
    /// The most that it takes at a time with one thread at work: loading it, or running it.
    pub fn total(&self) -> u64 {
        self.running().max(self.weights.saturating_add(self.file))
    }

    /// What it takes with one thread at work, once it is loaded.
    pub fn running(&self) -> u64 {
        self.weights.saturating_add(self.cache).saturating_add(self.working)
    }
}

/// Bytes of `count` numbers of 32 bits.
pub(super) fn numbers(count: u64) -> u64 {
    count.saturating_mul(size_of::<f32>() as u64)
}

/// Bytes of the tables of a tokenizer that knows so many `tokens`.
pub(super) fn tokenizer(tokens: u64) -> u64 {
    tokens.saturating_mul(TOKEN_BYTES)
}

/// Bytes of the weights of a product of `rows` × `columns`, which is computed in `precision`.
pub(super) fn product(rows: usize, columns: usize, precision: Precision) -> u64 {
    match precision {
        Precision::F32 => numbers((rows * columns) as u64),
        Precision::Int8 => Dense::bytes(rows, columns) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_gone_before_keys_and_values_come() {
        let need = Need { weights: 10, cache: 3, working: 2, file: 4, guessed: false };
        assert_eq!(need.total(), 15);
        assert_eq!(Need { file: 7, ..need }.total(), 17);
        assert_eq!(Need { cache: u64::MAX, ..need }.total(), u64::MAX);
    }
}
