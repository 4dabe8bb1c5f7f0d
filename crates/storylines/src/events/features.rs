//! What of an article says which event it tells of.

use std::collections::HashMap;

use standfirst_core::{article::Article, language::Language, plugin::PluginError};
use standfirst_text::{
    entity::{Form, Kind},
    lexicon::Lexicon,
    reading::{self, Reading},
};

use crate::{
    dates::{Interval, Published, in_article},
    hash,
    sparse::Sparse,
};

/// Gives an article a vector. What stands behind it is an encoder of sentences.
pub trait Vectors: Sync {
    /// The vector of an article, of Euclidean length 1; `None` if the encoder does not know its language.
    ///
    /// # Errors
    /// Those of the encoder.
    fn vector(&self, article: &Article) -> Result<Option<Vec<f32>>, PluginError>;
}

/// The vectors of an encoder of sentences, which is shown the beginning of an article as one text.
pub struct Encoded<F> {
    languages: Vec<Language>,
    encode: F,
}

impl<F: Fn(&str) -> Result<Vec<f32>, PluginError> + Sync> Encoded<F> {
    /// Of an encoder that knows `languages`, any if there is none among them; `encode` gives the vector of a text, of
    /// Euclidean length 1.
    pub fn new(languages: Vec<Language>, encode: F) -> Self {
        Self { languages, encode }
    }
}

impl<F: Fn(&str) -> Result<Vec<f32>, PluginError> + Sync> Vectors for Encoded<F> {
    fn vector(&self, article: &Article) -> Result<Option<Vec<f32>>, PluginError> {
        let known = |language| self.languages.is_empty() || self.languages.contains(&language);
        if !article.language().is_none_or(known) {
            return Ok(None);
        }
        article.limits().check()?;
        (self.encode)(&encoded(article)).map(Some)
    }
}

/// Sentences that an encoder is shown; it reads as many of their tokens as it takes.
const ENCODED: usize = 12;

/// What of `article` an encoder of sentences is shown, as one text: its title and how it begins.
fn encoded(article: &Article) -> String {
    let title = article.title().map(|title| format!("{title}."));
    let sentences = article.sentences().iter().take(ENCODED);
    let parts = title.into_iter().chain(sentences.map(|sentence| sentence.text.clone()));
    parts.collect::<Vec<_>>().join(" ")
}

/// Sentences of an article from which words and names are counted: the news stands first.
const MAX_SENTENCES: usize = 60;
/// Sentences whose words count double, with the title.
const LEAD: usize = 3;
/// Most words and most names that are kept of an article, those that weigh most.
const MAX_TERMS: usize = 96;
const MAX_NAMES: usize = 40;
/// Most days that are kept.
const MAX_DAYS: usize = 12;

/// What of an article says which event it tells of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// Tells the article from others, and is what ids are made of.
    pub key: u64,
    /// When it was published, where that is known.
    pub time: Option<Interval>,
    /// Stems, by how often they stand there.
    pub terms: Sparse,
    /// Names of people, organisations, countries and places, by how often they stand there.
    pub names: Sparse,
    /// Days that it speaks of.
    pub days: Vec<Interval>,
    /// The vector of an encoder, of length 1; empty without one.
    pub vector: Vec<f32>,
}

impl Features {
    /// Where it stands among others when all are known.
    pub(super) fn order(&self) -> (Option<Interval>, u64) {
        (self.time, self.key)
    }
}

/// What `article` says of its event. Its vector is for the caller to add.
pub fn features(article: &Article, published: Option<&Published>) -> Features {
    let reading = reading::of(article);
    let document = article.document();
    let days = in_article(article, published.map(Published::anchor));
    let mut days: Vec<Interval> = days
        .iter()
        .filter_map(|found| found.mention.meaning)
        .filter(|days| days.is_day())
        .collect();
    days.sort_unstable();
    days.dedup();
    days.truncate(MAX_DAYS);
    Features {
        key: hash::mix(hash::of(&document.id) ^ hash::of(&document.text).rotate_left(1)),
        time: published.map(Published::hull),
        terms: terms(article, &reading),
        names: names(article, &reading),
        days,
        vector: Vec::new(),
    }
}

fn terms(article: &Article, reading: &Reading<'_>) -> Sparse {
    let lexicon = Lexicon::of(article.language());
    let mut counts: HashMap<String, f32> = HashMap::new();
    let mut count = |word: &str, weight: f32| {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        if letters > 1 && !is_small_number(word) && !lexicon.is_stop_word(word) {
            *counts.entry(lexicon.stem(word)).or_default() += weight;
        }
    };
    if let Some(title) = article.title() {
        standfirst_text::words::words(&title).for_each(|word| count(word, 2.0));
    }
    for sentence in 0..article.sentences().len().min(MAX_SENTENCES) {
        let weight = if sentence < LEAD { 2.0 } else { 1.0 };
        reading.words(sentence).for_each(|word| count(word, weight));
    }
    let rare = |stem: &str| lexicon.rarity(stem);
    let weigh = |(stem, count): (String, f32)| {
        let value = f64::from(1.0 + count.ln()) * rare(&stem);
        (value, hash::short(hash::of(&stem)), 1.0 + count.ln())
    };
    kept(counts.into_iter().map(weigh).collect(), MAX_TERMS)
}

/// Whether it is a number that many things have: a minute, a score, an age.
fn is_small_number(word: &str) -> bool {
    word.len() <= 3 && word.starts_with(|c: char| c.is_ascii_digit())
}

fn names(article: &Article, reading: &Reading<'_>) -> Sparse {
    let mut counts: HashMap<u32, f32> = HashMap::new();
    let lexicon = Lexicon::of(article.language());
    for entity in reading.entities() {
        let near = |mention: &&standfirst_text::entity::Mention| {
            mention.sentence < MAX_SENTENCES && mention.form == Form::Name
        };
        let places = entity.mentions.iter().filter(near);
        let count: f32 =
            places.map(|mention| if mention.sentence < LEAD { 2.0 } else { 1.0 }).sum();
        let name = match entity.kind {
            // The last name: one article has the first name and the next has not.
            Kind::Person => entity.name.split_whitespace().next_back().unwrap_or(&entity.name),
            _ => entity.name.as_str(),
        };
        let name = lexicon.usual(name).to_lowercase();
        if count > 0.0 {
            *counts.entry(hash::short(hash::of(&name))).or_default() += count;
        }
    }
    let weigh = |(name, count): (u32, f32)| (f64::from(count), name, 1.0 + count.ln());
    kept(counts.into_iter().map(weigh).collect(), MAX_NAMES)
}

/// The `most` of the greatest value, ascending by hash.
fn kept(mut weighed: Vec<(f64, u32, f32)>, most: usize) -> Sparse {
    weighed.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    weighed.truncate(most);
    let mut kept: Sparse = weighed.into_iter().map(|(_, hash, weight)| (hash, weight)).collect();
    kept.sort_unstable_by_key(|(hash, _)| *hash);
    kept.dedup_by_key(|(hash, _)| *hash);
    kept
}
