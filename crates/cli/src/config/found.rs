//! What a configuration says of cards, what one that nobody named may not do, and what is left of it then.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use standfirst_core::card::{Engine, ModelCard};
use standfirst_summarizer::registry::{LoadError, Registry};

use super::endpoints::{ENDPOINTS, Server};
use crate::messages;

/// What a configuration brings beside flags.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Where it is.
    pub config: Option<PathBuf>,
    /// Whether the user named it.
    pub named: bool,
    /// Where servers are.
    pub servers: Vec<Server>,
    /// Folders of cards of one that was not named.
    pub cards: Vec<PathBuf>,
    /// Ids of models that one names which was not named itself.
    pub models: Vec<String>,
}

impl Found {
    /// Adds the cards that neither run a program nor send articles away, refuses models that do, and puts servers
    /// where a configuration that was named says that they are.
    ///
    /// # Errors
    /// If a folder cannot be read, such a model is named, or no card has such a server.
    pub fn apply(&self, registry: &mut Registry, quiet: bool) -> Result<()> {
        let Some(config) = &self.config else { return Ok(()) };
        self.place_servers(registry, config)?;
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

    /// A server that somebody else would have asked in the place of the card's is asked neither there nor where the
    /// card says.
    fn place_servers(&self, registry: &mut Registry, config: &Path) -> Result<()> {
        for server in &self.servers {
            if !self.named {
                let (card, by) = (server.id.clone(), config.to_owned());
                registry.leave_out_server(&server.id, LoadError::Misled { card, by });
                continue;
            }
            let change = server.change()?;
            registry.change_endpoint(&server.id, &change).with_context(|| {
                format!("cannot use [{ENDPOINTS}.{}] of {}", server.id, config.display())
            })?;
        }
        Ok(())
    }
}

/// Whether a model is more than files on this machine.
fn reaches_out(card: &ModelCard) -> bool {
    matches!(card.engine, Engine::Command | Engine::Openai)
}
