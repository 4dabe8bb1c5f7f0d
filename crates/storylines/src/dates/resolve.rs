//! From what a time expression says to the days that it means.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{
    Interval, Rule,
    grammar::{Expression, Found, Unit, Which},
    tense::{self, Tense},
    token::Token,
};

/// What time expressions are counted from: the day of publication, as well as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor(Interval);

impl Anchor {
    /// Published on this day.
    pub fn day(day: Date) -> Self {
        Self(Interval::day(day))
    }

    /// Published within these days: days are then counted from nothing, months and years only where all of
    /// them give the same.
    pub fn within(days: Interval) -> Self {
        Self(days)
    }
}

/// What is known beside the expression.
pub(super) struct Context<'a> {
    /// Publication.
    pub anchor: Option<Anchor>,
    /// The years that the sentence writes out.
    pub years: &'a [i16],
    /// The year that the paragraph has gone to.
    pub paragraph: Option<i16>,
}

type Resolved = Result<(Interval, Rule), Rule>;

/// The days that `found` means.
pub(super) fn resolve(found: &Found, tokens: &[Token<'_>], context: &Context<'_>) -> Resolved {
    if let Some(own) = by_itself(&found.expression) {
        return own;
    }
    let Some(Anchor(anchor)) = context.anchor else { return Err(Rule::NoAnchor) };
    let tense = tense::around(tokens, found.first, found.end);
    let counted = |day: Date| {
        let case = Case { published: day, tense, context };
        case.resolve(&found.expression)
    };
    let first = counted(anchor.from)?;
    if anchor.is_day() { Ok(first) } else { same(first, counted(anchor.to)?) }
}

/// What both ends of the time of publication give; what they differ in is not told.
fn same(first: (Interval, Rule), last: (Interval, Rule)) -> Resolved {
    if first.0 == last.0 { Ok(first) } else { Err(Rule::NoAnchor) }
}

/// What needs no day to count from.
fn by_itself(expression: &Expression) -> Option<Resolved> {
    let told = |interval: Option<Interval>, rule| {
        interval.map(|days| (days, rule)).ok_or(Rule::Impossible)
    };
    Some(match *expression {
        Expression::Days { year: Some(year), month, first, last, weekday } => {
            let days = days(year, month, first, last);
            let fits =
                |days: &Interval| weekday.is_none_or(|weekday| days.from.weekday() == weekday);
            told(days.filter(fits), Rule::FullDate)
        }
        Expression::Month { year: Some(year), month, .. } => {
            told(Interval::month(year, month), Rule::MonthYear)
        }
        Expression::Years { first, last } => {
            let whole = Interval::year(first).zip(Interval::year(last));
            told(whole.and_then(|(first, last)| Interval::new(first.from, last.to)), Rule::Year)
        }
        Expression::Quarter { year: Some(year), month, .. } => {
            told(quarter(year, month), Rule::Season)
        }
        Expression::Event { year, month, day } => told(days(year, month, day, day), Rule::Event),
        Expression::Anaphoric => Err(Rule::Anaphoric),
        Expression::Ambiguous | Expression::Not => Err(Rule::Ambiguous),
        _ => return None,
    })
}

fn days(year: i16, month: i8, first: i8, last: i8) -> Option<Interval> {
    Interval::new(Date::new(year, month, first).ok()?, Date::new(year, month, last).ok()?)
}

fn quarter(year: i16, month: i8) -> Option<Interval> {
    let first = Interval::month(year, month)?;
    let last = first.from.checked_add(2.months()).ok()?;
    Interval::new(first.from, last.last_of_month())
}

/// An expression beside one day of publication.
struct Case<'a> {
    published: Date,
    tense: Tense,
    context: &'a Context<'a>,
}

impl Case<'_> {
    fn resolve(&self, expression: &Expression) -> Resolved {
        match *expression {
            Expression::Days { month, first, last, weekday, .. } => {
                self.day(|year| days(year, month, first, last), weekday)
            }
            Expression::Holiday { month, day } => {
                let (days, _) = self.day(|year| days(year, month, day, day), None)?;
                Ok((days, Rule::Holiday))
            }
            Expression::Month { month, which, .. } => self.month(month, which),
            Expression::Weekday { day, which } => self.weekday(day, which),
            Expression::Counted { unit, by } => self.counted(unit, by),
            Expression::Weekend { which } => self.weekend(which),
            Expression::Quarter { month, which, .. } => self.season(month, which),
            _ => Err(Rule::Ambiguous),
        }
    }

    /// A day of the year nearest to publication on the side where the verb looks. One that the verb says
    /// nothing of is told only by the day of the week beside it.
    fn day(&self, of: impl Fn(i16) -> Option<Interval>, weekday: Option<Weekday>) -> Resolved {
        let year = self.published.year();
        let around: Vec<Interval> = (year - 1..=year + 1).filter_map(&of).collect();
        let any = (year - 8..=year + 8).any(|year| of(year).is_some());
        if !any {
            return Err(Rule::Impossible);
        }
        let fits = |days: &&Interval| weekday.is_none_or(|weekday| days.from.weekday() == weekday);
        let past = around.iter().filter(|days| days.from <= self.published).rfind(fits);
        let ahead = around.iter().find(|days| days.to >= self.published && fits(days));
        let told = match (self.tense, past, ahead) {
            (Tense::Past, Some(days), _) => (*days, Rule::DayBefore),
            (Tense::Future, _, Some(days)) => (*days, Rule::DayAhead),
            (Tense::Unknown, Some(days), None) if weekday.is_some() => (*days, Rule::DayBefore),
            (Tense::Unknown, None, Some(days)) if weekday.is_some() => (*days, Rule::DayAhead),
            _ => return Err(Rule::Ambiguous),
        };
        self.beside_years(told)
    }

    /// Refuses what a year that is written out nearby speaks against.
    fn beside_years(&self, (days, rule): (Interval, Rule)) -> Resolved {
        let own = days.from.year();
        let near = |year: &i16| *year == own || *year > self.published.year();
        let fits = self.context.years.iter().all(near);
        let paragraph =
            self.context.paragraph.is_none_or(|year| near(&year) || year == self.published.year());
        if fits && paragraph { Ok((days, rule)) } else { Err(Rule::Ambiguous) }
    }

    fn month(&self, month: i8, which: Which) -> Resolved {
        let (year, now) = (self.published.year(), self.published.month());
        let (year, rule) = match (which, self.tense) {
            (Which::Last, _) if month >= now => (year - 1, Rule::MonthBefore),
            (Which::Next, _) if month <= now => (year + 1, Rule::MonthAhead),
            (Which::This, _) => (year, Rule::MonthAhead),
            (Which::Bare, Tense::Past) => (year - i16::from(month > now), Rule::MonthBefore),
            (Which::Bare, Tense::Future) => (year + i16::from(month < now), Rule::MonthAhead),
            (Which::Last | Which::Next, _) | (Which::Bare, Tense::Unknown) => {
                return Err(Rule::Ambiguous);
            }
        };
        let month = Interval::month(year, month).ok_or(Rule::Impossible)?;
        self.beside_years((month, rule))
    }

    /// *Last Tuesday* on a Thursday may be two days or nine days ago, and is not told.
    fn weekday(&self, day: Weekday, which: Which) -> Resolved {
        let back = i32::from(day.until(self.published.weekday()));
        let ahead = i32::from(self.published.weekday().until(day));
        let own = i32::from(self.published.weekday().to_monday_zero_offset());
        let (by, rule) = match (which, self.tense) {
            (Which::Last, _) if back == 0 => (-7, Rule::WeekdayBefore),
            (Which::Last, _) if back > own => (-back, Rule::WeekdayBefore),
            (Which::Next, _) if ahead == 0 => (7, Rule::WeekdayAhead),
            (Which::Next, _) if own + ahead > 6 => (ahead, Rule::WeekdayAhead),
            (Which::This, _) => (i32::from(day.to_monday_zero_offset()) - own, Rule::WeekdayAhead),
            (Which::Bare, Tense::Past) => (-back, Rule::WeekdayBefore),
            (Which::Bare, Tense::Future) => (ahead, Rule::WeekdayAhead),
            (Which::Last | Which::Next, _) | (Which::Bare, Tense::Unknown) => {
                return Err(Rule::Ambiguous);
            }
        };
        let day = self.published.checked_add(by.days()).map_err(|_| Rule::Impossible)?;
        Ok((Interval::day(day), rule))
    }

    fn counted(&self, unit: Unit, by: i32) -> Resolved {
        let span = match unit {
            Unit::Day => by.days(),
            Unit::Week => by.weeks(),
            Unit::Month => by.months(),
            Unit::Year => by.years(),
        };
        let day = self.published.checked_add(span).map_err(|_| Rule::Impossible)?;
        let days = match unit {
            Unit::Day => Some(Interval::day(day)),
            Unit::Week => Interval::week(day),
            Unit::Month => Interval::month(day.year(), day.month()),
            Unit::Year => Interval::year(day.year()),
        };
        Ok((days.ok_or(Rule::Impossible)?, Rule::Counted))
    }

    /// *Last weekend* in the middle of a week is the one before; on a weekend it may be either.
    fn weekend(&self, which: Which) -> Resolved {
        let offset = i32::from(self.published.weekday().to_monday_zero_offset());
        let by = match which {
            Which::Last if offset < 5 => -7,
            Which::This => 0,
            Which::Next if offset < 5 => 7,
            _ => return Err(Rule::Ambiguous),
        };
        let saturday = self.published.checked_add((5 - offset + by).days());
        let saturday = saturday.map_err(|_| Rule::Impossible)?;
        let sunday = saturday.checked_add(1.days()).map_err(|_| Rule::Impossible)?;
        Ok((Interval { from: saturday, to: sunday }, Rule::Counted))
    }

    /// *Last summer* within or after that of the same year is ambiguous unless that is over.
    fn season(&self, month: i8, which: Which) -> Resolved {
        let year = self.published.year();
        let own = quarter(year, month).ok_or(Rule::Impossible)?;
        let year = match which {
            Which::Last if own.to < self.published => year,
            Which::Last if own.from > self.published => year - 1,
            Which::Next if own.from > self.published => return Err(Rule::Ambiguous),
            Which::Next => year + 1,
            _ => return Err(Rule::Ambiguous),
        };
        Ok((quarter(year, month).ok_or(Rule::Impossible)?, Rule::Season))
    }
}
