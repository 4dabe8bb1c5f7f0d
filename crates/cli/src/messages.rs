//! Notices and errors on standard error.

use std::error::Error;

use crate::{advice::advice, render::safe};

/// An error and its causes on one line, each with the way out that this program has.
pub fn words(error: &(dyn Error + 'static)) -> String {
    let told = format!("{error}{}", advice(error).unwrap_or_default());
    match error.source() {
        Some(cause) => format!("{told}: {}", words(cause)),
        None => told,
    }
}

/// One input that gave nothing. Its name and its text are other people's, so they are made harmless.
pub fn failure(source: &str, error: &str) {
    eprintln!("standfirst: {}: {}", safe::line(source), safe::line(error));
}

/// Something the user should know that is no error.
pub fn notice(text: &str) {
    eprintln!("standfirst: {text}");
}
