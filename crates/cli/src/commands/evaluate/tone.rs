//! `standfirst evaluate --task target-sentiment`: tone against what people said of it.

use std::{collections::BTreeMap, io};

use anyhow::{Result, bail, ensure};
use serde::Serialize;
use standfirst_core::{
    annotations::LABEL,
    plugin::Label,
    report::{ArticleReport, SentimentReport},
};
use standfirst_eval::metric::{
    Better,
    bootstrap::{self, Estimate},
    classes::{self, Answered, LABELS, Scores},
};
use standfirst_ingest as ingest;

use crate::{
    args::{self, Global},
    commands::{
        sentiment,
        survey::{self, Survey},
    },
    exit::Outcome,
    format::TableFormat,
    progress::{RunBar, Total},
    render::table::{Record, Table, Tables, interval},
    settings,
};

/// Seed of the intervals.
const SEED: u64 = 1;

/// A row of scores per model; the first is what the others are measured against.
pub fn run(args: &args::Evaluate, global: &Global, format: TableFormat) -> Result<Outcome> {
    ensure!(args.resume.is_none(), "--resume is for the task summaries: tone takes seconds");
    let paths = settings::paths(&args.survey.input, global.quiet)?;
    settings::check_out(&[args.survey.out.as_deref()], &paths)?;
    let registry = settings::registry(global, None)?;
    let models = sentiment::models(&registry, &args.survey.model, global.quiet)?;
    let ids = models.iter().map(|model| model.info().id.clone()).collect();
    let survey = Survey {
        models: Vec::new(),
        sentiment: models,
        entailment: None,
        args: &args.survey,
        global,
        registry: &registry,
        command: "evaluate",
        given: (Vec::new(), String::new()),
        timings: !args.survey.no_timings,
    };
    let mut tally = Tally::new(ids);
    let sink = survey::open(args.survey.out.as_deref(), global)?;
    let options = settings::ingest_options(&args.survey.input, sink.files());
    let bar = RunBar::start(settings::shows_progress(global.quiet), || Total::of(&paths, &options));
    let surveyed = survey.run(ingest::open(paths, options), &bar, |report| {
        tally.add(&report);
        io::Result::Ok(())
    })?;
    if tally.questions() == 0 {
        bail!(
            "no line could be scored: each needs a \"text\", a \"{LABEL}\" (negative, neutral or \
             positive) and, for the tone towards somebody, a \"target\" with \"start\" and \"end\" or \
             with a \"mention\""
        );
    }
    let interrupted = surveyed.totals.interrupted;
    survey::write(&tally.finish(), format, &args.survey, global, sink, interrupted)?;
    Ok(survey::outcome(&surveyed))
}

/// What every model answered, line by line.
struct Tally {
    models: Vec<(String, Vec<Answered>)>,
    left_out: BTreeMap<&'static str, u64>,
    /// Questions about a target; the others are about the whole text.
    targets: u64,
}

impl Tally {
    fn new(models: Vec<String>) -> Self {
        let models = models.into_iter().map(|model| (model, Vec::new())).collect();
        Self { models, left_out: BTreeMap::new(), targets: 0 }
    }

    fn questions(&self) -> usize {
        self.models.first().map_or(0, |(_, answers)| answers.len())
    }

    fn add(&mut self, report: &ArticleReport) {
        let gold = report.annotations.label();
        let reason = match gold {
            _ if report.error.is_some() => "could not be read",
            None => "no \"label\" that is negative, neutral or positive",
            Some(gold) => {
                let text = bootstrap::cluster(report.text.as_deref().unwrap_or(&report.id));
                let asks = report.target.is_some();
                self.targets += u64::from(asks);
                for ((_, answers), tone) in self.models.iter_mut().zip(&report.sentiment) {
                    answers.push(answered(gold, tone, asks, text));
                }
                return;
            }
        };
        *self.left_out.entry(reason).or_default() += 1;
    }

    fn finish(self) -> Figures {
        let first = self.models.first().map(|(_, answers)| answers.clone()).unwrap_or_default();
        let row = |(model, answers): (String, Vec<Answered>)| {
            let gain = classes::macro_f1_gain(&answers, &first, SEED);
            Some(Row { scores: classes::score(&answers, SEED)?, macro_f1_gain: gain, model })
        };
        let always = |label: Label| {
            let scores = classes::always(label, &first, SEED)?;
            Some((label.name(), scores.macro_f1.mean))
        };
        Figures {
            questions: first.len() as u64,
            about_targets: self.targets,
            left_out: self.left_out,
            always: LABELS.into_iter().filter_map(always).collect(),
            models: self.models.into_iter().filter_map(row).collect(),
        }
    }
}

/// About the target, where the line names one; else about the whole.
fn answered(gold: Label, tone: &SentimentReport, asks: bool, text: u64) -> Answered {
    let (found, confidence) = match &tone.target {
        Some(target) => (target.label, target.confidence),
        None if asks => (None, None),
        None => (tone.label, tone.confidence),
    };
    Answered { gold, found, confidence, text }
}

/// What the evaluation found.
#[derive(Serialize)]
struct Figures {
    /// Lines that were scored.
    questions: u64,
    /// How many of them name a target.
    about_targets: u64,
    /// Lines that were not, by reason.
    left_out: BTreeMap<&'static str, u64>,
    /// Macro-F1 of always giving one answer.
    always: BTreeMap<&'static str, f64>,
    models: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    model: String,
    #[serde(flatten)]
    scores: Scores,
    /// Over the first model, on the same lines.
    macro_f1_gain: Option<Estimate>,
}

impl Tables for Figures {
    fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.scores()];
        tables.extend(self.models.iter().map(confusion));
        tables
    }

    fn records(&self) -> Vec<Record> {
        let point = |value: f64| Some(Estimate { mean: value, low: value, high: value });
        let best = self.models.iter().map(|row| row.scores.macro_f1.mean).fold(0.0, f64::max);
        let of_row = |row: &Row| {
            let record = |measure: &str, better, estimate| Record {
                measure: measure.to_owned(),
                better,
                of: vec![row.model.clone()],
                estimate,
                best: false,
            };
            let mut records = vec![
                Record {
                    best: row.scores.macro_f1.mean >= best,
                    ..record("macro_f1", Better::Higher, Some(row.scores.macro_f1))
                },
                record("macro_f1_gain", Better::Higher, row.macro_f1_gain),
                record("accuracy", Better::Higher, Some(row.scores.accuracy)),
                record(
                    "calibration_error",
                    Better::Lower,
                    row.scores.calibration_error.and_then(point),
                ),
            ];
            records.extend(LABELS.iter().zip(row.scores.f1).map(|(label, f1)| {
                record(&format!("f1_{}", label.name()), Better::Higher, point(f1))
            }));
            records
        };
        self.models.iter().flat_map(of_row).collect()
    }
}

impl Figures {
    fn scores(&self) -> Table {
        let rows = self.models.iter().map(|row| {
            let scores = &row.scores;
            let mut cells = vec![
                row.model.clone(),
                interval(Some(scores.macro_f1), 3),
                interval(Some(scores.accuracy), 3),
            ];
            cells.extend(scores.f1.iter().map(|f1| format!("{f1:.3}")));
            let error = scores.calibration_error;
            cells.push(error.map_or_else(|| "–".to_owned(), |error| format!("{error:.3}")));
            cells.push(interval(row.macro_f1_gain, 3));
            cells
        });
        let header =
            ["MODEL", "MACRO-F1", "ACCURACY", "F1 NEG", "F1 NEU", "F1 POS", "ECE", "GAIN MACRO-F1"];
        let always = self.always.iter().map(|(label, f1)| format!("always {label} {f1:.3}"));
        let mut notes = vec![format!(
            "95 % bootstrap intervals over texts. ECE: expected calibration error of the confidence, \
             over tenths. Gains are over the first model on the same lines: an interval without 0 in it \
             is a difference. Macro-F1 of a constant answer: {}.",
            always.collect::<Vec<_>>().join(", ")
        )];
        notes
            .extend(self.left_out.iter().map(|(why, count)| format!("Left out: {count} ({why}).")));
        Table {
            title: format!(
                "{} lines, {} of them about a target",
                self.questions, self.about_targets
            ),
            header: header.map(Into::into).into(),
            rows: rows.collect(),
            notes,
            splits: true,
        }
    }
}

/// What people say against what a model says.
fn confusion(row: &Row) -> Table {
    let names = LABELS.map(Label::name);
    let header = std::iter::once("PEOPLE SAY".to_owned());
    let rows = names.iter().zip(&row.scores.confusion).map(|(name, counts)| {
        std::iter::once((*name).to_owned()).chain(counts.iter().map(u64::to_string)).collect()
    });
    let unanswered = row.scores.unanswered;
    Table {
        title: format!("{} says", row.model),
        header: header.chain(names.map(str::to_uppercase)).collect(),
        rows: rows.collect(),
        notes: (unanswered > 0)
            .then(|| format!("No answer: {unanswered}; they count as wrong."))
            .into_iter()
            .collect(),
        splits: false,
    }
}
