//! Words that count or date, and the other ways to write them.

use standfirst_text::lexicon::english;

/// One spelling for all that mean the same: digits for counts in words, the full word for scales and
/// months, numbers without their commas. `word` is in small letters.
pub fn canonical(word: &str) -> String {
    if let Some(value) = count(word) {
        return value.to_string();
    }
    let scale = english().numbers().scale(word).map(|scale| scale.name);
    match scale.or_else(|| month(word)?.first().map(String::as_str)) {
        Some(name) => name.to_owned(),
        None if word.starts_with(|c: char| c.is_ascii_digit()) => word.replace(',', ""),
        None => word.to_owned(),
    }
}

/// Whether `word`, in small letters, counts: `seven`, `million`. Not `one`, which is a pronoun more
/// often, and not the single letters, which do so only behind digits.
pub fn counts(word: &str) -> bool {
    count(word).is_some() || (word.len() > 1 && is_scale(word))
}

/// Whether `word`, in small letters, is the size of a number.
pub fn is_scale(word: &str) -> bool {
    english().numbers().scale(word).is_some()
}

/// Whether `word`, in small letters, is a month.
pub fn is_month(word: &str) -> bool {
    month(word).is_some()
}

/// All that mean the same as the canonical `word`, itself included.
pub fn spellings(word: &str) -> Vec<String> {
    let numbers = english().numbers();
    let scale = numbers.scale(word).filter(|scale| scale.name == word);
    let scales = scale.into_iter().flat_map(|scale| numbers.of_scale(scale.factor));
    let value = word.parse().ok().filter(|value: &u64| *value > 1 && value.to_string() == word);
    let counts = value.into_iter().flat_map(|value| numbers.of_value(value));
    let months = month(word).filter(|names| names[0] == word).unwrap_or_default();
    let all = scales.chain(counts).map(str::to_owned).chain(months.iter().cloned());
    all.chain([word.to_owned()]).collect()
}

/// The value of a word that counts.
fn count(word: &str) -> Option<u64> {
    english().numbers().value(word).filter(|&value| value > 1)
}

/// All ways to write the month that a word means.
fn month(word: &str) -> Option<&'static [String]> {
    let calendar = english().calendar();
    let date = calendar.lower(word).filter(|date| date.month)?;
    Some(calendar.spellings(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_thing_have_one_canon() {
        for (word, canon) in [
            ("seven", "7"),
            ("7", "7"),
            ("1,200", "1200"),
            ("bn", "billion"),
            ("sept", "september"),
            ("kremlin", "kremlin"),
        ] {
            assert_eq!(canonical(word), canon);
            assert!(spellings(canon).iter().all(|word| canonical(word) == canon));
        }
        assert!(spellings("7").contains(&"seven".to_owned()));
        assert!(counts("million") && !counts("m") && !counts("one") && is_scale("m"));
    }
}
