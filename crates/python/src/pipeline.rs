//! Models that are loaded, and what is asked of them.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc, thread};

use pyo3::{exceptions::PyValueError, prelude::*, types::PyDict};
use standfirst::{
    Budget, Registry,
    core::{
        card::Precision,
        plugin::{Form, Style},
        style::UnknownStyle,
    },
    ingest,
    summarizer::{abstractive::Mode, registry},
};

use crate::{
    articles::{Articles, NAME, pending},
    errors,
    reports::Reports,
};

/// Models that are loaded once, and asked about any number of articles.
#[pyclass(module = "standfirst._native", frozen)]
pub struct Pipeline {
    pipeline: Arc<standfirst::Pipeline>,
    jobs: NonZeroUsize,
}

/// What Python code says by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Settings {
    models: Vec<String>,
    tone: Vec<String>,
    sentences: Option<NonZeroUsize>,
    words: Option<NonZeroUsize>,
    characters: Option<NonZeroUsize>,
    jobs: Option<NonZeroUsize>,
    include_text: bool,
    timings: bool,
    check: Option<String>,
    mode: Option<String>,
    style: Option<String>,
    precision: Option<String>,
    cards: Vec<PathBuf>,
}

impl Settings {
    fn style(&self) -> PyResult<Style> {
        let style = self.style.as_deref().map(str::parse).transpose();
        let style =
            style.map_err(|error: UnknownStyle| PyValueError::new_err(error.to_string()))?;
        Ok(style.unwrap_or_default())
    }

    fn form(&self) -> PyResult<Form> {
        let asked = [
            self.sentences.map(Budget::Sentences),
            self.words.map(Budget::Words),
            self.characters.map(Budget::Characters),
        ];
        let mut asked = asked.into_iter().flatten();
        let first = asked.next();
        if asked.next().is_some() {
            let told = "say the length once: in sentences, in words or in characters";
            return Err(PyValueError::new_err(told));
        }
        Form::new(self.style()?, first).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn registry(&self) -> PyResult<Registry> {
        let registry = Registry::from_env(&self.cards).map_err(|error| errors::of_model(&error))?;
        let mode = self.mode.as_deref().map(mode).transpose()?.unwrap_or_default();
        let precision = self.precision.as_deref().map(precision).transpose()?;
        let offline = standfirst::summarizer::fetch::Options::from_env().offline;
        let style = self.style()?;
        let options = registry::Options { mode, style, precision, offline, ..Default::default() };
        Ok(registry.with_options(options))
    }
}

fn mode(name: &str) -> PyResult<Mode> {
    match name {
        "rewrite" => Ok(Mode::Rewrite),
        "generate" => Ok(Mode::Generate),
        "extract" => Ok(Mode::Extract),
        other => Err(unknown("mode", other, "\"rewrite\", \"generate\" or \"extract\"")),
    }
}

fn precision(name: &str) -> PyResult<Precision> {
    match name {
        "f32" => Ok(Precision::F32),
        "int8" => Ok(Precision::Int8),
        other => Err(unknown("precision", other, "\"f32\" or \"int8\"")),
    }
}

fn unknown(what: &str, value: &str, known: &str) -> PyErr {
    PyValueError::new_err(format!("{what} is {known}, not {value:?}"))
}

#[pymethods]
impl Pipeline {
    #[new]
    fn new(py: Python<'_>, settings: &Bound<'_, PyDict>) -> PyResult<Self> {
        let settings: Settings = settings.extract()?;
        let form = settings.form()?;
        let registry = settings.registry()?;
        let mut builder = standfirst::Pipeline::builder()
            .budget(form.budget)
            .include_text(settings.include_text)
            .timings(settings.timings);
        if let Some(id) = &settings.check {
            let model = registry.entailment(id).map_err(|error| errors::of_model(&error))?;
            builder = builder.entailment(model);
        }
        builder = settings.models.iter().fold(builder, standfirst::Builder::model);
        builder = settings.tone.iter().fold(builder, standfirst::Builder::tone);
        let processors = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let jobs = settings.jobs.unwrap_or_else(processors);
        let built = py.detach(|| builder.registry(registry).jobs(jobs).build());
        let pipeline = built.map_err(|error| errors::of_model(&error))?;
        Ok(Self { pipeline: Arc::new(pipeline), jobs })
    }

    /// Threads that work on articles.
    #[getter]
    fn jobs(&self) -> usize {
        self.jobs.get()
    }

    /// The report on one article.
    fn one(&self, py: Python<'_>, line: String) -> PyResult<String> {
        let article = std::iter::once(pending(line, NAME, 1));
        let line = Reports::of(Arc::clone(&self.pipeline), article).next(py)?;
        line.ok_or_else(|| PyValueError::new_err("there is no article"))
    }

    /// Reports on lines of JSON, an article each, as an iterable gives them: lines of the file `name`, after as many as
    /// `before` says.
    #[pyo3(signature = (articles, name=NAME.to_owned(), before=0))]
    fn lines(&self, articles: &Bound<'_, PyAny>, name: String, before: u64) -> PyResult<Reports> {
        let articles = Articles::of(articles, name, before)?;
        Ok(Reports::fed(Arc::clone(&self.pipeline), self.jobs.get(), articles))
    }

    /// Reports on files and folders, as the program reads them.
    fn paths(&self, paths: Vec<PathBuf>) -> Reports {
        let inputs = ingest::open(paths, ingest::Options::default());
        Reports::of(Arc::clone(&self.pipeline), inputs)
    }
}

/// What the check says of `summary`, a line of JSON.
///
/// # Errors
/// `ValueError` if there is no article or no sentence; `ModelError`.
#[pyfunction]
pub fn check(
    py: Python<'_>,
    article: String,
    summary: &str,
    model: Option<String>,
) -> PyResult<String> {
    py.detach(|| {
        let entailment = model.map(|id| Registry::from_env(&[])?.entailment(&id)).transpose();
        let entailment = entailment.map_err(|error| errors::of_model(&error))?;
        let document = pending(article, NAME, 1).and_then(ingest::Pending::read);
        let document = document
            .map_err(|error| PyValueError::new_err(standfirst::core::report::chain(&error)))?;
        let checked = standfirst::check(document, summary, entailment)
            .map_err(|failure| PyValueError::new_err(failure.message().to_owned()))?;
        serde_json::to_string(&checked).map_err(|error| PyValueError::new_err(error.to_string()))
    })
}
