//! `standfirst models show`: all that is known about one model.

use std::io::{self, Write};

use anyhow::Result;
use standfirst_core::card::{CardFile, ModelCard, UnpinnedFile};
use standfirst_summarizer::registry::{Listing, Registry};

use crate::{exit::Outcome, messages, render::figures};

/// Prints it, a fact a line.
pub fn run(registry: &Registry, id: &str) -> Result<Outcome> {
    let card = registry.card(id)?;
    let mut page = Vec::new();
    if let Some(model) = registry.models().into_iter().find(|model| model.id == id) {
        listing(&model, &mut page)?;
    }
    if let Some(card) = card {
        described(card, &mut page)?;
        card.files.iter().try_for_each(|file| stored(registry, file, &mut page))?;
        card.unpinned.iter().try_for_each(|file| unpinned(file, &mut page))?;
    }
    io::stdout().write_all(&page)?;
    Ok(Outcome::Fine)
}

/// What listings tell, too.
fn listing(model: &Listing, page: &mut impl Write) -> io::Result<()> {
    fact("model", &model.id, page)?;
    fact("about", &model.about, page)?;
    fact("task", model.task.name(), page)?;
    fact("state", model.state.name(), page)?;
    match model.engine {
        Some(engine) => fact("engine", engine.name(), page),
        None => fact("engine", "built in", page),
    }
}

/// What the card tells beyond that.
fn described(card: &ModelCard, page: &mut impl Write) -> io::Result<()> {
    let languages: Vec<&str> = card.languages.iter().map(|language| language.name()).collect();
    let languages = if languages.is_empty() { "any".to_owned() } else { languages.join(", ") };
    let limit = card.max_input_tokens.map(|limit| format!("{limit} tokens"));
    fact("languages", &languages, page)?;
    fact("licence", &card.license, page)?;
    let facts = [
        ("method", &card.method),
        ("origin", &card.origin),
        ("trained on", &card.trained_on),
        ("scores", &card.scores),
        ("reads", &limit),
    ];
    facts.into_iter().try_for_each(|(name, value)| match value {
        Some(value) => fact(name, value, page),
        None => Ok(()),
    })
}

/// A file whose size and sum nobody knows yet.
fn unpinned(file: &UnpinnedFile, page: &mut impl Write) -> io::Result<()> {
    writeln!(page)?;
    fact("file", &format!("{} ({})", file.path, file.role), page)?;
    fact(
        "sha-256",
        "not known: the first fetch writes it down, later ones have to equal it",
        page,
    )?;
    fact("source", &file.source.to_string(), page)
}

/// A file: size, sum, where it is or could come from.
fn stored(registry: &Registry, file: &CardFile, page: &mut impl Write) -> io::Result<()> {
    let state = match registry.cache().check(file) {
        Ok(path) => path.display().to_string(),
        Err(problem) => messages::words(&problem),
    };
    writeln!(page)?;
    fact("file", &format!("{} ({})", file.path, file.role), page)?;
    fact("size", &figures::size(file.bytes), page)?;
    fact("sha-256", &file.sha256.to_string(), page)?;
    fact("here", &state, page)?;
    file.sources.iter().try_for_each(|source| fact("source", &source.to_string(), page))
}

/// A name and its value.
fn fact(name: &str, value: &str, page: &mut impl Write) -> io::Result<()> {
    writeln!(page, "{name:10} {value}")
}
