//! What `summarize` and `sentiment` share: models over articles, results written as they come.

use std::{
    io::{self, IsTerminal as _},
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
    output::{Run, Sink},
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
        settings::check_out(&[out], &paths)?;
        let mut writer = Writer::open(self, out)?;
        interrupt::listen(self.global.quiet)?;
        let totals = self.write_all(paths, &mut writer)?;
        self.end(writer, totals)
    }

    fn write_all(&self, paths: Vec<PathBuf>, writer: &mut Writer) -> io::Result<Totals> {
        let options = settings::ingest_options(self.input, writer.sink.files());
        let inputs = ingest::open(paths, options);
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
        writer.finish(totals.interrupted)?;
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

/// The chosen format on its way to the chosen place.
struct Writer {
    renderer: Box<dyn Renderer>,
    sink: Sink,
    /// Whether errors are told on standard error, too: not where the page in view shows them.
    tells: bool,
    unsupported: usize,
    /// Whether any model has answered about any article.
    answered: bool,
}

impl Writer {
    fn open(batch: &Batch<'_>, out: Option<&Path>) -> Result<Self> {
        let format = settings::format(batch.output)?;
        let look: Look = settings::look(batch.global.color, out, batch.show_cuts);
        let in_view = format == Format::Text && out.is_none() && io::stdout().is_terminal();
        let sink = Sink::open(out)?;
        if !batch.global.quiet {
            sink.tell_leftovers();
        }
        let renderer = render::renderer(format, look);
        Ok(Self { renderer, sink, tells: !in_view, unsupported: 0, answered: false })
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
        self.answered |= has_answer(report);
        self.renderer.article(report, &mut self.sink)?;
        self.sink.checkpoint(self.renderer.closing())
    }

    /// A run without a single answer, such as one on a name that was mistyped, replaces no earlier result
    /// either.
    fn finish(mut self, interrupted: bool) -> Result<()> {
        self.renderer.end(&mut self.sink)?;
        self.sink.finish(Run::cut_short_if(interrupted || !self.answered))
    }
}

/// Whether any model has answered.
fn has_answer(report: &ArticleReport) -> bool {
    report.abstracts.iter().any(|cell| cell.error.is_none())
        || report.sentiment.iter().any(|tone| tone.error.is_none())
}

/// Sentences of the abstracts that the article does not support.
fn unsupported(report: &ArticleReport) -> usize {
    let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
    sentences
        .filter_map(|sentence| sentence.verdict)
        .filter(|verdict| !verdict.is_supported())
        .count()
}
