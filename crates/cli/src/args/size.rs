//! Sizes as people write them.

/// Units and what they stand for; the longer ones first, so that `kib` is not read as `b`.
const UNITS: &[(&str, u64)] = &[
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
    ("b", 1),
    ("", 1),
];

/// Bytes meant by `500k`, `10MB`, `1.5 GiB` or a plain number.
///
/// # Errors
/// A sentence that says what is understood, for zero, for anything past `u64` and for other text.
pub fn parse(text: &str) -> Result<u64, String> {
    bytes(text)
        .ok_or_else(|| format!("{text:?} is not a size above 0; write it like 500k, 10MB or 2GiB"))
}

/// As [`parse`], without the explanation.
fn bytes(text: &str) -> Option<u64> {
    let lower = text.trim().to_ascii_lowercase();
    let (unit, factor) = UNITS.iter().find(|(unit, _)| lower.ends_with(unit))?;
    let (whole, part) = split_decimal(lower.strip_suffix(unit)?.trim_end())?;
    let bytes = whole.checked_mul(*factor)?.checked_add(fraction(part, *factor)?)?;
    (bytes > 0).then_some(bytes)
}

/// The digits before and after the point; no sign, no exponent.
fn split_decimal(number: &str) -> Option<(u64, &str)> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && digits(whole) && digits(part) && part.len() <= 6)
        .then_some((whole.parse().ok()?, part))
}

/// `0.part × factor`, rounded down.
fn fraction(part: &str, factor: u64) -> Option<u64> {
    if part.is_empty() {
        return Some(0);
    }
    let scale = 10_u64.pow(u32::try_from(part.len()).ok()?);
    Some(part.parse::<u64>().ok()?.checked_mul(factor)? / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_spellings() {
        for (text, bytes) in [
            ("1", 1),
            ("500k", 500_000),
            ("10MB", 10_000_000),
            ("2 MiB", 2 << 20),
            ("1.5GB", 1_500_000_000),
            ("0.5KiB", 512),
            ("7b", 7),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "0", "0.0001k", "-1", "+1", "MB", "1e3", "ten", "1.2.3", "99999999999GB"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("ten").unwrap_err().contains("10MB"));
    }
}
