//! Reports of several models, side by side.

use pyo3::{exceptions::PyValueError, prelude::*};
use standfirst::{
    Budget, Registry,
    core::report::ArticleReport,
    eval::compare::{Comparer, Options},
};

use crate::errors;

/// The figures of `models` over `reports`, lines of JSON that an iterable gives, as one of JSON. With `semantic` the
/// measures that need an encoder are taken, too.
///
/// # Errors
/// `ValueError` for a line that is no report; `ModelError` without the files of the encoder.
#[pyfunction]
pub fn compare(
    py: Python<'_>,
    models: Vec<String>,
    reports: &Bound<'_, PyAny>,
    sentences: Option<std::num::NonZeroUsize>,
    semantic: bool,
) -> PyResult<String> {
    let embedder = semantic.then(|| Registry::from_env(&[])?.embedder()).transpose();
    let embedder = embedder.map_err(|error| errors::of_model(&error))?;
    let budget = sentences.map(Budget::Sentences);
    let mut comparer = Comparer::new(models, Options { budget, embedder, ..Options::default() });
    for line in reports.try_iter()? {
        let line: String = line?.extract()?;
        let report: ArticleReport =
            serde_json::from_str(&line).map_err(|error| not_a_report(&error))?;
        py.detach(|| comparer.add(&report));
    }
    let comparison = py.detach(|| comparer.finish());
    serde_json::to_string(&comparison).map_err(|error| not_a_report(&error))
}

fn not_a_report(error: &serde_json::Error) -> PyErr {
    PyValueError::new_err(format!("this is no report: {error}"))
}
