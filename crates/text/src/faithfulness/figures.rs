//! Numbers: words to digits, and what belongs together to one value.

use super::raw::Raw;

/// Number words below a hundred.
const SMALL: [(&str, u64); 28] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];
/// Words that multiply the number before them.
const SCALES: [(&str, f64); 9] = [
    ("hundred", 1e2),
    ("thousand", 1e3),
    ("million", 1e6),
    ("mn", 1e6),
    ("billion", 1e9),
    ("bn", 1e9),
    ("trillion", 1e12),
    ("tn", 1e12),
    ("trn", 1e12),
];
/// Currencies, which are written before the number and read after it.
const CURRENCIES: [&str; 4] = ["dollar", "pound", "euro", "yen"];

/// A number in the making: value, and whether it was written as a word.
#[derive(Clone, Copy)]
struct Value {
    value: f64,
    /// Whether it was written in digits, or multiplied.
    firm: bool,
}

/// Puts the words of one number together, and its currency behind it.
pub(super) fn merge(raws: &[Raw]) -> Vec<Raw> {
    let mut merged: Vec<Raw> = Vec::with_capacity(raws.len());
    let mut at = 0;
    while at < raws.len() {
        let currency = is_prefix(&raws[at..]).then(|| raws[at].clone());
        at += usize::from(currency.is_some());
        let mut raw = raws[at].clone();
        at += 1;
        if let Some(mut value) = read(&raw.word, currency.is_some()) {
            while let Some((more, taken)) = value.with(&raws[at..]) {
                value = more;
                at += taken;
                raw.span.end = raws[at - 1].span.end;
            }
            raw.number = value.firm || value.value > 1.0;
            raw.word = written(value.value);
        } else if raw.word == "per" && raws.get(at).is_some_and(|next| next.word == "cent") {
            raw.span.end = raws[at].span.end;
            "percent".clone_into(&mut raw.word);
            at += 1;
        } else {
            raw.number = raw.word.starts_with(|c: char| c.is_ascii_digit());
        }
        merged.push(raw);
        merged.extend(currency);
    }
    merged
}

/// Whether a currency sign comes first and a number next.
fn is_prefix(raws: &[Raw]) -> bool {
    let [sign, next, ..] = raws else { return false };
    CURRENCIES.contains(&sign.word.as_str())
        && sign.span.len() < "yen".len() + 1
        && sign.span.end + 1 >= next.span.start
        && next.word.starts_with(|c: char| c.is_ascii_digit())
}

/// The value that a word begins, "3bn" and "3rd" included.
fn read(word: &str, money: bool) -> Option<Value> {
    if let Some((_, value)) = SMALL.iter().find(|(name, _)| *name == word) {
        return Some(Value { value: *value as f64, firm: false });
    }
    let digits =
        word.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(word.len());
    let (number, ending) = word.split_at(digits);
    let value: f64 = number.replace(',', "").parse().ok()?;
    let factor = match ending {
        "" | "st" | "nd" | "rd" | "th" => 1.0,
        "k" => 1e3,
        "m" if money => 1e6,
        other => SCALES.iter().find(|(name, _)| *name == other)?.1,
    };
    Some(Value { value: value * factor, firm: true })
}

impl Value {
    /// The value with the words that follow, if they are one number, and how many they are.
    fn with(self, rest: &[Raw]) -> Option<(Self, usize)> {
        let next = rest.first().filter(|next| !next.after_break)?;
        if let Some((_, scale)) = SCALES.iter().find(|(name, _)| *name == next.word) {
            return Some((Self { value: self.value * scale, firm: true }, 1));
        }
        let small = |word: &str| {
            SMALL.iter().find(|(name, _)| *name == word).map(|(_, value)| *value as f64)
        };
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
