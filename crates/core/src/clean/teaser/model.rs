//! The logistic model.

use super::features::{COUNT, Features};

/// Weights of the [`Features`].
pub(super) const WEIGHTS: [f64; COUNT] = [0.0; COUNT];

/// The probability that a block with these features starts another story.
pub(super) fn probability(features: &Features) -> f64 {
    score(&WEIGHTS, features)
}

/// Logistic function of the weighted sum.
pub(super) fn score(weights: &[f64; COUNT], features: &Features) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-sum).exp())
}
