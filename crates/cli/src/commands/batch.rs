//! What `summarize` and `sentiment` share: models over articles, results written as they come.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::Result;
use standfirst_core::{
    report::ArticleReport,
    run::{self, Plan, Totals},
};
use standfirst_ingest as ingest;

use crate::{
    archive::{Archived, Asked},
    args::{self, Global},
    exit::Outcome,
    format::Format,
    interrupt, messages,
    output::{MadeWith, Run, Sink},
    progress::{RunBar, Total},
    render::{self, Look, Renderer},
    settings,
    watch::Watch,
};

use super::{
    resume::{Course, Done, Inputs},
    spent,
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
    /// What the results depend on beside the articles.
    pub made_with: MadeWith,
    /// What they depend on for the store, if one is used.
    pub asked: Asked<'a>,
}

impl Batch<'_> {
    /// Runs to the end of the input, or until the user stops it.
    pub fn run(&self) -> Result<Outcome> {
        let out = self.output.out.as_deref();
        let paths = settings::paths(self.input, self.global.quiet)?;
        settings::check_out(&[out], &paths)?;
        let mut writer = Writer::open(self, out)?;
        let archive = Archived::open(self.global, &self.plan, &self.asked, &self.made_with)?;
        interrupt::listen(self.global.quiet)?;
        let totals = self.write_all(paths, &mut writer, archive.as_ref());
        spent::tell(&self.plan, self.global.quiet);
        let totals = totals?;
        let kept = archive.is_none_or(|archive| archive.end(totals, self.global.quiet));
        Ok(self.end(writer, totals)?.and(Outcome::skipped_if(!kept)))
    }

    fn write_all(
        &self,
        paths: Vec<PathBuf>,
        writer: &mut Writer,
        archive: Option<&Archived>,
    ) -> Result<Totals> {
        let options = settings::ingest_options(self.input, writer.sink.files());
        let shown = settings::shows_progress(self.global.quiet);
        let (inputs, total): (Inputs, _) = if self.output.watch {
            (Box::new(Watch::begin(paths, options)?), None)
        } else {
            let total = if shown { Total::of(&paths, &options) } else { None };
            (Box::new(ingest::open(paths, options)), total)
        };
        let (inputs, done) = writer.begin(inputs)?;
        let bar = RunBar::start(shown, || total);
        bar.done_before(done.articles);
        let offered = self.plan.tone_is_offered;
        let known = archive.map(|archive| archive as &dyn run::Archive);
        let totals = run::run_with(inputs, &self.plan, known, &interrupt::STOP, |report| {
            if let Some(archive) = archive {
                archive.note(&report);
            }
            bar.article(|| writer.article(&report, offered))
        });
        bar.finish();
        let mut totals = totals?;
        // Whoever watches ends the run by stopping it.
        totals.interrupted &= !self.output.watch;
        totals.articles += done.articles;
        totals.failed += done.failed;
        Ok(totals)
    }

    /// Closes the output, and tells what the results alone do not.
    fn end(&self, writer: Writer, totals: Totals) -> Result<Outcome> {
        let unsupported = writer.unsupported;
        writer.finish(totals.interrupted)?;
        let failed_check = self.strict && unsupported > 0;
        if failed_check {
            messages::notice(&format!("not supported by their articles: {unsupported} sentences"));
        }
        let outcome = Outcome::of(totals);
        if totals.failed > 0 && outcome != Outcome::NothingRead {
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
        Ok(outcome.and(Outcome::skipped_if(failed_check)))
    }
}

/// The chosen format on its way to the chosen place.
struct Writer {
    renderer: Box<dyn Renderer>,
    sink: Sink,
    course: Course,
    /// Whether errors are told on standard error, too: not where the page in view shows them.
    tells: bool,
    unsupported: usize,
    /// Whether any model has answered about any article.
    answered: bool,
    format: Format,
}

impl Writer {
    fn open(batch: &Batch<'_>, out: Option<&Path>) -> Result<Self> {
        let format = settings::format(batch.output)?;
        let look: Look = settings::look(batch.global.color, out, batch.show_cuts);
        let in_view = format == Format::Text && settings::in_view(out);
        let mut sink = Sink::open(out)?;
        let (resume, quiet) = (batch.output.resume, batch.global.quiet);
        let course = Course::begin(&mut sink, resume, format.can_go_on(), &batch.made_with, quiet)?;
        let renderer = render::renderer(format, look);
        Ok(Self {
            renderer,
            sink,
            course,
            tells: !in_view,
            unsupported: 0,
            answered: false,
            format,
        })
    }

    /// Begins, or goes on with what an earlier run has done; gives the inputs that are left.
    fn begin(&mut self, inputs: Inputs) -> Result<(Inputs, Done)> {
        let Self { renderer, sink, course, .. } = self;
        let (inputs, done) = course.take_up(inputs, sink, |state| {
            renderer.go_on(state);
            renderer.closing()
        })?;
        if done.articles == 0 {
            renderer.begin(sink)?;
        }
        self.unsupported = done.unsupported;
        self.answered = done.answered;
        Ok((inputs, done))
    }

    /// Written through, so that a run that is killed loses nothing that was finished.
    fn article(&mut self, report: &ArticleReport, tone_is_offered: bool) -> io::Result<()> {
        if let Some(error) = report.error.as_ref().filter(|_| self.tells) {
            messages::failure(&report.source, error.message());
        }
        let (unsupported, answered) = (unsupported(report), has_answer(report));
        self.unsupported += unsupported;
        self.answered |= answered;
        self.renderer.article(report, &mut self.sink)?;
        let mark = self.course.mark(report.has_failure(tone_is_offered), answered, unsupported);
        self.sink.article(self.renderer.closing(), mark, self.renderer.state())
    }

    /// A run without a single answer, such as one on a name that was mistyped, replaces no earlier result
    /// either.
    fn finish(mut self, interrupted: bool) -> Result<()> {
        self.renderer.end(&mut self.sink)?;
        let run = Run::ended(interrupted, self.answered);
        if self.format == Format::Parquet {
            self.sink.tabulate(run, render::parquet::reports::tabulate)?;
        }
        self.sink.finish(run)
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
