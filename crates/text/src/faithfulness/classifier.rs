//! The logistic models: one for sentences that copy, one for sentences that put it in other words. What
//! tells right from wrong is not the same in the two: in the first, whether what was joined belongs
//! together; in the second, whether there is anything that the article does not know.

use super::features::Features;
use standfirst_core::entailment::{Entailment, Weighing, Weights};

/// From this density of copied pieces on a sentence copies.
const COPIES: f64 = 0.45;

/// Weights for sentences that copy, as `fit.rs` finds them.
pub(super) const COPYING: Features =
    Features { bias: -9.61, trigrams: 4.41, close_pairs: 3.54, in_order: 3.42, ..Features::NONE };
/// Weights for sentences in other words. They were set by hand, by what should count, before any
/// sentence that people judged was looked at: there are too few of those to do better by fitting, which
/// was tried.
pub(super) const REWORDING: Features = Features {
    bias: -1.0,
    absent_weight: -3.0,
    absent_words: -0.3,
    heaviest_absent: -0.5,
    held_by_first: 1.0,
    held_by_second: 0.0,
    held_by_all: 1.0,
    pairs_in_first: 1.0,
    pairs_in_second: 0.0,
    pairs_in_all: 1.0,
    bigrams: 1.0,
    trigrams: 1.0,
    longest_run: 0.5,
    density: 1.0,
    runs: 0.0,
    coverage: 0.0,
    jumps: -0.2,
    close_pairs: 1.0,
    reversed_pairs: -1.0,
    in_order: 0.5,
    spread: -0.2,
    length: -0.2,
    absent_names: -1.0,
    swapped_names: -3.0,
    absent_numbers: -1.0,
    misplaced_numbers: -2.0,
    wrong_quotes: -3.0,
    wrong_speakers: -2.0,
    flips: -3.0,
    repeated: -0.2,
};

/// From here on a sentence is supported.
pub(super) const THRESHOLD: f64 = 0.5;

/// Whether a sentence is put together from pieces of the article.
pub(super) fn copies(features: &Features) -> bool {
    features.density >= COPIES
}

/// Log-odds of being supported, by words alone.
pub(super) fn by_words(features: &Features) -> f64 {
    features.sum(if copies(features) { &COPYING } else { &REWORDING })
}

/// How well the article supports a sentence, 0–1: by its features, and by what a model says of it. Which of
/// two witnesses is to be believed more depends on the model, so that one of which nobody has found that out
/// counts as much as the words. `benefit` is added to the log-odds.
pub(super) fn support(features: &Features, judged: Option<Judged>, benefit: f64) -> f64 {
    let words = by_words(features);
    let Some(Judged { entailment, weighing }) = judged else { return logistic(words + benefit) };
    let weights = match weighing {
        None => Weights::EVEN,
        Some(weighing) if copies(features) => weighing.copying,
        Some(weighing) => weighing.rewording,
    };
    let sum = weights.bias + weights.words * words + weights.model * odds(entailment);
    logistic(sum + benefit)
}

/// What a model says, and how it is weighed.
#[derive(Clone, Copy)]
pub(super) struct Judged {
    pub entailment: Entailment,
    pub weighing: Option<Weighing>,
}

/// Whether a model says clearly enough that the article says otherwise; it need be less sure where
/// something else is wrong with the sentence.
pub(super) fn contradicts(judged: Entailment, has_witness: bool) -> bool {
    judged.contradicted >= if has_witness { 0.8 } else { 0.95 }
}

/// Log-odds of what a model takes to be supported, bounded so that one certainty does not outweigh all
/// else.
fn odds(judged: Entailment) -> f64 {
    let supported = f64::from(judged.supported).clamp(EDGE, 1.0 - EDGE);
    (supported / (1.0 - supported)).ln()
}

/// Probabilities are kept so far from 0 and 1.
const EDGE: f64 = 1e-4;

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}
