//! What the words of an abstract are: taken from the article or new, said twice, easy to read.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::source::{Source, grams};
use standfirst_text::{lexicon::lowered, words};

/// Share of the words that stand in fragments of the article (Grusky et al. 2018, equation 1).
pub fn coverage(source: &Source, summary: &[u32]) -> Option<f64> {
    let inside: usize = source.fragments(summary).iter().sum();
    (!summary.is_empty()).then(|| inside as f64 / summary.len() as f64)
}

/// Mean length of the fragment that a word stands in (Grusky et al. 2018, equation 2).
pub fn density(source: &Source, summary: &[u32]) -> Option<f64> {
    let squares: usize = source.fragments(summary).iter().map(|length| length * length).sum();
    (!summary.is_empty()).then(|| squares as f64 / summary.len() as f64)
}

/// Words of the article for each word of the abstract (Grusky et al. 2018, equation 3).
pub fn compression(source: &Source, summary: &[u32]) -> Option<f64> {
    (!summary.is_empty() && !source.is_empty()).then(|| source.len() as f64 / summary.len() as f64)
}

/// Share of the distinct n-grams of `window` words that the article does not have (See et al. 2017).
pub fn novelty(source: &Source, summary: &[u32], window: usize) -> Option<f64> {
    let distinct: HashSet<_> = grams(summary, window).collect();
    let new = distinct.iter().filter(|&&gram| !source.has(gram)).count();
    (!distinct.is_empty()).then(|| new as f64 / distinct.len() as f64)
}

/// How much of a sentence an earlier one of the same abstract has said: of its distinct words the
/// share that one earlier sentence has, the worst such sentence, averaged over all but the first.
/// `None` for a single sentence.
pub fn redundancy(sentences: &[&str]) -> Option<f64> {
    let sets: Vec<HashSet<Cow<'_, str>>> = sentences
        .iter()
        .map(|sentence| words::words(sentence).map(lowered).collect())
        .filter(|set: &HashSet<Cow<'_, str>>| !set.is_empty())
        .collect();
    let repeated = |(index, set): (usize, &HashSet<Cow<'_, str>>)| {
        let earlier = sets[..index].iter().rev().take(MAX_EARLIER);
        earlier
            .map(|before| set.intersection(before).count() as f64 / set.len() as f64)
            .fold(0.0, f64::max)
    };
    let later: Vec<f64> = sets.iter().enumerate().skip(1).map(repeated).collect();
    (!later.is_empty()).then(|| later.iter().sum::<f64>() / later.len() as f64)
}

/// Sentences further back than this are not looked at, so that an endless abstract costs little.
const MAX_EARLIER: usize = 50;

/// Grade of an American school that reads the text with ease (Coleman & Liau 1975): counted from
/// letters, words and sentences, so nothing has to be guessed about syllables. English only.
pub fn coleman_liau(sentences: &[&str]) -> Option<f64> {
    let all = || sentences.iter().flat_map(|sentence| words::words(sentence));
    let count = all().count() as f64;
    let letters = all().flat_map(str::chars).filter(|c| c.is_alphanumeric()).count() as f64;
    let per_hundred = |number: f64| 100.0 * number / count;
    (count > 0.0)
        .then(|| 0.0588 * per_hundred(letters) - 0.296 * per_hundred(sentences.len() as f64) - 15.8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use standfirst_core::report::ArticleReport;

    fn source(text: &str) -> Source {
        let mut report = ArticleReport::failed("id".into(), "source".into(), String::new().into());
        report.text = Some(text.into());
        Source::new(&report).unwrap()
    }

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn a_copy_is_covered_dense_and_without_news() {
        let body = source("The old bridge fell on Monday. The mayor wept. Nobody was hurt.");
        let copy = body.number("The mayor wept. Nobody was hurt.");
        close(coverage(&body, &copy), 1.0);
        close(density(&body, &copy), 6.0);
        close(compression(&body, &copy), 2.0);
        for window in 1..=4 {
            close(novelty(&body, &copy, window), 0.0);
        }
    }

    #[test]
    fn fragments_and_novelty_by_hand() {
        let body = source("The old bridge fell on Monday. The mayor wept.");
        // Fragments "the mayor" and "fell on"; "quietly" is new: 4 of 5 words, (4 + 4) / 5.
        let summary = body.number("The mayor quietly fell on");
        close(coverage(&body, &summary), 0.8);
        close(density(&body, &summary), 1.6);
        close(novelty(&body, &summary, 1), 0.2);
        close(novelty(&body, &summary, 2), 0.5);
        close(novelty(&body, &summary, 3), 1.0);
        assert_eq!(novelty(&body, &body.number("fell on"), 3), None);
        assert_eq!(coverage(&body, &[]), None);
    }

    #[test]
    fn two_new_words_are_two() {
        let body = source("Rain fell.");
        close(novelty(&body, &body.number("snow hail snow rain"), 1), 2.0 / 3.0);
    }

    #[test]
    fn repetition_by_hand() {
        assert_eq!(redundancy(&["Rain fell."]), None);
        close(redundancy(&["Rain fell.", "Wind rose."]), 0.0);
        close(redundancy(&["Rain fell.", "Then rain fell."]), 2.0 / 3.0);
        close(redundancy(&["Rain fell.", "Wind rose.", "RAIN fell!"]), 0.5);
    }

    #[test]
    fn readability_by_the_published_formula() {
        // 5 words, 17 letters, 1 sentence.
        let expected = 0.0588 * 340.0 - 0.296 * 20.0 - 15.8;
        close(coleman_liau(&["The bridge fell on it."]), expected);
        assert_eq!(coleman_liau(&["…"]), None);
    }
}
