//! How far verdicts agree with people's: pairs of what people say and what the program says.

/// The mean of the shares of either class that is told rightly, 0–1.
pub fn balanced(verdicts: &[(bool, bool)]) -> f64 {
    let rate = |class: bool| {
        let of_class = || verdicts.iter().filter(|(supported, _)| *supported == class);
        of_class().filter(|(_, verdict)| *verdict == class).count() as f64
            / of_class().count().max(1) as f64
    };
    f64::midpoint(rate(true), rate(false))
}

/// Percentile bootstrap of [`balanced`], 95 %, by a thousand draws; `below` gives a number by chance below its argument.
pub fn interval(verdicts: &[(bool, bool)], mut below: impl FnMut(usize) -> usize) -> (f64, f64) {
    let mut draw = || verdicts[below(verdicts.len())];
    let mut reached: Vec<f64> = (0..1_000)
        .map(|_| balanced(&verdicts.iter().map(|_| draw()).collect::<Vec<_>>()))
        .collect();
    reached.sort_by(f64::total_cmp);
    (reached[25], reached[974])
}
