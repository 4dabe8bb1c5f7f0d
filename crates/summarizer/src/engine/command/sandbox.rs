//! What a program of the user's may not do, as far as the system can keep it from doing so: use the
//! network, and write to files of others. Cards say what a program needs beyond that.
//!
//! On Linux a thread takes the rights from itself and starts the program, which inherits what is left
//! of them. So nothing has to be done between fork and exec, where hardly anything may be.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as system;
#[cfg(target_os = "linux")]
use linux as system;

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use standfirst_core::card::CommandLine;
use tempfile::TempDir;

use super::CommandError;

/// What this system can keep a program from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeps {
    /// Writing to files of others.
    pub files: bool,
    /// Using the network.
    pub network: bool,
}

impl Keeps {
    /// What this system can keep programs from: nothing but on Linux, where the kernel may be too old or
    /// built without.
    pub fn here() -> Self {
        system::keeps()
    }
}

/// What a program may do.
#[derive(Clone, Debug)]
pub(super) struct Sandbox {
    /// Whether the card insists on it.
    needed: bool,
    network: bool,
    /// Where it may write, beside its own folder.
    write: Vec<PathBuf>,
}

impl Sandbox {
    /// The one that `line` of a card in `folder` asks for; none if it wants none.
    pub(super) fn of(line: &CommandLine, folder: Option<&Path>) -> Option<Self> {
        if line.sandbox == Some(false) {
            return None;
        }
        let write = line.write.iter().map(|path| place(path, folder)).collect();
        Some(Self { needed: line.sandbox == Some(true), network: line.network, write })
    }

    /// Starts `command` in it, with a temporary folder of its own, which lasts as long as what is
    /// returned.
    pub(super) fn start(&self, mut command: Command) -> Result<(Child, TempDir), CommandError> {
        if let Some(path) = self.write.iter().find(|path| !path.exists()) {
            return Err(CommandError::Write { path: path.clone() });
        }
        let program = command.get_program().to_string_lossy().into_owned();
        let scratch = tempfile::Builder::new().prefix("standfirst-").tempdir();
        let scratch = scratch.map_err(CommandError::Scratch)?;
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, scratch.path());
        }
        let own = std::iter::once(scratch.path());
        let write: Vec<&Path> = own.chain(self.write.iter().map(PathBuf::as_path)).collect();
        let child = system::start(&write, self.network, self.needed, &mut command);
        let start = |source| CommandError::Start { program, source };
        Ok((child.map_err(CommandError::Sandbox)?.map_err(start)?, scratch))
    }
}

/// What a starter comes to: its first error is that of the sandbox, its second that of the program.
type Started = io::Result<io::Result<Child>>;

/// A path of a card, as `command.write` has them.
fn place(path: &str, folder: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.unwrap_or(Path::new("")).join(path),
    }
}

/// What is said to whoever wrote a program that seems to have run against its sandbox's walls.
pub(super) const HINT: &str = "; it runs without network and writes only beneath its own temporary \
    folder: `command.network`, `command.write` and `command.sandbox` in the card change that";

/// Whether `said` sounds like a program that was not let.
pub(super) fn sounds_kept_out(said: &str) -> bool {
    const SIGNS: [&str; 6] = [
        "permission denied",
        "not permitted",
        "eacces",
        "eperm",
        "resolve host",
        "name resolution",
    ];
    let said = said.to_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}
