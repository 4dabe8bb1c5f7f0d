//! Which language an article is in, and what we have for it.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use standfirst_core::{article::Sentence, language::Language};
use whatlang::{Detector, Lang};

use crate::{
    lexicon::{Lexicon, lowered},
    words,
};

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

/// Share of [`only_english`] words, at both ends of a longer text, that leaves no doubt: the detector, which takes a tenth
/// of all that an article takes without a network, is not asked then. English news has one word in four.
const ENGLISH_SHARE: f64 = 0.12;
/// So many bytes of each end are read for it; more where the fewer do not tell.
const ENDS: [usize; 2] = [500, 1_000];
/// The same of ends that are fewer bytes or more, which another language may share with it: a passage of few words, or
/// the next one after a passage in something else.
const SURE_SHARE: f64 = 0.2;
/// So many bytes of each end are read for that.
const FAR_END: usize = 2_000;
/// Of a text that is shorter than all of them both halves are read, if they have so many bytes.
const MIN_HALF: usize = 200;

/// Language of the body, from its first sentences. Where there is too little text to tell or the detector
/// is not sure, the one that the input has `declared`; `None` if there is none.
pub fn detect(sentences: &[Sentence], declared: Option<Language>) -> Option<Language> {
    let mut sample = String::new();
    for sentence in sentences {
        sample.push_str(&sentence.text);
        sample.push(' ');
        if sample.len() > SAMPLE {
            break;
        }
    }
    detect_with(&sample, declared)
}

/// Language of a text; `None` if it is too short to tell or the detector is not sure.
pub fn detect_text(sample: &str) -> Option<Language> {
    detect_with(sample, None)
}

fn detect_with(sample: &str, declared: Option<Language>) -> Option<Language> {
    let declared = declared.filter(|&declared| is_in_script_of(declared, sample));
    if sample.chars().filter(|c| c.is_alphabetic()).nth(MIN_LETTERS - 1).is_none() {
        return declared;
    }
    if is_plainly_english(sample) {
        return Some(Language::ENGLISH);
    }
    let Some(info) = Detector::new().detect(sample) else { return declared };
    let likely = known(info.lang());
    if info.is_reliable() && likely.is_some() {
        return likely;
    }
    // Short texts and near relatives leave the detector in doubt; function words settle it.
    let candidates = [declared, likely, Some(Language::ENGLISH)];
    let borne_out = candidates.into_iter().flatten().find(|&one| is_borne_out(one, sample));
    borne_out.or(declared)
}

/// Whether a language is written in the letters of a text.
fn is_in_script_of(language: Language, sample: &str) -> bool {
    let script = whatlang::detect_script(sample);
    script.is_some_and(|script| script.langs().iter().any(|&lang| known(lang) == Some(language)))
}

/// Whether enough of the words are stop words of the language; never for one without a list.
fn is_borne_out(language: Language, sample: &str) -> bool {
    let lexicon = Lexicon::of(Some(language));
    share(sample, |word| lexicon.is_stop_word(word)) >= STOP_WORD_SHARE
}

/// Whether a text of some length begins and ends in what can only be English.
fn is_plainly_english(sample: &str) -> bool {
    let half = sample.len() / 2;
    // What is English alone at an end, at the one that has less of it.
    let share = |end: usize| {
        let first = &sample[..sample.floor_char_boundary(end)];
        let last = &sample[sample.ceil_char_boundary(sample.len() - end)..];
        english_alone(first).min(english_alone(last))
    };
    if half < ENDS[0] {
        return half >= MIN_HALF && share(half) >= SURE_SHARE;
    }
    ENDS.into_iter().filter(|end| *end <= half).any(|end| share(end) >= ENGLISH_SHARE)
        || FAR_END <= half && share(ENDS[0]) > 0.0 && share(FAR_END) >= SURE_SHARE
}

/// Share of the words that are those of English alone.
fn english_alone(text: &str) -> f64 {
    share(text, |word| only_english().contains(&*lowered(word)))
}

/// The stop words of English that are none of another language: *the*, and not *do*, *no* and *was*.
fn only_english() -> &'static FxHashSet<&'static str> {
    static WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
        let others = Language::all().filter(|&language| language != Language::ENGLISH);
        let theirs: FxHashSet<&str> =
            others.flat_map(|language| Lexicon::of(Some(language)).stop_words()).collect();
        let ours = Lexicon::of(Some(Language::ENGLISH)).stop_words();
        ours.filter(|word| !theirs.contains(word)).collect()
    });
    &WORDS
}

/// Share of the words for which `is` holds; 0 where there are none.
fn share(text: &str, is: impl Fn(&str) -> bool) -> f64 {
    let (mut all, mut found) = (0, 0);
    for word in words::words(text) {
        all += 1;
        found += usize::from(is(word));
    }
    if all == 0 { 0.0 } else { found as f64 / f64::from(all) }
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
    fn what_is_declared_counts_where_the_words_do_not_tell() {
        let detect =
            |text, declared: &str| detect_with(text, declared.parse().ok()).map(Language::code);
        let short = "Ny kai? – Helt absurd, sier skipperen Quill til avisen i byen.";
        assert_eq!(detect(short, "nb"), Some("nb"));
        assert_eq!(detect("12 mai", "nb"), Some("nb"));
        assert_eq!(detect("Мост", "nb"), None);
        let english = "The council voted on Tuesday to close the harbour for the whole winter.";
        assert_eq!(detect(english, "nb"), Some("en"));
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

    #[test]
    fn small_words_that_languages_share_make_no_text_english() {
        let words = only_english();
        assert!(["the", "which", "from", "they", "were"].iter().all(|word| words.contains(word)));
        assert!(
            !["a", "do", "no", "me", "so", "was", "will", "an", "in", "am"]
                .iter()
                .any(|word| words.contains(word))
        );
        let portuguese = "O presidente do clube a caminho do Porto: o jogo no domingo a contar para o campeonato. ";
        let german =
            "Was will man in Wien so an Musik? Was will man in all so was in Berlin an Theater? ";
        for text in [portuguese, german] {
            assert!(!is_plainly_english(&text.repeat(20)), "{text}");
            assert!(!is_plainly_english(text), "{text}");
        }
        let detect = |text: &str, declared: &str| {
            detect_with(text, declared.parse().ok()).map(Language::code)
        };
        assert_eq!(detect(&portuguese.repeat(20), "en"), Some("pt"));
        assert_eq!(detect(portuguese, "pt"), Some("pt"));
        let english =
            "The council voted on Tuesday to close the harbour for the whole of the winter. ";
        assert!(is_plainly_english(&english.repeat(20)) && !is_plainly_english(english));
        // Half of each.
        let both = format!(
            "{}{}",
            english.repeat(12),
            "O jogo no domingo a contar para o campeonato. ".repeat(20)
        );
        assert!(!is_plainly_english(&both));
        // By turns, and neither in few words nor behind a passage of its own.
        let turns = format!("{english}{portuguese}{german}");
        assert!((2 * MIN_HALF..2 * ENDS[0]).contains(&turns.repeat(2).len()));
        assert!(!is_plainly_english(&turns.repeat(2)));
        let late = format!("{}{}", german.repeat(12), english.repeat(60));
        assert!(late.len() > 2 * FAR_END && !is_plainly_english(&late));
        assert!(!is_plainly_english(&"— ".repeat(500)));
    }
}
