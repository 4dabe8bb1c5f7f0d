//! Which of the differences are more than chance.

use rayon::prelude::*;
use serde::Serialize;

use super::{Columns, SEED, pairs};
use crate::metric::{
    Better, METRICS, Metric,
    bootstrap::{self, Estimate},
    significance::{self, ALPHA, Tally},
};

/// Two models on one measure, article by article.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Name of the measure.
    pub measure: &'static str,
    /// The two models, in the order asked for.
    pub models: [String; 2],
    /// Articles that both have a value for.
    pub articles: usize,
    /// The first less the second, with its interval.
    pub difference: Estimate,
    /// On how many articles the first is higher, equal, lower.
    #[serde(flatten)]
    pub tally: Tally,
    /// Two-sided p-value of a paired permutation test.
    pub p: f64,
    /// The same after Holm's correction for all pairs of this measure.
    pub p_holm: f64,
}

impl Difference {
    /// Whether it is more than chance.
    pub fn is_clear(&self) -> bool {
        self.p_holm < ALPHA
    }
}

/// Every pair on every measure that has a better side.
pub(super) fn all(models: &[String], columns: &Columns) -> Vec<Difference> {
    let judged: Vec<(usize, &Metric)> =
        METRICS.iter().enumerate().filter(|(_, metric)| metric.better != Better::Neither).collect();
    judged.par_iter().flat_map_iter(|&(index, metric)| of(index, metric, models, columns)).collect()
}

fn of(index: usize, metric: &Metric, models: &[String], columns: &Columns) -> Vec<Difference> {
    let mut found: Vec<Difference> = pairs(models.len())
        .filter_map(|(i, j)| {
            let differences = differences(&columns.values[i][index], &columns.values[j][index]);
            Some(Difference {
                measure: metric.name,
                models: [models[i].clone(), models[j].clone()],
                articles: differences.len(),
                difference: bootstrap::mean(&differences, SEED)?,
                tally: significance::tally(&differences),
                p: significance::permutation_p(&differences, SEED),
                p_holm: 1.0,
            })
        })
        .collect();
    let p: Vec<f64> = found.iter().map(|difference| difference.p).collect();
    for (difference, adjusted) in found.iter_mut().zip(significance::holm(&p)) {
        difference.p_holm = adjusted;
    }
    found
}

/// `ours − theirs` on the articles that both have.
pub(super) fn differences(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(a, b)| a - b).filter(|d| d.is_finite()).collect()
}

/// The best model on `metric` and those that do not clearly differ from it, best first; empty if the
/// measure has no better side or no model stands out.
pub(super) fn best(
    metric: &Metric,
    means: &[(String, f64)],
    differences: &[Difference],
) -> Vec<String> {
    let sign = match metric.better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
        Better::Neither => return Vec::new(),
    };
    let mut order: Vec<&(String, f64)> = means.iter().collect();
    // Stable: of equal means the first model asked for stays first.
    order.sort_by(|a, b| (sign * b.1).total_cmp(&(sign * a.1)));
    let Some((top, _)) = order.first() else { return Vec::new() };
    let beaten = |model: &str| {
        differences.iter().any(|difference| {
            let [a, b] = &difference.models;
            let both = (a == top && b == model) || (a == model && b == top);
            difference.measure == metric.name && both && difference.is_clear()
        })
    };
    let level: Vec<String> =
        order.iter().map(|(model, _)| model).filter(|model| !beaten(model)).cloned().collect();
    if level.len() == means.len() { Vec::new() } else { level }
}
