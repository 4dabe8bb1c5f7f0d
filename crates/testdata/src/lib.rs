//! The data sets that tests measure on. They are other people's texts, so they are no part of the project:
//! they lie in a folder that an environment variable names.
//!
//! A test that needs them is called `with_data_…` and is ignored unless asked for, as CONTRIBUTING.md says;
//! one that is asked for fails here if they are not there.

pub mod verdicts;

use std::{env, fs, path::PathBuf};

use serde_json::Value;

/// The environment variable that names the folder.
pub const VARIABLE: &str = "STANDFIRST_DATA";

/// Path of the file or folder `name` of the folder, such as `data/cnndm/dev.jsonl`.
///
/// # Panics
/// If the variable is not set, or there is no such file or folder.
pub fn path(name: &str) -> PathBuf {
    let root = env::var_os(VARIABLE).unwrap_or_else(|| {
        panic!("set {VARIABLE} to a folder that has {name}, or add `--skip with_data_`")
    });
    let path = PathBuf::from(root).join(name);
    assert!(path.exists(), "{} is not there: {VARIABLE} names another folder", path.display());
    path
}

/// The text of the file `name`.
///
/// # Panics
/// As [`path`], and if it is not UTF-8.
pub fn text(name: &str) -> String {
    let path = path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of the JSON Lines file `name`.
///
/// # Panics
/// As [`text`], and if a line is not JSON.
pub fn rows(name: &str) -> Vec<Value> {
    let row = |(line, number): (&str, usize)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}:{number}: {error}"))
    };
    text(name).lines().zip(1..).map(row).collect()
}
