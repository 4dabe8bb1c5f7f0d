//! What was derived from an article, by type, so that nothing is found twice.

use std::{
    any::{Any, TypeId},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

type Slot = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// A value for each of a few types, each computed by the first who asks for it; others wait for that.
#[derive(Default)]
pub(super) struct Memo {
    slots: Mutex<Vec<(TypeId, Slot)>>,
}

impl Memo {
    /// The value of type `T`; `init` makes it if nobody has. It may ask for values of other types.
    pub(super) fn get_or_init<T: Any + Send + Sync>(&self, init: impl FnOnce() -> T) -> Arc<T> {
        let slot = self.slot(TypeId::of::<T>());
        let value = slot.get_or_init(|| Arc::new(init()));
        Arc::clone(value).downcast().expect("a slot holds the type that it is kept under")
    }

    fn slot(&self, id: TypeId) -> Slot {
        // A panic while a value is made leaves its slot empty and the list whole.
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = slots.iter().find(|(known, _)| *known == id) {
            return Arc::clone(slot);
        }
        let slot = Slot::default();
        slots.push((id, Arc::clone(&slot)));
        slot
    }
}

/// A copy begins with nothing: what was derived may point at the article it was derived from.
impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What was derived says nothing that the article does not.
impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_value_is_made_once_however_many_threads_ask() {
        let (memo, made) = (Memo::default(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let value = memo.get_or_init(|| made.fetch_add(1, Ordering::SeqCst) + 41);
                    assert_eq!(*value, 41);
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn types_do_not_meet_and_one_may_ask_for_another() {
        let memo = Memo::default();
        let text = memo.get_or_init(|| format!("{}", *memo.get_or_init(|| 7_u32)));
        assert_eq!((text.as_str(), *memo.get_or_init(|| 8_u32)), ("7", 7));
        assert_eq!(*memo.clone().get_or_init(|| 8_u32), 8);
    }
}
