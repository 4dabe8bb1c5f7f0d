//! `standfirst sentiment`.

use std::sync::Arc;

use anyhow::Result;
use standfirst_core::{
    plugin::{Budget, SentimentModel, Summarizer},
    run::Plan,
};
use standfirst_summarizer::registry::{Chosen, FAST_SENTIMENT, Registry};

use super::{batch::Batch, resume::Making};
use crate::{
    archive::Asked,
    args::{self, Global},
    exit::Outcome,
    messages, settings,
};

/// Tone only.
pub fn run(args: &args::Sentiment, global: &Global) -> Result<Outcome> {
    // Before models are loaded; the run itself says what it waits for.
    settings::paths(&args.input, true)?;
    let registry = settings::registry(global, None)?;
    let plan = Plan {
        analyzer: settings::analyzer(args.tone),
        entailment: None,
        summarizers: Vec::new(),
        sentiment: models(&registry, &args.model, global.quiet)?,
        tone_is_offered: false,
        budget: Budget::DEFAULT,
        allowance: settings::allowance(&args.run),
        memory: Some(settings::memory(global)),
        jobs: settings::jobs(&args.run),
        timings: !args.output.no_timings,
        include_text: args.output.include_text,
        words: messages::words,
    };
    let made_with = Making::default()
        .models("--model", plan.sentiment.iter().map(|model| model.info()), &registry)
        .input(&args.input)
        .run(&args.run)
        .tone(args.tone)
        .output(&args.output)?
        .of("sentiment");
    let (input, output) = (&args.input, &args.output);
    let asked = Asked { tone: args.tone, ..Asked::of(&registry) };
    let (show_cuts, strict) = (false, false);
    Batch { plan, input, output, global, show_cuts, strict, made_with, asked }.run()
}

/// The models named, or the default one.
pub fn models(
    registry: &Registry,
    ids: &[String],
    quiet: bool,
) -> Result<Vec<Arc<dyn SentimentModel>>> {
    if ids.is_empty() {
        return Ok(vec![told(registry.default_sentiment()?, quiet)]);
    }
    settings::tell_shortages(registry, ids, quiet);
    let models = settings::distinct(ids).into_iter().map(|id| registry.sentiment(id));
    Ok(models.collect::<Result<_, _>>()?)
}

/// The models named, or the one that goes with these summarisers: the network beside a network, else
/// the one that is as fast as they are.
pub fn models_beside(
    summarizers: &[Arc<dyn Summarizer>],
    registry: &Registry,
    ids: &[String],
    quiet: bool,
) -> Result<Vec<Arc<dyn SentimentModel>>> {
    if ids.is_empty() {
        return Ok(vec![told(registry.sentiment_beside(summarizers)?, quiet)]);
    }
    models(registry, ids, quiet)
}

/// The default model; said aloud, where its files are not there, and it is the one that needs none.
fn told(chosen: Chosen<dyn SentimentModel>, quiet: bool) -> Arc<dyn SentimentModel> {
    settings::chosen(chosen, &format!("using {FAST_SENTIMENT} for the tone"), quiet)
}
