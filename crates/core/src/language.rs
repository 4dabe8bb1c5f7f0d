//! Which language an article is in, and what we have for it.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use whatlang::{Detector, Lang};

use crate::{article::Sentence, lexicon::Lexicon, words};

/// A language that the detector can tell, shown as its ISO 639-1 code where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(Lang);

impl Language {
    /// English.
    pub const ENGLISH: Self = Self(Lang::Eng);

    /// ISO 639-1 code, or ISO 639-3 for the few languages that have no shorter one.
    pub fn code(self) -> &'static str {
        CODES.iter().find(|(lang, _)| *lang == self.0).map_or(self.0.code(), |(_, code)| code)
    }

    /// Every language that the detector can tell.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Lang::all().iter().copied().map(Self)
    }

    /// English name.
    pub fn name(self) -> &'static str {
        self.0.eng_name()
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

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        CODES
            .iter()
            .find(|(_, short)| *short == code)
            .map(|(lang, _)| *lang)
            .or_else(|| Lang::from_code(code))
            .map(Self)
            .ok_or_else(|| UnknownLanguage(code.to_owned()))
    }
}

/// A language code that no detector of ours can return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown language code {0:?}; use ISO 639-1, such as \"en\"")]
pub struct UnknownLanguage(pub String);

/// How much of the body the detector reads, in bytes; more does not change its answer.
const SAMPLE: usize = 4_000;
/// Fewer letters than this are not enough to tell any language from its neighbours.
const MIN_LETTERS: usize = 40;

/// Share of stop words among all words that bears out a doubtful language. Short running text has
/// more of its own language's; headlines have less, and stay unknown.
const STOP_WORD_SHARE: f64 = 0.25;

/// Language of the body, from its first sentences; `None` if there is too little text to tell or the
/// detector is not sure.
pub fn detect(sentences: &[Sentence]) -> Option<Language> {
    let mut sample = String::new();
    for sentence in sentences {
        sample.push_str(&sentence.text);
        sample.push(' ');
        if sample.len() > SAMPLE {
            break;
        }
    }
    detect_text(&sample)
}

/// Language of a text; `None` if it is too short to tell or the detector is not sure.
pub fn detect_text(sample: &str) -> Option<Language> {
    if sample.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return None;
    }
    let info = Detector::new().detect(sample)?;
    let likely = Language(info.lang());
    if info.is_reliable() {
        return Some(likely);
    }
    // Short texts and near relatives leave the detector in doubt; function words settle it.
    [likely, Language::ENGLISH].into_iter().find(|&language| is_borne_out(language, sample))
}

/// Whether enough of the words are stop words of the language; never for one without a list.
fn is_borne_out(language: Language, sample: &str) -> bool {
    let lexicon = Lexicon::of(Some(language));
    let (mut all, mut stops) = (0, 0);
    for word in words::words(sample) {
        all += 1;
        stops += usize::from(lexicon.is_stop_word(word));
    }
    stops as f64 >= STOP_WORD_SHARE * f64::from(all)
}

/// ISO 639-3 to ISO 639-1, for the languages that `whatlang` detects.
const CODES: &[(Lang, &str)] = &[
    (Lang::Eng, "en"),
    (Lang::Afr, "af"),
    (Lang::Aka, "ak"),
    (Lang::Amh, "am"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Cym, "cy"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Epo, "eo"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jav, "jv"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Khm, "km"),
    (Lang::Kor, "ko"),
    (Lang::Lat, "la"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Ori, "or"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Sin, "si"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Sna, "sn"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tgl, "tl"),
    (Lang::Tha, "th"),
    (Lang::Tuk, "tk"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
    (Lang::Yid, "yi"),
    (Lang::Zul, "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    #[test]
    fn every_language_of_the_detector_round_trips() {
        for lang in Lang::all() {
            let language = Language(*lang);
            assert_eq!(language.code().parse(), Ok(language));
        }
    }

    #[test]
    fn tells_languages_apart_and_admits_ignorance() {
        let detect = |s| Article::from_sentences("t", &[s]).unwrap().language().map(Language::code);
        assert_eq!(
            detect("The council voted on Tuesday to close the harbour for the whole winter."),
            Some("en")
        );
        assert_eq!(
            detect("Der Stadtrat hat am Dienstag beschlossen, den Hafen im Winter zu schließen."),
            Some("de")
        );
        assert_eq!(detect("12:30"), None);
    }
}
