//! How alike two lists put the same things in order: Kendall's tau-b (Kendall 1945), which takes pairs that
//! tie in a list out of what could have been told of it, and the area under the ROC curve where one
//! of the lists is a yes or no.
//!
//! Pairs are counted as Knight (1966) does, in O(n log n): things go by in the order of the one list,
//! and a tree of sums knows how many before them were lower and higher in the other.

/// Values nearer than this are a tie: means that differ by rounding alone are equal.
const TIE: f64 = 1e-9;

/// Two lists about the same things, put in order once, so that draws of them cost little.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Things in the order of the first list.
    order: Vec<usize>,
    /// Places in each list, ties with the same one, from 0.
    places: [Vec<usize>; 2],
    /// How many places the second list has.
    levels: usize,
}

/// What the pairs of things say, each thing drawn so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs in the same order in both lists, less those in opposite order.
    pub surplus: i128,
    /// Pairs that do not tie in the first list, and in the second.
    pub apart: [i128; 2],
}

impl Ranked {
    /// Of two lists of finite numbers; `None` if one is longer.
    pub fn new(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        if ours.len() != theirs.len() {
            return None;
        }
        let places = [places(ours), places(theirs)];
        let mut order: Vec<usize> = (0..ours.len()).collect();
        order.sort_by_key(|&thing| places[0][thing]);
        let levels = places[1].iter().max().map_or(0, |last| last + 1);
        Some(Self { order, places, levels })
    }

    /// The pairs, where the thing at each index is there `often(index)` times; copies of one thing tie
    /// in both lists.
    pub fn pairs(&self, often: impl Fn(usize) -> u32) -> Pairs {
        let [ours, theirs] = &self.places;
        let mut before = Sums::new(self.levels);
        let mut counts = vec![0_i128; self.levels];
        let (mut all, mut surplus, mut tied) = (0_i128, 0_i128, 0_i128);
        for level in self.order.chunk_by(|&a, &b| ours[a] == ours[b]) {
            let seen = all;
            // First asked, then added: those of one level tie.
            for &thing in level {
                let place = theirs[thing];
                let lower = before.below(place);
                let higher = seen - lower - counts[place];
                surplus += i128::from(often(thing)) * (lower - higher);
            }
            for &thing in level {
                let times = i128::from(often(thing));
                before.add(theirs[thing], times);
                counts[theirs[thing]] += times;
                all += times;
            }
            tied += pairs_of(all - seen);
        }
        let tied_theirs: i128 = counts.into_iter().map(pairs_of).sum();
        let possible = pairs_of(all);
        Pairs { surplus, apart: [possible - tied, possible - tied_theirs] }
    }
}

impl Pairs {
    /// Kendall's tau-b, −1 to 1; `None` if a list has one value only.
    pub fn tau_b(self) -> Option<f64> {
        let [ours, theirs] = self.apart.map(|pairs| (pairs as f64).sqrt());
        (ours > 0.0 && theirs > 0.0).then(|| (self.surplus as f64 / ours / theirs).clamp(-1.0, 1.0))
    }

    /// If the second list says yes or no: how likely the first puts a yes above a no, a tie being half of
    /// that, 0 to 1. This is the area under its ROC curve (Mann & Whitney 1947), and Somers' D
    /// from 0 to 1. `None` if there is no yes, or no no.
    pub fn auc(self) -> Option<f64> {
        let pairs = self.apart[1];
        (pairs > 0).then(|| f64::midpoint(self.surplus as f64 / pairs as f64, 1.0))
    }
}

/// Kendall's tau-b of two lists of finite numbers; `None` unless they are of one length and each has two
/// values or more.
pub fn tau_b(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    Ranked::new(ours, theirs)?.pairs(|_| 1).tau_b()
}

/// How many pairs there are of so many.
fn pairs_of(count: i128) -> i128 {
    count * (count - 1) / 2
}

/// The place of each value, the lowest first; ties have the same one.
fn places(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut places = vec![0; values.len()];
    let (mut place, mut lowest) = (0, order.first().map_or(0.0, |&first| values[first]));
    for index in order {
        if values[index] - lowest > TIE {
            place += 1;
            lowest = values[index];
        }
        places[index] = place;
    }
    places
}

/// Sums of the first so many of a list that changes (Fenwick 1994).
struct Sums(Vec<i128>);

impl Sums {
    fn new(len: usize) -> Self {
        Self(vec![0; len + 1])
    }

    fn add(&mut self, index: usize, count: i128) {
        let mut at = index + 1;
        while let Some(sum) = self.0.get_mut(at) {
            *sum += count;
            at += at & at.wrapping_neg();
        }
    }

    /// The sum of all below `index`.
    fn below(&self, index: usize) -> i128 {
        let (mut at, mut sum) = (index, 0);
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use standfirst_core::random::SplitMix64;

    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn tau_b_by_hand() {
        // Of 6 pairs 5 are alike and 1 is not: 4 / 6.
        near(tau_b(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]), 4.0 / 6.0);
        near(tau_b(&[1.0, 2.0, 3.0], &[9.0, 5.0, 1.0]), -1.0);
        // Of 6 pairs one ties in the first list, three others in the second, and the 2 that are left are
        // alike: 2 / √(5·3).
        near(tau_b(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0, 2.0]), 2.0 / 15_f64.sqrt());
    }

    #[test]
    fn a_list_of_one_value_orders_nothing() {
        assert_eq!(tau_b(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(tau_b(&[1.0, 2.0], &[2.0, 2.0]), None);
        assert_eq!(tau_b(&[], &[]), None);
        assert_eq!(tau_b(&[1.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn rounding_is_a_tie() {
        let third = (0.1 + 0.2, 0.3);
        assert_eq!(tau_b(&[third.0, third.1], &[1.0, 2.0]), None);
    }

    #[test]
    fn what_is_drawn_twice_counts_as_two_that_tie() {
        let (ours, theirs) = ([0.3, 0.1, 0.7, 0.1], [1.0, 0.0, 1.0, 1.0]);
        let times = [2, 0, 1, 3];
        let drawn = |list: &[f64]| -> Vec<f64> {
            list.iter().zip(times).flat_map(|(&value, times)| vec![value; times]).collect()
        };
        let pairs = Ranked::new(&ours, &theirs).unwrap();
        let often = pairs.pairs(|index| u32::try_from(times[index]).unwrap());
        let apart = Ranked::new(&drawn(&ours), &drawn(&theirs)).unwrap().pairs(|_| 1);
        assert_eq!(often, apart);
    }

    #[test]
    fn counting_by_the_tree_is_counting_every_pair() {
        let mut random = SplitMix64::new(5);
        let mut list =
            |levels: usize| -> Vec<f64> { (0..80).map(|_| random.below(levels) as f64).collect() };
        for levels in [2, 5, 1_000] {
            let (ours, theirs) = (list(levels), list(7));
            let (mut surplus, mut apart) = (0, [0, 0]);
            for i in 0..ours.len() {
                for j in 0..i {
                    let (a, b) = (ours[i] - ours[j], theirs[i] - theirs[j]);
                    surplus += i128::from(a * b > 0.0) - i128::from(a * b < 0.0);
                    apart[0] += i128::from(a.abs() > 0.0);
                    apart[1] += i128::from(b.abs() > 0.0);
                }
            }
            let found = Ranked::new(&ours, &theirs).unwrap().pairs(|_| 1);
            assert_eq!(found, Pairs { surplus, apart });
        }
    }

    #[test]
    fn the_area_by_hand() {
        let auc = |ours: &[f64], yes: &[f64]| Ranked::new(ours, yes)?.pairs(|_| 1).auc();
        // Yes at .9, .4, .4; no at .4, .1: of 6 pairs 4 the right way and two ties.
        near(auc(&[0.9, 0.4, 0.4, 0.4, 0.1], &[1.0, 1.0, 1.0, 0.0, 0.0]), 5.0 / 6.0);
        near(auc(&[0.5, 0.5], &[1.0, 0.0]), 0.5);
        near(auc(&[0.1, 0.5], &[1.0, 0.0]), 0.0);
        assert_eq!(auc(&[0.1, 0.5], &[1.0, 1.0]), None);
    }
}
