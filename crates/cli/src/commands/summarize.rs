//! `standfirst summarize`.

use std::sync::Arc;

use anyhow::{Result, ensure};
use standfirst_core::{plugin::Summarizer, run::Plan};
use standfirst_summarizer::registry::{FALLBACK_SUMMARIZER, Registry};

use super::{batch::Batch, resume::Making, sentiment};
use crate::{
    archive::Asked,
    args::{self, Global},
    exit::Outcome,
    format::Format,
    messages, settings,
};

/// Abstracts and tone.
pub fn run(args: &args::Summarize, global: &Global) -> Result<Outcome> {
    let format = settings::format(&args.output)?;
    ensure!(
        !args.show_cuts || format == Format::Text,
        "--show-cuts is for --format text; json and jsonl hold every cut, with --include-text also its words"
    );
    // Before the models are loaded, which may take a while.
    let form = settings::form(&args.models.length)?;
    // Before models are loaded; the run itself says what it waits for.
    settings::paths(&args.input, true)?;
    let registry = settings::registry(global, Some(&args.models.length))?;
    let entailment = settings::entailment(&registry, &args.models.judge)?;
    let registry = registry.with_check(entailment.clone());
    let (ids, length) = (&args.models.model, &args.models.length);
    let summarizers = summarizers(&registry, ids, length, global.quiet)?;
    let tone = &args.models.sentiment_model;
    let plan = Plan {
        analyzer: settings::analyzer(args.models.tone),
        entailment,
        sentiment: if args.models.no_sentiment {
            Vec::new()
        } else {
            sentiment::models_beside(&summarizers, &registry, tone, global.quiet)?
        },
        summarizers,
        tone_is_offered: args.models.sentiment_model.is_empty(),
        budget: form.budget,
        allowance: settings::allowance(&args.run),
        memory: Some(settings::memory(global)),
        jobs: settings::jobs(&args.run),
        timings: !args.output.no_timings,
        include_text: args.output.include_text || args.show_cuts,
        words: messages::words,
    };
    let check = plan.entailment.iter().map(|model| model.info());
    let made_with = Making::default()
        .models("--model", plan.summarizers.iter().map(|model| model.info()), &registry)
        .models("--sentiment-model", plan.sentiment.iter().map(|model| model.info()), &registry)
        .models("--check-model", check, &registry)
        .length(length)?
        .input(&args.input)
        .run(&args.run)
        .tone(args.models.tone)
        .output(&args.output)?
        .of("summarize");
    let tone = args.models.tone;
    let asked = Asked { length: Some(length), tone, ..Asked::of(&registry) };
    let (input, output, show_cuts, strict) =
        (&args.input, &args.output, args.show_cuts, args.strict);
    Batch { plan, input, output, global, show_cuts, strict, made_with, asked }.run()
}

/// The models named, or the default one. Flags that make no difference to some of them are told.
pub fn summarizers(
    registry: &Registry,
    ids: &[String],
    length: &args::Length,
    quiet: bool,
) -> Result<Vec<Arc<dyn Summarizer>>> {
    let models = if ids.is_empty() {
        vec![default_summarizer(registry, quiet)?]
    } else {
        settings::tell_shortages(registry, ids, quiet);
        let models = settings::distinct(ids).into_iter().map(|id| registry.summarizer(id));
        models.collect::<Result<_, _>>()?
    };
    if let Some(idle) = idle_flags(registry, &models, length).filter(|_| !quiet) {
        messages::notice(&idle);
    }
    Ok(models)
}

/// Flags for models that write, and the models that do not, in one line; `None` if there are no such
/// flags or no such models.
fn idle_flags(
    registry: &Registry,
    models: &[Arc<dyn Summarizer>],
    length: &args::Length,
) -> Option<String> {
    let flags = match (length.mode, length.long) {
        (None, None) => return None,
        (Some(_), None) => "--mode has",
        (None, Some(_)) => "--long has",
        (Some(_), Some(_)) => "--mode and --long have",
    };
    let ids = models.iter().map(|model| model.info().id.as_str());
    let idle: Vec<&str> = ids.filter(|id| !registry.writes(id)).collect();
    let why = match idle[..] {
        [] => return None,
        [_] => "which does not write",
        _ => "which do not write",
    };
    Some(format!("{flags} no effect on {}, {why}", idle.join(", ")))
}

/// The default model, with the one that needs no files for languages that it does not know; or, aloud,
/// that one alone.
fn default_summarizer(registry: &Registry, quiet: bool) -> Result<Arc<dyn Summarizer>> {
    let using = format!("using {FALLBACK_SUMMARIZER} instead");
    Ok(settings::chosen(registry.default_summarizer()?, &using, quiet))
}
