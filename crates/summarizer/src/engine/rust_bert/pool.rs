//! Copies of a network that may not be shared between threads.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError},
};

use super::{
    LibtorchError,
    memory::{Memory, Reservation},
};
use crate::engine::EngineError;

/// How a copy is made.
type Make<T> = Box<dyn Fn() -> Result<T, EngineError> + Send + Sync>;

/// Copies of a network: made when one is asked for and all are busy, as long as memory allows;
/// otherwise a thread waits for the next that is put back.
pub(super) struct Pool<T> {
    make: Make<T>,
    memory: Arc<Memory>,
    /// What a copy takes, in bytes.
    bytes: u64,
    state: Mutex<State<T>>,
    returned: Condvar,
}

struct State<T> {
    idle: Vec<Member<T>>,
    busy: usize,
}

/// A copy and the memory that it has been allowed.
struct Member<T> {
    network: T,
    _room: Reservation,
}

impl<T> Pool<T> {
    /// A pool with one copy in it, so that what cannot be loaded is known at once.
    pub(super) fn new(memory: Arc<Memory>, bytes: u64, make: Make<T>) -> Result<Self, EngineError> {
        let state = Mutex::new(State { idle: Vec::new(), busy: 0 });
        let pool = Self { make, memory, bytes, state, returned: Condvar::new() };
        pool.with("loading the network", |_| Ok(()))?;
        Ok(pool)
    }

    /// What `ask` says of a copy that nobody else is asking.
    pub(super) fn with<R>(
        &self,
        doing: &'static str,
        ask: impl FnOnce(&T) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        one_thread();
        let taken = self.take()?;
        let _busy = Busy(self);
        let member = match taken {
            Taken::Member(member) => member,
            Taken::Room(room) => {
                let network = guarded("loading the network", || (self.make)())?;
                Member { network, _room: room }
            }
        };
        let answer = guarded(doing, || ask(&member.network));
        // After a panic nobody knows what state it is in.
        if !matches!(answer, Err(EngineError::Libtorch(LibtorchError::Panicked { .. }))) {
            self.state().idle.push(member);
        }
        answer
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy, or room for one; counts as busy from now on.
    fn take(&self) -> Result<Taken<T>, EngineError> {
        let mut state = self.state();
        loop {
            let taken = match state.idle.pop() {
                Some(member) => Some(Taken::Member(member)),
                None => self.memory.reserve(self.bytes).map(Taken::Room),
            };
            if let Some(taken) = taken {
                state.busy += 1;
                return Ok(taken);
            }
            if state.busy == 0 {
                let (needed, left) = (self.bytes, self.memory.left());
                return Err(LibtorchError::Memory { needed, left }.into());
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

enum Taken<T> {
    Member(Member<T>),
    Room(Reservation),
}

/// Says when it is dropped that a copy is free, or room for one.
struct Busy<'a, T>(&'a Pool<T>);

impl<T> Drop for Busy<'_, T> {
    fn drop(&mut self) {
        self.0.state().busy -= 1;
        self.0.returned.notify_one();
    }
}

/// `work`, a panic of it as an error.
fn guarded<R>(
    doing: &'static str,
    work: impl FnOnce() -> Result<R, EngineError>,
) -> Result<R, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(LibtorchError::Panicked { doing, message: message(&*panic) }.into())
    })
}

/// The first line of what a panic says.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
    text.lines().next().unwrap_or("").chars().filter(|c| !c.is_control()).take(300).collect()
}

/// Keeps libtorch on the thread that asks: articles are spread over threads already.
fn one_thread() {
    static ONCE: Once = Once::new();
    // A second call for the number between operations would panic.
    ONCE.call_once(|| tch::set_num_interop_threads(1));
    // OpenMP, which libtorch uses, keeps this number for each thread.
    tch::set_num_threads(1);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn pool(memory: u64, count: &Arc<AtomicUsize>) -> Result<Pool<usize>, EngineError> {
        let count = Arc::clone(count);
        let make = move || Ok(count.fetch_add(1, Ordering::SeqCst));
        Pool::new(Memory::new(memory), 10, Box::new(make))
    }

    #[test]
    fn no_more_copies_are_made_than_memory_allows_and_all_threads_are_served() {
        let made = Arc::new(AtomicUsize::new(0));
        let pool = pool(25, &made).unwrap();
        let served = AtomicUsize::new(0);
        let serve = |_: &usize| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            served.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| pool.with("asking", serve).unwrap());
            }
        });
        assert_eq!(served.load(Ordering::SeqCst), 8);
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_copy_that_panicked_is_replaced() {
        let made = Arc::new(AtomicUsize::new(0));
        let pool = pool(10, &made).unwrap();
        let error = pool.with("asking", |_| -> Result<(), EngineError> { panic!("no\nway") });
        assert!(error.unwrap_err().to_string().contains("while asking: no"));
        assert_eq!(pool.with("asking", |network| Ok(*network)).unwrap(), 1);
    }

    #[test]
    fn where_not_one_fits_what_is_left_is_named() {
        let made = Arc::new(AtomicUsize::new(0));
        let error = pool(9, &made).err().unwrap().to_string();
        assert!(error.contains("MB are left to such models"), "{error}");
        assert_eq!(made.load(Ordering::SeqCst), 0);
    }
}
