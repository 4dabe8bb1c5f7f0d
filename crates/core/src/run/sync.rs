//! What threads wait at: the standard library's, or with `--cfg shuttle` those of shuttle, which tries the
//! orders in which threads may run.

#[cfg(shuttle)]
pub(super) use shuttle::sync::{Condvar, Mutex, MutexGuard};
#[cfg(not(shuttle))]
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};
