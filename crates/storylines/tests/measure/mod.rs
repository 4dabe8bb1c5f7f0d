//! How well a grouping agrees with that of people: B-cubed (Bagga & Baldwin 1998), CEAF-e (Luo 2005) and the adjusted
//! Rand index (Hubert & Arabie 1985), each from the definitions.
#![allow(dead_code, reason = "not every test that shares this needs all of it")]

pub mod set;

use std::collections::HashMap;

use standfirst_core::random::SplitMix64;

/// The group of each item.
pub type Labels = Vec<usize>;

/// Labels by name, in the order of first mention.
pub fn labels<T: std::hash::Hash + Eq + Clone>(names: &[T]) -> Labels {
    let mut known: HashMap<T, usize> = HashMap::new();
    names
        .iter()
        .map(|name| {
            let next = known.len();
            *known.entry(name.clone()).or_insert(next)
        })
        .collect()
}

/// The labels of items that lie in groups.
pub fn of_groups<'a>(count: usize, groups: impl Iterator<Item = &'a [usize]>) -> Labels {
    let mut labels = vec![usize::MAX; count];
    for (label, group) in groups.enumerate() {
        for at in group {
            assert_eq!(labels[*at], usize::MAX, "an item in two groups");
            labels[*at] = label;
        }
    }
    assert!(labels.iter().all(|label| *label != usize::MAX), "an item in no group");
    labels
}

/// B-cubed precision and recall of each item.
pub fn b_cubed(gold: &[usize], found: &[usize]) -> Vec<(f64, f64)> {
    let both = contingency(gold, found);
    let (golds, founds) = (sizes(gold), sizes(found));
    let item = |(g, f): (&usize, &usize)| {
        let common = both[&(*g, *f)] as f64;
        (common / founds[f] as f64, common / golds[g] as f64)
    };
    gold.iter().zip(found).map(item).collect()
}

/// F1 of the mean precision and the mean recall.
pub fn f1(items: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut count, mut sums) = (0.0, (0.0, 0.0));
    for (precision, recall) in items {
        count += 1.0;
        sums = (sums.0 + precision, sums.1 + recall);
    }
    let (precision, recall) = (sums.0 / count, sums.1 / count);
    2.0 * precision * recall / (precision + recall)
}

/// F1 of the best one-to-one alignment of groups, by entity similarity.
pub fn ceaf_e(gold: &[usize], found: &[usize]) -> f64 {
    let both = contingency(gold, found);
    let (golds, founds) = (sizes(gold), sizes(found));
    let side = golds.len().max(founds.len());
    let (g, f): (Vec<usize>, Vec<usize>) = (sorted(&golds), sorted(&founds));
    let mut value = vec![vec![0.0; side]; side];
    for (row, g) in g.iter().enumerate() {
        for (column, f) in f.iter().enumerate() {
            let common = both.get(&(*g, *f)).copied().unwrap_or(0) as f64;
            value[row][column] = 2.0 * common / (golds[g] + founds[f]) as f64;
        }
    }
    let total = assignment(&value);
    let (precision, recall) = (total / founds.len() as f64, total / golds.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

/// Adjusted Rand index.
pub fn ari(gold: &[usize], found: &[usize]) -> f64 {
    let pairs = |count: usize| (count * count.saturating_sub(1)) as f64 / 2.0;
    let together: f64 = contingency(gold, found).values().map(|count| pairs(*count)).sum();
    let golds: f64 = sizes(gold).values().map(|count| pairs(*count)).sum();
    let founds: f64 = sizes(found).values().map(|count| pairs(*count)).sum();
    let expected = golds * founds / pairs(gold.len());
    (together - expected) / (f64::midpoint(golds, founds) - expected)
}

/// 95 % interval of a figure over units drawn with replacement, by 1,000 draws.
pub fn interval(units: usize, figure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let mut random = SplitMix64::new(17);
    let mut figures: Vec<f64> = (0..1_000)
        .map(|_| figure(&(0..units).map(|_| random.below(units)).collect::<Vec<_>>()))
        .collect();
    figures.sort_by(f64::total_cmp);
    (figures[25], figures[974])
}

fn sorted(sizes: &HashMap<usize, usize>) -> Vec<usize> {
    let mut all: Vec<usize> = sizes.keys().copied().collect();
    all.sort_unstable();
    all
}

fn sizes(labels: &[usize]) -> HashMap<usize, usize> {
    let mut sizes = HashMap::new();
    for label in labels {
        *sizes.entry(*label).or_default() += 1;
    }
    sizes
}

fn contingency(gold: &[usize], found: &[usize]) -> HashMap<(usize, usize), usize> {
    let mut both = HashMap::new();
    gold.iter().zip(found).for_each(|(g, f)| *both.entry((*g, *f)).or_default() += 1);
    both
}

/// The greatest sum of one value a row and column of a square (Kuhn 1955, with potentials).
fn assignment(value: &[Vec<f64>]) -> f64 {
    let side = value.len();
    let (mut u, mut v) = (vec![0.0; side + 1], vec![0.0; side + 1]);
    let mut matched = vec![0; side + 1];
    for row in 1..=side {
        matched[0] = row;
        let (mut least, mut used) = (vec![f64::INFINITY; side + 1], vec![false; side + 1]);
        let mut way = vec![0; side + 1];
        let mut column = 0;
        while matched[column] != 0 {
            used[column] = true;
            let own = matched[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for other in 1..=side {
                if used[other] {
                    continue;
                }
                let cost = -value[own - 1][other - 1] - u[own] - v[other];
                if cost < least[other] {
                    (least[other], way[other]) = (cost, column);
                }
                if least[other] < delta {
                    (delta, next) = (least[other], other);
                }
            }
            for other in 0..=side {
                if used[other] {
                    u[matched[other]] += delta;
                    v[other] -= delta;
                } else {
                    least[other] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            matched[column] = matched[way[column]];
            column = way[column];
        }
    }
    (1..=side).map(|column| value[matched[column] - 1][column - 1]).sum()
}

#[test]
fn measures_are_those_of_the_papers() {
    // Amigó et al. 2009, and by hand: {a b}{c d e} against {a b c}{d e}.
    let (gold, found) = (vec![0, 0, 1, 1, 1], vec![0, 0, 0, 1, 1]);
    let items = b_cubed(&gold, &found);
    let precision: f64 = items.iter().map(|item| item.0).sum::<f64>() / 5.0;
    assert!((precision - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0 + 1.0) / 5.0).abs() < 1e-12);
    // Both pairs: 2·2/5 each; two groups on both sides.
    assert!((ceaf_e(&gold, &found) - 0.8).abs() < 1e-12);
    // Pairs: together 1 + 1, gold 1 + 3, found 3 + 1, all 10: (2 − 1.6) / (4 − 1.6).
    assert!((ari(&gold, &found) - 0.4 / 2.4).abs() < 1e-12);
    assert!((ari(&gold, &gold) - 1.0).abs() < 1e-12);
}
