//! The sentences of many articles, weighed against one another.

use std::collections::HashMap;

use standfirst_core::article::Span;
use standfirst_text::{
    coreference,
    lexicon::Lexicon,
    quotation,
    reading::{self, Reading},
};

use crate::{
    hash,
    sparse::{Sparse, unit},
    study::Studied,
};

/// Articles whose sentences are compared with one another, and sentences of each: the first ones. The work grows
/// with the square of their product.
const MOST_ARTICLES: usize = 40;
const MOST_SENTENCES: usize = 40;
/// Words of a sentence that can stand in a digest.
const SHORTEST: usize = 7;
const LONGEST: usize = 60;

/// A sentence among those of other articles.
#[derive(Clone, Debug)]
pub(crate) struct Pooled {
    /// Place of its article.
    pub article: usize,
    /// Its index there.
    pub sentence: usize,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub text: String,
    /// Its stems by rarity, of length 1.
    pub words: Sparse,
    /// Whether it can be read alone.
    pub stands_alone: bool,
}

/// The sentences of the articles numbered `places`, of the first of them if they are many.
pub(crate) fn pool(articles: &[&Studied], places: &[usize]) -> Vec<Pooled> {
    let of = |&place: &usize| of_article(place, articles[place]);
    places.iter().take(MOST_ARTICLES).flat_map(of).collect()
}

fn of_article(place: usize, studied: &Studied) -> Vec<Pooled> {
    let article = &studied.article;
    let reading = reading::of(article);
    let lexicon = Lexicon::of(article.language());
    let sentences = article.sentences().iter().enumerate().take(MOST_SENTENCES);
    let pooled = sentences.map(|(index, sentence)| Pooled {
        article: place,
        sentence: index,
        span: sentence.span,
        text: sentence.text.clone(),
        words: weighed(lexicon, reading.words(index)),
        stands_alone: stands_alone(&reading, index),
    });
    pooled.collect()
}

/// Whether a reader who has read nothing else understands a sentence.
fn stands_alone(reading: &Reading<'_>, index: usize) -> bool {
    let (article, count) = (reading.article(), reading.words(index).len());
    let text = &article.sentences()[index].text;
    let whole = text.ends_with(['.', '!', '?', '"', '”', '’', '\'', '。', '…']);
    (SHORTEST..=LONGEST).contains(&count)
        && whole
        && coreference::find(text, None).is_none()
        && quotation::shared(article, index).is_none()
}

/// Stems by rarity in the news, of length 1.
pub(crate) fn weighed<'a>(lexicon: &Lexicon, words: impl Iterator<Item = &'a str>) -> Sparse {
    let mut counts: HashMap<u32, f32> = HashMap::new();
    for word in words.filter(|word| !lexicon.is_stop_word(word)) {
        let stem = lexicon.stem(word);
        #[expect(clippy::cast_possible_truncation, reason = "0 to 5.3")]
        let rarity = lexicon.rarity(&stem) as f32;
        *counts.entry(hash::short(hash::of(&stem))).or_default() += rarity;
    }
    // Sorted before anything is summed, so that equal runs give equal bits.
    let mut words: Sparse = counts.into_iter().collect();
    words.sort_unstable_by_key(|(hash, _)| *hash);
    unit(words)
}
