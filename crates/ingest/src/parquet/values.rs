//! What a value means, as JSON.
//! `LogicalTypes.md` of the format.

use std::io::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit},
    data_type::Int96,
    schema::types::ColumnDescriptor,
};
use serde::Serialize;
use serde_json::Value;

use crate::decode;

/// Bytes of a decimal that are still exact.
const EXACT: usize = 16;
/// How deep a document may be: a row is read to twice that, and has columns around it.
const MAX_NESTED: usize = 64;
/// The day of the epoch, counted as the oldest form of a time does.
const JULIAN_EPOCH: i64 = 2_440_588;
const NANOS_A_DAY: i128 = 86_400_000_000_000;

/// What the values of a column mean beyond their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing.
    Plain,
    /// Whole numbers of so many bits that are never negative.
    Unsigned(u8),
    /// Days since 1970.
    Date,
    /// So many nanoseconds each since midnight.
    Time(i64),
    /// So many nanoseconds each since 1970, in UTC or in whatever time is meant.
    Timestamp(i64, bool),
    /// Digits, so many of them behind the point.
    Decimal(u32),
    /// Text.
    Text,
    /// A document.
    Json,
    /// Sixteen bytes that name something.
    Uuid,
    /// A number of 16 bits with a point.
    Half,
}

impl Meaning {
    /// That of a column.
    pub fn of(column: &ColumnDescriptor) -> Self {
        let scale = |scale: i32| u32::try_from(scale).unwrap_or(0);
        match column.logical_type_ref() {
            Some(LogicalType::String | LogicalType::Enum) => Self::Text,
            Some(LogicalType::Json) => Self::Json,
            Some(LogicalType::Uuid) => Self::Uuid,
            Some(LogicalType::Float16) => Self::Half,
            Some(LogicalType::Date) => Self::Date,
            Some(LogicalType::Decimal(decimal)) => Self::Decimal(scale(decimal.scale)),
            Some(LogicalType::Time(time)) => Self::Time(nanos(time.unit)),
            Some(LogicalType::Timestamp(time)) => {
                Self::Timestamp(nanos(time.unit), time.is_adjusted_to_u_t_c)
            }
            Some(LogicalType::Integer(int)) if !int.is_signed => {
                Self::Unsigned(int.bit_width.unsigned_abs())
            }
            Some(_) => Self::Plain,
            None => match column.converted_type() {
                ConvertedType::UTF8 | ConvertedType::ENUM => Self::Text,
                ConvertedType::JSON => Self::Json,
                ConvertedType::DATE => Self::Date,
                ConvertedType::DECIMAL => Self::Decimal(scale(column.type_scale())),
                ConvertedType::TIME_MILLIS => Self::Time(1_000_000),
                ConvertedType::TIME_MICROS => Self::Time(1_000),
                ConvertedType::TIMESTAMP_MILLIS => Self::Timestamp(1_000_000, true),
                ConvertedType::TIMESTAMP_MICROS => Self::Timestamp(1_000, true),
                ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 => {
                    Self::Unsigned(32)
                }
                ConvertedType::UINT_64 => Self::Unsigned(64),
                _ => Self::Plain,
            },
        }
    }

    /// Writes a whole number, or what it stands for. A day or a time outside the years that have four digits stays
    /// a number.
    pub fn whole(self, value: i64, out: &mut Vec<u8>) {
        let told = match self {
            Self::Unsigned(64) => return json(&value.cast_unsigned(), out),
            // A smaller one is stored in 32 bits, whose first is no sign.
            Self::Unsigned(_) => return json(&(value & i64::from(u32::MAX)), out),
            Self::Decimal(scale) => return decimal(i128::from(value), scale, out),
            Self::Date => date(value),
            Self::Time(nanos) => time(value, nanos),
            Self::Timestamp(nanos, utc) => timestamp(i128::from(value) * i128::from(nanos), utc),
            _ => None,
        };
        match told {
            Some(told) => json(&told, out),
            None => json(&value, out),
        }
    }

    /// Writes bytes: text where they are said to be, or are; else in base 64.
    pub fn bytes(self, value: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Json if is_document(value) => out.extend_from_slice(value),
            Self::Text | Self::Json => {
                json(&decode::guess(value).decode_without_bom_handling(value).0, out);
            }
            Self::Decimal(scale) if value.len() <= EXACT => decimal(signed(value), scale, out),
            Self::Uuid if value.len() == 16 => json(&uuid(value), out),
            Self::Half if value.len() == 2 => json(&half([value[0], value[1]]), out),
            _ => match std::str::from_utf8(value) {
                Ok(text) => json(text, out),
                Err(_) => json(&BASE64_STANDARD.encode(value), out),
            },
        }
    }
}

/// Whether bytes are JSON that is read again as part of a row: what a parser only passes over need not be.
fn is_document(value: &[u8]) -> bool {
    let document = std::str::from_utf8(value).map(serde_json::from_str::<Value>);
    matches!(document, Ok(Ok(document)) if is_within(&document, MAX_NESTED))
}

/// Whether arrays and objects stand no deeper in one another than `depth`.
fn is_within(document: &Value, depth: usize) -> bool {
    let left = depth.checked_sub(1);
    let fits = |inner: &Value| left.is_some_and(|left| is_within(inner, left));
    match document {
        Value::Array(inner) => left.is_some() && inner.iter().all(fits),
        Value::Object(inner) => left.is_some() && inner.values().all(fits),
        _ => true,
    }
}

/// Writes a value; a number that is none is null.
pub(super) fn json(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let before = out.len();
    // Nothing that is written here can fail; if it did, half of it would be worse than nothing.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

/// Writes a time in the form that was used before there was another: nanoseconds of a day, and the day.
pub(super) fn old_time(value: &Int96, out: &mut Vec<u8>) {
    let &[low, high, day] = value.data() else { return json(&(), out) };
    let nanos = i128::from(u64::from(high) << 32 | u64::from(low));
    let days = i128::from(i64::from(day) - JULIAN_EPOCH);
    json(&timestamp(days * NANOS_A_DAY + nanos, false), out);
}

fn nanos(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000_000,
        TimeUnit::MICROS => 1_000,
        TimeUnit::NANOS => 1,
    }
}

fn date(days: i64) -> Option<String> {
    let hours = days.checked_mul(24)?;
    let epoch = civil::date(1970, 1, 1);
    Some(epoch.checked_add(SignedDuration::try_from_hours(hours)?).ok()?.to_string())
}

fn time(value: i64, nanos: i64) -> Option<String> {
    let since = SignedDuration::from_nanos(value.checked_mul(nanos)?);
    Some(civil::Time::midnight().checked_add(since).ok()?.to_string())
}

fn timestamp(nanos: i128, utc: bool) -> Option<String> {
    let time = Timestamp::from_nanosecond(nanos).ok()?;
    Some(if utc { time.to_string() } else { TimeZone::UTC.to_datetime(time).to_string() })
}

/// Hexadecimal digits in five parts, of a name of sixteen bytes.
fn uuid(value: &[u8]) -> String {
    let mut name = String::new();
    for (at, byte) in value.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            name.push('-');
        }
        name.extend(
            [byte >> 4, byte & 0x0F]
                .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])),
        );
    }
    name
}

/// A number in two's complement, the greatest byte first.
fn signed(value: &[u8]) -> i128 {
    let negative = value.first().is_some_and(|first| first & 0x80 != 0);
    value.iter().fold(if negative { -1 } else { 0 }, |sum, byte| sum << 8 | i128::from(*byte))
}

fn decimal(value: i128, scale: u32, out: &mut Vec<u8>) {
    let scale = scale as usize;
    // More than any number of this width can have.
    if scale == 0 || scale > 40 {
        return json(&value, out);
    }
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale);
    // Writing into memory does not fail.
    let _ = write!(out, "{sign}{whole}.{rest}");
}

/// IEEE 754's binary16, the least byte first.
fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_le_bytes(bytes);
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(meaning: Meaning, value: i64) -> String {
        let mut out = Vec::new();
        meaning.whole(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn bytes(meaning: Meaning, value: &[u8]) -> String {
        let mut out = Vec::new();
        meaning.bytes(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_that_mean_something_are_told_so() {
        assert_eq!(whole(Meaning::Date, 19_846), "\"2024-05-03\"");
        assert_eq!(whole(Meaning::Date, i64::MAX), i64::MAX.to_string());
        assert_eq!(whole(Meaning::Time(1_000), 3_661_500_000), "\"01:01:01.5\"");
        let utc = Meaning::Timestamp(1_000_000, true);
        assert_eq!(whole(utc, 1_714_723_200_000), "\"2024-05-03T08:00:00Z\"");
        let local = Meaning::Timestamp(1, false);
        assert_eq!(whole(local, -1), "\"1969-12-31T23:59:59.999999999\"");
        assert_eq!(whole(Meaning::Unsigned(64), -1), u64::MAX.to_string());
        assert_eq!(whole(Meaning::Unsigned(32), -1), u32::MAX.to_string());
        assert_eq!(whole(Meaning::Decimal(2), -5), "-0.05");
        assert_eq!(whole(Meaning::Decimal(0), 12), "12");
    }

    #[test]
    fn bytes_are_text_where_they_can_be() {
        assert_eq!(bytes(Meaning::Text, "Zoë \"x\"".as_bytes()), r#""Zoë \"x\"""#);
        assert_eq!(bytes(Meaning::Text, b"caf\xE9"), "\"café\"");
        assert_eq!(bytes(Meaning::Plain, b"plain"), "\"plain\"");
        assert_eq!(bytes(Meaning::Plain, &[0xFF, 0xD8, 0xFF]), "\"/9j/\"");
        assert_eq!(bytes(Meaning::Json, br#"{"a":[1]}"#), r#"{"a":[1]}"#);
        assert_eq!(bytes(Meaning::Json, b"{broken"), "\"{broken\"");
        assert_eq!(bytes(Meaning::Json, b"\"caf\xE9\""), r#""\"café\"""#);
        // What the reader of rows would refuse is text.
        let deep = ["[".repeat(65), "]".repeat(65)].concat();
        for refused in ["1e999", r#"["\ud800"]"#, &deep] {
            let told = bytes(Meaning::Json, refused.as_bytes());
            assert_eq!(serde_json::from_str::<String>(&told).unwrap(), refused);
        }
        let shallow = &deep[1..deep.len() - 1];
        assert_eq!(bytes(Meaning::Json, shallow.as_bytes()), shallow);
        assert_eq!(bytes(Meaning::Decimal(3), &[0xFF, 0x85]), "-0.123");
        let name: Vec<u8> = (0..16).collect();
        let told = "\"00010203-0405-0607-0809-0a0b0c0d0e0f\"";
        assert_eq!(bytes(Meaning::Uuid, &name), told);
    }

    #[test]
    fn halves_are_those_of_the_standard() {
        // From the table of binary16 in IEEE 754's own examples.
        let halves =
            [(0x3C00, 1.0), (0xC000, -2.0), (0x7BFF, 65_504.0), (0x3555, 0.333_251_953_125)];
        for (bits, value) in halves {
            assert!((half(u16::to_le_bytes(bits)) - value).abs() < f64::EPSILON, "{bits:x}");
        }
        assert_eq!(bytes(Meaning::Half, &u16::to_le_bytes(0x7C00)), "null");
        assert!((half([1, 0]) - 2_f64.powi(-24)).abs() < f64::EPSILON);
    }
}
