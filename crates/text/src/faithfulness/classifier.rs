//! The logistic models: one for sentences that copy, one for sentences that put it in other words. What
//! tells right from wrong is not the same in the two: in the first, whether what was joined belongs
//! together; in the second, whether there is anything that the article does not know.

use super::features::{COUNT, DENSITY, Features};

/// From this density of copied pieces on a sentence copies.
const COPIES: f64 = 0.45;

/// Weights of the [`Features`] for sentences that copy, as `fit.rs` finds them.
pub(super) const COPYING: [f64; COUNT] = weights(&[(0, -9.61), (11, 4.41), (17, 3.54), (19, 3.42)]);
/// Weights for sentences in other words. They were set by hand, by what should count, before any
/// sentence that people judged was looked at: there are too few of those to do better by fitting, which
/// was tried.
pub(super) const REWORDING: [f64; COUNT] = [
    -1.0, -3.0, -0.3, -0.5, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.5, 1.0, 0.0, 0.0, -0.2, 1.0,
    -1.0, 0.5, -0.2, -0.2, -1.0, -3.0, -1.0, -2.0, -3.0, -2.0, -3.0, -0.2,
];

/// From here on a sentence is supported.
pub(super) const THRESHOLD: f64 = 0.5;

/// All weights from those that are not zero.
const fn weights(given: &[(usize, f64)]) -> [f64; COUNT] {
    let mut all = [0.0; COUNT];
    let mut at = 0;
    while at < given.len() {
        all[given[at].0] = given[at].1;
        at += 1;
    }
    all
}

/// Whether a sentence is put together from pieces of the article.
pub(super) fn copies(features: &Features) -> bool {
    features[DENSITY] >= COPIES
}

/// How well the article supports a sentence, 0–1.
pub(super) fn support(features: &Features) -> f64 {
    score(if copies(features) { &COPYING } else { &REWORDING }, features)
}

/// Logistic function of the weighted sum.
pub(super) fn score(weights: &[f64; COUNT], features: &Features) -> f64 {
    1.0 / (1.0 + (-sum(weights, features)).exp())
}

/// The weighted sum.
pub(super) fn sum(weights: &[f64; COUNT], features: &Features) -> f64 {
    weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum()
}
