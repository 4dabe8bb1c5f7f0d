//! What the flags mean together: inputs, output, colours. Contradictions end here, before anything
//! is opened or loaded.

use std::{
    io::{IsTerminal as _, stderr, stdin, stdout},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Result, bail, ensure};
use standfirst_core::plugin::Budget;
use standfirst_ingest as ingest;
use standfirst_summarizer::{
    fetch,
    registry::{self, LoadError, Registry},
};

use crate::{
    args::{self, Color},
    format::{CheckFormat, Format, TableFormat},
    messages,
    render::{Look, palette::Palette},
};

/// Text is wrapped to the terminal, but never wider than reads well.
const MAX_WIDTH: usize = 100;
/// Narrower than this nothing reads well, and lines may overflow instead.
const MIN_WIDTH: usize = 40;

/// Paths as they are to be read; standard input if none was named and something is piped in.
///
/// # Errors
/// If nothing was named and standard input is a terminal.
pub fn paths(args: &args::Input) -> Result<Vec<PathBuf>> {
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    ensure!(
        !stdin().is_terminal(),
        "nothing to read: name files, folders or globs, such as `standfirst summarize articles/`, \
         or pipe an article in"
    );
    Ok(vec![PathBuf::from("-")])
}

/// How the inputs are read.
pub fn ingest_options(args: &args::Input) -> ingest::Options {
    ingest::Options { format: args.read_as.map(Into::into), max_bytes: args.max_bytes }
}

/// The form of the results: as asked for, or by the ending of the file they go to, or text.
pub fn format(args: &args::Output) -> Format {
    let by_ending = || Format::of_extension(ending(args.out.as_deref())?);
    args.format.or_else(by_ending).unwrap_or(Format::Text)
}

/// The form of figures: as asked for, or by the ending of the file they go to, or text.
pub fn table_format(args: &args::Survey) -> TableFormat {
    let by_ending = || TableFormat::of_extension(ending(args.out.as_deref())?);
    args.format.or_else(by_ending).unwrap_or(TableFormat::Text)
}

/// The form of findings: as asked for, or by the ending of the file they go to, or text.
pub fn check_format(args: &args::Check) -> CheckFormat {
    let by_ending = || CheckFormat::of_extension(ending(args.out.as_deref())?);
    args.format.or_else(by_ending).unwrap_or(CheckFormat::Text)
}

/// The ending of a file's name.
fn ending(out: Option<&Path>) -> Option<&str> {
    out?.extension()?.to_str()
}

/// Refuses to overwrite an input with the results.
///
/// # Errors
/// If `out` is one of `paths`.
pub fn check_out(out: Option<&Path>, paths: &[PathBuf]) -> Result<()> {
    let Some(target) = out.and_then(|out| out.canonicalize().ok()) else { return Ok(()) };
    if target.is_file()
        && paths.iter().any(|path| path.canonicalize().is_ok_and(|path| path == target))
    {
        bail!("--out {} is one of the inputs; give the results another name", target.display());
    }
    Ok(())
}

/// Length of an abstract.
pub fn budget(args: &args::Length) -> Budget {
    let words = args.words.map(Budget::Words);
    words.or(args.sentences.map(Budget::Sentences)).unwrap_or(Budget::DEFAULT)
}

/// All models, opened as the flags say; `length` where the command has abstracts.
pub fn registry(global: &args::Global, length: Option<&args::Length>) -> Result<Registry> {
    let long = length.and_then(|length| length.long).map(Into::into).unwrap_or_default();
    let mode = length.and_then(|length| length.mode).map(Into::into).unwrap_or_default();
    let offline = global.offline || fetch::Options::from_env().offline;
    Ok(Registry::from_env(&global.cards)?.with_options(registry::Options {
        mode,
        long,
        offline,
        #[cfg(feature = "rust-bert")]
        max_memory: global.max_memory,
    }))
}

/// A model that nobody named, if it could be loaded; `None`, said aloud with what is `using` instead,
/// if its files are not there.
///
/// # Errors
/// If it cannot be loaded for another reason.
pub fn default_model<T>(
    loaded: Result<T, LoadError>,
    using: &str,
    quiet: bool,
) -> Result<Option<T>> {
    match loaded {
        Err(error) if error.is_missing_files() => {
            if !quiet {
                messages::notice(&format!("{using}: {}", messages::words(&error)));
            }
            Ok(None)
        }
        loaded => Ok(Some(loaded?)),
    }
}

/// Threads: as asked for, or one per core.
pub fn jobs(args: &args::Run) -> NonZeroUsize {
    let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    args.jobs.unwrap_or_else(cores)
}

/// How text looks where results go. Results in a file have no colour unless it is forced.
pub fn look(color: Color, out: Option<&Path>, show_cuts: bool) -> Look {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            out.is_none() && anstream::AutoStream::choice(&stdout()) != anstream::ColorChoice::Never
        }
    };
    Look { palette: Palette::new(color), width: width(), show_cuts }
}

/// Columns to wrap to.
fn width() -> usize {
    let columns = terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0));
    columns.unwrap_or(MAX_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH)
}

/// Each id once, in the order of its first mention.
pub fn distinct(ids: &[String]) -> Vec<&str> {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids.iter().map(|id| id.trim()) {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    seen
}

/// Whether a progress bar is of use: somebody watches, and wants notices.
pub fn shows_progress(quiet: bool) -> bool {
    !quiet && stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(format: Option<Format>, out: Option<&str>) -> args::Output {
        args::Output { format, out: out.map(PathBuf::from), include_text: false, no_timings: false }
    }

    #[test]
    fn the_ending_of_the_file_decides_unless_a_format_is_named() {
        assert_eq!(format(&output(None, None)), Format::Text);
        assert_eq!(format(&output(None, Some("x.csv"))), Format::Csv);
        assert_eq!(format(&output(None, Some("x.dat"))), Format::Text);
        assert_eq!(format(&output(Some(Format::Json), Some("x.csv"))), Format::Json);
    }

    #[test]
    fn a_model_named_twice_runs_once() {
        let ids = ["kl", "lead", "kl", " lead"].map(str::to_owned);
        assert_eq!(distinct(&ids), ["kl", "lead"]);
    }

    #[test]
    fn an_input_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        std::fs::write(&file, "{}").unwrap();
        let roundabout = folder.path().join(".").join("a.jsonl");
        assert!(check_out(Some(&roundabout), std::slice::from_ref(&file)).is_err());
        assert!(check_out(Some(&folder.path().join("b.jsonl")), &[file]).is_ok());
    }
}
