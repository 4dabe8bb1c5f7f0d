//! Which words are a time expression, and what they say by themselves.

use jiff::civil::Weekday;
use standfirst_core::article::Span;
use standfirst_text::lexicon::english;

use super::token::Token;

/// A time expression as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// What the words say.
    pub expression: Expression,
}

impl Found {
    /// Bytes of the sentence.
    pub fn span(&self, tokens: &[Token<'_>]) -> Span {
        Span::new(tokens[self.first].span.start, tokens[self.end - 1].span.end)
    }
}

/// Which of several is meant, where a word says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// No word says so.
    Bare,
    /// *Last*.
    Last,
    /// *This*, *coming*.
    This,
    /// *Next*.
    Next,
}

/// What time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// What a time expression says by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// Days of a month, first and last; `weekday` where it is named beside a single one.
    Days { year: Option<i16>, month: i8, first: i8, last: i8, weekday: Option<Weekday> },
    /// A month.
    Month { year: Option<i16>, month: i8, which: Which },
    /// From the first to the last year.
    Years { first: i16, last: i16 },
    /// A day of the week.
    Weekday { day: Weekday, which: Which },
    /// So many units from publication.
    Counted { unit: Unit, by: i32 },
    /// Saturday and Sunday.
    Weekend { which: Which },
    /// Three months from `month` on.
    Quarter { year: Option<i16>, month: i8, which: Which },
    /// A day of every year.
    Holiday { month: i8, day: i8 },
    /// The day that an event is called by.
    Event { year: i16, month: i8, day: i8 },
    /// It counts from something else in the text.
    Anaphoric,
    /// It can be read in several ways.
    Ambiguous,
    /// It looks like a date and is none: passed over.
    Not,
}

impl Expression {
    /// The year that it writes out, with what it is a year of.
    pub fn year(&self) -> Option<i16> {
        match self {
            Self::Days { year, .. } | Self::Month { year, .. } | Self::Quarter { year, .. } => {
                *year
            }
            Self::Years { first, last } if first == last => Some(*first),
            _ => None,
        }
    }
}

/// First and last year that a number of four digits may mean.
const YEARS: std::ops::RangeInclusive<i32> = 1500..=2100;

/// All time expressions among `tokens`, in order, none inside another.
pub(super) fn find(tokens: &[Token<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match expression(&Words { tokens, at }) {
            Some((expression, length)) => {
                if expression != Expression::Not {
                    found.push(Found { first: at, end: at + length, expression });
                }
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

type Match = Option<(Expression, usize)>;

fn expression(words: &Words<'_>) -> Match {
    if !words.tokens[words.at].is_word() {
        return None;
    }
    let rules = [
        numeric, named, anaphoric, relative, holiday, ago, ahead, quarter, dated, weekday, month,
        decade, year,
    ];
    rules.iter().find_map(|rule| rule(words))
}

/// The tokens from `at` on.
struct Words<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
}

impl Words<'_> {
    fn lower(&self, by: usize) -> &str {
        self.tokens.get(self.at + by).map_or("", |token| token.lower.as_str())
    }

    fn before(&self, by: usize) -> &str {
        self.at.checked_sub(by).map_or("", |at| self.tokens[at].lower.as_str())
    }

    fn token(&self, by: usize) -> Option<&Token<'_>> {
        self.tokens.get(self.at + by)
    }

    fn is_capital(&self, by: usize) -> bool {
        self.token(by).is_some_and(Token::is_capital)
    }

    /// Whether the words from here on are these.
    fn are(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(by, word)| self.lower(by) == *word)
    }

    /// The month that stands `by` tokens on, and how many tokens it takes. *May* and *march* are months only
    /// with a capital, and where a name or a verb is no better reading.
    fn month(&self, by: usize) -> Option<(i8, usize)> {
        let token = self.token(by)?;
        let date = english().calendar().written(token.text).or_else(|| {
            let upper = token.text.chars().all(char::is_uppercase);
            upper.then(|| english().calendar().lower(&token.lower)).flatten()
        })?;
        if !date.month {
            return None;
        }
        let stop = usize::from(date.short && self.lower(by + 1) == ".");
        (!date.stopped || stop == 1 || self.is_number(by + 1))
            .then_some((i8::try_from(date.place).ok()? + 1, 1 + stop))
    }

    fn is_number(&self, by: usize) -> bool {
        self.token(by).is_some_and(|token| token.digits().is_some())
    }

    fn weekday(&self, by: usize) -> Option<(Weekday, usize)> {
        let token = self.token(by)?;
        let date = english().calendar().written(token.text)?;
        if date.month || date.short && !matches!(self.lower(by + 1), "." | ",") {
            return None;
        }
        let stop = usize::from(date.short && self.lower(by + 1) == ".");
        let offset = i8::try_from(date.place).ok()?;
        Some((Weekday::from_monday_zero_offset(offset).ok()?, 1 + stop))
    }

    /// A day of a month: `11`, `11th`.
    fn day(&self, by: usize) -> Option<i8> {
        let lower = self.lower(by);
        let digits = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| lower.strip_suffix(end))
            .unwrap_or(lower);
        let short = matches!(digits.len(), 1 | 2);
        let day: i8 = digits.parse().ok().filter(|_| short)?;
        (1..=31).contains(&day).then_some(day)
    }

    /// Days of a month as a range in one word: `10-12`.
    fn days(&self, by: usize) -> Option<(i8, i8)> {
        let (first, last) = self.lower(by).split_once('-')?;
        let (first, last): (i8, i8) = (first.parse().ok()?, last.parse().ok()?);
        (1 <= first && first < last && last <= 31).then_some((first, last))
    }

    fn year(&self, by: usize) -> Option<i16> {
        let token = self.token(by)?;
        let year = token.digits().filter(|year| token.text.len() == 4 && YEARS.contains(year))?;
        i16::try_from(year).ok()
    }

    /// A number below a hundred, in words or digits.
    fn count(&self, by: usize) -> Option<i32> {
        let lower = self.lower(by);
        match lower {
            "a" | "an" => Some(1),
            _ => {
                let word =
                    english().numbers().value(lower).and_then(|value| i32::try_from(value).ok());
                let digits = self.token(by)?.digits();
                word.or(digits).filter(|count| (1..1000).contains(count))
            }
        }
    }

    fn unit(&self, by: usize) -> Option<Unit> {
        Some(match self.lower(by) {
            "day" | "days" => Unit::Day,
            "week" | "weeks" => Unit::Week,
            "month" | "months" => Unit::Month,
            "year" | "years" => Unit::Year,
            _ => return None,
        })
    }
}

fn which(word: &str) -> Option<Which> {
    Some(match word {
        "last" => Which::Last,
        "this" | "coming" => Which::This,
        "next" => Which::Next,
        _ => return None,
    })
}

/// `2009-01-20`, `23/04/2008`.
fn numeric(words: &Words<'_>) -> Match {
    let text = words.lower(0);
    let parts = |mark| -> Option<[i32; 3]> {
        let parts: Vec<i32> = text.split(mark).map(str::parse).collect::<Result<_, _>>().ok()?;
        parts.try_into().ok()
    };
    if let Some([year, month, day]) =
        parts('-').filter(|parts: &[i32; 3]| YEARS.contains(&parts[0]))
    {
        return Some((days(Some(year), month, day)?, 1));
    }
    let [one, two, year] = parts('/').or_else(|| parts('.'))?;
    if !YEARS.contains(&year) {
        return None;
    }
    let expression = match (one, two) {
        (one, two) if one == two => days(Some(year), one, two)?,
        (13.., 1..=12) => days(Some(year), two, one)?,
        (1..=12, 13..) => days(Some(year), one, two)?,
        _ => Expression::Ambiguous,
    };
    Some((expression, 1))
}

fn days(year: Option<i32>, month: i32, day: i32) -> Option<Expression> {
    let year = year.map(i16::try_from).transpose().ok()?;
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some(Expression::Days { year, month, first: day, last: day, weekday: None })
}

/// Days that are names: *Black Friday*, *the Sunday Times*, *the Sept. 11 attacks*.
fn named(words: &Words<'_>) -> Match {
    let after = words.lower(1);
    if words.weekday(0).is_some() {
        let masthead = matches!(
            after,
            "times"
                | "telegraph"
                | "mirror"
                | "mail"
                | "express"
                | "post"
                | "star"
                | "herald"
                | "sun"
                | "independent"
                | "night"
                | "morning"
        ) && words.is_capital(1);
        let called = matches!(
            words.before(1),
            "black"
                | "good"
                | "super"
                | "cyber"
                | "ash"
                | "bloody"
                | "easter"
                | "palm"
                | "giving"
                | "boxing"
                | "maundy"
                | "shrove"
        ) && words.at > 0
            && words.tokens[words.at - 1].is_capital();
        return (masthead || called).then_some((Expression::Not, 1));
    }
    if words.are(&["9/11"]) {
        return Some((Expression::Event { year: 2001, month: 9, day: 11 }, 1));
    }
    let (month, taken) = words.month(0)?;
    let day = words.day(taken)?;
    let noun = words.lower(taken + 1);
    let event =
        matches!(noun, "attack" | "attacks" | "hijackings" | "hijackers" | "terror" | "terrorist");
    let year = words
        .year(taken + 1)
        .or_else(|| (words.lower(taken + 1) == ",").then(|| words.year(taken + 2))?);
    (event && (month, day) == (9, 11) && year.is_none())
        .then_some((Expression::Event { year: 2001, month, day }, taken + 1))
}

/// *The next day*, *a week later*: they count from something else.
fn anaphoric(words: &Words<'_>) -> Match {
    let from = usize::from(words.lower(0) == "the");
    let follows =
        matches!(words.lower(from), "next" | "following" | "previous" | "same" | "preceding");
    if from == 1 && follows && words.unit(2).is_some()
        || from == 0 && words.lower(0) == "that" && words.unit(1).is_some()
    {
        return Some((Expression::Anaphoric, 2 + from));
    }
    if words.are(&["the", "day", "before"]) && words.lower(3) != "yesterday"
        || words.are(&["the", "day", "after"]) && words.lower(3) != "tomorrow"
    {
        return Some((Expression::Anaphoric, 3));
    }
    let offset = words.count(0).is_some() && words.unit(1).is_some();
    let moves = matches!(words.lower(2), "earlier" | "later" | "before" | "after");
    if offset && moves {
        return Some((Expression::Anaphoric, 3));
    }
    let ordinal = words.lower(0) == "the"
        && words.day(1).is_some()
        && words.lower(1).ends_with(|c: char| c.is_alphabetic());
    let alone = words.before(1) == "on" && words.lower(2) != "of" && words.month(2).is_none();
    (ordinal && alone && !words.token(2).is_some_and(Token::is_word))
        .then_some((Expression::Anaphoric, 2))
}

/// *Yesterday*, *last week*, *earlier this month*, *last night*.
fn relative(words: &Words<'_>) -> Match {
    let counted = |unit, by, taken| Some((Expression::Counted { unit, by }, taken));
    if words.are(&["the", "day", "before", "yesterday"]) {
        return counted(Unit::Day, -2, 4);
    }
    if words.are(&["the", "day", "after", "tomorrow"]) {
        return counted(Unit::Day, 2, 4);
    }
    match words.lower(0) {
        "today" | "tonight" if words.lower(1) != "'s" => return counted(Unit::Day, 0, 1),
        "today's" | "tonight's" => return counted(Unit::Day, 0, 1),
        "yesterday" | "yesterday's" => return counted(Unit::Day, -1, 1),
        "tomorrow" | "tomorrow's" => return counted(Unit::Day, 1, 1),
        _ => {}
    }
    let edge = matches!(words.lower(0), "earlier" | "later" | "late" | "early");
    let from = usize::from(edge);
    let which = which(words.lower(from))?;
    let next = words.lower(from + 1);
    let by = match which {
        Which::Last => -1,
        Which::Next => 1,
        Which::This | Which::Bare => 0,
    };
    let own = next.trim_end_matches("'s");
    match own {
        "night" if which == Which::Last => counted(Unit::Day, -1, from + 2),
        "morning" | "afternoon" | "evening" if which == Which::This => {
            counted(Unit::Day, 0, from + 2)
        }
        "week" => counted(Unit::Week, by, from + 2),
        "month" => counted(Unit::Month, by, from + 2),
        "year" => counted(Unit::Year, by, from + 2),
        "weekend" => Some((Expression::Weekend { which }, from + 2)),
        _ => season(own).map(|month| (Expression::Quarter { year: None, month, which }, from + 2)),
    }
}

fn season(word: &str) -> Option<i8> {
    Some(match word {
        "spring" => 3,
        "summer" => 6,
        "autumn" | "fall" => 9,
        "winter" => 12,
        _ => return None,
    })
}

/// Days that every year has in the same place. Those of one country alone are not told.
fn holiday(words: &Words<'_>) -> Match {
    let day = |month, day, taken| Some((Expression::Holiday { month, day }, taken));
    let new_year = words.lower(0) == "new" && words.lower(1) == "year's";
    match words.lower(if new_year { 2 } else { 1 }) {
        "day" if new_year => day(1, 1, 3),
        "eve" if new_year => day(12, 31, 3),
        "day" if words.lower(0) == "christmas" => day(12, 25, 2),
        "eve" if words.lower(0) == "christmas" => day(12, 24, 2),
        "day" if words.lower(0) == "boxing" => day(12, 26, 2),
        "day" if words.lower(0) == "valentine's" => day(2, 14, 2),
        _ => None,
    }
}

/// *Three days ago*, *a week ago*.
fn ago(words: &Words<'_>) -> Match {
    let exact = !matches!(
        words.before(1),
        "about"
            | "around"
            | "nearly"
            | "almost"
            | "than"
            | "over"
            | "some"
            | "least"
            | "roughly"
            | "approximately"
    );
    let count = words.count(0)?;
    if words.lower(2) != "ago" || !exact {
        return None;
    }
    if matches!(words.lower(1), "hour" | "hours" | "minutes" | "minute") && count < 5 {
        return Some((Expression::Counted { unit: Unit::Day, by: 0 }, 3));
    }
    Some((Expression::Counted { unit: words.unit(1)?, by: -count }, 3))
}

/// *In two weeks*: when, where the verb looks ahead; how long, where it looks back.
fn ahead(words: &Words<'_>) -> Match {
    let unit = words.unit(2)?;
    let count = words.count(1).filter(|_| words.lower(0) == "in")?;
    let future =
        super::tense::around(words.tokens, words.at, words.at + 3) == super::tense::Tense::Future;
    let more = matches!(words.lower(3), "'" | "of" | "time");
    (future && !more).then_some((Expression::Counted { unit, by: count }, 3))
}

/// *The third quarter of 2020*, *the spring of 2019*, *summer 2008*.
fn quarter(words: &Words<'_>) -> Match {
    let ordinal =
        ["first", "second", "third", "fourth"].iter().position(|word| words.lower(0) == *word);
    let (month, taken) = match (ordinal, season(words.lower(0))) {
        (Some(place), _) if words.lower(1) == "quarter" => (i8::try_from(place * 3 + 1).ok()?, 2),
        (_, Some(month)) => (month, 1),
        _ => return None,
    };
    let of = usize::from(matches!(words.lower(taken), "of" | "in"));
    match words.year(taken + of) {
        Some(year) => Some((
            Expression::Quarter { year: Some(year), month, which: Which::Bare },
            taken + of + 1,
        )),
        None => ordinal.map(|_| (Expression::Ambiguous, taken)),
    }
}

/// A day and a month, in either order, with or without the year and the day of the week.
fn dated(words: &Words<'_>) -> Match {
    let mut from = 0;
    let weekday = words.weekday(0);
    if let Some((_, taken)) = weekday {
        from = taken + usize::from(words.lower(taken) == ",");
        from += usize::from(words.lower(from) == "the");
    }
    let (month, first, last, mut end) =
        month_first(words, from).or_else(|| day_first(words, from))?;
    let comma = usize::from(words.lower(end) == ",");
    let year =
        words.year(end + comma).filter(|_| !words.lower(end + comma + 1).starts_with("people"));
    if year.is_some() {
        end += comma + 1;
    }
    let other = words.lower(end) == ","
        && matches!(words.lower(end + 1), "a" | "one" | "two" | "three")
        && words.unit(end + 2).is_some()
        && matches!(words.lower(end + 3), "before" | "after");
    if other && year.is_none() {
        return Some((Expression::Anaphoric, end));
    }
    let weekday = weekday.map(|(day, _)| day);
    Some((Expression::Days { year, month, first, last, weekday }, end))
}

/// *Nov. 11*, *November 10-12*.
fn month_first(words: &Words<'_>, from: usize) -> Option<(i8, i8, i8, usize)> {
    let (month, taken) = words.month(from)?;
    let at = from + taken;
    if let Some((first, last)) = words.days(at) {
        return Some((month, first, last, at + 1));
    }
    let day = words.day(at)?;
    // "March 12 people": a count, not a day.
    Some((month, day, day, at + 1))
}

/// *11 November*, *the 11th of November*, *10 to 12 June*.
fn day_first(words: &Words<'_>, from: usize) -> Option<(i8, i8, i8, usize)> {
    if let Some((first, last)) = words.days(from) {
        let (month, taken) = words.month(from + 1)?;
        return Some((month, first, last, from + 1 + taken));
    }
    let first = words.day(from)?;
    if matches!(words.lower(from + 1), "to" | "and" | "-" | "–")
        && let Some(last) = words.day(from + 2)
        && let Some((month, taken)) = words.month(from + 3)
        && first < last
    {
        return Some((month, first, last, from + 3 + taken));
    }
    let of = usize::from(words.lower(from + 1) == "of");
    let (month, taken) = words.month(from + 1 + of)?;
    Some((month, first, first, from + 1 + of + taken))
}

/// *Tuesday*, *last Tuesday*.
fn weekday(words: &Words<'_>) -> Match {
    let which = which(words.lower(0));
    let from = usize::from(which.is_some());
    let (day, taken) = words.weekday(from)?;
    Some((Expression::Weekday { day, which: which.unwrap_or(Which::Bare) }, from + taken))
}

/// Whether a word stands before that a month or a year is named after: *in*, *since*, *mid-*.
fn is_preposed(words: &Words<'_>) -> bool {
    matches!(
        words.before(1),
        "in" | "since"
            | "until"
            | "till"
            | "by"
            | "of"
            | "during"
            | "from"
            | "to"
            | "late"
            | "early"
            | "before"
            | "after"
            | "through"
            | "and"
    ) || words.before(1) == "-" && words.before(2) == "mid"
}

/// *January*, *last June*, *November 2007*, *mid-January 2009*.
fn month(words: &Words<'_>) -> Match {
    let which = which(words.lower(0));
    let from = usize::from(which.is_some());
    let (month, taken) = words.month(from)?;
    let of = usize::from(matches!(words.lower(from + taken), "of" | ","));
    if let Some(year) = words.year(from + taken + of) {
        return Some((
            Expression::Month { year: Some(year), month, which: Which::Bare },
            from + taken + of + 1,
        ));
    }
    let prepared =
        which.is_some() || is_preposed(words) || matches!(words.before(1), "for" | "between");
    // Without a preposition "May warned" and "Mr March" are people.
    let name = words.token(from)?;
    let wordlike = matches!(name.lower.as_str(), "may" | "march" | "august");
    let called = words.at > 0 && words.tokens[words.at - 1].is_capital() && words.before(1) != "in";
    let verb = wordlike
        && matches!(
            words.lower(from + taken),
            "said" | "says" | "told" | "is" | "was" | "has" | "had" | "will" | "warned" | "'s"
        );
    if verb || called && wordlike || !prepared && wordlike {
        return Some((Expression::Not, from + taken));
    }
    let which = which.unwrap_or(Which::Bare);
    prepared.then_some((Expression::Month { year: None, month, which }, from + taken))
}

/// *The 1990s*.
fn decade(words: &Words<'_>) -> Match {
    let first: i16 = words.lower(0).strip_suffix('s')?.trim_end_matches('\'').parse().ok()?;
    let told = YEARS.contains(&i32::from(first)) && first % 10 == 0 && first % 100 != 0;
    told.then_some((Expression::Years { first, last: first + 9 }, 1))
}

/// *In 2007*, *the 2008 crash*: a number of four digits that only a year can be there.
fn year(words: &Words<'_>) -> Match {
    let year = words.year(0)?;
    let after = words.token(1);
    let counts = after.is_some_and(|next| {
        let noun = next.lower.ends_with('s')
            && !matches!(
                next.lower.as_str(),
                "was" | "is" | "has" | "as" | "its" | "his" | "this" | "crisis" | "olympics"
            );
        noun && next.text.starts_with(char::is_lowercase)
            || matches!(next.text, "%" | "people" | "men" | "women" | "children")
    });
    if is_preposed(words) {
        return (!counts && (1800..=2100).contains(&year))
            .then_some((Expression::Years { first: year, last: year }, 1));
    }
    let told = matches!(words.before(1), "the" | "a" | "its" | "his" | "her" | "their");
    let event = after.is_some_and(|next| {
        matches!(
            next.lower.as_str(),
            "crash"
                | "election"
                | "elections"
                | "war"
                | "crisis"
                | "treaty"
                | "revolution"
                | "olympics"
                | "invasion"
                | "attack"
                | "attacks"
                | "coup"
                | "budget"
                | "campaign"
                | "agreement"
                | "deal"
                | "referendum"
                | "vote"
                | "uprising"
                | "earthquake"
                | "massacre"
                | "season"
                | "report"
                | "law"
                | "act"
        )
    });
    (told && event && (1900..=2100).contains(&year))
        .then_some((Expression::Years { first: year, last: year }, 1))
}
