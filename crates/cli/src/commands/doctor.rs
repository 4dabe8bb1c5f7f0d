//! `standfirst doctor`: what is here, what is missing, and what to do about it.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    thread,
};

use anyhow::Result;
use standfirst_summarizer::{
    engine::command::Keeps,
    registry::{DEFAULT_SUMMARIZER, FALLBACK_SUMMARIZER, Listing, Registry, State},
};

use crate::{
    args::Global,
    exit::Outcome,
    messages, output,
    render::{figures, wrap::wrap},
    settings,
};

/// How a thing is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    /// Works, but not all that could be is there.
    Lacking,
    Broken,
}

/// One thing that was looked at: how it is, what it is, and what to do about it.
struct Finding(Health, String);

/// Looks at everything; fails only if something is broken, not if something is merely not fetched.
pub fn run(global: &Global) -> Result<Outcome> {
    let mut findings = vec![program()];
    match Registry::from_env(&global.cards) {
        Ok(registry) => {
            findings.push(cache(registry.cache().dir()));
            findings.push(default_model(&registry));
            findings.extend(registry.models().iter().filter_map(model));
            let left_out = registry.left_out().iter();
            findings
                .extend(left_out.map(|left| Finding(Health::Broken, messages::words(&*left.why))));
        }
        Err(error) => findings.push(Finding(Health::Broken, messages::words(&error))),
    }
    findings.push(sandbox(Keeps::here()));
    findings.push(network(settings::offline(global)));
    print(&findings, global)?;
    Ok(Outcome::skipped_if(findings.iter().any(|finding| finding.0 == Health::Broken)))
}

/// Version, machine, cores.
fn program() -> Finding {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let version = env!("CARGO_PKG_VERSION");
    let (system, machine) = (env::consts::OS, env::consts::ARCH);
    let text =
        format!("standfirst {version} on {system} {machine}, {}", figures::count(cores, "core"));
    Finding(Health::Good, text)
}

/// Whether models can be stored.
fn cache(folder: &Path) -> Finding {
    let place = folder.display();
    let Some(existing) = folder.ancestors().find(|path| path.is_dir()) else {
        return Finding(
            Health::Broken,
            format!("no folder on the way to {place} exists; set STANDFIRST_MODELS"),
        );
    };
    match tempfile::tempfile_in(existing) {
        Ok(_) => Finding(Health::Good, format!("models are kept in {place} ({})", kept(folder))),
        Err(error) => Finding(
            Health::Lacking,
            format!(
                "models in {place} cannot be added to: {error}; set STANDFIRST_MODELS to a folder of yours"
            ),
        ),
    }
}

/// What the cache weighs.
fn kept(folder: &Path) -> String {
    let Ok(entries) = fs::read_dir(folder) else { return "nothing there yet".to_owned() };
    let files = entries.flatten().filter_map(|entry| entry.metadata().ok());
    figures::size(files.filter(fs::Metadata::is_file).map(|file| file.len()).sum())
}

/// What `summarize` runs when no model is named.
fn default_model(registry: &Registry) -> Finding {
    match registry.summarizer(DEFAULT_SUMMARIZER) {
        Ok(_) => Finding(Health::Good, format!("the default model {DEFAULT_SUMMARIZER} loads")),
        Err(error) if error.is_missing_files() => Finding(
            Health::Lacking,
            format!(
                "{}; until then {FALLBACK_SUMMARIZER} takes its place",
                messages::words(&error)
            ),
        ),
        Err(error) => Finding(Health::Broken, messages::words(&error)),
    }
}

/// A model that has files, and what is to be done about it; `None` for built-in ones.
fn model(model: &Listing) -> Option<Finding> {
    let id = &model.id;
    let size =
        figures::known_size(model.bytes).map_or_else(String::new, |size| format!(" ({size})"));
    let fetch = format!("`standfirst models fetch {id}`");
    let (health, text) = match model.state {
        State::BuiltIn => return None,
        State::Ready => (Health::Good, format!("model {id} is ready{size}")),
        State::Missing => {
            (Health::Lacking, format!("model {id} is not here; {fetch} gets it{size}"))
        }
        State::Corrupt => {
            (Health::Broken, format!("model {id} is damaged; {fetch} gets it anew{size}"))
        }
        State::NoEngine => {
            (Health::Lacking, format!("model {id} needs an engine that this build lacks"))
        }
    };
    Some(Finding(health, text))
}

/// What programs of cards are kept from.
fn sandbox(keeps: Keeps) -> Finding {
    let lacking = match (keeps.network, keeps.files) {
        (true, true) => {
            let text = "programs of cards have no network and write only beneath folders of their own, unless their cards say otherwise";
            return Finding(Health::Good, text.to_owned());
        }
        (true, false) => "writing where they like",
        (false, true) => "using the network",
        (false, false) => "using the network and writing where they like",
    };
    let text = format!(
        "this system cannot keep programs of cards from {lacking}; Linux from 5.13 on with Landlock and seccomp can"
    );
    Finding(Health::Lacking, text)
}

/// What fetching would need: leave to use the network, and pip where the hub cannot be reached.
fn network(offline: bool) -> Finding {
    if offline {
        let text =
            "fetching is forbidden by --offline or STANDFIRST_OFFLINE; models that are here work";
        return Finding(Health::Good, text.to_owned());
    }
    match find_program(&["python3", "python", "pip3", "pip"]) {
        Some(path) => Finding(Health::Good, format!("packages can be fetched with the pip of {}", path.display())),
        None => Finding(
            Health::Lacking,
            "neither python nor pip is on PATH, so models come from the hub only; install one if it is blocked"
                .to_owned(),
        ),
    }
}

/// The first of `names` that is on PATH.
fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut places =
        env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    places.find(|place| place.is_file())
}

/// What stands before the lines of a finding but the first.
const INDENT: &str = "         ";

/// A line each.
fn print(findings: &[Finding], global: &Global) -> io::Result<()> {
    let look = settings::look(global.color, None, false);
    let (palette, in_view) = (look.palette, settings::in_view(None));
    let mut page = Vec::new();
    for Finding(health, text) in findings {
        let (style, mark) = match health {
            Health::Good => (palette.good, "ok     "),
            Health::Lacking => (palette.warning, "lacking"),
            Health::Broken => (palette.bad, "broken "),
        };
        // Its own lines for somebody who looks at them; one for who searches in them.
        let lines = if in_view {
            wrap(text, look.width.saturating_sub(INDENT.len()), "", "")
        } else {
            vec![text.clone()]
        };
        writeln!(page, "{style}{mark}{style:#}  {}", lines.join(&format!("\n{INDENT}")))?;
    }
    output::print(&page)
}
