//! What `summarize` and `sentiment` share: models over articles, results written as they come.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Result;
use standfirst_core::{
    report::ArticleReport,
    run::{self, Plan, Totals},
};
use standfirst_ingest as ingest;

use crate::{
    args::{self, Global},
    exit::Outcome,
    format::Format,
    interrupt, messages,
    output::Sink,
    progress::RunBar,
    render::{self, Look, Renderer},
    settings,
};

/// A run that is ready to begin.
pub struct Batch<'a> {
    /// Which models, how long, how many at once.
    pub plan: Plan,
    /// What to read.
    pub input: &'a args::Input,
    /// Where results go.
    pub output: &'a args::Output,
    /// Flags of every command.
    pub global: &'a Global,
    /// Whether every cut is listed.
    pub show_cuts: bool,
    /// Whether a sentence without support counts as a failure.
    pub strict: bool,
}

impl Batch<'_> {
    /// Runs to the end of the input, or until the user stops it.
    pub fn run(&self) -> Result<Outcome> {
        let out = self.output.out.as_deref();
        let paths = settings::paths(self.input)?;
        settings::check_out(out, &paths)?;
        let mut writer = Writer::open(self, out)?;
        interrupt::listen(self.global.quiet)?;
        match self.write_all(paths, &mut writer) {
            Ok(totals) => self.end(writer, totals),
            Err(error) => broken_off(error, out),
        }
    }

    fn write_all(&self, paths: Vec<PathBuf>, writer: &mut Writer) -> io::Result<Totals> {
        let inputs = ingest::open(paths, settings::ingest_options(self.input));
        let bar = RunBar::start(settings::shows_progress(self.global.quiet));
        writer.begin()?;
        let totals = run::run(inputs, &self.plan, &interrupt::STOP, |report| {
            bar.article(|| writer.article(&report))
        });
        bar.finish();
        totals
    }

    /// Closes the output, and tells what the results alone do not.
    fn end(&self, writer: Writer, totals: Totals) -> Result<Outcome> {
        let unsupported = writer.unsupported;
        writer.finish()?;
        let failed_check = self.strict && unsupported > 0;
        if failed_check {
            messages::notice(&format!("not supported by their articles: {unsupported} sentences"));
        }
        if totals.failed > 0 {
            messages::notice(&format!(
                "{} of {} articles had errors",
                totals.failed, totals.articles
            ));
        }
        if totals.interrupted {
            messages::notice(&format!("stopped after {} articles, all written", totals.articles));
        } else if totals.articles == 0 {
            messages::notice("there was no article in the input");
        }
        let skipped = totals.failed > 0 || totals.interrupted || totals.articles == 0;
        Ok(Outcome::skipped_if(skipped || failed_check))
    }
}

/// Results can no longer be written. That nobody reads them any more is no failure.
fn broken_off(error: io::Error, out: Option<&Path>) -> Result<Outcome> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Err(error.into());
    }
    let place = out.map_or("standard output".to_owned(), |out| {
        format!("{}; what was finished stands in its .partial", out.display())
    });
    messages::notice(&format!("{error}: broke off writing {place}"));
    Ok(Outcome::Skipped)
}

/// The chosen format on its way to the chosen place.
struct Writer {
    renderer: Box<dyn Renderer>,
    sink: Sink,
    /// Whether errors are told on standard error, too: not where the page in view shows them.
    tells: bool,
    unsupported: usize,
}

impl Writer {
    fn open(batch: &Batch<'_>, out: Option<&Path>) -> Result<Self> {
        let format = settings::format(batch.output)?;
        let look: Look = settings::look(batch.global.color, out, batch.show_cuts);
        let in_view = format == Format::Text && out.is_none() && io::stdout().is_terminal();
        Ok(Self {
            renderer: render::renderer(format, look),
            sink: Sink::open(out)?,
            tells: !in_view,
            unsupported: 0,
        })
    }

    fn begin(&mut self) -> io::Result<()> {
        self.renderer.begin(&mut self.sink)
    }

    /// Written through, so that a run that is killed loses nothing that was finished.
    fn article(&mut self, report: &ArticleReport) -> io::Result<()> {
        if let Some(error) = report.error.as_ref().filter(|_| self.tells) {
            messages::failure(&report.source, error.message());
        }
        self.unsupported += unsupported(report);
        self.renderer.article(report, &mut self.sink)?;
        self.sink.flush()
    }

    fn finish(mut self) -> Result<()> {
        self.renderer.end(&mut self.sink)?;
        self.sink.finish()
    }
}

/// Sentences of the abstracts that the article does not support.
fn unsupported(report: &ArticleReport) -> usize {
    let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
    sentences
        .filter_map(|sentence| sentence.verdict)
        .filter(|verdict| !verdict.is_supported())
        .count()
}
