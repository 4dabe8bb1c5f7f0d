//! Several runs over the same articles as one table.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::{Saved, SavedError};
use standfirst_core::report::{AbstractReport, ArticleReport, Failure, FailureKind};

/// How many ids of changed articles are named.
const NAMED: usize = 10;
/// Models of all runs: each is laid beside each, article by article.
const MAX_MODELS: usize = 200;

/// Several runs, joined by the ids of their articles.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// Names of the columns: ids of models, with `@RUN` where several runs have the model.
    pub models: Vec<String>,
    /// Articles that all runs have, in the order of the first, each with all abstracts.
    pub reports: Vec<ArticleReport>,
    /// Results that were left out, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// What became of the abstracts of a model from one run to the next.
    pub changes: Vec<Change>,
}

/// What became of a model's abstracts from one run to a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Id of the model.
    pub model: String,
    /// Names of the two runs.
    pub runs: [String; 2],
    /// Articles whose abstract is the same, or that failed in both.
    pub same: u64,
    /// Articles whose abstract is another.
    pub changed: u64,
    /// Articles that only the later run answered.
    pub gained: u64,
    /// Articles that only the earlier run answered.
    pub lost: u64,
    /// The first articles that are not the same, by id.
    pub ids: Vec<String>,
}

/// Joins `runs`; a single one is taken as it is.
///
/// # Errors
/// [`SavedError::NothingInCommon`], [`SavedError::TooManyModels`].
pub fn join(runs: Vec<Saved>) -> Result<Joined, SavedError> {
    let mut left_out = BTreeMap::new();
    let names = names(&runs);
    let columns = columns(&runs, &names);
    let models = columns.iter().map(Vec::len).sum();
    if models > MAX_MODELS {
        return Err(SavedError::TooManyModels { models, limit: MAX_MODELS });
    }
    let first_ids: Vec<String> = runs
        .iter()
        .zip(&names)
        .filter_map(|(run, name)| Some(format!("{:?} … in {name}", run.reports.first()?.id)))
        .collect();
    let mut later: Vec<HashMap<String, ArticleReport>> = Vec::new();
    let mut runs = runs.into_iter().zip(&names).map(|(run, name)| {
        left_out_of(&mut left_out, name, "a line is no result", run.broken.len());
        unique(run.reports, name, &mut left_out)
    });
    let first = runs.next().unwrap_or_default();
    later.extend(
        runs.map(|run| run.into_iter().map(|report| (report.id.clone(), report)).collect()),
    );
    let mut joiner =
        Joiner { columns: &columns, names: &names, left_out, changes: BTreeMap::new() };
    let reports: Vec<ArticleReport> =
        first.into_iter().filter_map(|report| joiner.article(report, &mut later)).collect();
    for (run, name) in later.iter().zip(names.iter().skip(1)) {
        left_out_of(&mut joiner.left_out, name, "it is in no earlier run", run.len());
    }
    if reports.is_empty() && names.len() > 1 {
        return Err(SavedError::NothingInCommon { ids: first_ids });
    }
    let Joiner { left_out, changes, .. } = joiner;
    let models = columns.iter().flatten().map(|column| column.label.clone()).collect();
    Ok(Joined { models, reports, left_out, changes: changes.into_values().collect() })
}

/// A model of a run.
struct Column {
    model: String,
    label: String,
}

/// Names of the runs, made different where two files have the same.
fn names(runs: &[Saved]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for run in runs {
        let mut name = run.name.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{}-{number}", run.name);
            number += 1;
        }
        names.push(name);
    }
    names
}

/// The models of every run, in the order of their first mention.
fn columns(runs: &[Saved], names: &[String]) -> Vec<Vec<Column>> {
    let models = |run: &Saved| {
        let mut seen = HashSet::new();
        let cells = run.reports.iter().flat_map(|report| &report.abstracts);
        let models = cells.map(|cell| &cell.model).filter(|model| seen.insert(model.as_str()));
        models.cloned().collect()
    };
    let all: Vec<Vec<String>> = runs.iter().map(models).collect();
    let mut runs_of: HashMap<&str, usize> = HashMap::new();
    for model in all.iter().flatten() {
        *runs_of.entry(model).or_default() += 1;
    }
    let label = |model: &String, name: &String| {
        let runs = runs_of.get(model.as_str()).copied().unwrap_or_default();
        if runs > 1 { format!("{model}@{name}") } else { model.clone() }
    };
    all.iter()
        .zip(names)
        .map(|(models, name)| {
            let column =
                |model: &String| Column { model: model.clone(), label: label(model, name) };
            models.iter().map(column).collect()
        })
        .collect()
}

fn left_out_of(left_out: &mut BTreeMap<String, u64>, name: &str, why: &str, count: usize) {
    if count > 0 {
        *left_out.entry(format!("{name}: {why}")).or_default() += count as u64;
    }
}

/// The first report of every id.
fn unique(
    reports: Vec<ArticleReport>,
    name: &str,
    left_out: &mut BTreeMap<String, u64>,
) -> Vec<ArticleReport> {
    let mut seen = HashSet::new();
    let count = reports.len();
    let unique: Vec<_> =
        reports.into_iter().filter(|report| seen.insert(report.id.clone())).collect();
    left_out_of(left_out, name, "its id stands there twice", count - unique.len());
    unique
}

struct Joiner<'a> {
    columns: &'a [Vec<Column>],
    names: &'a [String],
    left_out: BTreeMap<String, u64>,
    /// By model's place in the first run and by later run.
    changes: BTreeMap<(usize, usize), Change>,
}

impl Joiner<'_> {
    /// One article with the abstracts of all runs.
    fn article(
        &mut self,
        mut report: ArticleReport,
        later: &mut [HashMap<String, ArticleReport>],
    ) -> Option<ArticleReport> {
        let others: Vec<Option<ArticleReport>> =
            later.iter_mut().map(|run| run.remove(&report.id)).collect();
        if others.iter().any(Option::is_none) {
            left_out_of(&mut self.left_out, &self.names[0], "it is not in every other run", 1);
            return None;
        }
        let all: Vec<ArticleReport> =
            std::iter::once(report.clone()).chain(others.into_iter().flatten()).collect();
        if differ(&all) {
            left_out_of(&mut self.left_out, &self.names[0], "its text differs between the runs", 1);
            return None;
        }
        report.text = all.iter().find_map(|one| one.text.clone());
        report.error = all.iter().find_map(|one| one.error.clone());
        if report.sentiment.is_empty() {
            report.sentiment = all
                .iter()
                .find(|one| !one.sentiment.is_empty())
                .map(|one| one.sentiment.clone())
                .unwrap_or_default();
        }
        for later in 1..all.len() {
            self.compare(&all[0], &all[later], later);
        }
        let cells = all.iter().zip(self.columns).flat_map(|(one, columns)| {
            columns.iter().map(|column| {
                let found = one.abstracts.iter().find(|cell| cell.model == column.model);
                let cell = found.cloned().unwrap_or_else(|| absent(one.error.as_ref()));
                AbstractReport { model: column.label.clone(), ..cell }
            })
        });
        report.abstracts = cells.collect();
        Some(report)
    }

    /// Notes what became of the models that both runs have.
    fn compare(&mut self, before: &ArticleReport, after: &ArticleReport, run: usize) {
        for (place, column) in self.columns[0].iter().enumerate() {
            if !self.columns[run].iter().any(|other| other.model == column.model) {
                continue;
            }
            let text = |report: &ArticleReport| {
                let cell = report.abstracts.iter().find(|cell| cell.model == column.model);
                cell.and_then(|cell| cell.text.clone())
            };
            let change = self.changes.entry((run, place)).or_insert_with(|| Change {
                model: column.model.clone(),
                runs: [self.names[0].clone(), self.names[run].clone()],
                same: 0,
                changed: 0,
                gained: 0,
                lost: 0,
                ids: Vec::new(),
            });
            match (text(before), text(after)) {
                (before, after) if before == after => {
                    change.same += 1;
                    continue;
                }
                (None, _) => change.gained += 1,
                (_, None) => change.lost += 1,
                _ => change.changed += 1,
            }
            if change.ids.len() < NAMED {
                change.ids.push(before.id.clone());
            }
        }
    }
}

/// Whether two of the reports carry different texts: their offsets would not mean the same.
fn differ(reports: &[ArticleReport]) -> bool {
    let mut texts = reports.iter().filter_map(|report| report.text.as_deref());
    let first = texts.next();
    texts.any(|text| Some(text) != first)
}

/// What stands where a run has no answer of a model.
fn absent(error: Option<&Failure>) -> AbstractReport {
    AbstractReport {
        error: Some(error.cloned().unwrap_or_else(|| {
            Failure::new(FailureKind::Other, "the run has no answer of this model")
        })),
        ..AbstractReport::default()
    }
}
