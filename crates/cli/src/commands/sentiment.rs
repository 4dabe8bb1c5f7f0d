//! `standfirst sentiment`.

use std::sync::Arc;

use anyhow::Result;
use standfirst_core::{
    plugin::{Budget, SentimentModel},
    run::Plan,
};
use standfirst_summarizer::registry::{DEFAULT_SENTIMENT, Registry};

use super::batch::Batch;
use crate::{
    args::{self, Global},
    exit::Outcome,
    settings,
};

/// Tone only.
pub fn run(args: &args::Sentiment, global: &Global) -> Result<Outcome> {
    settings::paths(&args.input)?;
    let registry = settings::registry(global, None)?;
    let plan = Plan {
        summarizers: Vec::new(),
        sentiment: models(&registry, &args.model)?,
        tone_is_offered: false,
        budget: Budget::DEFAULT,
        jobs: settings::jobs(&args.run),
        timings: !args.output.no_timings,
        include_text: args.output.include_text,
    };
    let (input, output) = (&args.input, &args.output);
    Batch { plan, input, output, global, show_cuts: false, strict: false }.run()
}

/// The models named, or the default one.
pub fn models(registry: &Registry, ids: &[String]) -> Result<Vec<Arc<dyn SentimentModel>>> {
    if ids.is_empty() {
        return Ok(vec![registry.sentiment(DEFAULT_SENTIMENT)?]);
    }
    let models = settings::distinct(ids).into_iter().map(|id| registry.sentiment(id));
    Ok(models.collect::<Result<_, _>>()?)
}
