//! Months and days of the week.

use std::collections::HashSet;

use rustc_hash::FxHashMap;

use super::{
    data::File,
    table::{self, Malformed},
};

/// A month or a day of the week, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Whether it is a month; otherwise it is a day of the week.
    pub month: bool,
    /// Whether it is shortened.
    pub short: bool,
    /// Whether the short form is a word of its own, and a date only with a stop behind it.
    pub stopped: bool,
    /// Place among the months, or among the days of the week, from 0.
    pub place: usize,
    /// Place in the list.
    index: usize,
}

/// The months and the days of the week of a language.
#[derive(Debug, Default)]
pub struct Calendar {
    written: FxHashMap<&'static str, Date>,
    lower: FxHashMap<String, Date>,
    /// All ways to write each, in small letters, the full one first.
    spellings: Vec<Vec<String>>,
}

impl Calendar {
    pub(super) fn read(file: &File) -> Result<Self, Malformed> {
        let entries = table::read(file)?;
        let is_stopped = |head: &[&str]| head == ["stopped"];
        let stopped = entries.iter().filter(|entry| is_stopped(&entry.heads));
        let stopped: HashSet<&str> = stopped.flat_map(|entry| entry.words.clone()).collect();
        let mut calendar = Self::default();
        let mut places = [0; 2];
        for entry in entries.iter().filter(|entry| !is_stopped(&entry.heads)) {
            let month = match entry.heads[..] {
                ["month"] => true,
                ["weekday"] => false,
                _ => return Err(entry.malformed("neither month nor weekday nor stopped")),
            };
            let index = calendar.spellings.len();
            let place = places[usize::from(month)];
            places[usize::from(month)] += 1;
            for (at, &word) in entry.words.iter().enumerate() {
                let date =
                    Date { month, short: at > 0, stopped: stopped.contains(word), place, index };
                let twice = calendar.written.insert(word, date).is_some();
                if calendar.lower.insert(word.to_lowercase(), date).is_some() || twice {
                    return Err(entry.malformed(format!("{word:?} is there already")));
                }
            }
            let lower = entry.words.iter().map(|word| word.to_lowercase());
            calendar.spellings.push(lower.collect());
        }
        Ok(calendar)
    }

    /// The month or day that is written so, capitals and all.
    pub fn written(&self, word: &str) -> Option<Date> {
        self.written.get(word).copied()
    }

    /// The month or day that a word in small letters means. Some are other words, too (*may*, *march*,
    /// *sat*): the caller has to know which is meant.
    pub fn lower(&self, word: &str) -> Option<Date> {
        self.lower.get(word).copied()
    }

    /// Whether a word in small letters is the full name of a month or a day.
    pub fn is_full_name(&self, word: &str) -> bool {
        self.lower(word).is_some_and(|date| !date.short)
    }

    /// Whether a word in small letters is the full name of a day of the week.
    pub fn is_weekday(&self, word: &str) -> bool {
        self.lower(word).is_some_and(|date| !date.month && !date.short)
    }

    /// All ways to write a month or day, in small letters, the full one first.
    pub fn spellings(&self, date: Date) -> &[String] {
        &self.spellings[date.index]
    }

    /// Every month and day as written, in no order.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Date)> {
        self.written.iter().map(|(word, date)| (*word, *date))
    }
}
