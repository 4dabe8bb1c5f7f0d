//! Bytes to text. UTF-8 is taken as it is; anything else is decoded by its byte order mark, by what
//! the file declares, or by a guess, and a note says so.

use std::io;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::IngestErrorKind;

/// A text and, where it was not plain UTF-8, how it was decoded.
#[derive(Debug, PartialEq)]
pub(super) struct Decoded {
    pub text: String,
    pub note: Option<String>,
}

/// A file whose valid multi-byte characters outnumber its broken ones by this much is UTF-8 that was
/// damaged, not another encoding: no other encoding makes valid sequences by chance that often.
const DAMAGED_UTF8: usize = 4;
/// More control characters than this share of a guessed text, and the guess is wrong: it is data.
const MAX_CONTROL: f64 = 0.01;

/// Decodes a whole input. `declared` is what the input itself says, tried where it is not UTF-8.
pub(super) fn decode(
    bytes: Vec<u8>,
    declared: Option<&'static Encoding>,
) -> Result<Decoded, IngestErrorKind> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return by_mark(&bytes[mark..], encoding);
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(IngestErrorKind::Binary { at });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text, note: None }),
        Err(error) => legacy(error.as_bytes(), declared),
    }
}

/// The encoding of a part of an input, such as a field, when the whole decides: UTF-8 if it is that,
/// else the likeliest other.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The two encodings whose line ends are two bytes wide, by byte order mark.
pub(super) fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let (encoding, _) = Encoding::for_bom(head)?;
    (encoding == UTF_16LE || encoding == UTF_16BE).then_some(encoding)
}

/// The note on an input whose byte order mark says what it is in.
pub(super) fn by_mark_note(encoding: &'static Encoding) -> String {
    format!("decoded as {} (byte order mark)", encoding.name())
}

/// Decodes what follows a byte order mark, which settles the encoding.
fn by_mark(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, IngestErrorKind> {
    let (text, broken) = decoded(bytes, encoding)?;
    if broken {
        return Err(IngestErrorKind::NotText { encoding: encoding.name() });
    }
    if let Some(at) = text.find('\0') {
        return Err(IngestErrorKind::Binary { at });
    }
    let note = (encoding != UTF_8).then(|| by_mark_note(encoding));
    Ok(Decoded { text, note })
}

/// `bytes` in `encoding`, and whether any are not in it, which are shown as U+FFFD.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<(String, bool), IngestErrorKind> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length(bytes.len()).ok_or(IngestErrorKind::NoMemory)?;
    let mut text = with_room(room)?;
    let (_, _, broken) = decoder.decode_to_string(bytes, &mut text, true);
    // Three times what most texts need.
    text.shrink_to_fit();
    Ok((text, broken))
}

/// An empty text that grows to `bytes` bytes without asking for memory.
fn with_room(bytes: usize) -> Result<String, IngestErrorKind> {
    let mut text = String::new();
    text.try_reserve_exact(bytes).map_err(io::Error::from)?;
    Ok(text)
}

/// Decodes what is not valid UTF-8.
fn legacy(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<Decoded, IngestErrorKind> {
    let (multibyte, broken) = count_utf8(bytes);
    if multibyte >= DAMAGED_UTF8 * broken {
        let note = format!("{broken} broken UTF-8 sequences are shown as U+FFFD");
        let mut text = with_room(bytes.len() + broken * char::REPLACEMENT_CHARACTER.len_utf8())?;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        return Ok(Decoded { text, note: Some(note) });
    }
    let declared = declared.filter(|&encoding| encoding != UTF_8);
    let encoding = declared.unwrap_or_else(|| guess(bytes));
    let (text, broken) = decoded(bytes, encoding)?;
    if broken || is_data(&text) {
        return Err(IngestErrorKind::NotText { encoding: encoding.name() });
    }
    let how = if declared.is_some() { "declared" } else { "guessed" };
    let note = Some(format!("decoded as {} ({how})", encoding.name()));
    Ok(Decoded { text, note })
}

/// How many characters beyond ASCII are valid UTF-8, and how many sequences are not.
fn count_utf8(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(multibyte, broken), chunk| {
        let valid = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (multibyte + valid, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// Whether a decoded text has so many control characters that it is no text.
fn is_data(text: &str) -> bool {
    let control = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    control as f64 > MAX_CONTROL * text.chars().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, Option<String>) {
        let decoded = decode(bytes.to_vec(), None).unwrap();
        (decoded.text, decoded.note)
    }

    #[test]
    fn utf8_needs_no_note_and_loses_its_mark() {
        assert_eq!(text("Zoë\r\n".as_bytes()), ("Zoë\r\n".into(), None));
        assert_eq!(text(b"\xEF\xBB\xBFHarbour"), ("Harbour".into(), None));
    }

    #[test]
    fn utf16_is_told_by_its_mark() {
        for (mark, big) in [([0xFF, 0xFE], false), ([0xFE, 0xFF], true)] {
            let units = "Zoë".encode_utf16();
            let mut bytes = mark.to_vec();
            bytes.extend(units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }));
            let (decoded, note) = text(&bytes);
            assert_eq!(decoded, "Zoë");
            assert!(note.unwrap().contains(if big { "UTF-16BE" } else { "UTF-16LE" }));
        }
    }

    #[test]
    fn windows_1252_is_guessed_and_said() {
        let (decoded, note) = text(b"The caf\xE9 \x93stays open\x94, the mayor\x92s office said.");
        assert_eq!(decoded, "The café “stays open”, the mayor’s office said.");
        assert_eq!(note.as_deref(), Some("decoded as windows-1252 (guessed)"));
    }

    #[test]
    fn what_is_declared_comes_before_a_guess() {
        let russian = encoding_rs::KOI8_R;
        let (bytes, _, _) = russian.encode("Мост открыт");
        let decoded = decode(bytes.into_owned(), Some(russian)).unwrap();
        assert_eq!(decoded.text, "Мост открыт");
        assert_eq!(decoded.note.as_deref(), Some("decoded as KOI8-R (declared)"));
    }

    #[test]
    fn one_broken_character_does_not_turn_utf8_into_something_else() {
        let mut bytes = "für Müller, Jäger und Söhne".as_bytes().to_vec();
        bytes.push(0xC3);
        let (decoded, note) = text(&bytes);
        assert!(decoded.starts_with("für Müller") && decoded.ends_with('\u{FFFD}'));
        assert!(note.unwrap().contains("1 broken"));
    }

    #[test]
    fn data_is_refused() {
        assert!(matches!(decode(b"ab\0c".to_vec(), None), Err(IngestErrorKind::Binary { at: 2 })));
        let noise: Vec<u8> = (1..=31).chain(128..=255).collect();
        assert!(matches!(decode(noise, None), Err(IngestErrorKind::NotText { .. })));
        let odd = b"\xFF\xFEa\0b".to_vec();
        assert!(matches!(decode(odd, None), Err(IngestErrorKind::NotText { .. })));
    }
}
