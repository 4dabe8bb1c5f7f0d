//! `standfirst evaluate`: abstracts against references that people wrote, tone against labels, or the measures
//! themselves against people's judgement.

mod figures;
mod meta;
mod resume;
mod tone;

use anyhow::{Result, bail};
use standfirst_core::{annotations::REFERENCE, report::ArticleReport};
use standfirst_eval::compare::{Comparer, Comparison, Options, unreferenced};
use standfirst_ingest as ingest;

use self::{figures::Figures, resume::Scores};
use super::{
    summarize,
    survey::{self, Survey},
};
use crate::{
    args::{self, Global, Task},
    exit::Outcome,
    format::TableFormat,
    messages,
    progress::{RunBar, Total},
    settings,
};

/// A row of scores per model; the first is what the others are measured against.
pub fn run(args: &args::Evaluate, global: &Global) -> Result<Outcome> {
    let format = settings::table_format(&args.survey)?;
    if format == TableFormat::Html {
        bail!("a page is made by `standfirst compare --page FILE`, with references, too");
    }
    if args.meta {
        return meta::run(args, global, format);
    }
    match args.task {
        Task::Summaries => summaries(args, global, format),
        Task::TargetSentiment => tone::run(args, global, format),
    }
}

fn summaries(args: &args::Evaluate, global: &Global, format: TableFormat) -> Result<Outcome> {
    let paths = settings::paths(&args.survey.input, global.quiet)?;
    settings::check_out(&[args.survey.out.as_deref(), args.resume.as_deref()], &paths)?;
    let registry = settings::registry(global, Some(&args.survey.length))?;
    let entailment = settings::entailment(&registry, &args.survey.judge)?;
    let registry = registry.with_check(entailment.clone());
    let (ids, length) = (&args.survey.model, &args.survey.length);
    let models = summarize::summarizers(&registry, ids, length, global.quiet)?;
    let check = entailment.as_ref().map(|model| model.info().id.clone());
    let options = Options {
        stem: !args.no_stemming,
        check: check.clone(),
        strict: true,
        budget: Some(settings::form(&args.survey.length)?.budget),
        embedder: survey::embedder(&registry, &args.survey)?,
        ..Options::default()
    };
    let survey = Survey {
        models,
        sentiment: Vec::new(),
        entailment,
        args: &args.survey,
        global,
        registry: &registry,
        command: "evaluate",
        given: (Vec::new(), String::new()),
        timings: !args.survey.no_timings,
    };
    let mut comparer = Comparer::new(survey.ids(), options);
    let sink = survey::open(args.survey.out.as_deref(), global)?;
    let made_with = resume::Header::new(survey.ids(), check, args, &registry);
    let mut scores =
        args.resume.as_deref().map(|path| Scores::open(path, &made_with)).transpose()?;
    let mut outputs = sink.files();
    outputs.extend(args.resume.as_deref().and_then(ingest::FileId::of_path));
    let options = settings::ingest_options(&args.survey.input, outputs);
    let bar = RunBar::start(settings::shows_progress(global.quiet), || Total::of(&paths, &options));
    let mut inputs = ingest::open(paths, options);
    if let Some(scores) = &mut scores {
        let count = scores.take_up(&mut inputs, &mut comparer)?;
        if count > 0 && !global.quiet {
            messages::notice(&format!("going on after {count} articles that are scored already"));
        }
    }
    let known = scores.as_ref().map_or(0, Scores::known);
    bar.done_before(known);
    let mut surveyed = survey.run(inputs, &bar, |report: ArticleReport| {
        let row = comparer.row(&report);
        if let Some(scores) = &mut scores {
            scores.keep(&report.source, &row)?;
        }
        comparer.push(row);
        Ok(())
    })?;
    surveyed.totals.articles += known;
    let evaluation = comparer.finish();
    if evaluation.articles == 0 {
        bail!("no article could be scored: {}", why_none(&evaluation));
    }
    let interrupted = surveyed.totals.interrupted;
    survey::write(&Figures(evaluation), format, &args.survey, global, sink, interrupted)?;
    Ok(survey::outcome(&surveyed))
}

/// Why nothing counts: what each article lacks, or what the input would need.
fn why_none(evaluation: &Comparison) -> String {
    let missing = unreferenced();
    let reasons: Vec<_> = evaluation
        .left_out
        .iter()
        .filter(|(why, _)| **why != missing)
        .map(|(why, count)| format!("{count} left out ({why})"))
        .collect();
    if reasons.is_empty() {
        return format!(
            "each line of the input needs the article's \"text\" and a \"{REFERENCE}\", one sentence a line"
        );
    }
    reasons.join("; ")
}
