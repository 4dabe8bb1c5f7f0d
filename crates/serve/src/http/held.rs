//! How many bytes requests hold: from when they come until the answers that were made of them are gone. All of
//! them together are bounded, so that neither who sends slowly nor who takes nothing fills the memory; and the
//! first of each are not counted, so that however much others hold, a small request is read.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{Refusal, RefusalKind};

/// Bytes of a request that are not counted.
const SMALL: usize = 64 << 10;

/// What is held by all requests of a kind.
#[derive(Debug)]
pub(super) struct Pool {
    bytes: AtomicUsize,
    max: usize,
}

impl Pool {
    /// One that holds so many bytes.
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { bytes: AtomicUsize::new(0), max })
    }
}

/// What is held by one request.
#[derive(Debug)]
pub(super) struct Account {
    pool: Arc<Pool>,
    bytes: AtomicUsize,
}

impl Account {
    /// One with nothing on it.
    pub(super) fn new(pool: &Arc<Pool>) -> Arc<Self> {
        Arc::new(Self { pool: Arc::clone(pool), bytes: AtomicUsize::new(0) })
    }

    /// Whether there was room for so many more.
    fn add(&self, bytes: usize) -> bool {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let more = counted(before + bytes) - counted(before);
        more == 0 || self.pool.bytes.fetch_add(more, Ordering::Relaxed) + more <= self.pool.max
    }

    fn sub(&self, bytes: usize) {
        let before = self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        let less = counted(before) - counted(before - bytes);
        self.pool.bytes.fetch_sub(less, Ordering::Relaxed);
    }
}

fn counted(bytes: usize) -> usize {
    bytes.saturating_sub(SMALL)
}

/// Bytes that a request holds until this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Account>,
    bytes: usize,
}

impl Share {
    /// None yet.
    pub(super) fn none(of: &Arc<Account>) -> Self {
        Self { of: Arc::clone(of), bytes: 0 }
    }

    /// So many more.
    ///
    /// # Errors
    /// If there is no room for them.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.bytes += bytes;
        if self.of.add(bytes) {
            return Ok(());
        }
        let told = "too many large bodies are in hand; come again in a moment";
        Err(Refusal::new(RefusalKind::Busy(1), told))
    }

    /// So many at least, whether or not there is room: what they were made of was let in.
    pub(super) fn grow_to(&mut self, bytes: usize) {
        let more = bytes.saturating_sub(self.bytes);
        self.bytes += more;
        self.of.add(more);
    }

    /// None any more.
    pub(super) fn clear(&mut self) {
        self.of.sub(std::mem::take(&mut self.bytes));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_requests_share_what_there_is_and_small_ones_are_never_refused() {
        let pool = Pool::new(100);
        let (one, other) = (Account::new(&pool), Account::new(&pool));
        let mut large = Share::none(&one);
        large.add(SMALL).unwrap();
        large.add(60).unwrap();
        let mut late = Share::none(&other);
        late.add(SMALL + 30).unwrap();
        assert!(late.add(20).is_err());
        let mut small = Share::none(&Account::new(&pool));
        small.add(SMALL).unwrap();
        drop(late);
        large.add(40).unwrap();
        assert!(large.add(1).is_err());
        drop((large, small));
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn shares_of_a_request_are_counted_together() {
        let pool = Pool::new(100);
        let account = Account::new(&pool);
        let mut shares: Vec<Share> = (0..4).map(|_| Share::none(&account)).collect();
        for share in &mut shares {
            share.add(SMALL / 4).unwrap();
        }
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 0);
        shares[0].grow_to(SMALL / 4 + 300);
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 300);
        assert!(shares[1].add(1).is_err());
        shares[0].clear();
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 0);
        shares[1].add(1).unwrap();
    }
}
