//! Networks that write, in memory once although they are asked for several styles.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use standfirst_core::card::ModelCard;

use super::LoadError;
use crate::engine::Generator;

/// The generators that are in use, by their cards and by whether they may use the network.
#[derive(Default)]
pub(super) struct Writers(Mutex<Vec<(ModelCard, bool, Slot)>>);

/// Where one generator is while somebody uses it. Locked while it is loaded, so that nobody loads it
/// beside, and others can be loaded meanwhile.
type Slot = Arc<Mutex<Option<Weak<dyn Generator>>>>;

impl Writers {
    /// The generator of `card`: that of somebody who uses it, or the one that `load` gives.
    pub(super) fn get(
        &self,
        card: &ModelCard,
        offline: bool,
        load: impl FnOnce() -> Result<Arc<dyn Generator>, LoadError>,
    ) -> Result<Arc<dyn Generator>, LoadError> {
        let slot = self.slot(card, offline);
        let mut used = lock(&slot);
        if let Some(generator) = used.as_ref().and_then(Weak::upgrade) {
            return Ok(generator);
        }
        let generator = load()?;
        *used = Some(Arc::downgrade(&generator));
        Ok(generator)
    }

    /// The slot of `card`; those that nobody uses are given up.
    fn slot(&self, card: &ModelCard, offline: bool) -> Slot {
        let mut slots = lock(&self.0);
        let same =
            |(other, alone, _): &&(ModelCard, bool, Slot)| *alone == offline && other == card;
        if let Some((.., slot)) = slots.iter().find(same) {
            return Arc::clone(slot);
        }
        slots.retain(|(.., slot)| Arc::strong_count(slot) > 1 || is_used(slot));
        let slot = Slot::default();
        slots.push((card.clone(), offline, Arc::clone(&slot)));
        slot
    }
}

/// Whether the generator of `slot` is in memory.
fn is_used(slot: &Slot) -> bool {
    lock(slot).as_ref().is_some_and(|generator| generator.strong_count() > 0)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
