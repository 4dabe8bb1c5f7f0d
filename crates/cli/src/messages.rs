//! Notices and errors on standard error.

pub use standfirst_core::report::chain;

use crate::render::safe;

/// One input that gave nothing. Its name and its text are other people's, so they are made harmless.
pub fn failure(source: &str, error: &str) {
    eprintln!("standfirst: {}: {}", safe::line(source), safe::line(error));
}

/// Something the user should know that is no error.
pub fn notice(text: &str) {
    eprintln!("standfirst: {text}");
}
