//! A word in the environment of a program, and so in that of all that it starts, by which these are found
//! however far they have gone: a process in a session of its own (`setsid`) is in no group of ours any more,
//! and one whose parent has ended is nobody's child.
//!
//! To be the parent of orphans instead (`PR_SET_CHILD_SUBREAPER`) would be of no use here: it would not tell
//! whose they are, would leave whoever uses this library to reap them, and end with us when we are killed.

use std::{
    hash::{BuildHasher, RandomState},
    process::{self, Command},
};

/// The variable.
const VARIABLE: &str = "STANDFIRST_PROCESS";

/// What one process and all that it starts are known by.
#[derive(Clone, Debug)]
pub(super) struct Tag(String);

impl Tag {
    /// A new one, which nobody can foresee.
    pub(super) fn new() -> Self {
        let word = RandomState::new().hash_one(process::id());
        Self(format!("{}-{word:016x}", process::id()))
    }

    /// Has `command` start with it.
    pub(super) fn put(&self, command: &mut Command) {
        command.env(VARIABLE, &self.0);
    }

    /// As it stands in an environment.
    pub(super) fn entry(&self) -> String {
        format!("{VARIABLE}={}", self.0)
    }

    /// Ends all processes that have it; none where the system does not show what is in an environment.
    pub(super) fn end_all(&self) {
        #[cfg(target_os = "linux")]
        linux::end_all(self.entry().as_bytes());
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, thread, time::Duration};

    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

    /// How often is looked for more at most: one that is about to end may have started another.
    const ROUNDS: usize = 20;
    /// How long those that were told to end have for it, before it is looked again.
    const PAUSE: Duration = Duration::from_millis(2);

    pub(super) fn end_all(entry: &[u8]) {
        for _ in 0..ROUNDS {
            let Ok(processes) = fs::read_dir("/proc") else { return };
            let names = processes.flatten().map(|process| process.file_name());
            let ids = names.filter_map(|name| name.to_str()?.parse().ok().and_then(Pid::from_raw));
            if ids.filter(|&id| end(id, entry)).count() == 0 {
                return;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Ends a process if it has `entry` in its environment; whether it has.
    fn end(id: Pid, entry: &[u8]) -> bool {
        if !has(id, entry) {
            return false;
        }
        let Ok(process) = pidfd_open(id, PidfdFlags::empty()) else { return false };
        // Asked again: by now the number may be another's.
        let still = has(id, entry);
        if still {
            let _ = pidfd_send_signal(process, Signal::KILL);
        }
        still
    }

    fn has(id: Pid, entry: &[u8]) -> bool {
        let path = format!("/proc/{}/environ", id.as_raw_nonzero());
        let environment = fs::read(path).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|own| own == entry)
    }
}
