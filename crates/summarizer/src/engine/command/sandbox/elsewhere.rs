//! Systems that can keep a program from nothing.

use std::{io, path::Path, process::Command};

use super::{Keeps, Started};

pub(super) fn keeps() -> Keeps {
    Keeps { files: false, network: false }
}

/// Starts `command`, unless it is `needed` that it be kept from anything.
pub(super) fn start(_: &[&Path], _: bool, needed: bool, command: &mut Command) -> Started {
    if needed { Err(io::ErrorKind::Unsupported.into()) } else { Ok(command.spawn()) }
}
