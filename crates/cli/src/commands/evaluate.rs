//! `standfirst evaluate`: abstracts against references that people wrote.

use anyhow::{Result, bail};
use standfirst_core::evaluate::{Evaluation, Evaluator, REFERENCE};

use super::{
    summarize,
    survey::{self, Survey},
};
use crate::{
    args::{self, Global},
    exit::Outcome,
    render::table::{Table, Tables, interval},
    settings,
};

/// A row of scores per model; the first is what the others are measured against.
pub fn run(args: &args::Evaluate, global: &Global) -> Result<Outcome> {
    let registry = settings::registry(global, Some(&args.survey.length))?;
    let models = summarize::summarizers(&registry, &args.survey.model, global.quiet)?;
    let survey = Survey { models, args: &args.survey, global };
    let mut evaluator = Evaluator::new(survey.ids(), !args.no_stemming);
    let totals = survey.run(|report| evaluator.add(report))?;
    let Some(evaluation) = evaluator.finish() else {
        bail!(
            "no article could be scored: each line of the input needs the article's \"text\" and a \
             \"{REFERENCE}\", one sentence a line"
        );
    };
    survey.write(&evaluation)?;
    Ok(survey::outcome(totals))
}

impl Tables for Evaluation {
    fn tables(&self) -> Vec<Table> {
        let rows = self.models.iter().map(|row| {
            vec![
                row.model.clone(),
                interval(Some(row.rouge1), 1),
                interval(Some(row.rouge2), 1),
                interval(Some(row.rouge_lsum), 1),
                interval(row.rouge1_gain, 2),
                interval(row.rouge2_gain, 2),
            ]
        });
        let mut notes = vec![format!(
            "F-scores 0–100, {}; 95 % bootstrap intervals. Gains are over the first model, article \
             by article: an interval without 0 in it is a difference. ROUGE agrees only roughly \
             with people's judgement.",
            self.variant
        )];
        notes
            .extend(self.left_out.iter().map(|(why, count)| format!("Left out: {count} ({why}).")));
        vec![Table {
            title: format!("{} articles", self.articles),
            header: vec!["MODEL", "ROUGE-1", "ROUGE-2", "ROUGE-LSUM", "GAIN R-1", "GAIN R-2"],
            rows: rows.collect(),
            notes,
        }]
    }
}
