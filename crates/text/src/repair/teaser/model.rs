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
    bias: -2.81,
    known: -0.60,
    known_words: -4.29,
    known_names: -3.29,
    frequent: -2.37,
    known_nearby: -3.05,
    known_in_one: -0.27,
    log_new_names: -0.42,
    log_known: -2.02,
    log_weight: 0.68,
    log_before: 0.40,
    truncated: 4.31,
    ellipsis: 5.57,
    kicker: 0.94,
    quotation: -1.89,
    anaphora: -2.48,
    pronoun: 0.02,
    day: 1.65,
    opens_with_known: 0.66,
    known_squared: 2.11,
    known_names_by_weight: -0.30,
    known_by_before: 0.43,
    indefinite: 0.17,
    definite: -1.60,
    perfect: 0.61,
    first_sentence: 2.51,
};

/// The probability that a block with these features starts another story.
pub(super) fn probability(features: &Features) -> f64 {
    features.probability(&WEIGHTS)
}
