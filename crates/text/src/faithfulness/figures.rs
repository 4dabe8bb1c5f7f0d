//! Numbers: words to digits, and what belongs together to one value.

use std::borrow::Cow;

use super::raw::Raw;
use crate::lexicon::{Form, Role, english};

/// A number in the making: value, and whether it was written as a word.
#[derive(Clone, Copy)]
struct Value {
    value: f64,
    /// Whether it was written in digits, or multiplied.
    firm: bool,
}

/// Puts the words of one number together, and its currency behind it.
pub(super) fn merge(mut raws: Vec<Raw<'_>>) -> Vec<Raw<'_>> {
    let mut merged: Vec<Raw<'_>> = Vec::with_capacity(raws.len());
    let mut at = 0;
    while at < raws.len() {
        let currency = is_prefix(&raws[at..]).then(|| take(&mut raws[at]));
        at += usize::from(currency.is_some());
        let mut raw = take(&mut raws[at]);
        at += 1;
        if let Some(mut value) = read(&raw.word, currency.is_some()) {
            while let Some((more, taken)) = value.with(&raws[at..]) {
                value = more;
                at += taken;
                raw.span.end = raws[at - 1].span.end;
            }
            raw.number = value.firm || value.value > 1.0;
            raw.word = Cow::Owned(written(value.value));
        } else if raw.word == "per" && raws.get(at).is_some_and(|next| next.word == "cent") {
            raw.span.end = raws[at].span.end;
            raw.word = Cow::Borrowed("percent");
            at += 1;
        } else {
            raw.number = raw.word.starts_with(|c: char| c.is_ascii_digit());
        }
        merged.push(raw);
        merged.extend(currency);
    }
    merged
}

/// A word without a copy of its letters: nobody looks back at those.
fn take<'a>(raw: &mut Raw<'a>) -> Raw<'a> {
    Raw { word: std::mem::take(&mut raw.word), ..raw.clone() }
}

/// Whether a currency sign comes first and a number next.
fn is_prefix(raws: &[Raw<'_>]) -> bool {
    let [sign, next, ..] = raws else { return false };
    english().is(&sign.word, Role::Currency)
        && sign.span.len() < "yen".len() + 1
        && sign.span.end + 1 >= next.span.start
        && next.word.starts_with(|c: char| c.is_ascii_digit())
}

/// The value that a word begins, "3bn" and "3rd" included.
fn read(word: &str, money: bool) -> Option<Value> {
    if let Some(value) = small(word) {
        return Some(Value { value, firm: false });
    }
    let digits =
        word.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(word.len());
    let (number, ending) = word.split_at(digits);
    let value: f64 = number.replace(',', "").parse().ok()?;
    let factor = match ending {
        "" | "st" | "nd" | "rd" | "th" => 1.0,
        other => scale(other, money)?,
    };
    Some(Value { value: value * factor, firm: true })
}

/// What an ending of digits multiplies them by.
fn scale(ending: &str, money: bool) -> Option<f64> {
    let scale = english().numbers().scale(ending)?;
    let multiplies = match scale.form {
        Form::Multiplier | Form::Suffix => true,
        Form::Money => money,
        Form::Count => false,
    };
    multiplies.then_some(scale.factor)
}

/// The value of a number word below a hundred.
fn small(word: &str) -> Option<f64> {
    english().numbers().value(word).map(|value| value as f64)
}

impl Value {
    /// The value with the words that follow, if they are one number, and how many they are.
    fn with(self, rest: &[Raw<'_>]) -> Option<(Self, usize)> {
        let next = rest.first().filter(|next| !next.after_break)?;
        let scale = english().numbers().scale(&next.word);
        if let Some(scale) = scale.filter(|scale| scale.form == Form::Multiplier) {
            return Some((Self { value: self.value * scale.factor, firm: true }, 1));
        }
        if next.word == "and" && self.value % 100.0 == 0.0 && self.value > 0.0 {
            let rest = small(&rest.get(1)?.word)?;
            return Some((Self { value: self.value + rest, firm: true }, 2));
        }
        let units = small(&next.word)?;
        let fits = !self.firm && (20.0..100.0).contains(&self.value) && self.value % 10.0 == 0.0;
        (fits && (1.0..10.0).contains(&units))
            .then_some((Self { value: self.value + units, firm: true }, 1))
    }
}

/// In digits, without trailing zeros.
fn written(value: f64) -> String {
    let exact = format!("{value:.4}");
    exact.trim_end_matches('0').trim_end_matches('.').to_owned()
}
