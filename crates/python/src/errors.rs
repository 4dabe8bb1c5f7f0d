//! What goes wrong before there is an article to say it of.

use std::error::Error;

use pyo3::{PyErr, create_exception, exceptions::PyException};
use standfirst::core::report::chain;

create_exception!(
    standfirst,
    ModelError,
    PyException,
    "A model cannot be had: there is none of that name, or its files are not on this machine."
);

/// `error`, with its causes, as Python's.
pub fn of_model(error: &(dyn Error + 'static)) -> PyErr {
    ModelError::new_err(chain(error))
}
