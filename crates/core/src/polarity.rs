//! How favourable a passage is: a number, and the three classes that it falls into.

/// −1 (hostile) to 1 (favourable), 0 neutral. Across models compare sign and rank only.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Polarity(f64);

impl Polarity {
    /// Neither favourable nor hostile.
    pub const NEUTRAL: Self = Self(0.0);

    /// `None` outside −1..=1 or for NaN.
    pub fn new(value: f64) -> Option<Self> {
        (-1.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// The class of a tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Unfavourable.
    Negative,
    /// Neither.
    Neutral,
    /// Favourable.
    Positive,
}

/// The polarities that count as neutral; its ends do not.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Band {
    /// The highest that is negative.
    pub low: f64,
    /// The lowest that is positive.
    pub high: f64,
}

impl Band {
    /// The convention of VADER (Hutto & Gilbert 2014).
    pub const USUAL: Self = Self { low: -0.05, high: 0.05 };

    /// The class of a polarity, or of a mean of polarities.
    pub fn label(self, polarity: f64) -> Label {
        if polarity >= self.high {
            Label::Positive
        } else if polarity <= self.low {
            Label::Negative
        } else {
            Label::Neutral
        }
    }
}

impl Label {
    /// Every class, in the order of every table.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// The class of this [name](Self::name), whatever its case and with blanks around it or not.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The class of a polarity by the usual [`Band`].
    pub fn of(polarity: f64) -> Self {
        Band::USUAL.label(polarity)
    }

    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polarity_is_bounded() {
        assert_eq!(Polarity::new(-1.0).map(Polarity::get), Some(-1.0));
        assert!(Polarity::new(1.01).is_none() && Polarity::new(f64::NAN).is_none());
    }

    #[test]
    fn classes_are_found_by_name() {
        assert_eq!(Label::named(" Negative\n"), Some(Label::Negative));
        assert!(Label::named("bad").is_none() && Label::named("").is_none());
    }
}
