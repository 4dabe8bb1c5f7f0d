//! The figures of an evaluation as tables.

use serde::Serialize;
use standfirst_eval::{compare::Comparison, metric::named};

use crate::{
    commands::compare::figures::{MARK_MEANS, cell, half_checked, left_out, records},
    render::table::{Record, Table, Tables, interval},
};

/// The measures of the first table.
const SHOWN: [&str; 3] = ["rouge1", "rouge2", "rougeLsum"];

/// What `evaluate` found.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Figures(pub Comparison);

impl Tables for Figures {
    fn tables(&self) -> Vec<Table> {
        vec![scores(&self.0), differences(&self.0)]
    }

    fn records(&self) -> Vec<Record> {
        records(&self.0)
    }
}

/// A row per model.
fn scores(evaluation: &Comparison) -> Table {
    let measures: Vec<_> =
        evaluation.measures.iter().filter(|measure| SHOWN.contains(&measure.name)).collect();
    let rows = evaluation.models.iter().map(|row| {
        let mut cells = vec![row.model.clone()];
        cells.extend(measures.iter().map(|measure| {
            cell(measure, row, named(measure.name).map_or(1, |metric| metric.decimals))
        }));
        cells.push(interval(row.estimates.get("rouge1_gain"), 2));
        cells.push(interval(row.estimates.get("rouge2_gain"), 2));
        cells
    });
    let mut notes = vec![format!(
        "F-scores 0–100, {}; 95 % bootstrap intervals. Gains are over the first model, article by \
         article: an interval without 0 in it is a difference. ROUGE agrees only roughly with \
         people's judgement. JSON and CSV have precision, recall and ROUGE-L, too.",
        evaluation.variant
    )];
    notes.extend(
        measures.iter().any(|measure| !measure.best.is_empty()).then(|| MARK_MEANS.to_owned()),
    );
    notes.extend(half_checked(evaluation));
    notes.extend(left_out(evaluation));
    if evaluation.unreadable > 0 {
        notes.push(format!("Left out: {} (could not be read).", evaluation.unreadable));
    }
    let header = ["MODEL", "ROUGE-1", "ROUGE-2", "ROUGE-LSUM", "GAIN R-1", "GAIN R-2"];
    Table {
        title: format!("{} articles", evaluation.articles),
        header: header.map(Into::into).into(),
        rows: rows.collect(),
        notes,
        splits: false,
    }
}

/// Every model against the first, with what chance could have done.
fn differences(evaluation: &Comparison) -> Table {
    let first = evaluation.models.first().map(|row| row.model.as_str());
    let rows = evaluation
        .differences
        .iter()
        .filter(|one| SHOWN.contains(&one.measure) && Some(one.models[0].as_str()) == first)
        .map(|one| {
            let title = named(one.measure).map_or(one.measure, |metric| metric.title);
            let tally = one.tally;
            vec![
                one.models[1].clone(),
                title.to_owned(),
                format!("{}/{}/{}", tally.losses, tally.ties, tally.wins),
                p(one.p),
                p(one.p_holm),
            ]
        });
    Table {
        title: format!("Against {}", first.unwrap_or("the first model")),
        header: ["MODEL", "MEASURE", "WON/TIED/LOST", "P", "P (HOLM)"].map(Into::into).into(),
        rows: rows.collect(),
        notes: vec![
            "Articles won, tied and lost; two-sided paired permutation test, and the same after \
             Holm's correction for all pairs of models. JSON has every pair."
                .to_owned(),
        ],
        splits: false,
    }
}

/// A p-value without false precision.
fn p(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("{p:.3}").trim_start_matches('0').to_owned()
    }
}
