//! What the flags mean together: inputs, output, colours. Contradictions end here, before anything
//! is opened or loaded.

use std::{
    env,
    io::{IsTerminal as _, stderr, stdin, stdout},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Result, anyhow, bail, ensure};
use clap::ValueEnum;
use standfirst_core::{
    analysis::Analyzer,
    article::Allowance,
    entailment::EntailmentModel,
    plugin::{Budget, Form},
};
use standfirst_ingest as ingest;
use standfirst_ingest::FileId;
use standfirst_summarizer::{
    fetch, memory,
    registry::{self, Chosen, Registry},
};
use standfirst_text::{NewsAnalyzer, WithoutTargets};

use crate::{
    args::{self, Color},
    format::{
        self, CheckFormat, CleanFormat, ExportFormat, Format, QuoteFormat, StoryFormat, TableFormat,
    },
    messages,
    render::{Look, palette::Palette, parquet},
};

/// Text is wrapped to the terminal, but never wider than reads well.
const MAX_WIDTH: usize = 100;
/// Narrower than this nothing reads well, and lines may overflow instead.
const MIN_WIDTH: usize = 40;

/// Paths as they are to be read; standard input if none was named and something is piped in. Says so, unless
/// `quiet`, where a terminal is waited for.
///
/// # Errors
/// If nothing was named and standard input is a terminal.
pub fn paths(args: &args::Input, quiet: bool) -> Result<Vec<PathBuf>> {
    if !args.paths.is_empty() {
        let named = args.paths.iter().any(|path| path.as_os_str() == "-");
        if named && !quiet && stdin().is_terminal() {
            messages::notice(
                "reading what you type or paste; Ctrl-D at the start of a line ends it",
            );
        }
        return Ok(args.paths.clone());
    }
    ensure!(
        !stdin().is_terminal(),
        "nothing to read: name files, folders or globs, such as `standfirst summarize articles/`, \
         or pipe an article in"
    );
    Ok(vec![PathBuf::from("-")])
}

/// How the inputs are read; `outputs` are not.
pub fn ingest_options(args: &args::Input, outputs: Vec<FileId>) -> ingest::Options {
    ingest::Options {
        format: args.read_as.map(Into::into),
        max_bytes: args.max_bytes,
        fields: (&args.fields).into(),
        outputs: self::outputs(outputs),
    }
}

/// Files that are passed over, aloud, where a folder or a glob holds them.
pub fn outputs(files: Vec<FileId>) -> ingest::Outputs {
    ingest::Outputs { files, passed_over: Some(messages::passed_over) }
}

/// The form of the results: as asked for, or by the ending of the file they go to, or text.
///
/// # Errors
/// If the ending names a form that results do not come in.
pub fn format(args: &args::Output) -> Result<Format> {
    by_ending(args.format, args.out.as_deref(), Format::of_extension, Format::Text)
}

/// The form of figures: as asked for, or by the ending of the file they go to, or text.
///
/// # Errors
/// If the ending names a form that figures do not come in.
pub fn table_format(args: &args::Survey) -> Result<TableFormat> {
    by_ending(args.format, args.out.as_deref(), TableFormat::of_extension, TableFormat::Text)
}

/// The form of findings: as asked for, or by the ending of the file they go to, or text.
///
/// # Errors
/// If the ending names a form that findings do not come in.
pub fn check_format(args: &args::Check) -> Result<CheckFormat> {
    by_ending(args.format, args.out.as_deref(), CheckFormat::of_extension, CheckFormat::Text)
}

/// The form of repaired text: as asked for, or by the ending of the file it goes to, or text.
///
/// # Errors
/// If the ending names a form that repaired text does not come in.
pub fn clean_format(args: &args::Clean) -> Result<CleanFormat> {
    by_ending(args.format, args.out.as_deref(), CleanFormat::of_extension, CleanFormat::Text)
}

/// The form of storylines: as asked for, or by the ending of the file they go to, or text.
///
/// # Errors
/// If the ending names a form that storylines do not come in.
pub fn story_format(args: &args::Storylines) -> Result<StoryFormat> {
    by_ending(args.format, args.out.as_deref(), StoryFormat::of_extension, StoryFormat::Text)
}

/// The form of quotations: as asked for, or by the ending of the file they go to, or text.
///
/// # Errors
/// If the ending names a form that quotations do not come in.
pub fn quote_format(args: &args::Quotes) -> Result<QuoteFormat> {
    by_ending(args.format, args.out.as_deref(), QuoteFormat::of_extension, QuoteFormat::Text)
}

/// The form of a run that is exported, by the ending of the file it goes to, or lines.
///
/// # Errors
/// If the ending names a form that exported runs do not come in.
pub fn export_format(out: Option<&Path>) -> Result<ExportFormat> {
    let ending = out.and_then(|out| out.extension()?.to_str()).unwrap_or_default();
    ensure!(
        !format::is_foreign(ending) || ExportFormat::of_extension(ending).is_some(),
        "a run is exported as lines of JSON or as a table of Parquet: end --out in .jsonl or .parquet"
    );
    by_ending(None, out, ExportFormat::of_extension, ExportFormat::Jsonl)
}

/// The form that was `asked` for, or the one that the ending of `out` names, or `otherwise` where it names
/// none at all.
///
/// # Errors
/// If the ending names a form of its own that is not written here, or it is a table that cannot be written.
fn by_ending<F: ValueEnum>(
    asked: Option<F>,
    out: Option<&Path>,
    of_extension: fn(&str) -> Option<F>,
    otherwise: F,
) -> Result<F> {
    let form = asked.map_or_else(|| named_by_ending(out, of_extension, otherwise), Ok)?;
    let is_table = form.to_possible_value().is_some_and(|form| form.get_name() == "parquet");
    ensure!(!is_table || parquet::IS_THERE, parquet::WITHOUT);
    let is_file = |out: &Path| out != Path::new("-") && (out.is_file() || !out.exists());
    ensure!(
        !is_table || out.is_some_and(is_file),
        "a table of Parquet is written into a file: name one with --out, such as --out results.parquet"
    );
    Ok(form)
}

/// The form that the ending of `out` names, or `otherwise` where it names none at all.
fn named_by_ending<F: ValueEnum>(
    out: Option<&Path>,
    of_extension: fn(&str) -> Option<F>,
    otherwise: F,
) -> Result<F> {
    let Some(ending) = out.and_then(|out| out.extension()?.to_str()) else { return Ok(otherwise) };
    match of_extension(ending) {
        Some(format) => Ok(format),
        None if format::is_foreign(ending) => {
            let written: Vec<String> = F::value_variants()
                .iter()
                .filter_map(|form| Some(form.to_possible_value()?.get_name().to_owned()))
                .collect();
            bail!(
                "--out names a file of the form {ending:?}, which is not written here; end it in the \
                 name of one of {}, or say with --format which one is meant",
                written.join(", ")
            )
        }
        None => Ok(otherwise),
    }
}

/// Refuses to read what the results go into, be it by `outs` or by standard output.
///
/// # Errors
/// If one of them is one of `paths`, by whatever name.
pub fn check_out(outs: &[Option<&Path>], paths: &[PathBuf]) -> Result<()> {
    let stdin = Path::new("-");
    let input = |path: &PathBuf| {
        if path == stdin { FileId::of_stdin() } else { FileId::of_path(path) }
    };
    let inputs: Vec<FileId> = paths.iter().filter_map(input).collect();
    for out in outs.iter().copied() {
        let file = match out.filter(|out| *out != stdin) {
            Some(path) => FileId::of_path(path),
            None => FileId::of_stdout(),
        };
        if file.is_some_and(|file| inputs.contains(&file)) {
            match out {
                Some(out) => bail!(
                    "--out {} is one of the inputs; give the results another name",
                    out.display()
                ),
                None => bail!(
                    "standard output goes into one of the inputs; give the results another name"
                ),
            }
        }
    }
    Ok(())
}

/// Form and length of an abstract.
///
/// # Errors
/// If more sentences are asked for than the form has.
pub fn form(args: &args::Length) -> Result<Form> {
    let style = args.style.map(Into::into).unwrap_or_default();
    let short = args.words.map(Budget::Words).or(args.chars.map(Budget::Characters));
    let asked = short.or(args.sentences.map(Budget::Sentences));
    Form::new(style, asked).map_err(|error| anyhow!("--style {}: {error}", style.name()))
}

/// All models, opened as the flags say; `length` where the command has abstracts.
pub fn registry(global: &args::Global, length: Option<&args::Length>) -> Result<Registry> {
    let long = length.and_then(|length| length.long).map(Into::into).unwrap_or_default();
    let style = length.and_then(|length| length.style).map(Into::into).unwrap_or_default();
    let mode = length.and_then(|length| length.mode).map(Into::into).unwrap_or_default();
    let offline = offline(global);
    let mut registry = Registry::from_env(&global.cards)?;
    global.found.apply(&mut registry, global.quiet)?;
    if !global.quiet {
        for left in registry.left_out() {
            messages::notice(&format!("left out: {}", messages::words(&*left.why)));
        }
    }
    Ok(registry.with_options(registry::Options {
        mode,
        style,
        long,
        offline,
        precision: global.precision.map(Into::into),
        #[cfg(feature = "rust-bert")]
        max_memory: global.max_memory,
    }))
}

/// Whether the network is left alone, by the flag or the environment.
pub fn offline(global: &args::Global) -> bool {
    global.offline || fetch::Options::from_env().offline
}

/// Tells of the models named that need more memory than is free, before they are loaded.
pub fn tell_shortages(registry: &Registry, ids: &[String], quiet: bool) {
    let ids = distinct(ids).into_iter().filter(|_| !quiet);
    ids.filter_map(|id| registry.shortage(id))
        .for_each(|short| messages::notice(&short.to_string()));
}

/// The model of a choice that nobody made; said aloud with what is `using` instead, if it is not the best.
pub fn chosen<T: ?Sized>(chosen: Chosen<T>, using: &str, quiet: bool) -> Arc<T> {
    if let Some(missing) = chosen.instead.filter(|_| !quiet) {
        messages::notice(&format!("{using}: {}", messages::words(&missing)));
    }
    chosen.model
}

/// Who knows language, and whom it judges the tone towards.
pub fn analyzer(tone: args::Tone) -> Arc<dyn Analyzer> {
    if tone.no_targets { Arc::new(WithoutTargets) } else { Arc::new(NewsAnalyzer) }
}

/// Who the check asks about sentences in other words; `None` to go by words alone.
///
/// # Errors
/// If the model named is none, or its files are not there.
pub fn entailment(
    registry: &Registry,
    args: &args::Judge,
) -> Result<Option<Arc<dyn EntailmentModel>>> {
    let id = args.check_model.as_deref();
    Ok(id.map(|id| registry.deferred_entailment(id)).transpose()?)
}

/// Names the folder that keeps results, unless a flag does.
pub const STORE_VARIABLE: &str = "STANDFIRST_STORE";

/// The folder that keeps results, if there is to be one.
pub fn store(global: &args::Global) -> Option<PathBuf> {
    let variable = || env::var_os(STORE_VARIABLE).filter(|folder| !folder.is_empty());
    global.store.clone().or_else(|| variable().map(PathBuf::from))
}

/// How much work an article may be.
pub fn allowance(args: &args::Run) -> Allowance {
    Allowance {
        sentences: args.max_sentences,
        time: Some(Duration::from_secs(args.max_seconds_per_article.get())),
    }
}

/// Memory that a run may take: as asked for, or three quarters of what is free.
pub fn memory(global: &args::Global) -> u64 {
    global.max_memory.unwrap_or_else(memory::default_limit)
}

/// Threads: as asked for, or one per core.
pub fn jobs(args: &args::Run) -> NonZeroUsize {
    threads(args.jobs)
}

/// The same for a command that has no other flags of [`args::Run`].
pub fn threads(asked: Option<NonZeroUsize>) -> NonZeroUsize {
    asked.unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
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

/// Whether results that go to `out` are in view.
pub fn in_view(out: Option<&Path>) -> bool {
    out.is_none() && stdout().is_terminal()
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
        let out = out.map(PathBuf::from);
        args::Output {
            format,
            out,
            resume: false,
            watch: false,
            include_text: false,
            no_timings: false,
        }
    }

    #[test]
    fn the_ending_of_the_file_decides_unless_a_format_is_named() {
        let form = |asked, out| format(&output(asked, out)).map_err(|error| error.to_string());
        assert_eq!(form(None, None), Ok(Format::Text));
        assert_eq!(form(None, Some("x.csv")), Ok(Format::Csv));
        assert_eq!(form(None, Some("x.dat")), Ok(Format::Text));
        assert_eq!(
            form(None, Some("x.Parquet")).ok(),
            parquet::IS_THERE.then_some(Format::Parquet)
        );
        assert!(form(Some(Format::Parquet), None).is_err());
        assert_eq!(form(Some(Format::Json), Some("x.csv")), Ok(Format::Json));
    }

    #[test]
    fn an_ending_that_names_another_form_is_refused() {
        for out in ["x.xlsx", "x.docx", "x.html", "x.tsv", "x.json.gz"] {
            let message = format(&output(None, Some(out))).unwrap_err().to_string();
            assert!(
                message.contains("--format") && message.contains("jsonl, markdown"),
                "{message}"
            );
        }
        assert!(format(&output(Some(Format::Csv), Some("x.tsv"))).is_ok());
        let page = by_ending(
            None,
            Some(Path::new("x.html")),
            TableFormat::of_extension,
            TableFormat::Text,
        );
        assert_eq!(page.unwrap(), TableFormat::Html);
        let lines = by_ending(
            None,
            Some(Path::new("x.jsonl")),
            TableFormat::of_extension,
            TableFormat::Text,
        );
        assert!(
            lines.unwrap_err().to_string().contains("text, json, markdown, csv, parquet, html")
        );
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
        assert!(check_out(&[Some(&roundabout)], std::slice::from_ref(&file)).is_err());
        let hard = folder.path().join("hard.jsonl");
        std::fs::hard_link(&file, &hard).unwrap();
        assert!(check_out(&[None, Some(&hard)], std::slice::from_ref(&file)).is_err());
        assert!(check_out(&[Some(&folder.path().join("b.jsonl"))], &[file]).is_ok());
    }
}
