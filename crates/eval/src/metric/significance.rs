//! Whether two models differ, article by article: a paired permutation test (Fisher 1935; for
//! summaries and translations Riezler & Maxwell 2005), and Holm's correction (1979) for asking it of
//! many pairs.

use serde::Serialize;

use standfirst_core::random::SplitMix64;

/// Random exchanges behind every p-value; the smallest p is one over this plus one.
pub const PERMUTATIONS: usize = 9_999;
/// Below this a difference counts as one.
pub const ALPHA: f64 = 0.05;
/// Two scores nearer than this are a tie.
const TIE: f64 = 1e-9;

/// On how many articles the first of two models scored higher, the same, lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Higher.
    pub wins: u64,
    /// The same.
    pub ties: u64,
    /// Lower.
    pub losses: u64,
}

/// Counts the differences `ours − theirs` by sign.
pub fn tally(differences: &[f64]) -> Tally {
    let mut tally = Tally::default();
    for &difference in differences {
        if difference.abs() <= TIE {
            tally.ties += 1;
        } else if difference > 0.0 {
            tally.wins += 1;
        } else {
            tally.losses += 1;
        }
    }
    tally
}

/// Two-sided p-value of the mean of `differences`, were the models exchangeable on every article:
/// the share of random sign patterns whose mean is at least as far from 0. Never 0; 1 without a
/// difference. The same seed gives the same answer.
pub fn permutation_p(differences: &[f64], seed: u64) -> f64 {
    let apart: Vec<f64> = differences.iter().copied().filter(|d| d.abs() > TIE).collect();
    if apart.is_empty() {
        return 1.0;
    }
    // Sums that differ by rounding alone are equal.
    let observed = apart.iter().sum::<f64>().abs() - TIE;
    let mut random = SplitMix64::new(seed);
    let extreme = (0..PERMUTATIONS).filter(|_| flipped(&apart, &mut random).abs() >= observed);
    (extreme.count() + 1) as f64 / (PERMUTATIONS + 1) as f64
}

/// The sum with random signs, 64 of them from each draw.
fn flipped(differences: &[f64], random: &mut SplitMix64) -> f64 {
    let mut sum = 0.0;
    for chunk in differences.chunks(64) {
        let mut signs = random.next_u64();
        for difference in chunk {
            sum += f64::from_bits(difference.to_bits() ^ (signs << 63));
            signs >>= 1;
        }
    }
    sum
}

/// Holm's adjusted p-values, in the order of `p`: each is right even though all were asked for.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut floor = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        floor = floor.max(((p.len() - rank) as f64 * p[index]).min(1.0));
        adjusted[index] = floor;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_articles_give_the_p_of_counting_all_patterns() {
        // All six the same way: 2 of 64 patterns are as extreme.
        let p = permutation_p(&[1.0; 6], 3);
        assert!((p - 2.0 / 64.0).abs() < 0.006, "{p}");
        // 3 + 2 − 1 = 4: of the 8 patterns, ±6 and ±4 are as extreme, so 4 of 8.
        let p = permutation_p(&[3.0, 2.0, -1.0], 3);
        assert!((p - 0.5).abs() < 0.02, "{p}");
    }

    #[test]
    fn no_difference_is_no_evidence_and_a_clear_one_is() {
        assert!((permutation_p(&[0.0; 20], 1) - 1.0).abs() < 1e-12);
        assert!((permutation_p(&[], 1) - 1.0).abs() < 1e-12);
        let clear: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((permutation_p(&clear, 1) - 1e-4).abs() < 1e-12);
    }

    #[test]
    fn p_is_uniform_when_nothing_differs() {
        // Signs by chance: about one in twenty p-values is below 0.05.
        let mut random = SplitMix64::new(9);
        let below = (0..200)
            .filter(|&seed| {
                let sample: Vec<f64> = (0..30)
                    .map(|i| if random.next_u64() & 1 == 0 { f64::from(i) } else { -f64::from(i) })
                    .collect();
                permutation_p(&sample, seed) < ALPHA
            })
            .count();
        assert!((2..=20).contains(&below), "{below} of 200");
    }

    #[test]
    fn holm_by_hand() {
        // Sorted: .01×4, .02×3, .03×2, .04×1, each at least the one before.
        let adjusted = holm(&[0.04, 0.01, 0.03, 0.02]);
        for (ours, expected) in adjusted.iter().zip([0.06, 0.04, 0.06, 0.06]) {
            assert!((ours - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn ties_are_counted_as_ties() {
        let tally = tally(&[1.0, 0.0, 1e-12, -2.0]);
        assert_eq!((tally.wins, tally.ties, tally.losses), (1, 2, 1));
    }
}
