//! Percentile bootstrap (Efron & Tibshirani 1993, chapter 13): how far a mean over articles might
//! have been off had we drawn other articles.

use serde::Serialize;

use standfirst_core::random::SplitMix64;

/// Resamples behind every interval.
pub const RESAMPLES: usize = 1_000;
/// Share of resampled means inside an interval.
pub const LEVEL: f64 = 0.95;

/// A mean and the interval that holds [`LEVEL`] of its resampled values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Mean of the values themselves.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Mean of `values` with its interval; `None` without values. The same seed gives the same answer.
pub fn mean(values: &[f64], seed: u64) -> Option<Estimate> {
    if values.is_empty() {
        return None;
    }
    let mut random = SplitMix64::new(seed);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = values.iter().map(|_| values[random.below(values.len())]).sum();
            sum / values.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = (1.0 - LEVEL) / 2.0;
    Some(Estimate {
        mean: values.iter().sum::<f64>() / values.len() as f64,
        low: quantile(&means, tail),
        high: quantile(&means, 1.0 - tail),
    })
}

/// Mean of the differences `ours[i] - theirs[i]` with its interval: paired, so that what makes an
/// article hard for both does not widen it. `None` unless both have the same number of values.
pub fn paired_difference(ours: &[f64], theirs: &[f64], seed: u64) -> Option<Estimate> {
    if ours.len() != theirs.len() {
        return None;
    }
    let differences: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| a - b).collect();
    mean(&differences, seed)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the number of resamples is a small index"
)]
/// Linear interpolation between the two nearest of the ascending values.
pub(crate) fn quantile(ascending: &[f64], share: f64) -> f64 {
    let at = share * (ascending.len() - 1) as f64;
    let below = ascending[at.floor() as usize];
    let above = ascending[at.ceil() as usize];
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_agrees_with_the_normal_approximation() {
        // 0..=99: mean 49.5, standard deviation 28.87, standard error of the mean 2.887.
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let estimate = mean(&values, 7).unwrap();
        assert!((estimate.mean - 49.5).abs() < 1e-9);
        assert!((estimate.low - (49.5 - 1.96 * 2.887)).abs() < 0.6, "{estimate:?}");
        assert!((estimate.high - (49.5 + 1.96 * 2.887)).abs() < 0.6, "{estimate:?}");
        assert_eq!(mean(&values, 7), mean(&values, 7));
    }

    #[test]
    fn a_constant_difference_has_no_width() {
        let theirs: Vec<f64> = (0..50).map(|i| f64::from(i % 7)).collect();
        let ours: Vec<f64> = theirs.iter().map(|value| value + 2.0).collect();
        let difference = paired_difference(&ours, &theirs, 1).unwrap();
        assert_eq!((difference.low, difference.high), (2.0, 2.0));
        assert!(paired_difference(&ours, &theirs[1..], 1).is_none());
        assert!(mean(&[], 1).is_none());
    }
}
