//! `standfirst man`.

use std::{fs, io, path::Path};

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::{args::Cli, exit::Outcome, output};

/// Prints the manual page, or writes one per command into `folder`.
pub fn run(folder: Option<&Path>) -> Result<Outcome> {
    match folder {
        Some(folder) => write_pages(folder)
            .with_context(|| format!("cannot write manual pages into {}", folder.display()))?,
        None => print_page()?,
    }
    Ok(Outcome::Fine)
}

/// The main page on standard output.
fn print_page() -> io::Result<()> {
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page)?;
    output::print(&page)
}

/// `standfirst.1`, `standfirst-summarize.1` and so on.
fn write_pages(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
