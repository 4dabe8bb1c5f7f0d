//! `standfirst completions`.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{args::Cli, exit::Outcome, output};

/// Prints the completion script of `shell`.
pub fn run(shell: Shell) -> Result<Outcome> {
    let mut command = Cli::command();
    // Into memory first: the generator panics where it cannot write, and a pipe may be closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "standfirst", &mut script);
    output::print(&script)?;
    Ok(Outcome::Fine)
}
