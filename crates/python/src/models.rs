//! Which models there are, and how their files are had.

use std::path::PathBuf;

use pyo3::{exceptions::PyValueError, prelude::*};
use standfirst::{
    Registry,
    summarizer::fetch::{self as files, Silent},
};

use crate::errors;

fn registry(cards: &[PathBuf]) -> PyResult<Registry> {
    Registry::from_env(cards).map_err(|error| errors::of_model(&error))
}

/// Every model, a line of JSON each, as `standfirst models list` tells of it.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "what Python hands over is owned")]
pub fn models(cards: Vec<PathBuf>) -> PyResult<Vec<String>> {
    let listed = registry(&cards)?.models();
    let lines = listed.iter().map(serde_json::to_string).collect::<Result<_, _>>();
    lines.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Sees to it that the files of the model `id` are on this machine and right; gives their paths.
///
/// # Errors
/// `ModelError` if there is no such model, or its files cannot be had.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "what Python hands over is owned")]
pub fn fetch(py: Python<'_>, id: &str, cards: Vec<PathBuf>) -> PyResult<Vec<PathBuf>> {
    let registry = registry(&cards)?;
    let card = registry.card(id).map_err(|error| errors::of_model(&error))?;
    if card.is_none() && registry.task(id).is_none() {
        return Err(errors::ModelError::new_err(format!("there is no model called {id:?}")));
    }
    // What is built in needs none.
    let Some(card) = card else { return Ok(Vec::new()) };
    let options = files::Options::from_env();
    let fetched = py.detach(|| files::fetch(registry.cache(), card, &options, &Silent));
    let fetched = fetched.map_err(|error| errors::of_model(&error))?;
    Ok(fetched.into_iter().map(|file| file.path).collect())
}
