//! Number words.

use rustc_hash::FxHashMap;

use super::{
    data::File,
    table::{self, Malformed},
};

/// A word for the size of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What it stands for.
    pub factor: f64,
    /// The usual word for it.
    pub name: &'static str,
    /// How it stands to a number.
    pub form: Form,
}

/// How the word for a size stands to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It multiplies the number before it: `two million`, `2mn`.
    Multiplier,
    /// It counts by itself: `millions of`, `a dozen`.
    Count,
    /// Right behind digits it multiplies them: `2k`.
    Suffix,
    /// Right behind digits it multiplies them if they are money: `$2m`; otherwise it is a unit.
    Money,
}

/// The number words of a language.
#[derive(Debug, Default)]
pub struct Numbers {
    values: FxHashMap<&'static str, u64>,
    scales: FxHashMap<&'static str, Scale>,
}

impl Numbers {
    pub(super) fn read(file: &File) -> Result<Self, Malformed> {
        let mut numbers = Self::default();
        let mut names: Vec<(f64, &'static str)> = Vec::new();
        for entry in table::read(file)? {
            let [value, form] = entry.heads[..] else {
                return Err(entry.malformed("not a value and a form"));
            };
            let factor: f64 = value.parse().map_err(|_| entry.malformed("not a value"))?;
            let form = match form {
                "number" => {
                    let value = value.parse().map_err(|_| entry.malformed("not a whole number"))?;
                    numbers.values.extend(entry.words.iter().map(|word| (*word, value)));
                    continue;
                }
                "multiplier" => Form::Multiplier,
                "count" => Form::Count,
                "suffix" => Form::Suffix,
                "money" => Form::Money,
                _ => return Err(entry.malformed("no such form")),
            };
            let known = names.iter().find(|(known, _)| known.to_bits() == factor.to_bits());
            let name = known.map_or(entry.words[0], |(_, name)| name);
            names.push((factor, name));
            let scale = Scale { factor, name, form };
            numbers.scales.extend(entry.words.iter().map(|word| (*word, scale)));
        }
        Ok(numbers)
    }

    /// The value of a word below a hundred, in small letters.
    pub fn value(&self, word: &str) -> Option<u64> {
        self.values.get(word).copied()
    }

    /// The size that a word in small letters stands for.
    pub fn scale(&self, word: &str) -> Option<Scale> {
        self.scales.get(word).copied()
    }

    /// All words for a size, in no order.
    pub fn of_scale(&self, factor: f64) -> impl Iterator<Item = &'static str> {
        let same = move |scale: &Scale| scale.factor.to_bits() == factor.to_bits();
        self.scales.iter().filter(move |(_, scale)| same(scale)).map(|(word, _)| *word)
    }

    /// All words for a value below a hundred, in no order.
    pub fn of_value(&self, value: u64) -> impl Iterator<Item = &'static str> {
        self.values.iter().filter(move |(_, known)| **known == value).map(|(word, _)| *word)
    }
}
