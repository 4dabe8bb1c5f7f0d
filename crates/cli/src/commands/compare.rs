//! `standfirst compare`: the same articles through several models, or several saved runs.

pub mod figures;
mod saved;

use std::{collections::HashSet, fs, io, path::Path};

use anyhow::{Context as _, Result, ensure};
use standfirst_core::report::ArticleReport;
use standfirst_eval::{
    compare::{Comparer, Comparison, Options},
    saved::Change,
    votes::{self, Standings},
};
use standfirst_ingest as ingest;

use self::figures::{Figures, Votes};
use super::{
    sentiment, summarize,
    survey::{self, Survey},
};
use crate::{
    args::{self, Global},
    exit::Outcome,
    format::TableFormat,
    messages,
    output::Sink,
    render::{figures::size, html::Page},
    settings,
};

/// Every measure per model, and how far each pair of them agrees.
pub fn run(args: &args::Compare, global: &Global) -> Result<Outcome> {
    let votes = args.votes.as_deref().map(standings).transpose()?;
    if let (Some(votes), true) = (&votes, args.survey.input.paths.is_empty()) {
        let format = settings::table_format(&args.survey);
        ensure!(
            format != TableFormat::Html,
            "a page shows articles, too: name them, or saved runs, beside --votes"
        );
        survey::write(&Votes(votes), format, &args.survey, global)?;
        return Ok(Outcome::Fine);
    }
    let paths = settings::paths(&args.survey.input)?;
    settings::check_out(args.survey.out.as_deref(), &paths)?;
    settings::check_out(args.page.as_deref(), &paths)?;
    let collector = Collector::new(args, votes)?;
    if saved::all_saved(&paths)? {
        return saved::run(&paths, collector, global);
    }
    let registry = settings::registry(global, Some(&args.survey.length))?;
    let (ids, length) = (&args.survey.model, &args.survey.length);
    let models = summarize::summarizers(&registry, ids, length, global.quiet)?;
    ensure_several(models.len())?;
    let sentiment = sentiment::models_beside(&models, &registry, &[], global.quiet)?;
    let options = Options {
        stem: true,
        budget: Some(settings::budget(&args.survey.length)),
        tone: sentiment.first().cloned(),
        embedder: survey::embedder(&registry, &args.survey)?,
        ..Options::default()
    };
    let survey = Survey { models, sentiment, args: &args.survey, global };
    let mut collector = collector.for_models(survey.ids(), options);
    let inputs = ingest::open(paths, settings::ingest_options(&args.survey.input));
    let totals = survey.run(inputs, |report| collector.add(&report))?;
    collector.finish(Vec::new(), global)?;
    Ok(survey::outcome(totals))
}

fn ensure_several(models: usize) -> Result<()> {
    ensure!(
        models > 1,
        "nothing to compare with: name two models or more, such as `--model lead --model lexrank`, \
         or two saved runs"
    );
    Ok(())
}

/// What a file of votes says.
fn standings(path: &Path) -> Result<Standings> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let fitted = votes::parse(&bytes).and_then(|votes| votes::fit(&votes));
    fitted.with_context(|| format!("cannot use {}", path.display()))
}

/// Where reports become figures and, where one is wanted, a page.
struct Collector<'a> {
    args: &'a args::Compare,
    format: TableFormat,
    votes: Option<Standings>,
    page: Option<Page>,
}

impl<'a> Collector<'a> {
    fn new(args: &'a args::Compare, votes: Option<Standings>) -> Result<Self> {
        let format = settings::table_format(&args.survey);
        let wanted = args.page.is_some() || format == TableFormat::Html;
        let page = wanted.then(Page::new).transpose().context("cannot write a temporary file")?;
        Ok(Self { args, format, votes, page })
    }

    fn for_models(self, models: Vec<String>, options: Options) -> Running<'a> {
        let comparer = Comparer::new(models, options);
        Running { collector: self, comparer, ids: HashSet::new(), repeated: 0 }
    }
}

/// A comparison that is being made.
struct Running<'a> {
    collector: Collector<'a>,
    comparer: Comparer,
    ids: HashSet<String>,
    repeated: usize,
}

impl Running<'_> {
    fn add(&mut self, report: &ArticleReport) -> io::Result<()> {
        self.repeated += usize::from(!self.ids.insert(report.id.clone()));
        self.comparer.add(report);
        self.collector.page.as_mut().map_or(Ok(()), |page| page.article(report))
    }

    /// Writes the figures, and the page where one is wanted.
    fn finish(self, changes: Vec<Change>, global: &Global) -> Result<()> {
        if self.repeated > 0 {
            messages::notice(&format!(
                "{} articles have the id of an earlier one; they are compared, but votes and saved \
                 runs cannot tell them apart",
                self.repeated
            ));
        }
        let Collector { args, format, votes, page } = self.collector;
        let comparison: Comparison = self.comparer.finish();
        let figures = Figures { comparison, changes, votes };
        if let Some(page) = page {
            let (out, sole) = match &args.page {
                Some(path) => (Some(path.as_path()), false),
                None => (args.survey.out.as_deref(), true),
            };
            let mut sink = Sink::open(out)?;
            let bytes = page.write(&figures.overview(), &mut sink)?;
            sink.finish()?;
            if let (Some(path), false) = (out, global.quiet) {
                let bytes = size(bytes);
                messages::notice(&format!(
                    "the page is {} ({bytes}); open it in a browser",
                    path.display()
                ));
            }
            if sole || format == TableFormat::Html {
                return Ok(());
            }
        }
        survey::write(&figures, format, &args.survey, global)
    }
}
