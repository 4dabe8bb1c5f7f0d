//! Whose turn it is. The pool has so many articles in hand at a time; whoever wants one more worked on waits
//! for a hand, first come, first served. A request takes a hand for each of its articles, one after another,
//! so that one of a thousand and one of a single article take turns. So many requests may wait to begin;
//! those that come after are refused, and told when to come again. Besides, what articles in hand take of memory
//! is bounded; one that takes more than all of it is worked on alone.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest that anybody is told to stay away, in seconds.
const MAX_RETRY: u64 = 60;
/// The smallest part of memory that is told apart.
const GRAIN: u64 = 1 << 20;
/// What an article is taken to last before any has been worked on.
const GUESS: Duration = Duration::from_millis(100);
/// How much the latest article weighs in the mean: one part in so many.
const WEIGHT: u64 = 16;

/// Leave to have one article worked on; given back when it is dropped.
#[derive(Debug)]
pub struct Hand {
    _permit: Option<OwnedSemaphorePermit>,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// In how many seconds there is likely a place.
    pub retry_after: u64,
}

/// Hands, and who waits for them.
#[derive(Debug)]
pub struct Queue {
    hands: Arc<Semaphore>,
    count: usize,
    /// Memory that is left, in parts of [`GRAIN`].
    memory: Arc<Semaphore>,
    grains: u32,
    places: usize,
    waiting: AtomicUsize,
    /// What an article lasts on average of late, in microseconds.
    mean: AtomicU64,
    articles: AtomicU64,
    refused: AtomicU64,
}

/// Counts one that waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Queue {
    /// So many hands, so many places for requests that wait for their first, and so many bytes of memory.
    pub fn new(hands: NonZeroUsize, places: usize, memory: u64) -> Self {
        let most = u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX);
        let grains = u32::try_from(memory / GRAIN).unwrap_or(most).clamp(1, most);
        Self {
            memory: Arc::new(Semaphore::new(grains as usize)),
            grains,
            hands: Arc::new(Semaphore::new(hands.get().min(Semaphore::MAX_PERMITS))),
            count: hands.get(),
            places,
            waiting: AtomicUsize::new(0),
            mean: AtomicU64::new(micros(GUESS)),
            articles: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// The first hand of a request, as soon as it is its turn, for an article that takes so many bytes of memory.
    ///
    /// # Errors
    /// [`Full`] at once, if all places are taken.
    pub async fn begin(&self, memory: u64) -> Result<Hand, Full> {
        if let Some(hand) = self.at_once(memory) {
            return Ok(hand);
        }
        let place = |waiting: usize| (waiting < self.places).then_some(waiting + 1);
        if self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place).is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Full { retry_after: self.retry_after() });
        }
        let _waiting = Waiting(&self.waiting);
        Ok(self.next(memory).await)
    }

    fn at_once(&self, memory: u64) -> Option<Hand> {
        let memory = Arc::clone(&self.memory).try_acquire_many_owned(self.share(memory)).ok()?;
        let permit = Arc::clone(&self.hands).try_acquire_owned().ok()?;
        Some(Hand { _permit: Some(permit), _memory: Some(memory) })
    }

    /// A further hand of a request that has begun, as soon as it is its turn. Who waits for one has to go on
    /// waiting or give up: it may have been put aside for them already.
    pub async fn next(&self, memory: u64) -> Hand {
        // Memory first, so that who waits for much of it has no hand meanwhile. Neither is ever closed.
        let memory = Arc::clone(&self.memory).acquire_many_owned(self.share(memory)).await.ok();
        Hand { _permit: Arc::clone(&self.hands).acquire_owned().await.ok(), _memory: memory }
    }

    /// How much of the memory is so many bytes: all of it at most.
    fn share(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(GRAIN)).unwrap_or(self.grains).clamp(1, self.grains)
    }

    /// Takes note of how long an article was worked on.
    pub fn took(&self, time: Duration) {
        self.articles.fetch_add(1, Ordering::Relaxed);
        let time = micros(time);
        let mean = |mean: u64| Some(mean - mean / WEIGHT + time / WEIGHT);
        let _ = self.mean.fetch_update(Ordering::Relaxed, Ordering::Relaxed, mean);
    }

    /// Requests that wait to begin.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Articles in hand.
    pub fn in_hand(&self) -> usize {
        self.count - self.hands.available_permits().min(self.count)
    }

    /// How many there may be.
    pub fn hands(&self) -> usize {
        self.count
    }

    /// Articles worked on so far.
    pub fn articles(&self) -> u64 {
        self.articles.load(Ordering::Relaxed)
    }

    /// Requests refused so far.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Seconds until those who wait have begun, if articles last as long as of late.
    fn retry_after(&self) -> u64 {
        let ahead = (self.waiting() + self.count) as u64;
        let time = self.mean.load(Ordering::Relaxed).saturating_mul(ahead) / self.count as u64;
        time.div_ceil(1_000_000).clamp(1, MAX_RETRY)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Queue {
        Queue::new(NonZeroUsize::new(2).unwrap(), 1, 8 << 20)
    }

    #[tokio::test]
    async fn past_the_places_a_request_is_refused_and_a_freed_hand_goes_to_who_waits() {
        let queue = Arc::new(two());
        let (first, second) = (queue.begin(0).await.unwrap(), queue.begin(0).await.unwrap());
        let waits = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.begin(0).await.unwrap() }
        });
        while queue.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(queue.begin(0).await.unwrap_err(), Full { retry_after: 1 });
        drop(first);
        let third = waits.await.unwrap();
        assert_eq!((queue.waiting(), queue.in_hand(), queue.refused()), (0, 2, 1));
        drop((second, third));
        assert_eq!(queue.in_hand(), 0);
    }

    #[tokio::test]
    async fn what_takes_much_memory_waits_and_what_takes_more_than_all_is_alone() {
        let queue = Queue::new(NonZeroUsize::new(4).unwrap(), 4, 8 << 20);
        let large = queue.begin(6 << 20).await.unwrap();
        let small = queue.begin(1).await.unwrap();
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, queue.begin(2 << 20)).await.is_err());
        drop(small);
        let other = queue.begin(2 << 20).await.unwrap();
        assert!(tokio::time::timeout(patience, queue.begin(u64::MAX)).await.is_err());
        drop((large, other));
        let _alone = queue.begin(u64::MAX).await.unwrap();
        assert!(tokio::time::timeout(patience, queue.begin(0)).await.is_err());
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_a_place() {
        let queue = two();
        let _hands = (queue.begin(0).await.unwrap(), queue.begin(0).await.unwrap());
        let waited = tokio::time::timeout(Duration::from_millis(20), queue.begin(0)).await;
        assert!(waited.is_err() && queue.waiting() == 0);
    }

    #[test]
    fn the_time_to_stay_away_grows_with_what_articles_last() {
        let queue = two();
        (0..200).for_each(|_| queue.took(Duration::from_secs(8)));
        assert_eq!(queue.retry_after(), 8);
        (0..400).for_each(|_| queue.took(Duration::from_hours(1)));
        assert_eq!(queue.retry_after(), MAX_RETRY);
    }
}
