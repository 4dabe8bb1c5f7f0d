//! How much memory copies of networks may take together.

use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
};

/// What is taken where the system does not tell what is free, in bytes.
const UNKNOWN: u64 = 4_000_000_000;

/// An account that all pools of a run share.
#[derive(Debug)]
pub struct Memory {
    left: Mutex<u64>,
}

impl Memory {
    /// An account of `bytes`.
    pub fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self { left: Mutex::new(bytes) })
    }

    /// Bytes that nobody has reserved.
    pub fn left(&self) -> u64 {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves `bytes` until what is returned is dropped; `None` if there are fewer.
    pub(super) fn reserve(self: &Arc<Self>, bytes: u64) -> Option<Reservation> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.checked_sub(bytes)?;
        Some(Reservation { memory: Arc::clone(self), bytes })
    }
}

/// Part of a [`Memory`].
pub(super) struct Reservation {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        *self.memory.left.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
    }
}

/// Three quarters of what is free now, in bytes.
pub fn default_limit() -> u64 {
    free().map_or(UNKNOWN, |free| free / 4 * 3)
}

/// What Linux could give a new program without swapping, in bytes.
fn free() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_reserved_than_there_is_and_all_comes_back() {
        let memory = Memory::new(10);
        let six = memory.reserve(6).unwrap();
        assert!(memory.reserve(5).is_none());
        let four = memory.reserve(4).unwrap();
        assert_eq!(memory.left(), 0);
        drop((six, four));
        assert_eq!(memory.left(), 10);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_free_is_known() {
        assert!(free().is_some_and(|bytes| bytes > 1_000_000));
    }
}
