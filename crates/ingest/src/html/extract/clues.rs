//! What speaks for a text from outside it: the page's own title, description and structured data, and another
//! extractor's choice.

use std::collections::HashSet;

use super::page::hash;

/// Words in a run.
const RUN: usize = 4;

/// What is known of a page before its blocks are weighed.
pub(crate) struct Clues {
    /// Words of the title.
    pub title: HashSet<u64>,
    /// Words of the description.
    pub description: Runs,
    /// The body as the structured data give it.
    pub body: Runs,
    /// What the other extractor takes for the article.
    pub extractor: Runs,
}

impl Clues {
    /// From the page's title, description, body and the other extractor's text; empty where there is none.
    pub(crate) fn new(title: &str, description: &str, body: &str, extractor: &str) -> Self {
        Self {
            title: words(title).collect(),
            description: Runs::of(description),
            body: Runs::of(body),
            extractor: Runs::of(extractor),
        }
    }
}

/// The runs of up to four words of a text.
pub(crate) struct Runs(HashSet<u64>);

impl Runs {
    fn of(text: &str) -> Self {
        let words: Vec<u64> = words(text).collect();
        let sizes = 1..=RUN.min(words.len());
        Self(sizes.flat_map(|size| words.windows(size)).map(join).collect())
    }

    /// Whether there is any.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The share of a text's runs that are among these.
    pub(super) fn share(&self, words: &[u64]) -> f64 {
        if self.0.is_empty() || words.is_empty() {
            return 0.0;
        }
        let runs = words.windows(RUN.min(words.len()));
        let all = runs.len();
        runs.filter(|run| self.0.contains(&join(run))).count() as f64 / all as f64
    }
}

/// The words of a text, folded and hashed.
pub(super) fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| hash(&word.to_lowercase()))
}

fn join(words: &[u64]) -> u64 {
    words
        .iter()
        .fold(0, |all, word| (all ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_words_are_found_again() {
        let runs = Runs::of("The harbour bridge opened to traffic, on Monday.");
        let share = |text: &str| runs.share(&words(text).collect::<Vec<_>>());
        for text in ["the HARBOUR bridge opened to traffic", "Monday"] {
            assert!(share(text) > 0.999, "{text}");
        }
        let none = [share("harbour the bridge opened"), share(""), Runs::of("").share(&[1])];
        assert!(none.iter().all(|&share| share < 0.001), "{none:?}");
    }
}
