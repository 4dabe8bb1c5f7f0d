//! Words that count or date, and the other ways to write them.

/// A count in words and in digits.
const COUNTS: [(&str, &str); 26] = [
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("thirteen", "13"),
    ("fourteen", "14"),
    ("fifteen", "15"),
    ("sixteen", "16"),
    ("seventeen", "17"),
    ("eighteen", "18"),
    ("nineteen", "19"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
];
/// Sizes of numbers, each with the ways to write it; the first stands for all.
const SCALES: [&[&str]; 6] = [
    &["hundred", "hundreds"],
    &["thousand", "thousands", "k"],
    &["million", "millions", "m", "mn"],
    &["billion", "billions", "bn", "b"],
    &["trillion", "trillions", "tn"],
    &["dozen", "dozens"],
];
/// Months and their abbreviations.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

/// One spelling for all that mean the same: digits for counts in words, the full word for scales and
/// months, numbers without their commas. `word` is in small letters.
pub fn canonical(word: &str) -> String {
    let group = |groups: &[&[&'static str]]| {
        groups.iter().find(|group| group.contains(&word)).map(|group| group[0].to_owned())
    };
    let count = || COUNTS.iter().find(|count| count.0 == word).map(|count| count.1.to_owned());
    count().or_else(|| group(&SCALES)).or_else(|| group(&MONTHS)).unwrap_or_else(|| {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            word.replace(',', "")
        } else {
            word.to_owned()
        }
    })
}

/// Whether `word`, in small letters, counts: `seven`, `million`. Not `one`, which is a pronoun more
/// often, and not the single letters, which do so only behind digits.
pub fn counts(word: &str) -> bool {
    COUNTS.iter().any(|count| count.0 == word) || (word.len() > 1 && is_scale(word))
}

/// Whether `word`, in small letters, is the size of a number.
pub fn is_scale(word: &str) -> bool {
    SCALES.iter().any(|group| group.contains(&word))
}

/// Whether `word`, in small letters, is a month.
pub fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|group| group.contains(&word))
}

/// All that mean the same as the canonical `word`, itself included.
pub fn spellings(word: &str) -> Vec<String> {
    let groups = SCALES.iter().chain(&MONTHS).filter(|group| group[0] == word);
    let grouped = groups.flat_map(|group| group.iter().map(|word| (*word).to_owned()));
    let counted = COUNTS.iter().filter(|count| count.1 == word).map(|count| count.0.to_owned());
    grouped.chain(counted).chain([word.to_owned()]).collect()
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
