//! What a comparison found, in the shape of its JSON.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use super::{
    BINS, Columns, SEED, pairs,
    tests_of_difference::{self, Difference, differences},
};
use crate::metric::{
    Better, METRICS,
    bootstrap::{self, Estimate},
};

/// The measures whose gain over the first model is told, and under which key.
const GAINS: [(&str, &str); 3] =
    [("rouge1", "rouge1_gain"), ("rouge2", "rouge2_gain"), ("rougeLsum", "rougeLsum_gain")];

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Which ROUGE.
    pub variant: String,
    /// Articles that count.
    pub articles: u64,
    /// How many of them have a reference that ROUGE can see.
    pub references: u64,
    /// How many have one that it cannot: of other letters than a to z.
    pub references_unseen: u64,
    /// Abstracts of which the check was to ask a model that failed: their support is of words alone.
    pub half_checked: u64,
    /// Id of the model of entailment that the check asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// Articles that do not count, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// One row per model, in the order asked for.
    pub models: Vec<ModelFigures>,
    /// What the figures of the models mean, and who is best; those that no model has are left out.
    pub measures: Vec<Measure>,
    /// Every pair of models on every measure that has a better side.
    pub differences: Vec<Difference>,
    /// Agreement of every pair of models, in the order asked for.
    pub agreement: Vec<Agreement>,
}

/// One model's row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelFigures {
    /// Id of the model.
    pub model: String,
    /// Abstracts it gave.
    pub answered: u64,
    /// Articles it failed on.
    pub failed: u64,
    /// Mean of every measure, and gains over the first model, by name.
    #[serde(flatten)]
    pub estimates: Estimates,
    /// Its sentences by where in the body their evidence begins, in tenths.
    pub positions: [u64; BINS],
    /// Its sentences by their support, in tenths.
    pub support_spread: [u64; BINS],
}

/// Means by name, in the order of [`METRICS`]; `None` where nothing could be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates(Vec<(&'static str, Option<Estimate>)>);

impl Estimates {
    /// The mean of a measure.
    pub fn get(&self, name: &str) -> Option<Estimate> {
        self.0.iter().find(|(known, _)| *known == name).and_then(|(_, estimate)| *estimate)
    }
}

impl Serialize for Estimates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, estimate)| (name, estimate)))
    }
}

/// What a figure means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// Its key.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Which way is better.
    pub better: Better,
    /// The best model and those that do not clearly differ from it; empty if none stands out.
    pub best: Vec<String>,
}

/// How alike the abstracts of two models are: high means that they say the same, not that it is right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// The two ids, in the order asked for.
    pub models: [String; 2],
    /// Mean ROUGE-1 F between their abstracts, 0–100; `None` if they share no article.
    pub rouge1: Option<Estimate>,
    /// The same for pairs of words.
    pub rouge2: Option<Estimate>,
    /// Mean cosine of their embeddings, 0–100; `None` unless asked for.
    pub embedding: Option<Estimate>,
}

/// The comparison of the numbers in `columns`.
pub(super) fn of(models: &[String], columns: &Columns) -> Comparison {
    let differences = tests_of_difference::all(models, columns);
    let figures: Vec<ModelFigures> = models
        .par_iter()
        .enumerate()
        .map(|(index, model)| figures(index, model, columns))
        .collect();
    let agreement = pairs(models.len()).zip(&columns.pairs).map(|((i, j), values)| {
        let [rouge1, rouge2, embedding] = values;
        Agreement {
            models: [models[i].clone(), models[j].clone()],
            rouge1: bootstrap::mean(rouge1, SEED),
            rouge2: bootstrap::mean(rouge2, SEED),
            embedding: bootstrap::mean(embedding, SEED),
        }
    });
    Comparison {
        variant: String::new(),
        articles: columns.articles,
        references: columns.references,
        references_unseen: columns.unseen,
        half_checked: columns.half_checked,
        check: None,
        unreadable: 0,
        left_out: BTreeMap::new(),
        agreement: agreement.collect(),
        measures: measures(&figures, &differences),
        differences,
        models: figures,
    }
}

/// Measures whose resamples are drawn together: enough to be worth it, and few enough to give every thread some.
const TOGETHER: usize = 8;

fn figures(index: usize, model: &str, columns: &Columns) -> ModelFigures {
    let values = &columns.values[index];
    let known = |values: &Vec<f64>| -> Vec<f64> {
        values.iter().copied().filter(|value| value.is_finite()).collect()
    };
    let together = METRICS.par_chunks(TOGETHER).zip(values.par_chunks(TOGETHER));
    let means: Vec<_> = together
        .flat_map_iter(|(metrics, values)| {
            let values: Vec<Vec<f64>> = values.iter().map(known).collect();
            metrics.iter().map(|metric| metric.name).zip(bootstrap::means(&values, SEED))
        })
        .collect();
    let gains = GAINS.iter().map(|&(measure, key)| (key, gain(measure, index, columns)));
    ModelFigures {
        model: model.to_owned(),
        answered: columns.articles - columns.failed[index],
        failed: columns.failed[index],
        estimates: Estimates(means.into_iter().chain(gains).collect()),
        positions: columns.positions[index],
        support_spread: columns.support[index],
    }
}

/// A measure less that of the first model, article by article; `None` for the first.
fn gain(measure: &str, index: usize, columns: &Columns) -> Option<Estimate> {
    let at = METRICS.iter().position(|metric| metric.name == measure)?;
    let first = &columns.values.first()?[at];
    (index > 0)
        .then(|| bootstrap::mean(&differences(&columns.values[index][at], first), SEED))
        .flatten()
}

fn measures(figures: &[ModelFigures], differences: &[Difference]) -> Vec<Measure> {
    let measure = |metric: &'static crate::metric::Metric| {
        let means: Vec<(String, f64)> = figures
            .iter()
            .filter_map(|row| Some((row.model.clone(), row.estimates.get(metric.name)?.mean)))
            .collect();
        (!means.is_empty()).then(|| Measure {
            name: metric.name,
            title: metric.title,
            about: metric.about,
            better: metric.better,
            best: tests_of_difference::best(metric, &means, differences),
        })
    };
    METRICS.iter().filter_map(measure).collect()
}
