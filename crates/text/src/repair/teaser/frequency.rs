//! How common a word is in the news, so that a rare word shared by two paragraphs tells more.

use std::{collections::HashMap, sync::LazyLock};

/// Stem and, in thousandths, the share of the articles that it stands in: English stems that stand
/// in at least `FLOOR` thousandths of the 1,170 training articles of the CNN/DailyMail set.
const TABLE: &str = include_str!("frequency.txt");
/// The frequency of a stem that is not in the table, in thousandths.
const RARE: f64 = 5.0;
/// The least frequent stems of the table, in thousandths.
#[cfg(test)]
pub(super) const FLOOR: usize = 12;

static FREQUENCIES: LazyLock<HashMap<&str, f64>> = LazyLock::new(|| {
    let entry = |line: &'static str| {
        let (stem, share) = line.split_once(' ')?;
        Some((stem, share.parse().ok()?))
    };
    TABLE.lines().filter_map(entry).collect()
});

/// Inverse document frequency of a stem: 0 for a word of every article, 5.3 for a rare one.
pub(super) fn weight(stem: &str) -> f64 {
    let frequency = FREQUENCIES.get(stem).copied().unwrap_or(RARE);
    (1000.0 / frequency).ln()
}
