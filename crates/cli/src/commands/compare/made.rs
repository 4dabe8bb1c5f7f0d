//! How a comparison came to be, for the foot of its page: whoever is sent the page alone knows what to run
//! to have it again.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;
use jiff::Timestamp;
use standfirst_core::plugin::Style;
use standfirst_summarizer::registry::Registry;

use crate::{args, render::safe, settings};

/// Names the moment of a reproducible build, in seconds since 1970; what its specification says.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// What there is to say of a comparison of these models on articles.
///
/// # Errors
/// As [`settings::form`].
pub fn from_articles(
    registry: &Registry,
    ids: &[String],
    args: &args::Survey,
) -> Result<Vec<(String, String)>> {
    let form = settings::form(&args.length)?;
    let told = match form.style {
        Style::Standfirst => form.to_string(),
        style => format!("{}: {form}", style.name()),
    };
    let mut made = vec![("Abstracts".to_owned(), told)];
    made.extend(ids.iter().map(|id| (id.clone(), model(registry, id))));
    made.extend(common(args.no_timings));
    Ok(made)
}

/// The same for saved runs, of whose models no more is known than their names.
pub fn from_saved_runs(paths: &[PathBuf], no_timings: bool) -> Vec<(String, String)> {
    let name = |path: &PathBuf| path.display().to_string();
    let runs = paths.iter().map(name).collect::<Vec<_>>().join(", ");
    let mut made = vec![("Saved runs".to_owned(), runs)];
    made.extend(common(no_timings));
    made
}

/// The command line, without the folder of the program, and the time: neither is told on a page that is to be
/// the same each time, wherever it is written and by however many threads.
fn common(no_timings: bool) -> Vec<(String, String)> {
    if no_timings {
        return Vec::new();
    }
    let mut words = env::args();
    let program = words.next().unwrap_or_default();
    let program = Path::new(&program).file_name().unwrap_or_default().to_string_lossy();
    let line: Vec<String> = std::iter::once(program.into_owned())
        .chain(words.map(|word| safe::shell_word(&word).into_owned()))
        .collect();
    vec![("Command".to_owned(), line.join(" ")), ("Made".to_owned(), now().to_string())]
}

/// In whole seconds.
fn now() -> Timestamp {
    let set = env::var(EPOCH).ok().and_then(|text| text.parse().ok());
    Timestamp::from_second(set.unwrap_or_else(|| Timestamp::now().as_second())).unwrap_or_default()
}

/// Licence and origin of a model with a card; its files name their revisions.
fn model(registry: &Registry, id: &str) -> String {
    let Ok(Some(card)) = registry.card(id) else { return "built in".to_owned() };
    let weights = card.files.iter().max_by_key(|file| file.bytes);
    let revision = weights.map(|file| format!("weights {:.12}", file.sha256.to_string()));
    let facts = [Some(card.license.clone()), card.origin.clone(), revision];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
