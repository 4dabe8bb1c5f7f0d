//! The middle of several articles, and how like two of them are.

use crate::dates::Interval;
use crate::sparse::{Sparse, cosine, dot, length};

/// Most words and names that are kept of an event, those that weigh most.
const MAX_WORDS: usize = 192;

/// The sum of what articles say, each of the same weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Centroid {
    terms: Sparse,
    names: Sparse,
    vector: Vec<f32>,
    lengths: Lengths,
    days: Vec<Interval>,
    /// From the first publication to the last.
    pub(crate) time: Option<Interval>,
    /// Days by which the best known time of an article of it may be off, to either side.
    doubt: i32,
    articles: u32,
}

/// Euclidean lengths, kept since each middle is compared many times.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Lengths {
    terms: f32,
    names: f32,
    vector: f32,
}

/// How like two middles are, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Likeness {
    /// Cosine of their words.
    pub terms: f32,
    /// Cosine of their names; `None` where one has none.
    pub names: Option<f32>,
    /// Cosine of their vectors; `None` without an encoder.
    pub vectors: Option<f32>,
    /// Whether they speak of the same day.
    pub day: bool,
    /// Days between their times of publication, where these do not overlap with those by which they may be off;
    /// `None` where one is not known.
    pub apart: Option<i32>,
}

impl Centroid {
    /// Of one article, whose words and names are weighed.
    pub fn of(
        terms: Sparse,
        names: Sparse,
        vector: &[f32],
        days: &[Interval],
        time: Option<Interval>,
    ) -> Self {
        let doubt = time.map_or(0, |time| (time.days() - 1) / 2);
        let mut centroid = Self {
            terms,
            names,
            vector: vector.to_vec(),
            lengths: Lengths::default(),
            days: days.to_vec(),
            time,
            doubt,
            articles: 1,
        };
        centroid.measure();
        centroid
    }

    /// Takes the lengths anew.
    fn measure(&mut self) {
        self.lengths = Lengths {
            terms: length(&self.terms),
            names: length(&self.names),
            vector: dense(&self.vector, &self.vector).sqrt(),
        };
    }

    /// Takes in another one.
    pub fn add(&mut self, other: &Self) {
        self.terms = sum(&self.terms, &other.terms);
        self.names = sum(&self.names, &other.names);
        if self.vector.is_empty() {
            self.vector.clone_from(&other.vector);
        } else {
            self.vector.iter_mut().zip(&other.vector).for_each(|(own, other)| *own += other);
        }
        for days in &other.days {
            if self.days.len() < MAX_WORDS && !self.days.contains(days) {
                self.days.push(*days);
            }
        }
        self.doubt = match (self.time, other.time) {
            (Some(_), Some(_)) => self.doubt.min(other.doubt),
            _ => self.doubt.max(other.doubt),
        };
        self.time = match (self.time, other.time) {
            (Some(one), Some(other)) => {
                Some(Interval { from: one.from.min(other.from), to: one.to.max(other.to) })
            }
            (one, other) => one.or(other),
        };
        self.articles += other.articles;
        self.measure();
    }

    /// Number of articles.
    pub fn articles(&self) -> u32 {
        self.articles
    }

    /// How like the two are.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let names = !self.names.is_empty() && !other.names.is_empty();
        let vectors = !self.vector.is_empty() && self.vector.len() == other.vector.len();
        let (own, its) = (&self.lengths, &other.lengths);
        let of_names = || cosine(dot(&self.names, &other.names), own.names * its.names);
        let of_vectors = || cosine(dense(&self.vector, &other.vector), own.vector * its.vector);
        Likeness {
            terms: cosine(dot(&self.terms, &other.terms), own.terms * its.terms),
            names: names.then(of_names),
            vectors: vectors.then(of_vectors),
            day: self.days.iter().any(|days| other.days.contains(days)),
            apart: self.time.zip(other.time).map(|(one, time)| match one.gap(time) {
                0 => 0,
                // From what may be their days to what are likely these.
                gap => gap + self.doubt + other.doubt,
            }),
        }
    }

    /// The words and names that weigh most, heaviest first.
    pub(super) fn heaviest(&self, most: usize) -> impl Iterator<Item = u32> {
        let best = |words: &[(u32, f32)]| {
            let mut words = words.to_vec();
            words
                .sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            words.truncate(most);
            words.into_iter().map(|(hash, _)| hash)
        };
        best(&self.terms).chain(best(&self.names))
    }
}

fn sum(one: &[(u32, f32)], other: &[(u32, f32)]) -> Sparse {
    let mut all: Sparse = Vec::with_capacity(one.len() + other.len());
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(&&(l, _)), Some(&&(r, more))) if l == r => {
                right.next();
                left.next().map(|(hash, weight)| (*hash, weight + more))
            }
            (Some((l, _)), Some((r, _))) if l < r => left.next().copied(),
            (Some(_), None) => left.next().copied(),
            _ => right.next().copied(),
        };
        match next {
            Some(next) => all.push(next),
            None => break,
        }
    }
    if all.len() > 2 * MAX_WORDS {
        all.sort_unstable_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        all.truncate(MAX_WORDS);
        all.sort_unstable_by_key(|(hash, _)| *hash);
    }
    all
}

/// Sums that are kept side by side, so that the processor can add them at once; always so many, so that the result is
/// the same on every one.
const LANES: usize = 16;

/// Sum of the products of two vectors of one length.
fn dense(one: &[f32], other: &[f32]) -> f32 {
    let ((one, rest), (other, others)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (one, other) in one.iter().zip(other) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    let rest = rest.iter().zip(others).map(|(one, other)| one * other);
    sums.into_iter().chain(rest).sum()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn of(from: jiff::civil::Date, to: jiff::civil::Date) -> Centroid {
        Centroid::of(Vec::new(), Vec::new(), &[], &[], Interval::new(from, to))
    }

    #[test]
    fn a_product_in_lanes_is_the_product() {
        for length in [0, 1, 15, 16, 17, 384, 391] {
            let one: Vec<f32> = (0..length).map(|at| (at as f32).sin()).collect();
            let other: Vec<f32> = (0..length).map(|at| (at as f32 * 0.7).cos()).collect();
            let exact: f64 = one
                .iter()
                .zip(&other)
                .map(|(one, other)| f64::from(*one) * f64::from(*other))
                .sum();
            assert!((f64::from(dense(&one, &other)) - exact).abs() < 1e-4, "{length}");
        }
    }

    #[test]
    fn articles_of_uncertain_days_are_as_far_apart_as_their_likely_days() {
        let known = of(date(2009, 3, 1), date(2009, 3, 1));
        let next = of(date(2009, 3, 4), date(2009, 3, 4));
        assert_eq!(known.likeness(&next).apart, Some(3));
        let winter = of(date(2008, 11, 11), date(2009, 1, 10));
        let spring = of(date(2009, 1, 21), date(2009, 3, 6));
        assert_eq!(winter.likeness(&spring).apart, Some(11 + 30 + 22));
        // They may be of one day.
        assert_eq!(spring.likeness(&known).apart, Some(0));
        assert_eq!(spring.likeness(&Centroid::default()).apart, None);
    }
}
