//! Sees to it that a program ends with us, however we end: killed, we can do nothing any more, so
//! somebody else has to.

use std::{
    io,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A shell that waits for the end of its standard input, which we hold open and which closes with us,
/// and then ends the process group that it was given, and takes its temporary folder away.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// One for the group of the process `leader`, whose folder is `scratch`.
    ///
    /// # Errors
    /// If there is no shell.
    #[cfg(unix)]
    pub(super) fn over(leader: &Child, scratch: Option<&Path>) -> io::Result<Self> {
        const WATCH: &str = "read -r _; kill -s KILL -- \"-$1\"; rm -rf -- ${2+\"$2\"}";
        let mut command = Command::new("sh");
        command.args(["-c", WATCH, "watchdog"]);
        command.arg(leader.id().to_string()).args(scratch);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: Ctrl-C is not for it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(Self)
    }

    #[cfg(not(unix))]
    pub(super) fn over(_: &Child, _: Option<&Path>) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for Watchdog {
    /// Ended before it could take our closing its input for our end.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
