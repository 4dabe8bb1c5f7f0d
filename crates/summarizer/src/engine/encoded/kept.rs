//! Values that were computed once for each key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value that is there, or whose lock is held by whoever computes it.
type Slot<V> = Arc<Mutex<Option<Arc<V>>>>;

/// A few values of one kind.
pub(crate) struct Kept<K, V>(Mutex<Vec<(K, Slot<V>)>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, V> Kept<K, V> {
    /// The value of `key`: as known, or as `compute` gives it. Who asks meanwhile waits; after an
    /// error the next one computes anew.
    pub(crate) fn get_or_try_init<E>(
        &self,
        key: K,
        compute: impl FnOnce() -> Result<V, E>,
    ) -> Result<Arc<V>, E> {
        let slot = self.slot(key);
        let mut value = unpoisoned(&slot);
        if let Some(value) = &*value {
            return Ok(Arc::clone(value));
        }
        let computed = Arc::new(compute()?);
        *value = Some(Arc::clone(&computed));
        Ok(computed)
    }

    fn slot(&self, key: K) -> Slot<V> {
        let mut slots = unpoisoned(&self.0);
        if let Some((_, slot)) = slots.iter().find(|(known, _)| *known == key) {
            return Arc::clone(slot);
        }
        let slot = Slot::default();
        slots.push((key, Arc::clone(&slot)));
        slot
    }
}

/// Locks what a panic leaves as it was: a value is put in whole or not at all.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
