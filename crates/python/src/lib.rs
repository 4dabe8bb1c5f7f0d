//! The Python module `standfirst._native`: a thin layer over the crate `standfirst`, which the package in `python/`
//! makes pleasant.
//!
//! Articles come as lines of JSON and reports go as lines of JSON, the contract `standfirst/1`: both sides have fast
//! readers of it, and it is the same contract as everywhere. Work is done on threads of its own without the
//! interpreter's lock; Python code is run on the thread that asks for the next report.

mod articles;
mod compare;
mod errors;
mod models;
mod pipeline;
mod reports;
mod table;

use pyo3::prelude::*;

/// What the package is made of; `python/standfirst` gives it its form.
#[pymodule]
mod _native {
    use pyo3::{prelude::*, types::PyModule};

    #[pymodule_export]
    use super::{
        compare::compare,
        models::{fetch, models},
        pipeline::{Pipeline, check},
        reports::{Reports, mean_support},
        table::Table,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("ModelError", module.py().get_type::<super::errors::ModelError>())
    }
}
