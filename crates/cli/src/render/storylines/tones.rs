//! Tone towards somebody over a storyline, in words.

use standfirst_storylines::report::{Polarity, ToneReport, ToneSlice};

use super::super::figures;

/// Its parts, each under what it is divided by.
pub fn groups(tone: &ToneReport) -> impl Iterator<Item = (&'static str, &[ToneSlice])> {
    [("by outlet", &tone.outlets), ("in the words of", &tone.voices), ("by month", &tone.months)]
        .into_iter()
        .map(|(by, slices)| (by, slices.as_slice()))
}

/// The same in words, without those that have nothing.
pub fn by(tone: &ToneReport) -> impl Iterator<Item = (&'static str, String)> {
    let told = |slice: &ToneSlice| format!("{} {}", slice.of, polarity(&slice.polarity));
    groups(tone)
        .filter(|(_, slices)| !slices.is_empty())
        .map(move |(by, slices)| (by, slices.iter().map(told).collect::<Vec<_>>().join(", ")))
}

/// All of it: `−0.12 [−0.20, −0.03] in 5 articles`.
pub fn whole(tone: &ToneReport) -> String {
    format!("{} in {} articles", polarity(&tone.polarity), tone.articles)
}

/// A mean, with its interval where there is one.
pub fn polarity(polarity: &Polarity) -> String {
    let score = signed(polarity.score);
    match (polarity.low, polarity.high) {
        (Some(low), Some(high)) => format!("{score} [{}, {}]", signed(low), signed(high)),
        _ => score,
    }
}

/// With a sign that is one.
fn signed(value: f64) -> String {
    figures::score(value).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_told_with_its_interval() {
        let told = |score, low, high| polarity(&Polarity { score, low, high });
        assert_eq!(told(-0.123, Some(-0.2), Some(0.034)), "−0.12 [−0.20, +0.03]");
        assert_eq!(told(-0.001, None, None), "0.00");
        assert_eq!(told(0.5, None, None), "+0.50");
    }
}
