//! `standfirst models`: the cards, what is on this machine, and getting the rest.

mod show;
mod test;

use std::io;

use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets};
use standfirst_core::card::ModelCard;
use standfirst_summarizer::{
    engine::Need,
    fetch,
    files::FileProblem,
    registry::{DEFAULT_SUMMARIZER, Listing, Registry, State},
};

use crate::{
    args::{Global, ModelsCommand},
    exit::Outcome,
    messages, output,
    progress::Download,
    render::{Look, figures},
    settings,
};

/// One of the sub-commands.
pub fn run(command: &ModelsCommand, global: &Global) -> Result<Outcome> {
    let registry = settings::registry(global, None)?;
    match command {
        ModelsCommand::List { json: true } => list_json(&registry),
        ModelsCommand::List { json: false } => {
            list(&registry, settings::look(global.color, None, false))
        }
        ModelsCommand::Show { id } => show::run(&registry, id),
        ModelsCommand::Fetch { ids, all } => fetch_all(&registry, ids, *all, global),
        ModelsCommand::Test { ids } => test::run(registry, ids),
        ModelsCommand::Verify { ids } => verify_all(&registry, ids),
    }
}

/// Columns of a terminal from which on a table of models can be read.
const TABLE_WIDTH: usize = 72;

/// A table, a row per model; on a narrow terminal a block per model.
fn list(registry: &Registry, look: Look) -> Result<Outcome> {
    if look.width < TABLE_WIDTH {
        let blocks: Vec<_> =
            registry.models().iter().map(|model| block(&row(model), look.width)).collect();
        output::print(blocks.join("\n").as_bytes())?;
        return Ok(Outcome::Fine);
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width)?)
        .set_header(["MODEL", "TASK", "STATE", "SIZE", "LICENCE", "ABOUT"]);
    table.add_rows(registry.models().iter().map(row));
    output::print(format!("{}\n", table.trim_fmt()).as_bytes())?;
    Ok(Outcome::Fine)
}

/// The cells of a model's row.
fn row(model: &Listing) -> [String; 6] {
    let size = figures::known_size(model.bytes).unwrap_or_default();
    [
        model.id.clone(),
        model.task.name().to_owned(),
        model.state.name().to_owned(),
        size,
        model.license.clone().unwrap_or_default(),
        model.about.clone(),
    ]
}

/// The same facts below one another, no line longer than `width` where words allow it.
fn block([id, facts @ .., about]: &[String; 6], width: usize) -> String {
    let facts: Vec<_> = facts.iter().filter(|fact| !fact.is_empty()).map(String::as_str).collect();
    let lines = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
    let [facts, about] = [&facts.join(", "), about].map(|text| textwrap::fill(text, &lines));
    format!("{id}\n{facts}\n{about}\n")
}

/// The same for programs.
fn list_json(registry: &Registry) -> Result<Outcome> {
    let models = registry.models();
    let rows = models.iter().map(|listing| Row { listing, memory: registry.need(&listing.id) });
    let mut out = serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?;
    out.push('\n');
    output::print(out.as_bytes())?;
    Ok(Outcome::Fine)
}

/// A model in the list for programs.
#[derive(serde::Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    listing: &'a Listing,
    /// Memory that it takes, in bytes; `None` for built-ins, for models that run elsewhere, and where nobody can
    /// tell before the files are here.
    memory: Option<Need>,
}

/// Gets the files of the models named, one model after the other; one that fails does not keep the
/// others from being fetched.
fn fetch_all(registry: &Registry, ids: &[String], all: bool, global: &Global) -> Result<Outcome> {
    let cards = match (all, ids) {
        (true, _) => every(registry),
        (false, []) => cards(registry, &[DEFAULT_SUMMARIZER.to_owned()], global.quiet)?,
        (false, ids) => cards(registry, ids, global.quiet)?,
    };
    let mut options = fetch::Options::from_env();
    options.offline |= global.offline;
    let progress = Download::new(global.quiet, settings::shows_progress(global.quiet));
    let mut failed = false;
    for card in cards {
        if let Some(terms) = card.terms.as_ref().filter(|_| !is_here(registry, card)) {
            messages::notice(&format!("{}: whoever fetches it agrees to {terms}", card.id));
        }
        match fetch::fetch(registry.cache(), card, &options, &progress) {
            Ok(files) if global.quiet => drop(files),
            Ok(files) => messages::notice(&fetched(card, &files)),
            Err(error) => {
                failed = true;
                messages::notice(&messages::words(&error));
            }
        }
    }
    Ok(Outcome::skipped_if(failed))
}

/// The cards that an engine here can run; the files of others are of no use, and may be large. Nor is a model among them
/// that asks for agreement to terms, which nobody gives unasked.
fn every(registry: &Registry) -> Vec<&ModelCard> {
    let built = |card: &&ModelCard| State::of(registry.cache(), card) != State::NoEngine;
    let (cards, left): (Vec<_>, Vec<_>) = (registry.cards().iter().filter(built))
        .partition(|card| card.terms.is_none() || is_here(registry, card));
    for card in left {
        let (id, terms) = (&card.id, card.terms.as_deref().unwrap_or_default());
        messages::notice(&format!(
            "{id} is left out: it asks for agreement to {terms}; `standfirst models fetch {id}` gives that"
        ));
    }
    cards
}

/// Whether nothing of the card is to be fetched.
fn is_here(registry: &Registry, card: &ModelCard) -> bool {
    State::of(registry.cache(), card) == State::Ready
}

/// What became of a fetch.
fn fetched(card: &ModelCard, files: &[fetch::Fetched]) -> String {
    let new = files.iter().filter(|file| file.source.is_some()).count();
    let size = figures::size(card.total_bytes());
    match new {
        0 => format!("{} was here already ({size})", card.id),
        new => {
            format!("{} is ready: {} fetched ({size} in all)", card.id, figures::count(new, "file"))
        }
    }
}

/// The cards of the models named; built-in ones have none, which is said.
fn cards<'a>(registry: &'a Registry, ids: &[String], quiet: bool) -> Result<Vec<&'a ModelCard>> {
    let mut cards = Vec::new();
    for id in settings::distinct(ids) {
        match registry.card(id)? {
            Some(card) => cards.push(card),
            None if quiet => {}
            None => messages::notice(&format!("{id} is built in and needs no files")),
        }
    }
    Ok(cards)
}

/// Reads and sums every file of the models named, or of all.
fn verify_all(registry: &Registry, ids: &[String]) -> Result<Outcome> {
    let named = !ids.is_empty();
    let cards =
        if named { cards(registry, ids, false)? } else { registry.cards().iter().collect() };
    let mut failed = false;
    for card in cards {
        failed |= !verify(registry, card, named)?;
    }
    Ok(Outcome::skipped_if(failed))
}

/// Tells of every file of `card` whether it is right; one that is not there only counts as wrong if
/// the model was `named`.
fn verify(registry: &Registry, card: &ModelCard, named: bool) -> io::Result<bool> {
    let mut right = true;
    for file in &card.files {
        let found = registry.cache().verify(file);
        let absent = matches!(found, Err(FileProblem::Missing { .. }));
        let verdict = match found {
            Ok(_) => "ok".to_owned(),
            Err(error) => format!(
                "{}; `standfirst models fetch {}` gets it",
                messages::words(&error),
                card.id
            ),
        };
        right &= verdict == "ok" || (absent && !named);
        output::print(format!("{} {}: {verdict}\n", card.id, file.path).as_bytes())?;
    }
    for file in &card.unpinned {
        right &= !named;
        let told = format!(
            "{} {}: never fetched; `standfirst models fetch {}` gets it\n",
            card.id, file.path, card.id
        );
        output::print(told.as_bytes())?;
    }
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_shows_a_model_in_a_block() {
        let facts = [
            "slip-small",
            "summarize",
            "ready",
            "",
            "MIT",
            "picks the sentences that harbour masters read first",
        ];
        let block = block(&facts.map(str::to_owned), 30);
        assert_eq!(
            block,
            "slip-small\n  summarize, ready, MIT\n  picks the sentences that\n  harbour masters read first\n"
        );
    }
}
