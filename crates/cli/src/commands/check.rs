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
    run::{self, Plan},
};
use standfirst_ingest as ingest;
use standfirst_ingest::Format;
use standfirst_text::NewsAnalyzer;
use standfirst_text::faithfulness::given::{Given, ID};

use super::predictions;
use crate::{
    args::{self, Global},
    exit::Outcome,
    interrupt, messages,
    output::{Run, Sink},
    progress::RunBar,
    render::check::Printer,
    settings,
};

/// Checks every summary.
pub fn run(args: &args::Check, global: &Global) -> Result<Outcome> {
    let (paths, given, format) = inputs(args)?;
    let stdin = [PathBuf::from("-")];
    let named = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    settings::check_out(&[args.out.as_deref()], &[named, &args.articles].concat())?;
    // Without a model nothing is asked of the cards.
    let entailment = match args.judge.check_model {
        Some(_) => settings::entailment(&settings::registry(global, None)?, &args.judge)?,
        None => None,
    };
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
    let out = args.out.as_deref();
    let look = settings::look(global.color, out, false);
    let mut printer = Printer::new(settings::check_format(args)?, look);
    let mut sink = Sink::open(out)?;
    if !global.quiet {
        sink.tell_leftovers();
    }
    interrupt::listen(global.quiet)?;
    let bar = RunBar::start(settings::shows_progress(global.quiet));
    let mut tally = Tally::default();
    printer.begin(&mut sink)?;
    let outputs = settings::outputs(sink.files());
    let fields = (&args.fields).into();
    let options = ingest::Options { format, max_bytes: args.max_bytes, fields, outputs };
    let totals = run::run(ingest::open(paths, options), &plan, &interrupt::STOP, |report| {
        bar.article(|| {
            tally.add(&report);
            printer.report(&report, &mut sink)?;
            sink.checkpoint(printer.closing())
        })
    });
    bar.finish();
    let totals = totals?;
    printer.end(&mut sink)?;
    let nothing = tally.failed == tally.summaries;
    sink.finish(Run::cut_short_if(totals.interrupted || nothing))?;
    Ok(tally.outcome(args.strict, totals.interrupted))
}

/// What to read, and where the summaries are: in the lines, or in a file of their own.
fn inputs(args: &args::Check) -> Result<(Vec<PathBuf>, Given, Option<Format>)> {
    let stdin = Path::new("-");
    if !args.articles.is_empty() {
        let [summaries] = args.paths.as_slice() else {
            bail!(
                "with --articles, name one file of summaries, whose rows have an \"id\" and a \"summary\""
            );
        };
        let summaries = predictions::only(summaries, args.max_bytes)?;
        return Ok((args.articles.clone(), Given::by_id(ID, summaries), None));
    }
    match args.paths.as_slice() {
        [] if io::stdin().is_terminal() => bail!(
            "nothing to check: name an article and its summary, such as `standfirst check story.txt \
             summary.txt`, or pipe lines in that have a \"text\" and a \"summary\""
        ),
        [] => Ok((vec![stdin.to_owned()], Given::with_article(), Some(Format::Jsonl))),
        [lines] => {
            let jsonl = lines == stdin || lines.is_dir() || lines.extension().is_none();
            Ok((vec![lines.clone()], Given::with_article(), jsonl.then_some(Format::Jsonl)))
        }
        [article, summary] => {
            if article == stdin && summary == stdin {
                bail!("both the article and the summary are -; name a file for one of them");
            }
            let given = Given::text(&document(summary, args.max_bytes)?);
            Ok((vec![article.clone()], given, None))
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
#[derive(Default)]
struct Tally {
    summaries: usize,
    failed: usize,
    unsupported: usize,
}

impl Tally {
    fn add(&mut self, report: &ArticleReport) {
        self.summaries += 1;
        let errors = report.abstracts.iter().filter_map(|cell| cell.error.as_ref());
        if let Some(error) = report.error.as_ref().into_iter().chain(errors).next() {
            self.failed += 1;
            messages::failure(&report.source, error.message());
        }
        let sentences = report.abstracts.iter().flat_map(|cell| &cell.sentences);
        let verdicts = sentences.filter_map(|sentence| sentence.verdict);
        self.unsupported += verdicts.filter(|verdict| !verdict.is_supported()).count();
    }

    fn outcome(&self, strict: bool, interrupted: bool) -> Outcome {
        let failed_check = strict && self.unsupported > 0;
        if failed_check {
            messages::notice(&format!(
                "not supported by their articles: {} sentences",
                self.unsupported
            ));
        }
        if self.summaries == 0 {
            messages::notice("there was no summary in the input");
        }
        Outcome::skipped_if(failed_check || self.failed > 0 || self.summaries == 0 || interrupted)
    }
}
