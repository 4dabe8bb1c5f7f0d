//! The logistic model.

use super::features::Features;

/// How much each of the features counts.
pub(super) const WEIGHTS: Features = Features {
    bias: -3.46,
    known: -1.04,
    known_words: -5.46,
    known_names: -4.68,
    frequent: -3.99,
    known_nearby: -0.3,
    known_in_one: 2.64,
    log_new_names: -0.01,
    log_known: -1.97,
    log_weight: 0.27,
    log_before: 0.84,
    truncated: 4.65,
    ellipsis: 4.41,
    kicker: 2.11,
    quotation: -2.21,
    anaphora: -2.44,
    pronoun: -0.23,
    day: 1.63,
    opens_with_known: 0.19,
    known_squared: 6.09,
    known_names_by_weight: 0.35,
    known_by_before: 0.35,
    indefinite: -0.17,
    definite: -1.32,
    perfect: 0.88,
    first_sentence: 1.84,
};

/// The same for the last sentences of a block, which other sentences of it come before.
pub(super) const GLUED: Features = Features {
    bias: -2.45,
    known: -0.58,
    known_words: -4.36,
    known_names: -3.21,
    frequent: -2.41,
    known_nearby: -3.03,
    known_in_one: -0.12,
    log_new_names: -0.42,
    log_known: -2.12,
    log_weight: 0.89,
    log_before: 0.23,
    truncated: 4.25,
    ellipsis: 5.59,
    kicker: 0.94,
    quotation: -1.92,
    anaphora: -2.47,
    pronoun: 0.06,
    day: 1.64,
    opens_with_known: 0.72,
    known_squared: 2.20,
    known_names_by_weight: -0.35,
    known_by_before: 0.47,
    indefinite: 0.12,
    definite: -1.63,
    perfect: 0.64,
    first_sentence: 2.47,
};

/// The probability that a block with these features starts another story.
pub(super) fn probability(features: &Features) -> f64 {
    features.probability(&WEIGHTS)
}
