//! Runs that `summarize --format jsonl` saved, instead of articles.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use standfirst_eval::{
    compare::Options,
    saved::{self, Saved},
};

use super::{Collector, made, survey};
use crate::{args::Global, exit::Outcome, messages, settings};

/// Whether the inputs are saved runs.
///
/// # Errors
/// If some are and some are not.
pub fn all_saved(paths: &[PathBuf]) -> Result<bool> {
    let saved: Vec<bool> = paths.iter().map(|path| saved::is_saved(path)).collect();
    if let (Some(run), Some(other)) = (place(&saved, true), place(&saved, false)) {
        bail!(
            "{} is a saved run, and {} is not: compare saved runs with each other, or articles \
             through --model",
            paths[run].display(),
            paths[other].display()
        );
    }
    Ok(saved.contains(&true))
}

fn place(saved: &[bool], which: bool) -> Option<usize> {
    saved.iter().position(|&is| is == which)
}

/// Compares what the files hold.
pub fn run(paths: &[PathBuf], collector: Collector<'_>, global: &Global) -> Result<Outcome> {
    ensure!(
        collector.args.survey.model.is_empty(),
        "--model goes with articles; a saved run has its abstracts already"
    );
    let runs: Vec<Saved> = paths.iter().map(|path| saved::read(path)).collect::<Result<_, _>>()?;
    for (path, run) in paths.iter().zip(&runs) {
        for (line, why) in &run.broken {
            messages::failure(&format!("{}:{line}", path.display()), why);
        }
    }
    let joined = saved::join(runs)?;
    super::ensure_several(joined.models.len())?;
    let judge =
        joined.reports.iter().find_map(|report| Some(report.sentiment.first()?.model.clone()));
    let registry = settings::registry(global, None)?;
    let options = Options {
        stem: true,
        check: joined
            .reports
            .iter()
            .flat_map(|report| &report.abstracts)
            .find_map(|cell| cell.check.clone()),
        // A model that is no longer here leaves one measure out, and nothing else.
        tone: judge.and_then(|id| registry.sentiment(&id).ok()),
        embedder: survey::embedder(&registry, &collector.args.survey)?,
        ..Options::default()
    };
    let made = made::from_saved_runs(paths, collector.args.survey.no_timings);
    let mut running = collector.for_models(joined.models, options, made);
    for report in &joined.reports {
        running.add(report)?;
    }
    let incomplete = !joined.left_out.is_empty();
    for (why, count) in &joined.left_out {
        for _ in 0..*count {
            running.comparer.leave_out(why);
        }
    }
    if joined.reports.iter().all(|report| report.text.is_none()) && !global.quiet {
        messages::notice(
            "the runs were saved without their texts, so nothing is measured against the articles; \
             `summarize --include-text` keeps them",
        );
    }
    running.finish(joined.changes, global, false)?;
    Ok(Outcome::skipped_if(
        incomplete || joined.reports.iter().any(|report| report.has_failure(true)),
    ))
}
