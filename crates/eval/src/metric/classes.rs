//! How often a class is right: macro-F1 (the mean of the classes' F1, so that a rare class counts as
//! much as a common one), accuracy, the confusion matrix, and the expected calibration error (Naeini,
//! Cooper & Hauskrecht 2015) of the confidence.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bootstrap::{Estimate, RESAMPLES, around};
use standfirst_core::plugin::Label;
use standfirst_core::random::SplitMix64;

/// The classes, in the order of every table.
pub const LABELS: [Label; 3] = Label::ALL;
/// Classes of confidence over which the calibration error is told.
const BINS: usize = 10;

/// A question that people answered, and what a model said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answered {
    /// What people say.
    pub gold: Label,
    /// What the model says; `None` if it gave no answer, which counts as wrong.
    pub found: Option<Label>,
    /// Probability 0–1 of its class, where it gives one.
    pub confidence: Option<f64>,
    /// Questions about the same text have the same number: they are drawn together.
    pub text: u64,
}

/// How right a model is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Mean of the classes' F1, 0–1.
    pub macro_f1: Estimate,
    /// Share of right answers, 0–1.
    pub accuracy: Estimate,
    /// F1 of each class, 0–1, in the order of [`LABELS`].
    pub f1: [f64; 3],
    /// Answers by people's class (row) and the model's (column), in the order of [`LABELS`].
    pub confusion: [[u64; 3]; 3],
    /// Questions without an answer.
    pub unanswered: u64,
    /// Mean distance between confidence and the share of right answers, 0–1, over tenths; `None` where
    /// the model gives no confidence.
    pub calibration_error: Option<f64>,
}

/// Counts from which every figure but the calibration follows.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    confusion: [[u64; 3]; 3],
    unanswered: [u64; 3],
}

fn index(label: Label) -> usize {
    LABELS.iter().position(|known| *known == label).unwrap_or(0)
}

impl Counts {
    fn of<'a>(answers: impl IntoIterator<Item = &'a Answered>) -> Self {
        let mut counts = Self::default();
        for answer in answers {
            match answer.found {
                Some(found) => counts.confusion[index(answer.gold)][index(found)] += 1,
                None => counts.unanswered[index(answer.gold)] += 1,
            }
        }
        counts
    }

    fn add(&mut self, other: &Self) {
        for (row, others) in self.confusion.iter_mut().zip(&other.confusion) {
            row.iter_mut().zip(others).for_each(|(sum, count)| *sum += count);
        }
        self.unanswered.iter_mut().zip(&other.unanswered).for_each(|(sum, count)| *sum += count);
    }

    fn gold(&self, class: usize) -> u64 {
        self.confusion[class].iter().sum::<u64>() + self.unanswered[class]
    }

    /// 0 for a class that nobody named.
    fn f1(&self) -> [f64; 3] {
        std::array::from_fn(|class| {
            let found: u64 = self.confusion.iter().map(|row| row[class]).sum();
            let named = found + self.gold(class);
            if named == 0 { 0.0 } else { 2.0 * self.confusion[class][class] as f64 / named as f64 }
        })
    }

    fn macro_f1(&self) -> f64 {
        self.f1().iter().sum::<f64>() / 3.0
    }

    fn accuracy(&self) -> f64 {
        let right: u64 = (0..3).map(|class| self.confusion[class][class]).sum();
        let all: u64 = (0..3).map(|class| self.gold(class)).sum();
        right as f64 / all.max(1) as f64
    }
}

/// The scores of `answers`; `None` for none. Intervals are percentile bootstraps over texts. The same
/// seed gives the same answer.
pub fn score(answers: &[Answered], seed: u64) -> Option<Scores> {
    let all = Counts::of(answers);
    let resampled = resample(&[answers], seed)?;
    let interval = |figure: fn(&Counts) -> f64| {
        around(figure(&all), resampled.iter().map(|counts| figure(&counts[0])))
    };
    Some(Scores {
        macro_f1: interval(Counts::macro_f1),
        accuracy: interval(Counts::accuracy),
        f1: all.f1(),
        confusion: all.confusion,
        unanswered: all.unanswered.iter().sum(),
        calibration_error: calibration_error(answers),
    })
}

/// How much higher the macro-F1 of `ours` is than that of `theirs` on the same questions, with its
/// interval; `None` if they are not the same, or there are none.
pub fn macro_f1_gain(ours: &[Answered], theirs: &[Answered], seed: u64) -> Option<Estimate> {
    let same = |(a, b): (&Answered, &Answered)| a.gold == b.gold && a.text == b.text;
    if ours.len() != theirs.len() || !ours.iter().zip(theirs).all(same) {
        return None;
    }
    let gain = |ours: &Counts, theirs: &Counts| ours.macro_f1() - theirs.macro_f1();
    let resampled = resample(&[ours, theirs], seed)?;
    let gains = resampled.iter().map(|counts| gain(&counts[0], &counts[1]));
    Some(around(gain(&Counts::of(ours), &Counts::of(theirs)), gains))
}

/// What always answering `label` scores.
pub fn always(label: Label, answers: &[Answered], seed: u64) -> Option<Scores> {
    let constant = |answer: &Answered| Answered { found: Some(label), confidence: None, ..*answer };
    score(&answers.iter().map(constant).collect::<Vec<_>>(), seed)
}

/// Counts of every model on each of many draws of texts; `None` without texts.
fn resample(models: &[&[Answered]], seed: u64) -> Option<Vec<Vec<Counts>>> {
    let mut texts: BTreeMap<u64, Vec<Counts>> = BTreeMap::new();
    for (model, answers) in models.iter().enumerate() {
        for answer in *answers {
            let counts =
                texts.entry(answer.text).or_insert_with(|| vec![Counts::default(); models.len()]);
            counts[model].add(&Counts::of([answer]));
        }
    }
    let texts: Vec<Vec<Counts>> = texts.into_values().collect();
    if texts.is_empty() {
        return None;
    }
    let mut random = SplitMix64::new(seed);
    let draw = |_| {
        let mut sums = vec![Counts::default(); models.len()];
        for _ in 0..texts.len() {
            let drawn = &texts[random.below(texts.len())];
            sums.iter_mut().zip(drawn).for_each(|(sum, counts)| sum.add(counts));
        }
        sums
    };
    Some((0..RESAMPLES).map(draw).collect())
}

fn calibration_error(answers: &[Answered]) -> Option<f64> {
    // Per tenth of confidence: how many, how many of them right, how sure together.
    let mut bins = [(0.0, 0.0, 0.0); BINS];
    for answer in answers {
        let Some(sure) = answer.confidence else { continue };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let bin = (sure * BINS as f64).clamp(0.0, (BINS - 1) as f64) as usize;
        let right = f64::from(u8::from(answer.found == Some(answer.gold)));
        bins[bin] = (bins[bin].0 + 1.0, bins[bin].1 + right, bins[bin].2 + sure);
    }
    let all: f64 = bins.iter().map(|(count, ..)| count).sum();
    let apart: f64 = bins.iter().map(|(_, right, sure)| (right - sure).abs()).sum();
    (all > 0.0).then(|| apart / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(Label, Option<Label>)]) -> Vec<Answered> {
        let answer = |(text, &(gold, found)): (usize, &(Label, Option<Label>))| Answered {
            gold,
            found,
            confidence: None,
            text: text as u64,
        };
        pairs.iter().enumerate().map(answer).collect()
    }

    use Label::{Negative, Neutral, Positive};

    #[test]
    fn the_figures_are_those_of_scikit_learn() {
        // sklearn.metrics.f1_score(y, p, average=None) = [2/3, 0.4, 0.8], macro 0.6222; accuracy 0.625.
        let answers = answers(&[
            (Negative, Some(Negative)),
            (Negative, Some(Negative)),
            (Negative, Some(Neutral)),
            (Neutral, Some(Neutral)),
            (Neutral, Some(Negative)),
            (Positive, Some(Positive)),
            (Positive, Some(Positive)),
            (Positive, Some(Neutral)),
        ]);
        let scores = score(&answers, 1).unwrap();
        let expected = [2.0 / 3.0, 0.4, 0.8];
        assert!(scores.f1.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-12), "{scores:?}");
        assert!((scores.macro_f1.mean - 0.622_222).abs() < 1e-6);
        assert!((scores.accuracy.mean - 0.625).abs() < 1e-12);
        assert_eq!(scores.confusion, [[2, 1, 0], [1, 1, 0], [0, 1, 2]]);
        assert!(scores.macro_f1.low < 0.622 && scores.macro_f1.high > 0.623);
    }

    #[test]
    fn no_answer_is_a_wrong_one() {
        let scores = score(&answers(&[(Negative, None), (Negative, Some(Negative))]), 1).unwrap();
        assert_eq!((scores.unanswered, scores.accuracy.mean), (1, 0.5));
        assert!((scores.f1[0] - 2.0 / 3.0).abs() < 1e-12);
        assert!(score(&[], 1).is_none());
    }

    #[test]
    fn a_gain_is_paired() {
        let gold: Vec<_> = (0..60).map(|i| LABELS[i % 3]).collect();
        let theirs = answers(&gold.iter().map(|&g| (g, Some(Neutral))).collect::<Vec<_>>());
        let ours = answers(&gold.iter().map(|&g| (g, Some(g))).collect::<Vec<_>>());
        let gain = macro_f1_gain(&ours, &theirs, 1).unwrap();
        assert!(gain.low > 0.7 && (gain.mean - (1.0 - 0.5 / 3.0)).abs() < 1e-9, "{gain:?}");
        let none = macro_f1_gain(&ours, &ours, 1).unwrap();
        assert_eq!((none.low, none.high), (0.0, 0.0));
        assert!(macro_f1_gain(&ours, &theirs[1..], 1).is_none());
        assert_eq!(always(Neutral, &ours, 1), score(&theirs, 1));
    }

    #[test]
    fn questions_about_one_text_are_drawn_together() {
        let mut pairs = answers(&[(Negative, Some(Negative)); 40]);
        pairs.iter_mut().skip(20).for_each(|answer| answer.found = Some(Neutral));
        let apart = score(&pairs, 1).unwrap().accuracy;
        pairs.iter_mut().enumerate().for_each(|(i, answer)| answer.text = (i / 20) as u64);
        let together = score(&pairs, 1).unwrap().accuracy;
        assert!(together.high - together.low > apart.high - apart.low);
    }

    #[test]
    fn the_calibration_error_is_the_distance_by_tenths() {
        let mut sure = answers(&[(Negative, Some(Negative)), (Negative, Some(Neutral))]);
        sure[0].confidence = Some(0.95);
        sure[1].confidence = Some(0.65);
        // One right at .95, one wrong at .65: .05 and .65 apart.
        let error = score(&sure, 1).unwrap().calibration_error.unwrap();
        assert!((error - 0.35).abs() < 1e-12);
    }
}
