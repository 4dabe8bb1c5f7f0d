//! Days from one to another.

use std::fmt;

use jiff::{ToSpan as _, civil::Date};
use serde::{Serialize, Serializer};

/// All days from the first to the last, both included. Shown as in ISO 8601: `2009-02-13`,
/// `2009-02-01/2009-02-28`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// Last day; not before the first.
    pub to: Date,
}

impl Interval {
    /// The one day.
    pub fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// The days from `from` to `to`; `None` if they run backwards.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// All days of a month; `None` if there is no such month.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let from = Date::new(year, month, 1).ok()?;
        Some(Self { from, to: from.last_of_month() })
    }

    /// All days of a year; `None` if it is beyond the calendar.
    pub fn year(year: i16) -> Option<Self> {
        let from = Date::new(year, 1, 1).ok()?;
        Some(Self { from, to: from.last_of_year() })
    }

    /// The week from Monday to Sunday that a day is in.
    pub fn week(day: Date) -> Option<Self> {
        let back = i32::from(day.weekday().to_monday_zero_offset());
        let from = day.checked_sub(back.days()).ok()?;
        Some(Self { from, to: from.checked_add(6.days()).ok()? })
    }

    /// Number of days, at least 1.
    pub fn days(self) -> i32 {
        (self.to - self.from).get_days() + 1
    }

    /// The day in the middle.
    pub fn middle(self) -> Date {
        self.from.saturating_add((self.days() / 2).days())
    }

    /// Whether it is one day.
    pub fn is_day(self) -> bool {
        self.from == self.to
    }

    /// What two intervals share.
    pub fn shared(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }

    /// Days between the two where they are nearest; 0 if they share one.
    pub fn gap(self, other: Self) -> i32 {
        if self.shared(other).is_some() {
            return 0;
        }
        let (first, second) = if self.to < other.from { (self, other) } else { (other, self) };
        (second.from - first.to).get_days()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_day() {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}/{}", self.from, self.to)
        }
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_run_from_monday_and_months_to_their_last_day() {
        let week = Interval::week(day("2023-10-08")).unwrap();
        assert_eq!(week.to_string(), "2023-10-02/2023-10-08");
        assert_eq!(Interval::month(2012, 2).unwrap().to_string(), "2012-02-01/2012-02-29");
        assert_eq!(Interval::month(2012, 13), None);
    }

    #[test]
    fn gaps_are_counted_between_the_nearest_days() {
        let (january, march) =
            (Interval::month(2011, 1).unwrap(), Interval::month(2011, 3).unwrap());
        assert_eq!((january.gap(march), march.gap(january)), (29, 29));
        assert_eq!(january.gap(Interval::day(day("2011-01-31"))), 0);
        assert_eq!(january.days(), 31);
    }
}
