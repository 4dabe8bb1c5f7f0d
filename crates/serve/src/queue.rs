//! Whose turn it is. The pool has so many articles in hand at a time; whoever wants one more worked on waits
//! for a hand, first come, first served. A request takes a hand for each of its articles, one after another,
//! so that one of a thousand and one of a single article take turns. So many requests may wait to begin;
//! those that come after are refused, and told when to come again.

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
/// What an article is taken to last before any has been worked on.
const GUESS: Duration = Duration::from_millis(100);
/// How much the latest article weighs in the mean: one part in so many.
const WEIGHT: u64 = 16;

/// Leave to have one article worked on; given back when it is dropped.
#[derive(Debug)]
pub struct Hand {
    _permit: Option<OwnedSemaphorePermit>,
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
    /// So many hands, and so many places for requests that wait for their first.
    pub fn new(hands: NonZeroUsize, places: usize) -> Self {
        Self {
            hands: Arc::new(Semaphore::new(hands.get().min(Semaphore::MAX_PERMITS))),
            count: hands.get(),
            places,
            waiting: AtomicUsize::new(0),
            mean: AtomicU64::new(micros(GUESS)),
            articles: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// The first hand of a request, as soon as it is its turn.
    ///
    /// # Errors
    /// [`Full`] at once, if all places are taken.
    pub async fn begin(&self) -> Result<Hand, Full> {
        if let Ok(permit) = Arc::clone(&self.hands).try_acquire_owned() {
            return Ok(Hand { _permit: Some(permit) });
        }
        let place = |waiting: usize| (waiting < self.places).then_some(waiting + 1);
        if self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place).is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Full { retry_after: self.retry_after() });
        }
        let _waiting = Waiting(&self.waiting);
        Ok(self.next().await)
    }

    /// A further hand of a request that has begun, as soon as it is its turn.
    pub async fn next(&self) -> Hand {
        // Hands are never closed, so there is always one at some time.
        Hand { _permit: Arc::clone(&self.hands).acquire_owned().await.ok() }
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
        Queue::new(NonZeroUsize::new(2).unwrap(), 1)
    }

    #[tokio::test]
    async fn past_the_places_a_request_is_refused_and_a_freed_hand_goes_to_who_waits() {
        let queue = Arc::new(two());
        let (first, second) = (queue.begin().await.unwrap(), queue.begin().await.unwrap());
        let waits = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.begin().await.unwrap() }
        });
        while queue.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(queue.begin().await.unwrap_err(), Full { retry_after: 1 });
        drop(first);
        let third = waits.await.unwrap();
        assert_eq!((queue.waiting(), queue.in_hand(), queue.refused()), (0, 2, 1));
        drop((second, third));
        assert_eq!(queue.in_hand(), 0);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_a_place() {
        let queue = two();
        let _hands = (queue.begin().await.unwrap(), queue.begin().await.unwrap());
        let waited = tokio::time::timeout(Duration::from_millis(20), queue.begin()).await;
        assert!(waited.is_err() && queue.waiting() == 0);
    }

    #[test]
    fn the_time_to_stay_away_grows_with_what_articles_last() {
        let queue = two();
        (0..200).for_each(|_| queue.took(Duration::from_secs(8)));
        assert_eq!(queue.retry_after(), 8);
        (0..400).for_each(|_| queue.took(Duration::from_secs(3_600)));
        assert_eq!(queue.retry_after(), MAX_RETRY);
    }
}
