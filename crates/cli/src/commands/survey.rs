//! What `compare` and `evaluate` share: articles go through the models, figures come out at the end.

use std::{io, path::Path, sync::Arc};

use anyhow::Result;
use standfirst_core::{
    entailment::EntailmentModel,
    plugin::{SentimentModel, Summarizer},
    report::ArticleReport,
    run::{self, Plan, Totals},
};
use standfirst_eval::metric::embedding::Embedder;
use standfirst_ingest::{IngestError, Pending};
use standfirst_summarizer::registry::Registry;
use standfirst_text::NewsAnalyzer;

use super::{resume::Making, spent};
use crate::{
    archive::{Archived, Asked, Shown},
    args::{self, Global},
    exit::Outcome,
    format::TableFormat,
    interrupt, messages,
    output::{Run, Sink},
    progress::RunBar,
    render::table::{self, Tables},
    settings,
};

/// A survey that is ready to begin.
pub struct Survey<'a> {
    /// The models, in the order of the rows.
    pub models: Vec<Arc<dyn Summarizer>>,
    /// Who judges the articles' tone.
    pub sentiment: Vec<Arc<dyn SentimentModel>>,
    /// Who the check asks about sentences in other words.
    pub entailment: Option<Arc<dyn EntailmentModel>>,
    /// What to read, how long abstracts are, where the figures go.
    pub args: &'a args::Survey,
    /// Flags of every command.
    pub global: &'a Global,
    /// What the models depend on, for the store.
    pub registry: &'a Registry,
    /// Which command it is.
    pub command: &'static str,
    /// Models that stand for summaries which are there already and what they go by, and a checksum of these.
    pub given: (Vec<(String, Shown)>, String),
    /// Whether how long the models take is told.
    pub timings: bool,
}

/// What a survey came to.
pub struct Surveyed {
    /// How many articles, and how many had errors.
    pub totals: Totals,
    /// Whether the store, if there is one, could keep everything.
    pub kept: bool,
}

impl Survey<'_> {
    /// Ids of the models.
    pub fn ids(&self) -> Vec<String> {
        self.models.iter().map(|model| model.info().id.clone()).collect()
    }

    /// Shows every report to `add`, in input order; inputs that could not be read are told, too.
    pub fn run(
        &self,
        inputs: impl Iterator<Item = Result<Pending, IngestError>> + Send + 'static,
        bar: &RunBar,
        mut add: impl FnMut(ArticleReport) -> io::Result<()>,
    ) -> Result<Surveyed> {
        let args = self.args;
        let plan = Plan {
            analyzer: Arc::new(NewsAnalyzer),
            entailment: self.entailment.clone(),
            summarizers: self.models.clone(),
            sentiment: self.sentiment.clone(),
            tone_is_offered: true,
            budget: settings::form(&args.length)?.budget,
            allowance: settings::allowance(&args.run),
            memory: Some(settings::memory(self.global)),
            jobs: settings::jobs(&args.run),
            timings: self.timings,
            include_text: true,
            words: messages::words,
        };
        let archive = self.archive(&plan)?;
        let known = archive.as_ref().map(|archive| archive as &dyn run::Archive);
        interrupt::listen(self.global.quiet)?;
        let totals = run::run_with(inputs, &plan, known, &interrupt::STOP, |report| {
            if let Some(archive) = &archive {
                archive.note(&report);
            }
            bar.article(|| {
                if let Some(error) = &report.error {
                    messages::failure(&report.source, error.message());
                }
                add(report)
            })
        });
        spent::tell(&plan, self.global.quiet);
        let totals = totals?;
        bar.finish();
        let kept = archive.is_none_or(|archive| archive.end(totals, self.global.quiet));
        Ok(Surveyed { totals, kept })
    }

    /// What is known already, if a store is used.
    fn archive(&self, plan: &Plan) -> Result<Option<Archived>> {
        let (args, registry) = (self.args, self.registry);
        let made_with = Making::default()
            .models("--model", self.models.iter().map(|model| model.info()), registry)
            .models("the tone", self.sentiment.iter().map(|model| model.info()), registry)
            .models("--check-model", self.entailment.iter().map(|model| model.info()), registry)
            .length(&args.length)?
            .input(&args.input)
            .run(&args.run)
            .of(self.command);
        let (given, summaries) = &self.given;
        let asked = Asked {
            length: Some(&args.length),
            given: given.clone(),
            summaries: summaries.clone(),
            ..Asked::of(registry)
        };
        Archived::open(self.global, plan, &asked, &made_with)
    }
}

/// Who compares texts by their meaning, if that was asked for.
pub fn embedder(registry: &Registry, args: &args::Survey) -> Result<Option<Arc<dyn Embedder>>> {
    Ok(args.embeddings.then(|| registry.embedder()).transpose()?)
}

/// Where the figures go. Opened before the articles are read, so that a place where nothing can be
/// written, or another run is writing, is told before the work is done.
pub fn open(out: Option<&Path>, global: &Global) -> Result<Sink> {
    let sink = Sink::open(out)?;
    if !global.quiet {
        sink.tell_leftovers(None);
    }
    Ok(sink)
}

/// Writes the figures of a survey that was `interrupted` or not to where they were asked for.
pub fn write(
    figures: &impl Tables,
    format: TableFormat,
    args: &args::Survey,
    global: &Global,
    mut sink: Sink,
    interrupted: bool,
) -> Result<()> {
    let look = settings::look(global.color, args.out.as_deref(), false);
    table::write(figures, format, look, &mut sink)?;
    finish(sink, interrupted)
}

/// Closes the output; figures of a survey that was interrupted do not replace those of a whole one. One that was
/// whole when it was to stop is not interrupted.
pub fn finish(mut sink: Sink, interrupted: bool) -> Result<()> {
    sink.checkpoint(b"")?;
    sink.finish(Run::ended(interrupted, true))
}

/// The end of the survey, as the shell is to see it.
pub fn outcome(surveyed: &Surveyed) -> Outcome {
    let Surveyed { totals, kept } = surveyed;
    if totals.interrupted {
        messages::notice(&format!(
            "stopped after {} articles; the figures are of those",
            totals.articles
        ));
    } else if totals.articles == 0 {
        messages::notice("there was no article in the input");
    }
    Outcome::of(*totals).and(Outcome::skipped_if(!kept))
}
