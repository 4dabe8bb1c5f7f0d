//! `standfirst evaluate --meta`: how far the measures agree with people, on summaries that these have judged.
//!
//! A summary takes the place of a model's answer, as in `check`, so that it is checked and measured as one is.

mod figures;

use std::sync::Arc;

use anyhow::{Result, bail};
use standfirst_eval::{
    compare::Options,
    meta::{Collector, Evaluation},
};
use standfirst_ingest::{self as ingest, RowsOf};
use standfirst_text::faithfulness::given::{Given, ID};

use self::figures::Figures;
use crate::{
    archive::Shown,
    args::{self, Global},
    commands::survey::{self, Survey},
    exit::Outcome,
    format::TableFormat,
    progress::{RunBar, Total},
    settings,
};

/// A table for each thing that people were asked, with a row per measure.
pub fn run(args: &args::Evaluate, global: &Global, format: TableFormat) -> Result<Outcome> {
    let paths = settings::paths(&args.survey.input, global.quiet)?;
    settings::check_out(&[args.survey.out.as_deref()], &paths)?;
    let registry = settings::registry(global, None)?;
    let entailment = settings::entailment(&registry, &args.survey.judge)?;
    let options = Options {
        stem: !args.no_stemming,
        check: entailment.as_ref().map(|model| model.info().id.clone()),
        embedder: survey::embedder(&registry, &args.survey)?,
        ..Options::default()
    };
    let survey = Survey {
        models: vec![Arc::new(Given::with_article())],
        sentiment: Vec::new(),
        entailment,
        args: &args.survey,
        global,
        registry: &registry,
        command: "evaluate",
        given: (vec![(ID.to_owned(), Shown::Summary)], "with the articles".to_owned()),
        timings: false,
    };
    let sink = survey::open(args.survey.out.as_deref(), global)?;
    let mut options_of_rows = settings::ingest_options(&args.survey.input, sink.files());
    options_of_rows.fields.rows = RowsOf::Judged;
    let mut collector = Collector::new(options);
    let bar = RunBar::start(settings::shows_progress(global.quiet), || {
        Total::of(&paths, &options_of_rows)
    });
    let surveyed = survey.run(ingest::open(paths, options_of_rows), &bar, |report| {
        collector.add(&report);
        Ok(())
    })?;
    let evaluation = collector.finish();
    if evaluation.summaries == 0 {
        bail!("no row could be used: {}", why_none(&evaluation));
    }
    let interrupted = surveyed.totals.interrupted;
    let skipped = Outcome::skipped_if(!figures::left_out(&evaluation).is_empty());
    survey::write(&Figures(evaluation), format, &args.survey, global, sink, interrupted)?;
    Ok(survey::outcome(&surveyed).and(skipped))
}

/// What the rows lack, and what they need.
fn why_none(evaluation: &Evaluation) -> String {
    let needed = "each needs the article's \"text\", a \"summary\" and what people think of it: \"scores\", \
                  \"expert_annotations\", or a yes or no under \"label\", \"supported\" or \"faithful\"";
    let reasons = figures::left_out(evaluation);
    if reasons.is_empty() { needed.to_owned() } else { format!("{}; {needed}", reasons.join(", ")) }
}
