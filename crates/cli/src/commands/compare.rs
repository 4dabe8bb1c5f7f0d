//! `standfirst compare`: the same articles through several models.

use anyhow::{Result, ensure};
use standfirst_core::compare::{Comparer, Comparison};

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

/// A row per model, and how far each pair of them agrees.
pub fn run(args: &args::Survey, global: &Global) -> Result<Outcome> {
    let registry = settings::registry(global, Some(&args.length))?;
    let models = summarize::summarizers(&registry, &args.model, global.quiet)?;
    ensure!(
        models.len() > 1,
        "nothing to compare with: name two models or more, such as `--model lead --model lexrank`"
    );
    let survey = Survey { models, args, global };
    let mut comparer = Comparer::new(survey.ids());
    let totals = survey.run(|report| comparer.add(report))?;
    survey.write(&comparer.finish())?;
    Ok(survey::outcome(totals))
}

impl Tables for Comparison {
    fn tables(&self) -> Vec<Table> {
        let models = self.models.iter().map(|row| {
            vec![
                row.model.clone(),
                row.answered.to_string(),
                row.failed.to_string(),
                interval(row.words, 1),
                interval(row.compression, 1),
                interval(row.position, 2),
                interval(row.millis, 1),
            ]
        });
        let pairs = self.agreement.iter().map(|pair| {
            vec![pair.models[0].clone(), pair.models[1].clone(), interval(pair.rouge1, 1)]
        });
        let mut notes = vec![
            "Means with 95 % bootstrap intervals. Compression: words of the text for each word of \
             the abstract. Position: where the evidence begins, 0 at the start of the text, 1 at \
             its end."
                .to_owned(),
        ];
        if self.unreadable > 0 {
            notes.push(format!("Could not be read: {} of the inputs.", self.unreadable));
        }
        vec![
            Table {
                title: format!("{} articles", self.articles),
                header: vec![
                    "MODEL",
                    "ANSWERED",
                    "FAILED",
                    "WORDS",
                    "COMPRESSION",
                    "POSITION",
                    "MILLISECONDS",
                ],
                rows: models.collect(),
                notes,
            },
            Table {
                title: "Agreement".to_owned(),
                header: vec!["MODEL", "AND", "ROUGE-1 F"],
                rows: pairs.collect(),
                notes: vec![
                    "ROUGE-1 F between the abstracts of the two, stemmed, 0–100: high means they \
                     say the same, not that it is right."
                        .to_owned(),
                ],
            },
        ]
    }
}
