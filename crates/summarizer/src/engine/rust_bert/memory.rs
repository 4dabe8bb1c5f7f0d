//! How much memory copies of networks may take together.

use std::sync::{Arc, Mutex, PoisonError};

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
}
