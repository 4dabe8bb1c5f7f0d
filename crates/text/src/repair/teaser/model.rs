//! The logistic model.

use super::features::{COUNT, Features};

/// Weights of the [`Features`].
pub(super) const WEIGHTS: [f64; COUNT] = [
    -3.46, -1.04, -5.46, -4.68, -3.99, -0.30, 2.64, -0.01, -1.97, 0.27, 0.84, 4.65, 4.41, 2.11,
    -2.21, -2.44, -0.23, 1.63, 0.19, 6.09, 0.35, 0.35, -0.17, -1.32, 0.88, 1.84,
];

/// The probability that a block with these features starts another story.
pub(super) fn probability(features: &Features) -> f64 {
    score(&WEIGHTS, features)
}

/// Logistic function of the weighted sum.
pub(super) fn score(weights: &[f64; COUNT], features: &Features) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-sum).exp())
}
