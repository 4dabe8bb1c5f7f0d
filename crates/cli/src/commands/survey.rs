//! What `compare` and `evaluate` share: articles go through the models, figures come out at the end.

use std::sync::Arc;

use anyhow::Result;
use standfirst_core::{
    ingest,
    plugin::Summarizer,
    report::ArticleReport,
    run::{self, Plan, Totals},
};

use crate::{
    args::{self, Global},
    exit::Outcome,
    interrupt, messages,
    output::Sink,
    progress::RunBar,
    render::{
        Look,
        table::{self, Tables},
    },
    settings,
};

/// A survey that is ready to begin.
pub struct Survey<'a> {
    /// The models, in the order of the rows.
    pub models: Vec<Arc<dyn Summarizer>>,
    /// What to read, how long abstracts are, where the figures go.
    pub args: &'a args::Survey,
    /// Flags of every command.
    pub global: &'a Global,
}

impl Survey<'_> {
    /// Ids of the models.
    pub fn ids(&self) -> Vec<String> {
        self.models.iter().map(|model| model.info().id.clone()).collect()
    }

    /// Shows every report to `add`, in input order; inputs that could not be read are told, too.
    pub fn run(&self, mut add: impl FnMut(&ArticleReport)) -> Result<Totals> {
        let args = self.args;
        let paths = settings::paths(&args.input)?;
        settings::check_out(args.out.as_deref(), &paths)?;
        let plan = Plan {
            summarizers: self.models.clone(),
            sentiment: Vec::new(),
            tone_is_offered: false,
            budget: settings::budget(&args.length),
            jobs: settings::jobs(&args.run),
            timings: !args.no_timings,
            include_text: true,
        };
        interrupt::listen(self.global.quiet)?;
        let bar = RunBar::start(settings::shows_progress(self.global.quiet));
        let inputs = ingest::open(paths, settings::ingest_options(&args.input));
        let totals = run::run(inputs, &plan, &interrupt::STOP, |report| {
            bar.article(|| {
                if let Some(error) = &report.error {
                    messages::failure(&report.source, error);
                }
                add(&report);
                Ok(())
            })
        })?;
        bar.finish();
        Ok(totals)
    }

    /// Writes the figures to where they were asked for.
    pub fn write(&self, tables: &impl Tables) -> Result<()> {
        let mut sink = Sink::open(self.args.out.as_deref())?;
        let look: Look = settings::look(self.global.color, self.args.out.as_deref(), false);
        table::write(tables, self.args.format, look, &mut sink)?;
        sink.finish()
    }
}

/// The end of the survey, as the shell is to see it.
pub fn outcome(totals: Totals) -> Outcome {
    if totals.interrupted {
        messages::notice(&format!(
            "stopped after {} articles; the figures are of those",
            totals.articles
        ));
    }
    Outcome::skipped_if(totals.failed > 0 || totals.interrupted || totals.articles == 0)
}
