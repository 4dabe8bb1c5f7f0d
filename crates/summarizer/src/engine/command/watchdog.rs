//! Sees to it that a program ends with us, however we end: killed, we can do nothing any more, so
//! somebody else has to.

use std::{
    io,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::tag::Tag;

/// A shell that waits for the end of its standard input, which we hold open and which closes with us,
/// and then ends the process group that it was given and whoever has the tag, and takes its temporary folder away.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// One for the group of the process `leader`, started with `tag`, whose folder is `scratch`.
    ///
    /// # Errors
    /// If there is no shell.
    #[cfg(unix)]
    pub(super) fn over(leader: &Child, tag: &Tag, scratch: Option<&Path>) -> io::Result<Self> {
        // More than once: one that is about to end may have started another.
        const WATCH: &str = r#"
            read -r _
            kill -s KILL -- "-$1"
            for round in 1 2 3; do
                grep -lF -- "$2" /proc/[0-9]*/environ | while IFS= read -r at; do
                    at=${at#/proc/}
                    kill -s KILL "${at%/environ}"
                done
            done
            rm -rf -- ${3+"$3"}"#;
        let mut command = Command::new("sh");
        command.args(["-c", WATCH, "watchdog"]);
        command.arg(leader.id().to_string()).arg(tag.entry()).args(scratch);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: Ctrl-C is not for it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(Self)
    }

    #[cfg(not(unix))]
    pub(super) fn over(_: &Child, _: &Tag, _: Option<&Path>) -> io::Result<Self> {
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
