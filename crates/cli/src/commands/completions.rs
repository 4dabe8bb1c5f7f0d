//! `standfirst completions`.

use std::io::{self, Write as _};

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{args::Cli, exit::Outcome};

/// Prints the completion script of `shell`.
pub fn run(shell: Shell) -> Result<Outcome> {
    let mut command = Cli::command();
    // Into memory first: the generator panics where it cannot write, and a pipe may be closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "standfirst", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Fine)
}
