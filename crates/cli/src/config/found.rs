//! What a configuration that nobody named may not do, and what is left of it then.

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};
use standfirst_core::card::{Engine, ModelCard};
use standfirst_summarizer::registry::Registry;

use crate::messages;

/// What a configuration that was found brings.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Where it is; also of one that was named.
    pub config: Option<PathBuf>,
    /// Folders of cards.
    pub cards: Vec<PathBuf>,
    /// Ids of models.
    pub models: Vec<String>,
}

impl Found {
    /// Adds the cards that neither run a program nor send articles away, and refuses models that do.
    ///
    /// # Errors
    /// If a folder cannot be read, or such a model is named.
    pub fn apply(&self, registry: &mut Registry, quiet: bool) -> Result<()> {
        let Some(config) = &self.config else { return Ok(()) };
        for folder in &self.cards {
            let entries = fs::read_dir(folder).map_err(|error| {
                let folder = folder.display();
                anyhow::anyhow!("{} names the cards in {folder}: {error}", config.display())
            })?;
            let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
            paths.sort();
            for path in paths {
                let why = match ModelCard::read(&path) {
                    Ok(card) if reaches_out(&card) => format!(
                        "its model runs a program or asks a server, and {} was found, not named; name the \
                         folder with --cards, or the configuration with --config",
                        config.display()
                    ),
                    Ok(_) => match registry.add_file(&path) {
                        Ok(_) => continue,
                        Err(error) => messages::words(&error),
                    },
                    Err(error) => messages::words(&error),
                };
                if !quiet {
                    messages::notice(&format!("left out: {}: {why}", path.display()));
                }
            }
        }
        for id in &self.models {
            let card = registry.cards().iter().find(|card| card.id == *id);
            if card.is_some_and(reaches_out) {
                bail!(
                    "{} names the model {id}, which runs a program or asks a server, and was found, not named; \
                     name it with --config, or the model with a flag",
                    config.display()
                );
            }
        }
        Ok(())
    }
}

/// Whether a model is more than files on this machine.
fn reaches_out(card: &ModelCard) -> bool {
    matches!(card.engine, Engine::Command | Engine::Openai)
}
