//! `standfirst check`: is each sentence of this summary, whoever wrote it, supported by the article?
//!
//! The summary takes the place of a model's answer, so that a check runs as a `summarize` does: in
//! parallel, in input order, one bad line in its place.

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Result, anyhow, bail};
use standfirst_core::{
    article::Document,
    plugin::Budget,
    report::ArticleReport,
    run::{self, Plan, Totals},
};
use standfirst_ingest as ingest;
use standfirst_ingest::Format;
use standfirst_text::NewsAnalyzer;
use standfirst_text::faithfulness::given::{Given, ID};

use super::{
    predictions,
    resume::{Course, Making},
};
use crate::{
    archive::{Archived, Asked, Shown},
    args::{self, Global},
    exit::Outcome,
    format::CheckFormat,
    interrupt, messages,
    output::{MadeWith, Run, Sink},
    progress::{RunBar, Total},
    render::check::{self, Printer},
    revision::digest,
    settings,
};

/// Checks every summary.
pub fn run(args: &args::Check, global: &Global) -> Result<Outcome> {
    let Inputs { paths, given, format, summaries, shown } = inputs(args)?;
    let stdin = [PathBuf::from("-")];
    let named = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    settings::check_out(&[args.out.as_deref()], &[named, &args.articles].concat())?;
    let mut making = Making::default().with("the summaries", &summaries);
    // Without a model nothing is asked of the cards.
    let (mut entailment, mut registry) = (None, None);
    if args.judge.check_model.is_some() {
        let registry = registry.insert(settings::registry(global, None)?);
        entailment = settings::entailment(registry, &args.judge)?;
        let models = entailment.iter().map(|model| model.info());
        making = making.models("--check-model", models, registry);
    }
    let made_with = made_with(making, args, format)?;
    let plan = Plan {
        analyzer: Arc::new(NewsAnalyzer),
        entailment,
        summarizers: vec![Arc::new(given)],
        sentiment: Vec::new(),
        tone_is_offered: false,
        budget: Budget::DEFAULT,
        allowance: settings::allowance(&args.run),
        memory: Some(settings::memory(global)),
        jobs: settings::jobs(&args.run),
        timings: false,
        include_text: true,
        words: messages::words,
    };
    let given = vec![(ID.to_owned(), shown)];
    let (length, tone) = (None, args::Tone::default());
    let asked = Asked { length, tone, given, summaries, registry: registry.as_ref() };
    let out = args.out.as_deref();
    let look = settings::look(global.color, out, false);
    let form = settings::check_format(args)?;
    let mut printer = Printer::new(form, look);
    let mut sink = Sink::open(out)?;
    let mut course =
        Course::begin(&mut sink, args.resume, form.can_go_on(), &made_with, global.quiet)?;
    let archive = Archived::open(global, &plan, &asked, &made_with)?;
    interrupt::listen(global.quiet)?;
    let outputs = settings::outputs(sink.files());
    let fields = (&args.fields).into();
    let options = ingest::Options { format, max_bytes: args.max_bytes, fields, outputs };
    let shown = settings::shows_progress(global.quiet);
    let total = if shown { Total::of(&paths, &options) } else { None };
    let inputs = Box::new(ingest::open(paths, options));
    let (inputs, done) = course.take_up(inputs, &mut sink, |state| {
        printer.go_on(state);
        printer.closing()
    })?;
    if done.articles == 0 {
        printer.begin(&mut sink)?;
    }
    let tells = form != CheckFormat::Text || !settings::in_view(out);
    let mut tally = Tally { tells, unsupported: done.unsupported };
    let bar = RunBar::start(shown, || total);
    bar.done_before(done.articles);
    let known = archive.as_ref().map(|archive| archive as &dyn run::Archive);
    let totals = run::run_with(inputs, &plan, known, &interrupt::STOP, |report| {
        if let Some(archive) = &archive {
            archive.note(&report);
        }
        bar.article(|| {
            let (failed, unsupported) = tally.add(&report);
            printer.report(&report, &mut sink)?;
            let mark = course.mark(failed, !failed, unsupported);
            sink.article(printer.closing(), mark, printer.state())
        })
    });
    bar.finish();
    let mut totals = totals?;
    let kept = archive.is_none_or(|archive| archive.end(totals, global.quiet));
    printer.end(&mut sink)?;
    totals.articles += done.articles;
    totals.failed += done.failed;
    let run = Run::ended(totals.interrupted, totals.failed < totals.articles);
    if form == CheckFormat::Parquet {
        sink.tabulate(run, check::tabulate)?;
    }
    sink.finish(run)?;
    Ok(tally.outcome(args.strict, totals).and(Outcome::skipped_if(!kept)))
}

/// All that findings depend on beside the articles.
fn made_with(making: Making, args: &args::Check, format: Option<Format>) -> Result<MadeWith> {
    let read_as = format.map_or("none", Format::name);
    let form = settings::check_format(args)?;
    Ok(making
        .with("--input-format", read_as)
        .with("--max-bytes", args.max_bytes)
        .with("--format", format!("{form:?}"))
        .fields(&args.fields)
        .run(&args.run)
        .of("check"))
}

/// What a check reads.
struct Inputs {
    paths: Vec<PathBuf>,
    given: Given,
    format: Option<Format>,
    /// Checksum of the summaries, where they do not come with the articles.
    summaries: String,
    /// How the summary of an article is found.
    shown: Shown,
}

/// What to read, and where the summaries are: in the lines, or in a file of their own.
fn inputs(args: &args::Check) -> Result<Inputs> {
    let with_articles = |paths, format| Inputs {
        paths,
        given: Given::with_article(),
        format,
        summaries: "with the articles".to_owned(),
        shown: Shown::Summary,
    };
    let stdin = Path::new("-");
    if !args.articles.is_empty() {
        let [summaries] = args.paths.as_slice() else {
            bail!(
                "with --articles, name one file of summaries, whose rows have an \"id\" and a \"summary\""
            );
        };
        let given = predictions::only(summaries, args.max_bytes)?;
        let summaries = digest(format!("{given:?}"));
        let (paths, given) = (args.articles.clone(), Given::by_id(ID, given));
        return Ok(Inputs { paths, given, format: None, summaries, shown: Shown::Id });
    }
    match args.paths.as_slice() {
        [] if io::stdin().is_terminal() => bail!(
            "nothing to check: name an article and its summary, such as `standfirst check story.txt \
             summary.txt`, or pipe lines in that have a \"text\" and a \"summary\""
        ),
        [] => Ok(with_articles(vec![stdin.to_owned()], Some(Format::Jsonl))),
        [lines] => {
            let jsonl = lines == stdin || lines.is_dir() || lines.extension().is_none();
            Ok(with_articles(vec![lines.clone()], jsonl.then_some(Format::Jsonl)))
        }
        [article, summary] => {
            if article == stdin && summary == stdin {
                bail!("both the article and the summary are -; name a file for one of them");
            }
            let summary = document(summary, args.max_bytes)?;
            let summaries = digest(&summary.text);
            let (paths, given) = (vec![article.clone()], Given::text(&summary));
            // The same one for every article: its checksum tells it.
            Ok(Inputs { paths, given, format: None, summaries, shown: Shown::Id })
        }
        _ => bail!("name an article and its summary, or one file of JSON Lines"),
    }
}

/// The one document of a file.
fn document(path: &Path, max_bytes: u64) -> Result<Document> {
    let options = ingest::Options { max_bytes, ..ingest::Options::default() };
    let mut inputs = ingest::open(vec![path.to_owned()], options);
    let failed =
        |error: ingest::IngestError| anyhow!("{}: {}", error.source, messages::words(&error.kind));
    let first = inputs.next().ok_or_else(|| anyhow!("{}: holds no summary", path.display()))?;
    let document = first.map_err(failed)?.read().map_err(failed)?;
    if inputs.next().is_some() {
        bail!("{} holds several texts; name a file with one summary", path.display());
    }
    Ok(document)
}

/// What went wrong so far.
struct Tally {
    /// Whether errors are told on standard error, too: not where the findings in view show them.
    tells: bool,
    unsupported: usize,
}

impl Tally {
    /// Takes a report; gives whether it has failed, and how many of its sentences are not supported.
    fn add(&mut self, report: &ArticleReport) -> (bool, usize) {
        let errors = report.abstracts.iter().filter_map(|cell| cell.error.as_ref());
        let error = report.error.as_ref().into_iter().chain(errors).next();
        if let Some(error) = error.filter(|_| self.tells) {
            messages::failure(&report.source, error.message());
        }
        let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
        let verdicts = sentences.filter_map(|sentence| sentence.verdict);
        let unsupported = verdicts.filter(|verdict| !verdict.is_supported()).count();
        self.unsupported += unsupported;
        (error.is_some(), unsupported)
    }

    fn outcome(&self, strict: bool, totals: Totals) -> Outcome {
        let failed_check = strict && self.unsupported > 0;
        if failed_check {
            messages::notice(&format!(
                "not supported by their articles: {} sentences",
                self.unsupported
            ));
        }
        if totals.articles == 0 {
            messages::notice("there was no summary in the input");
        }
        Outcome::of(totals).and(Outcome::skipped_if(failed_check))
    }
}
