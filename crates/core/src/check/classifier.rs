//! The logistic model.

use super::features::{COUNT, Features};

/// Weights of the [`Features`].
pub(super) const WEIGHTS: [f64; COUNT] = [
    -1.0, -3.0, -0.3, -0.5, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.5, 1.0, 0.0, 0.0, -0.2, 1.0,
    -1.0, 0.5, -0.2, -0.2, -1.0, -3.0, -1.0, -2.0, -3.0, -2.0, -3.0, -0.2,
];

/// From here on a sentence is supported.
pub(super) const THRESHOLD: f64 = 0.5;

/// The probability that a person finds the sentence supported.
pub(super) fn probability(features: &Features) -> f64 {
    score(&WEIGHTS, features)
}

/// Logistic function of the weighted sum.
pub(super) fn score(weights: &[f64; COUNT], features: &Features) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-sum).exp())
}
