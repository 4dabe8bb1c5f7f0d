//! `standfirst models show`: all that is known about one model.

use std::io::{self, Write};

use anyhow::Result;
use standfirst_core::card::{CardFile, CommandLine, ModelCard, UnpinnedFile};
use standfirst_summarizer::{
    engine::{Need, command::Keeps},
    registry::{Listing, Registry},
};

use crate::{exit::Outcome, messages, output, render::figures};

/// Prints it, a fact a line.
pub fn run(registry: &Registry, id: &str) -> Result<Outcome> {
    let card = registry.card(id)?;
    let mut page = Vec::new();
    if let Some(model) = registry.models().into_iter().find(|model| model.id == id) {
        listing(&model, &mut page)?;
    }
    if let Some(card) = card {
        described(card, &mut page)?;
        card.command.iter().try_for_each(|line| program(line, Keeps::here(), &mut page))?;
        registry.need(id).iter().try_for_each(|need| memory(need, &mut page))?;
        card.files.iter().try_for_each(|file| stored(registry, file, &mut page))?;
        card.unpinned.iter().try_for_each(|file| unpinned(file, &mut page))?;
    }
    output::print(&page)?;
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
        ("terms", &card.terms),
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

/// The memory that it takes, and how that is reckoned.
fn memory(need: &Need, page: &mut impl Write) -> io::Result<()> {
    let [total, running, weights, cache, working] =
        [need.total(), need.running(), need.weights, need.cache, need.working].map(figures::size);
    if need.guessed {
        let told = format!(
            "about {total}, guessed from the size of its file; told exactly once that is here"
        );
        return fact("memory", &told, page);
    }
    let cache = if need.cache == 0 {
        String::new()
    } else {
        format!(", up to {cache} for keys and values")
    };
    let loading = if need.total() > need.running() {
        format!("; {total} while it is loaded, its file beside its weights")
    } else {
        String::new()
    };
    let told = format!(
        "{running} with one thread: {weights} of weights{cache} and up to {working} to work in, of which each further \
         thread takes its own{loading}"
    );
    fact("memory", &told, page)
}

/// A program of the user's, and what it may not do here.
fn program(line: &CommandLine, keeps: Keeps, page: &mut impl Write) -> io::Result<()> {
    fact("program", &line.program.join(" "), page)?;
    if line.sandbox == Some(false) {
        return fact("sandbox", "none, as the card says", page);
    }
    let network = match (line.network, keeps.network) {
        (true, _) => "may use the network, as the card says",
        (false, true) => "has no network",
        (false, false) => "this system cannot keep it from the network",
    };
    let files = match (keeps.files, &*line.write) {
        (false, _) => "this system cannot keep it from writing where it likes".to_owned(),
        (true, []) => "writes only beneath its own temporary folder".to_owned(),
        (true, places) => {
            format!("writes only beneath its own temporary folder and {}", places.join(", "))
        }
    };
    fact("sandbox", &format!("{network}; {files}"), page)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(more: &str, keeps: Keeps) -> String {
        let card = format!(
            "id = \"own\"\ntask = \"summarize\"\nengine = \"command\"\nlicense = \"MIT\"\nabout = \"own\"\n[command]\nprogram = [\"cat\", \"-u\"]\n{more}"
        );
        let card = ModelCard::parse("own.toml", &card).unwrap();
        let mut page = Vec::new();
        program(&card.command.unwrap(), keeps, &mut page).unwrap();
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn what_a_program_may_not_do_is_told_and_what_cannot_be_kept() {
        let (all, none) =
            (Keeps { files: true, network: true }, Keeps { files: false, network: false });
        let usual = shown("", all);
        assert!(usual.contains("program    cat -u\n"), "{usual}");
        assert!(usual.contains("has no network; writes only beneath its own temporary folder\n"));
        let more = shown("network = true\nwrite = [\"/a\", \"./b\"]", all);
        assert!(more.contains("may use the network, as the card says"), "{more}");
        assert!(more.contains("folder and /a, ./b\n"), "{more}");
        let told = shown("", none);
        assert!(
            told.contains(
                "cannot keep it from the network; this system cannot keep it from writing"
            )
        );
        assert!(shown("sandbox = false", all).contains("none, as the card says"));
    }
}
