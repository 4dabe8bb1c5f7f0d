//! Percentile bootstrap (Efron & Tibshirani 1993, chapter 13): how far a mean over articles might
//! have been off had we drawn other articles.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

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
    means(&[values], seed).pop().flatten()
}

/// The [`mean`] of each of several columns. Those of one length share what is drawn, which takes longer than adding it
/// up.
pub fn means<C: AsRef<[f64]>>(columns: &[C], seed: u64) -> Vec<Option<Estimate>> {
    let columns: Vec<&[f64]> = columns.iter().map(AsRef::as_ref).collect();
    let mut found = vec![None; columns.len()];
    for at in 0..columns.len() {
        let length = columns[at].len();
        if length == 0 || found[at].is_some() {
            continue;
        }
        let alike: Vec<usize> =
            (at..columns.len()).filter(|&other| columns[other].len() == length).collect();
        let mut random = SplitMix64::new(seed);
        let (mut places, mut drawn) = (vec![0; length], vec![Vec::new(); alike.len()]);
        for _ in 0..RESAMPLES {
            places.fill_with(|| random.below(length));
            for (drawn, &column) in drawn.iter_mut().zip(&alike) {
                let sum: f64 = places.iter().map(|&place: &usize| columns[column][place]).sum();
                drawn.push(sum / length as f64);
            }
        }
        for (drawn, column) in drawn.into_iter().zip(alike) {
            let mean = columns[column].iter().sum::<f64>() / length as f64;
            found[column] = Some(around(mean, drawn.into_iter()));
        }
    }
    found
}

/// The cluster that rows about `text` are of: its number within this run, whatever blanks surround it.
pub fn cluster(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.trim().hash(&mut hasher);
    hasher.finish()
}

/// A figure of rows that belong together in clusters, as summaries of one article do, with its interval:
/// clusters are drawn whole. `figure` is told how often each is there, once for the figure itself;
/// draws of which it cannot be told are left out. `None` if it cannot be told of all. The same seed gives
/// the same answer.
pub fn of_clusters(
    clusters: usize,
    seed: u64,
    figure: impl Fn(&[u32]) -> Option<f64>,
) -> Option<Estimate> {
    let mean = figure(&vec![1; clusters])?;
    Some(around(mean, samples(clusters, seed, figure).flatten()))
}

/// What `look` sees in each sample of clusters, told how often each is there. The same seed gives the same samples.
pub(crate) fn samples<T>(
    clusters: usize,
    seed: u64,
    look: impl Fn(&[u32]) -> T,
) -> impl Iterator<Item = T> {
    let mut often = vec![0; clusters];
    let mut random = SplitMix64::new(seed);
    (0..RESAMPLES).map(move |_| {
        often.fill(0);
        (0..clusters).for_each(|_| often[random.below(clusters)] += 1);
        look(&often)
    })
}

/// A figure with the interval of what it is on `drawn` samples.
pub(crate) fn around(mean: f64, drawn: impl Iterator<Item = f64>) -> Estimate {
    let mut drawn: Vec<f64> = drawn.collect();
    drawn.sort_by(f64::total_cmp);
    if drawn.is_empty() {
        return Estimate { mean, low: mean, high: mean };
    }
    let tail = (1.0 - LEVEL) / 2.0;
    Estimate { mean, low: quantile(&drawn, tail), high: quantile(&drawn, 1.0 - tail) }
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
    fn columns_together_have_the_means_that_they_have_alone() {
        let columns = [
            vec![0.25, 0.5, 4.0, -1.0],
            vec![],
            vec![3.0, 2.0],
            vec![7.5, 0.0, 1e-3, 2.0],
            vec![1.0, 0.1],
        ];
        // As each was drawn when it was drawn for itself alone.
        let alone = |values: &Vec<f64>| {
            let mut random = SplitMix64::new(9);
            let length = values.len();
            let mean = |_| {
                let sum: f64 = values.iter().map(|_| values[random.below(length)]).sum();
                sum / length as f64
            };
            let drawn: Vec<f64> = (0..RESAMPLES).map(mean).collect();
            let mean = values.iter().sum::<f64>() / length as f64;
            (length > 0).then(|| around(mean, drawn.into_iter()))
        };
        assert_eq!(means(&columns, 9), columns.iter().map(alone).collect::<Vec<_>>());
    }

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
    fn clusters_are_drawn_whole() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let mean_of = |often: &[u32], size: usize| {
            let all: u32 = often.iter().sum();
            let drawn = values.chunks(size).zip(often);
            let sum: f64 = drawn.map(|(row, &n)| row.iter().sum::<f64>() * f64::from(n)).sum();
            (all > 0).then(|| sum / (f64::from(all) * size as f64))
        };
        let alone = of_clusters(100, 7, |often| mean_of(often, 1)).unwrap();
        assert!((alone.mean - 49.5).abs() < 1e-9);
        // As of `mean` above: the same draws.
        assert!((alone.low - mean(&values, 7).unwrap().low).abs() < 1e-9, "{alone:?}");
        let tens = of_clusters(10, 7, |often| mean_of(often, 10)).unwrap();
        assert!(tens.high - tens.low > 2.0 * (alone.high - alone.low), "{tens:?} {alone:?}");
        // Told of all, and of no draw without both.
        let both = |often: &[u32]| (often[0] > 0 && often[1] > 0).then_some(3.0);
        assert_eq!(of_clusters(2, 7, both), Some(Estimate { mean: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(of_clusters(0, 7, |_| None), None);
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
