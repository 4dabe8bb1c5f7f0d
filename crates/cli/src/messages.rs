//! Notices and errors on standard error.

use crate::render::safe;

/// One input that gave nothing. Its name and its text are other people's, so they are made harmless.
pub fn failure(source: &str, error: &str) {
    eprintln!("standfirst: {}: {}", safe::line(source), safe::line(error));
}

/// Something the user should know that is no error.
pub fn notice(text: &str) {
    eprintln!("standfirst: {text}");
}

/// An error and its causes, on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
