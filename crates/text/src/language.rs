//! Which language an article is in, and what we have for it.

use standfirst_core::{article::Sentence, language::Language};
use whatlang::{Detector, Lang};

use crate::{lexicon::Lexicon, words};

/// The language of a detector's answer; `None` for one that is not known here.
fn known(lang: Lang) -> Option<Language> {
    lang.code().parse().ok()
}

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
    let likely = known(info.lang())?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence::from_sentences;

    #[test]
    fn every_language_of_the_detector_is_known() {
        for &lang in Lang::all() {
            assert_eq!(known(lang).map(Language::name), Some(lang.eng_name()));
        }
    }

    #[test]
    fn tells_languages_apart_and_admits_ignorance() {
        let detect = |s| from_sentences("t", &[s]).unwrap().language().map(Language::code);
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
