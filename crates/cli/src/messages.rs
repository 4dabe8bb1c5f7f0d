//! Notices and errors on standard error. Nothing else writes there: where it is full or closed, what
//! would have been told is lost and the run goes on, while `eprintln!` would end it.

use std::{
    error::Error,
    io::{self, Write as _},
    path::Path,
};

use crate::{
    advice::advice,
    render::{safe, wrap::wrap},
};

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
    tell(&format!("standfirst: {}: {}\n", safe::line(source), safe::line(error)));
}

/// Something the user should know that is no error.
pub fn notice(text: &str) {
    tell(&format!("standfirst: {text}\n"));
}

/// A file that is not read, since the results go there.
pub fn passed_over(path: &Path) {
    let path = path.display().to_string();
    notice(&format!("{}: passed over, since it holds results of this command", safe::line(&path)));
}

/// In one piece, so that lines of several programs do not mix; wrapped for somebody who looks at it.
fn tell(line: &str) {
    let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0);
    let wrapped = columns.map(|columns| {
        let lines = wrap(line.trim_end(), usize::from(columns), "", "  ");
        lines.join("\n") + "\n"
    });
    let _ = io::stderr().write_all(wrapped.as_deref().unwrap_or(line).as_bytes());
}
