//! `standfirst summarize`.

use std::sync::Arc;

use anyhow::{Result, ensure};
use standfirst_core::{plugin::Summarizer, run::Plan};
use standfirst_summarizer::registry::{DEFAULT_SUMMARIZER, FALLBACK_SUMMARIZER, Offered, Registry};
use standfirst_text::NewsAnalyzer;

use super::{batch::Batch, sentiment};
use crate::{
    args::{self, Global},
    exit::Outcome,
    format::Format,
    settings,
};

/// Abstracts and tone.
pub fn run(args: &args::Summarize, global: &Global) -> Result<Outcome> {
    let format = settings::format(&args.output)?;
    ensure!(
        !args.show_cuts || format == Format::Text,
        "--show-cuts is for --format text; json and jsonl hold every cut, with --include-text also its words"
    );
    // Before the models are loaded, which may take a while.
    settings::paths(&args.input)?;
    let registry = settings::registry(global, Some(&args.models.length))?;
    let summarizers = summarizers(&registry, &args.models.model, global.quiet)?;
    let tone = &args.models.sentiment_model;
    let plan = Plan {
        analyzer: Arc::new(NewsAnalyzer),
        sentiment: if args.models.no_sentiment {
            Vec::new()
        } else {
            sentiment::models_beside(&summarizers, &registry, tone, global.quiet)?
        },
        summarizers,
        tone_is_offered: args.models.sentiment_model.is_empty(),
        budget: settings::budget(&args.models.length),
        jobs: settings::jobs(&args.run),
        timings: !args.output.no_timings,
        include_text: args.output.include_text || args.show_cuts,
    };
    let (input, output, show_cuts, strict) =
        (&args.input, &args.output, args.show_cuts, args.strict);
    Batch { plan, input, output, global, show_cuts, strict }.run()
}

/// The models named, or the default one.
pub fn summarizers(
    registry: &Registry,
    ids: &[String],
    quiet: bool,
) -> Result<Vec<Arc<dyn Summarizer>>> {
    if ids.is_empty() {
        return Ok(vec![default_summarizer(registry, quiet)?]);
    }
    let models = settings::distinct(ids).into_iter().map(|id| registry.summarizer(id));
    Ok(models.collect::<Result<_, _>>()?)
}

/// The default model, with the one that needs no files for languages that it does not know; or, aloud,
/// that one alone.
fn default_summarizer(registry: &Registry, quiet: bool) -> Result<Arc<dyn Summarizer>> {
    let using = format!("using {FALLBACK_SUMMARIZER} instead");
    let stand_in = registry.summarizer(FALLBACK_SUMMARIZER)?;
    match settings::default_model(registry.summarizer(DEFAULT_SUMMARIZER), &using, quiet)? {
        Some(model) => Ok(Arc::new(Offered::new(model, stand_in))),
        None => Ok(stand_in),
    }
}
