//! Ctrl-C and SIGTERM: the first asks the run to finish what is in flight, the second ends it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::messages;

/// Whether the user asked to stop.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Exit status of a process that a second signal ended, as shells count it.
const KILLED: i32 = 130;

/// Begins to listen.
///
/// # Errors
/// If the system refuses a signal handler.
pub fn listen(quiet: bool) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(KILLED);
        }
        if !quiet {
            messages::notice(
                "stopping; what is in flight is finished first (again to end at once)",
            );
        }
    })?;
    Ok(())
}

/// Whether the user asked to stop.
pub fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}
