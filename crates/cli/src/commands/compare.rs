//! `standfirst compare`: the same articles through several models, or several saved runs.

pub mod figures;
mod made;
mod saved;

use std::{collections::HashSet, env, fs, io, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail, ensure};
use standfirst_core::{plugin::Summarizer, report::ArticleReport};
use standfirst_eval::{
    compare::{Comparer, Comparison, Options},
    saved::Change,
    votes::{self, Standings},
};
use standfirst_ingest as ingest;
use standfirst_ingest::FileId;

use self::figures::{Figures, Votes};
use super::{
    predictions, sentiment, summarize,
    survey::{self, Survey},
};
use crate::{
    archive::Shown,
    args::{self, Global},
    exit::Outcome,
    format::TableFormat,
    messages,
    output::{Sink, broke_off},
    progress::{RunBar, Total},
    render::{figures::size, html::Page},
    settings,
};

/// Every measure per model, and how far each pair of them agrees.
pub fn run(args: &args::Compare, global: &Global) -> Result<Outcome> {
    let votes = args.votes.as_deref().map(standings).transpose()?;
    if let (Some(votes), true) = (&votes, args.survey.input.paths.is_empty()) {
        let format = settings::table_format(&args.survey)?;
        ensure!(
            format != TableFormat::Html,
            "a page shows articles, too: name them, or saved runs, beside --votes"
        );
        let sink = survey::open(args.survey.out.as_deref(), global)?;
        survey::write(&Votes(votes), format, &args.survey, global, sink, false)?;
        return Ok(Outcome::Fine);
    }
    let paths = settings::paths(&args.survey.input, global.quiet)?;
    // Without --page nothing but what --out names is written.
    let page = args.page.as_deref().or(args.survey.out.as_deref());
    let read: Vec<_> = paths.iter().cloned().chain(predictions::paths(&args.predictions)).collect();
    settings::check_out(&[args.survey.out.as_deref(), page], &read)?;
    let collector = Collector::new(args, votes, global)?;
    if saved::all_saved(&paths)? {
        ensure!(
            args.predictions.is_empty(),
            "saved runs are compared with one another; beside --predictions, name the articles"
        );
        return saved::run(&paths, collector, global);
    }
    let registry = settings::registry(global, Some(&args.survey.length))?;
    let entailment = settings::entailment(&registry, &args.survey.judge)?;
    let registry = registry.with_check(entailment.clone());
    let (ids, length) = (&args.survey.model, &args.survey.length);
    let (given, summaries) = predictions::models(&args.predictions, args.survey.input.max_bytes)?;
    let named = given.iter().map(|model| (model.info().id.clone(), Shown::Id)).collect();
    let mut models = if ids.is_empty() && !given.is_empty() {
        Vec::new()
    } else {
        summarize::summarizers(&registry, ids, length, global.quiet)?
    };
    models.extend(given);
    ensure_distinct(&models)?;
    ensure_several(models.len())?;
    let sentiment = sentiment::models_beside(&models, &registry, &[], global.quiet)?;
    let options = Options {
        stem: true,
        budget: Some(settings::form(&args.survey.length)?.budget),
        check: entailment.as_ref().map(|model| model.info().id.clone()),
        tone: sentiment.first().cloned(),
        embedder: survey::embedder(&registry, &args.survey)?,
        ..Options::default()
    };
    let survey = Survey {
        models,
        sentiment,
        entailment,
        args: &args.survey,
        global,
        registry: &registry,
        command: "compare",
        given: (named, summaries),
        timings: !args.survey.no_timings,
    };
    let made = made::from_articles(&registry, &survey.ids(), &args.survey)?;
    let mut collector = collector.for_models(survey.ids(), options, made);
    let options = settings::ingest_options(&args.survey.input, collector.collector.files());
    let bar = RunBar::start(settings::shows_progress(global.quiet), || Total::of(&paths, &options));
    let surveyed =
        survey.run(ingest::open(paths, options), &bar, |report| collector.add(&report))?;
    collector.finish(Vec::new(), global, surveyed.totals.interrupted)?;
    Ok(survey::outcome(&surveyed))
}

/// Where the articles of a page wait, in words.
fn scratch() -> String {
    format!("a temporary file in {}", env::temp_dir().display())
}

fn ensure_distinct(models: &[Arc<dyn Summarizer>]) -> Result<()> {
    let mut seen = HashSet::new();
    let twice = models.iter().map(|model| &model.info().id).find(|id| !seen.insert(*id));
    match twice {
        Some(id) => bail!(
            "two of the models are called {id}; give the summaries another name, as in \
             `--predictions NAME=FILE`"
        ),
        None => Ok(()),
    }
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
    /// Where the figures go; the page, if it alone is wanted.
    out: Sink,
    /// Where the page goes that is written as well.
    beside: Option<Sink>,
}

impl<'a> Collector<'a> {
    fn new(args: &'a args::Compare, votes: Option<Standings>, global: &Global) -> Result<Self> {
        let format = settings::table_format(&args.survey)?;
        ensure!(
            format != TableFormat::Html || args.page.is_none() || args.survey.out.is_none(),
            "--format html and --page write the same page: leave out --page, or give --out a format \
             for the figures, such as json"
        );
        let wanted = args.page.is_some() || format == TableFormat::Html;
        let page = wanted
            .then(Page::new)
            .transpose()
            .with_context(|| format!("cannot write {}", scratch()))?;
        let out = survey::open(args.survey.out.as_deref(), global)?;
        let beside =
            args.page.as_deref().map(|page| survey::open(Some(page), global)).transpose()?;
        Ok(Self { args, format, votes, page, out, beside })
    }

    /// The files that are written.
    fn files(&self) -> Vec<FileId> {
        [Some(&self.out), self.beside.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(Sink::files)
            .collect()
    }

    fn for_models(
        self,
        models: Vec<String>,
        options: Options,
        made: Vec<(String, String)>,
    ) -> Running<'a> {
        let comparer = Comparer::new(models, options);
        Running { collector: self, comparer, made, ids: HashSet::new(), repeated: 0 }
    }
}

/// A comparison that is being made.
struct Running<'a> {
    collector: Collector<'a>,
    comparer: Comparer,
    made: Vec<(String, String)>,
    ids: HashSet<String>,
    repeated: usize,
}

impl Running<'_> {
    fn add(&mut self, report: &ArticleReport) -> io::Result<()> {
        self.repeated += usize::from(!self.ids.insert(report.id.clone()));
        let row = self.comparer.row(report);
        let page = self.collector.page.as_mut();
        let added = page.map_or(Ok(()), |page| page.article(report, &row));
        self.comparer.push(row);
        added.map_err(|error| broke_off(&scratch(), None, error))
    }

    /// Writes the figures, and the page where one is wanted.
    fn finish(self, changes: Vec<Change>, global: &Global, interrupted: bool) -> Result<()> {
        if self.repeated > 0 {
            messages::notice(&format!(
                "{} articles have the id of an earlier one; they are compared, but votes and saved \
                 runs cannot tell them apart",
                self.repeated
            ));
        }
        let Collector { args, format, votes, page, out, beside } = self.collector;
        let comparison: Comparison = self.comparer.finish();
        let figures = Figures { comparison, changes, votes, made: self.made };
        let Some(page) = page else {
            return survey::write(&figures, format, &args.survey, global, out, interrupted);
        };
        let (path, mut sink, rest) = match (&args.page, beside) {
            (Some(path), Some(sink)) => (Some(path.as_path()), sink, Some(out)),
            _ => (args.survey.out.as_deref(), out, None),
        };
        let bytes = page.write(&figures.overview(), &mut sink)?;
        survey::finish(sink, interrupted)?;
        if let (Some(path), false) = (path, global.quiet || interrupted) {
            let bytes = size(bytes);
            messages::notice(&format!(
                "the page is {} ({bytes}); open it in a browser",
                path.display()
            ));
        }
        match rest {
            Some(out) if format != TableFormat::Html => {
                survey::write(&figures, format, &args.survey, global, out, interrupted)
            }
            _ => Ok(()),
        }
    }
}
