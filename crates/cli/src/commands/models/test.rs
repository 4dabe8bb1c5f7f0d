//! `standfirst models test`: does a model keep the promises of a plugin?

use std::{io, path::Path};

use anyhow::Result;
use standfirst_core::card::Task;
use standfirst_summarizer::{
    abstractive::Mode,
    contract::{self, Outcome as Checked},
    registry::{LoadError, Registry},
};

use crate::{exit::Outcome, messages, output};

/// Every check of every model, each on a line as it is done.
pub fn run(registry: Registry, ids: &[String]) -> Result<Outcome> {
    // What models write themselves, nothing put in its place.
    let mut registry = registry.with_mode(Mode::Generate);
    let mut kept = true;
    for named in ids {
        let id = if is_file(named) { registry.add_file(Path::new(named))? } else { named.clone() };
        kept &= test(&registry, &id)?;
    }
    Ok(Outcome::skipped_if(!kept))
}

/// A path is told from an id by its ending, which no id of ours has.
fn is_file(named: &str) -> bool {
    Path::new(named).extension().is_some_and(|extension| extension == "toml")
}

/// Whether the model keeps all of it.
fn test(registry: &Registry, id: &str) -> Result<bool> {
    match registry.task(id) {
        Some(Task::Entail) => tell(id, contract::entailment_checks(&*registry.entailment(id)?)),
        Some(Task::Sentiment) => tell(id, contract::sentiment_checks(&*registry.sentiment(id)?)),
        _ => match registry.summarizer(id) {
            Ok(model) => tell(id, contract::summarizer_checks(&*model, contract::PATIENCE)),
            Err(error @ LoadError::Unknown { .. }) => Err(error.into()),
            Err(error) => {
                print(&format!("{id}: cannot be loaded: {}", messages::words(&error)))?;
                Ok(false)
            }
        },
    }
}

fn tell(id: &str, checks: impl Iterator<Item = Checked>) -> Result<bool> {
    let mut kept = true;
    for (name, outcome) in checks {
        match outcome {
            Ok(()) => print(&format!("{id}: ok      {name}"))?,
            Err(breach) => {
                kept = false;
                print(&format!("{id}: broken  {name}"))?;
                print(&format!("    on {}: {}", breach.input, breach.what))?;
            }
        }
    }
    Ok(kept)
}

/// A line, at once: the next check may take a while.
fn print(line: &str) -> io::Result<()> {
    output::print(format!("{line}\n").as_bytes())
}
