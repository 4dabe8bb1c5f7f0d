//! Why a store cannot be used.

use std::{io, path::PathBuf};

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file of it cannot be read or written.
    #[error("cannot use the store {}", path.display())]
    Io {
        /// The store.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder is something else.
    #[error(
        "{} is not empty, and no store of this version; name an empty folder, or one that is not there yet",
        .0.display()
    )]
    Foreign(PathBuf),
    /// Somebody is taking things out of it, or uses it while things are to be taken out.
    #[error("the store {} is in use by another run; wait for its end", .0.display())]
    Busy(PathBuf),
    /// No run has this name, or several begin with it.
    #[error("{}", none(name, near))]
    NoRun {
        /// As it was asked for.
        name: String,
        /// Those that it may be.
        near: Vec<String>,
    },
}

fn none(name: &str, near: &[String]) -> String {
    match near {
        [] => format!("no run is called {name:?}"),
        near => format!("{name:?} may be any of {}", near.join(", ")),
    }
}
