//! Summaries that somebody else's model made, in the place of a model: `--predictions NAME=FILE`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use standfirst_core::plugin::Summarizer;
use standfirst_ingest as ingest;
use standfirst_text::faithfulness::given::Given;

use crate::{messages, revision::digest};

/// Summaries by the ids of their articles.
type ById = BTreeMap<String, String>;

/// A model for each `NAME=FILE`; for a file alone, one for each model that it names, or one called by the
/// file's name. With a checksum of all summaries.
pub fn models(files: &[String], max_bytes: u64) -> Result<(Vec<Arc<dyn Summarizer>>, String)> {
    let mut models: Vec<Arc<dyn Summarizer>> = Vec::new();
    let mut sums = String::new();
    for file in files {
        for (name, summaries) in named(file, max_bytes)? {
            sums.push_str(&digest(format!("{name:?} {summaries:?}")));
            models.push(Arc::new(Given::by_id(&name, summaries)));
        }
    }
    Ok((models, digest(sums)))
}

/// The summaries of the one model of a file.
pub fn only(path: &Path, max_bytes: u64) -> Result<ById> {
    let mut models = read(path, max_bytes)?;
    if models.len() > 1 {
        let names: Vec<&str> = models.keys().flatten().map(String::as_str).collect();
        bail!(
            "{} holds the abstracts of several models ({}); `standfirst compare ARTICLES --predictions {}` \
             checks and compares them all",
            path.display(),
            names.join(", "),
            path.display()
        );
    }
    Ok(models.pop_first().map(|(_, summaries)| summaries).unwrap_or_default())
}

/// The files themselves.
pub fn paths(files: &[String]) -> impl Iterator<Item = PathBuf> {
    files.iter().map(|file| split(file).1.to_owned())
}

/// Name, if one is given, and path.
fn split(file: &str) -> (Option<&str>, &Path) {
    match file.split_once('=') {
        Some((name, path)) if !Path::new(file).exists() => (Some(name), Path::new(path)),
        _ => (None, Path::new(file)),
    }
}

fn named(file: &str, max_bytes: u64) -> Result<Vec<(String, ById)>> {
    let (name, path) = split(file);
    let mut models = read(path, max_bytes)?;
    let Some(name) = name else {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let called = |(model, summaries): (Option<String>, ById)| {
            (model.unwrap_or_else(|| stem.clone()), summaries)
        };
        return Ok(models.into_iter().map(called).collect());
    };
    let own = models.remove(&Some(name.to_owned()));
    let only = || (models.len() == 1).then(|| models.values().next().cloned()).flatten();
    if let Some(summaries) = own.or_else(only) {
        return Ok(vec![(name.to_owned(), summaries)]);
    }
    let names: Vec<&str> = models.keys().flatten().map(String::as_str).collect();
    bail!(
        "{} holds the abstracts of {}, and none of {name:?}; give one of these names, or none for all",
        path.display(),
        names.join(", ")
    )
}

fn read(path: &Path, max_bytes: u64) -> Result<BTreeMap<Option<String>, ById>> {
    let found = ingest::predictions(path, max_bytes);
    let found = found.map_err(|error| match error {
        ingest::PredictionsError::Row(row) => {
            anyhow::anyhow!("{}: {}", row.source, messages::words(&row.kind))
        }
        other => anyhow::Error::new(other),
    });
    Ok(found.with_context(|| format!("cannot use the summaries of {}", path.display()))?.models)
}
