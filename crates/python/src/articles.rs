//! Articles that Python code hands over, one after another.

use pyo3::{prelude::*, types::PyIterator};
use standfirst::{
    core::article::Source,
    ingest::{IngestError, Options, Pending},
};

/// What their source is called in reports, before their number, where nobody says otherwise.
pub const NAME: &str = "articles";

/// Lines of JSON, an article each, that Python code gives.
pub struct Articles {
    lines: Py<PyIterator>,
    name: String,
    given: u64,
}

impl Articles {
    /// Those of an iterable of strings, of which `before` were given already, under the name of what they are from.
    pub fn of(lines: &Bound<'_, PyAny>, name: String, before: u64) -> PyResult<Self> {
        Ok(Self { lines: lines.try_iter()?.unbind(), name, given: before })
    }

    /// The next one; `None` after the last. Runs Python code. Blank lines are counted, and are nothing.
    pub fn next(&mut self, py: Python<'_>) -> PyResult<Option<Result<Pending, IngestError>>> {
        let mut lines = self.lines.bind(py).clone();
        for line in &mut lines {
            let line: String = line?.extract()?;
            self.given += 1;
            if !line.trim().is_empty() {
                return Ok(Some(pending(line, &self.name, self.given)));
            }
        }
        Ok(None)
    }
}

/// The article of a line.
pub fn pending(line: String, name: &str, number: u64) -> Result<Pending, IngestError> {
    let source = Source { path: name.to_owned(), line: Some(number) };
    Pending::of_line(source, line.into_bytes(), &Options::default())
}
