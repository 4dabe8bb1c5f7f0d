//! Which language a text is in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A language, shown as its ISO 639-1 code.
///
/// Those that articles can be told to be in and cards may name; whoever detects languages maps its
/// answers to these by code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(u8);

/// What is known of a language.
struct Row {
    /// ISO 639-1.
    code: &'static str,
    /// ISO 639-3.
    long: &'static str,
    name: &'static str,
}

const fn row(code: &'static str, long: &'static str, name: &'static str) -> Row {
    Row { code, long, name }
}

impl Language {
    /// English.
    pub const ENGLISH: Self = Self(0);

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// ISO 639-3 code.
    pub fn long_code(self) -> &'static str {
        self.row().long
    }

    /// English name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The language of a tag as pages and feeds have it (BCP 47): `en-GB`, `pt_BR`, `nb`. `no` and `nn`,
    /// which stand for Norwegian as a whole and its other written form, are taken for `nb`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let code = if matches!(primary.as_str(), "no" | "nn" | "nor") { "nb" } else { &primary };
        code.parse().ok()
    }

    /// Every language there is.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(LANGUAGES.len()).map(Self)
    }

    fn row(self) -> &'static Row {
        &LANGUAGES[usize::from(self.0)]
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.code()).finish()
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// By either code.
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::all()
            .find(|language| language.code() == code || language.long_code() == code)
            .ok_or_else(|| UnknownLanguage(code.to_owned()))
    }
}

/// A language code that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown language code {0:?}; use ISO 639-1, such as \"en\"")]
pub struct UnknownLanguage(pub String);

/// English first: [`Language::ENGLISH`] is the first row.
const LANGUAGES: &[Row] = &[
    row("en", "eng", "English"),
    row("af", "afr", "Afrikaans"),
    row("ak", "aka", "Akan"),
    row("am", "amh", "Amharic"),
    row("ar", "ara", "Arabic"),
    row("az", "aze", "Azerbaijani"),
    row("be", "bel", "Belarusian"),
    row("bn", "ben", "Bengali"),
    row("bg", "bul", "Bulgarian"),
    row("ca", "cat", "Catalan"),
    row("cs", "ces", "Czech"),
    row("zh", "cmn", "Mandarin"),
    row("cy", "cym", "Welsh"),
    row("da", "dan", "Danish"),
    row("de", "deu", "German"),
    row("el", "ell", "Greek"),
    row("eo", "epo", "Esperanto"),
    row("et", "est", "Estonian"),
    row("fi", "fin", "Finnish"),
    row("fr", "fra", "French"),
    row("gu", "guj", "Gujarati"),
    row("he", "heb", "Hebrew"),
    row("hi", "hin", "Hindi"),
    row("hr", "hrv", "Croatian"),
    row("hu", "hun", "Hungarian"),
    row("hy", "hye", "Armenian"),
    row("id", "ind", "Indonesian"),
    row("it", "ita", "Italian"),
    row("jv", "jav", "Javanese"),
    row("ja", "jpn", "Japanese"),
    row("kn", "kan", "Kannada"),
    row("ka", "kat", "Georgian"),
    row("km", "khm", "Khmer"),
    row("ko", "kor", "Korean"),
    row("la", "lat", "Latin"),
    row("lv", "lav", "Latvian"),
    row("lt", "lit", "Lithuanian"),
    row("ml", "mal", "Malayalam"),
    row("mr", "mar", "Marathi"),
    row("mk", "mkd", "Macedonian"),
    row("my", "mya", "Burmese"),
    row("ne", "nep", "Nepali"),
    row("nl", "nld", "Dutch"),
    row("nb", "nob", "Bokmal"),
    row("or", "ori", "Oriya"),
    row("pa", "pan", "Punjabi"),
    row("fa", "pes", "Persian"),
    row("pl", "pol", "Polish"),
    row("pt", "por", "Portuguese"),
    row("ro", "ron", "Romanian"),
    row("ru", "rus", "Russian"),
    row("si", "sin", "Sinhalese"),
    row("sk", "slk", "Slovak"),
    row("sl", "slv", "Slovene"),
    row("sn", "sna", "Shona"),
    row("es", "spa", "Spanish"),
    row("sr", "srp", "Serbian"),
    row("sv", "swe", "Swedish"),
    row("ta", "tam", "Tamil"),
    row("te", "tel", "Telugu"),
    row("tl", "tgl", "Tagalog"),
    row("th", "tha", "Thai"),
    row("tk", "tuk", "Turkmen"),
    row("tr", "tur", "Turkish"),
    row("uk", "ukr", "Ukrainian"),
    row("ur", "urd", "Urdu"),
    row("uz", "uzb", "Uzbek"),
    row("vi", "vie", "Vietnamese"),
    row("yi", "yid", "Yiddish"),
    row("zu", "zul", "Zulu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_pages_name_languages() {
        let code = |tag| Language::of_tag(tag).map(Language::code);
        assert_eq!(code("en-GB"), Some("en"));
        assert_eq!(code("PT_br"), Some("pt"));
        assert_eq!(code(" no "), Some("nb"));
        assert_eq!(code("nn-NO"), Some("nb"));
        assert_eq!((code("x-default"), code(""), code("tlh")), (None, None, None));
    }

    #[test]
    fn either_code_names_a_language_and_no_two_share_one() {
        for language in Language::all() {
            assert_eq!(language.code().parse(), Ok(language));
            assert_eq!(language.long_code().parse(), Ok(language));
        }
        assert_eq!("en".parse(), Ok(Language::ENGLISH));
        assert!("xx".parse::<Language>().is_err());
    }
}
