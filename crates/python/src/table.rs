//! Reports as a table of Arrow, which dataframes take over without copies.

use std::{ffi::CStr, sync::Arc};

use arrow_array::{
    ArrayRef, RecordBatch, RecordBatchIterator,
    builder::{Float64Builder, ListBuilder, StringBuilder, UInt32Builder},
    ffi_stream::FFI_ArrowArrayStream,
};
use arrow_schema::{ArrowError, ffi::FFI_ArrowSchema};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyCapsule};
use standfirst::{
    AbstractReport, ArticleReport, Verdict,
    core::{language::Language, plugin::Label, report::Row},
};

/// What the capsules are called: <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A row for every article and model, and for every model of tone where there are several: the columns of the
/// program's CSV, with their types.
#[pyclass(module = "standfirst._native", frozen)]
pub struct Table {
    batch: RecordBatch,
}

#[pymethods]
impl Table {
    /// Of reports, lines of JSON.
    #[new]
    fn new(reports: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut rows = Rows::default();
        for line in reports.try_iter()? {
            let line: String = line?.extract()?;
            let report: ArticleReport = serde_json::from_str(&line)
                .map_err(|error| PyValueError::new_err(format!("this is no report: {error}")))?;
            report.rows().for_each(|row| rows.add(row));
        }
        Ok(Self { batch: rows.finish().map_err(|error| broken(&error))? })
    }

    /// Number of rows.
    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The types of the columns, for whoever asks by the interface of Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.batch.schema());
        PyCapsule::new_with_value(py, schema.map_err(|error| broken(&error))?, SCHEMA)
    }

    /// The rows, for whoever asks by the interface of Arrow. They come as they are; no other types are offered.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // By the specification a request may be left unheard where it cannot be met.
        drop(requested_schema);
        let batches = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
    }
}

fn broken(error: &ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The columns while they grow.
#[derive(Default)]
struct Rows {
    id: StringBuilder,
    source: StringBuilder,
    title: StringBuilder,
    language: StringBuilder,
    model: StringBuilder,
    text: StringBuilder,
    support: Float64Builder,
    verdicts: ListBuilder<StringBuilder>,
    tone_model: StringBuilder,
    tone_label: StringBuilder,
    tone_score: Float64Builder,
    cuts: UInt32Builder,
    error: StringBuilder,
}

impl Rows {
    fn add(&mut self, row: Row<'_>) {
        let Row { report, cell, tone } = row;
        self.id.append_value(&report.id);
        self.source.append_value(&report.source);
        self.title.append_option(report.title.as_deref());
        self.language.append_option(report.language.map(Language::code));
        self.model.append_option(cell.map(|cell| &cell.model));
        self.text.append_option(cell.and_then(|cell| cell.text.as_deref()));
        self.support.append_option(cell.and_then(AbstractReport::support));
        for sentence in cell.iter().flat_map(|cell| &cell.sentences) {
            let verdict = sentence.verdict.map(Verdict::name);
            self.verdicts.values().append_option(verdict);
        }
        self.verdicts.append(cell.is_some());
        self.tone_model.append_option(tone.map(|tone| &tone.model));
        self.tone_label.append_option(tone.and_then(|tone| tone.label).map(Label::name));
        self.tone_score.append_option(tone.and_then(|tone| tone.score));
        self.cuts.append_value(u32::try_from(report.cuts.len()).unwrap_or(u32::MAX));
        self.error.append_option(row.error());
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let columns: [(&str, ArrayRef, bool); 13] = [
            ("id", Arc::new(self.id.finish()), false),
            ("source", Arc::new(self.source.finish()), false),
            ("title", Arc::new(self.title.finish()), true),
            ("language", Arc::new(self.language.finish()), true),
            ("model", Arc::new(self.model.finish()), true),
            ("abstract", Arc::new(self.text.finish()), true),
            ("support", Arc::new(self.support.finish()), true),
            ("verdicts", Arc::new(self.verdicts.finish()), true),
            ("tone_model", Arc::new(self.tone_model.finish()), true),
            ("tone_label", Arc::new(self.tone_label.finish()), true),
            ("tone_score", Arc::new(self.tone_score.finish()), true),
            ("cuts", Arc::new(self.cuts.finish()), false),
            ("error", Arc::new(self.error.finish()), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns)
    }
}
